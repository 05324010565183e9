//! What can happen to a city (RELIABILITY §3): each does the harm and mends it. Which test lives through which, and what it shows,
//! stands in docs/FAULTS.md.

pub(crate) mod clocks;
pub(crate) mod disks;
pub(crate) mod nats;
pub(crate) mod postgres;
pub(crate) mod roads;
pub(crate) mod services;
pub(crate) mod store;

use std::time::Duration;

/// How long something stands still: five seconds, and up to two minutes in a long run.
fn a_while(dice: &mut crate::harness::Dice) -> Duration {
    let long: &[u64] = if huiyin_testkit::is_long_run() { &[5, 30, 120] } else { &[5] };
    Duration::from_secs(*dice.pick(long))
}
