//! What the operator sets for intake.

use std::num::NonZeroU32;

use huiyin_settings::Limits;

/// Limits of intake's endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Wrong look-ups per address and minute.
    pub wrong_lookups_per_address: NonZeroU32,
    /// Wrong look-ups per number in a quarter of an hour.
    pub wrong_lookups_per_number: NonZeroU32,
    /// Wrong look-ups altogether per minute, per process.
    pub wrong_lookups: NonZeroU32,
    /// The largest import file, in bytes.
    pub import_bytes: usize,
}

impl Config {
    /// The configuration these limits give.
    pub fn new(limits: &Limits) -> Self {
        let at_least_one = |times: u32| NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
        Self {
            wrong_lookups_per_address: at_least_one(limits.lookups_per_minute),
            wrong_lookups_per_number: at_least_one(20),
            wrong_lookups: at_least_one(limits.lookups_per_minute.saturating_mul(100)),
            import_bytes: limits.import_bytes,
        }
    }
}
