//! The bookable slots of a session.

use chrono::{DateTime, TimeDelta, Utc};

use super::refusal::Refusal;

/// When each of `capacity` slots begins, in order. They must fit between beginning and end.
pub fn slots(
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    capacity: u32,
    slot_minutes: u32,
) -> Result<Vec<DateTime<Utc>>, Refusal> {
    let refused = Refusal::SlotsDoNotFit { capacity, slot_minutes };
    let needed = i64::from(capacity) * i64::from(slot_minutes);
    if (ends_at - starts_at).num_minutes() < needed {
        return Err(refused);
    }
    Ok((0..i64::from(capacity)).map(|n| starts_at + TimeDelta::minutes(n * i64::from(slot_minutes))).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slots_are_as_many_as_asked_apart_and_inside_or_refused(
            minutes in 1_i64..900, capacity in 0_u32..200, length in 1_u32..120,
        ) {
            let from = DateTime::UNIX_EPOCH;
            let to = from + TimeDelta::minutes(minutes);
            match slots(from, to, capacity, length) {
                Ok(found) => {
                    prop_assert_eq!(found.len(), capacity as usize);
                    prop_assert!(found.iter().all(|at| *at >= from && *at + TimeDelta::minutes(i64::from(length)) <= to));
                    prop_assert!(found.windows(2).all(|two| two[1] - two[0] == TimeDelta::minutes(i64::from(length))));
                }
                Err(_) => prop_assert!(u64::from(capacity) * u64::from(length) > minutes as u64),
            }
        }
    }
}
