//! What is decided here without looking anything up: whether a session stands, whether a form came from our own page, and how
//! codes, dates and deadlines are said in plain words.

pub(crate) mod deadline;
pub(crate) mod origin;
pub(crate) mod session;
pub(crate) mod when;
pub(crate) mod words;
