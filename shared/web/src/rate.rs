//! Rate limits with bounded memory.

use std::{
    hash::{BuildHasher as _, Hash, RandomState},
    num::NonZeroU32,
    time::Duration,
};

use governor::{Quota, clock::Clock as _, clock::DefaultClock};

use crate::Problem;

/// Keys share this many places, so that an attacker with many keys cannot fill the memory. Two keys in one place share a
/// quota; with the hash keyed by chance nobody can choose whose.
const PLACES: u64 = 1 << 20;
const SWEEP_AT: usize = 100_000;

/// So many per period for each key.
#[derive(Debug)]
pub struct RateLimiter {
    limiter: governor::DefaultKeyedRateLimiter<u32>,
    hasher: RandomState,
    clock: DefaultClock,
}

impl RateLimiter {
    /// `times` per `period`, at once if need be, refilled evenly.
    pub fn new(times: NonZeroU32, period: Duration) -> Self {
        let each = period.checked_div(times.get()).filter(|each| !each.is_zero()).unwrap_or(Duration::from_millis(1));
        let quota = Quota::with_period(each).expect("the period was just checked not to be zero").allow_burst(times);
        Self {
            limiter: governor::RateLimiter::keyed(quota),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
        }
    }

    /// Takes one from the key's quota, or says when to come back.
    pub fn check(&self, key: impl Hash) -> Result<(), Problem> {
        if self.limiter.len() > SWEEP_AT {
            self.limiter.retain_recent();
        }
        let place = (self.hasher.hash_one(key) % PLACES) as u32;
        self.limiter.check_key(&place).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now()).as_secs() + 1;
            Problem::too_many(u32::try_from(wait).unwrap_or(u32::MAX))
        })
    }
}
