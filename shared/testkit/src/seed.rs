use std::hash::{BuildHasher, RandomState};

/// The seed of a randomised test: `HUIYIN_TEST_SEED` when set, else a new one. It is printed, so that a
/// failure can be lived through again.
pub fn seed() -> u64 {
    let seed = number("HUIYIN_TEST_SEED").unwrap_or_else(|| RandomState::new().hash_one("seed"));
    eprintln!("HUIYIN_TEST_SEED={seed}");
    seed
}

/// How many seeded rounds a fault test runs: `HUIYIN_TEST_ROUNDS`, else three. `script/test --long` says fifty.
pub fn rounds() -> u64 {
    number("HUIYIN_TEST_ROUNDS").unwrap_or(3)
}

/// Whether the large and lasting versions of tests are wanted (`script/test --long`).
pub fn is_long_run() -> bool {
    std::env::var_os("HUIYIN_TEST_LONG").is_some()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.trim().parse().ok())
}
