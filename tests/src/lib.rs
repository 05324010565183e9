//! Nothing lives here: the tests of the whole house stand in `tests/`.
