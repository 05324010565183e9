//! Where identifiers come from: chance in a running city, a seed in tests and demonstrations (D-9).

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// A source of identifiers. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Ids {
    /// Random UUIDv7.
    Random,
    /// UUIDv7 whose random part derives from (seed, cause, index): the same cause always gets the same ids, in
    /// whatever order causes are handled.
    Seeded(u64),
}

impl Ids {
    /// The ids that one cause (a command, an event, a timer) may spend, in order.
    pub fn for_cause(&self, cause: Uuid) -> IdSequence {
        IdSequence { source: self.clone(), cause, index: 0 }
    }
}

/// The ids of one cause.
#[derive(Debug)]
pub struct IdSequence {
    source: Ids,
    cause: Uuid,
    index: u32,
}

impl IdSequence {
    /// The next id; its time part is `now`.
    pub fn next<T: From<Uuid>>(&mut self, now: DateTime<Utc>) -> T {
        let mut random = [0_u8; 10];
        match self.source {
            Ids::Random => {
                getrandom::fill(&mut random).expect("the operating system gives random bytes");
            }
            Ids::Seeded(seed) => {
                let mut mac = <Hmac<Sha256>>::new_from_slice(&seed.to_be_bytes()).expect("any key length will do");
                mac.update(self.cause.as_bytes());
                mac.update(&self.index.to_be_bytes());
                random.copy_from_slice(&mac.finalize().into_bytes()[..10]);
            }
        }
        self.index += 1;
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_depend_on_seed_cause_and_index_alone() {
        let now = DateTime::UNIX_EPOCH;
        let take = |seed, cause: u128| -> Vec<Uuid> {
            let mut ids = Ids::Seeded(seed).for_cause(Uuid::from_u128(cause));
            (0..3).map(|_| ids.next(now)).collect()
        };
        assert_eq!(take(1, 7), take(1, 7));
        assert_ne!(take(1, 7), take(2, 7));
        assert_ne!(take(1, 7), take(1, 8));
        let one = take(1, 7);
        assert_ne!(one[0], one[1]);
    }

    #[test]
    fn ids_sort_by_their_time() {
        let mut ids = Ids::Random.for_cause(Uuid::nil());
        let early: Uuid = ids.next(DateTime::from_timestamp_millis(1_000).expect("in range"));
        let late: Uuid = ids.next(DateTime::from_timestamp_millis(2_000).expect("in range"));
        assert!(early < late);
    }
}
