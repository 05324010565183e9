//! Districts, units and staff as values, and the rules by which they change. Pure.

mod city;
mod district;
mod refusal;
mod staff;
mod succession;
mod unit;

pub use city::{City, CityError};
pub use district::District;
pub use refusal::Refusal;
pub use staff::{Login, Password, Staff, StaffEdit};
pub use succession::{Designation, Succession, Surroundings};
pub use unit::Unit;

/// What a wish comes to, compared with what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not there.
    Added,
    /// It was there and is now different.
    Changed,
    /// It is as wished already: nothing is written.
    Unchanged,
}

impl Outcome {
    fn of<T: PartialEq>(current: Option<&T>, wanted: &T) -> Self {
        match current {
            None => Self::Added,
            Some(current) if current == wanted => Self::Unchanged,
            Some(_) => Self::Changed,
        }
    }
}

/// True for a name or title of 1 to `most` characters that shows what it says.
fn is_named(text: &str, most: usize) -> bool {
    huiyin_kernel::Text::parse(text, most).is_ok() && !text.contains(['\n', '\r', '\t']) && text.trim() == text
}

/// True for a code of policy packs, topics and portfolios: lower-case letters, digits, `-`, `_`.
fn is_code(text: &str) -> bool {
    let shaped = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(shaped)
}
