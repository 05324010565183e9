//! Whether two petitions are likely the same matter put again (重复). The place and the topic must be the same and the texts nearly so; who
//! petitioned is never asked (DOMAIN part D). Texts are compared by signatures made under a key, so that neither has to be opened.

mod grams;
mod key;
mod words;

#[cfg(test)]
mod tests;

pub use key::{Among, LikenessKey, Minima, Signature};
pub use words::Likeness;

use chrono::{DateTime, Months, Utc};
use uuid::Uuid;

/// Minima of a signature: what is estimated from them is off by a twentieth or so.
pub const MINIMA: usize = 80;
/// Minima hashed into one band. Two texts that agree in eight tenths of their pieces always share one, in six tenths in 15 of 16 cases, in a
/// tenth in one of 500.
const BAND: usize = 4;
/// Minima that must agree: six tenths.
pub const LIKELY: u32 = 48;
/// The same where the place is told in the same words: five tenths, found in three of four cases.
pub const LIKELY_AT_THE_PLACE: u32 = 40;
/// The most matters that are offered.
pub const MOST: usize = 10;
/// Matters older than this are not offered, and their signatures not kept.
const YEARS_BACK: Months = Months::new(60);

/// The ids of petitions that are compared at `now` are greater than this one: a petition's id begins with its time.
pub fn oldest_compared(now: DateTime<Utc>) -> Uuid {
    first_id_at(now.checked_sub_months(YEARS_BACK).unwrap_or(DateTime::UNIX_EPOCH))
}

/// No id made at `at` or later is less than this one.
pub fn first_id_at(at: DateTime<Utc>) -> Uuid {
    Uuid::from_u128(u128::try_from(at.timestamp_millis()).unwrap_or_default() << 80)
}
