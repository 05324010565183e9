//! Telephone numbers, normalised once before they are encrypted and indexed.

use std::fmt;

/// A telephone number in one spelling: digits, with a leading `+` and country code unless it is a mainland number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// The text is not a telephone number.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number has 7 to 15 digits, for example 13800000000 or 0571-85000000")]
pub struct PhoneError;

impl Phone {
    /// Reads a number as people write it: full-width digits, spaces, dashes, brackets and `+86` are understood.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let mut digits = String::with_capacity(text.len());
        for c in text.trim().chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.push(char::from(b'0' + (c as u32 - '０' as u32) as u8)),
                '+' | '＋' if digits.is_empty() => digits.push('+'),
                ' ' | '-' | '－' | '—' | '(' | ')' | '（' | '）' | '\u{a0}' | '\u{3000}' => {}
                _ => return Err(PhoneError),
            }
        }
        let plain = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086"));
        let number = plain.map_or(digits.as_str(), |rest| rest);
        let count = number.trim_start_matches('+').len();
        if (7..=15).contains(&count) { Ok(Self(number.to_owned())) } else { Err(PhoneError) }
    }

    /// The normalised number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with all but the last four digits hidden, for display.
    pub fn masked(&self) -> String {
        let keep = self.0.len().saturating_sub(4);
        format!("{}{}", "*".repeat(keep), &self.0[keep..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_become_one() {
        for spelling in
            ["13800001234", " 138 0000 1234", "+86 138-0000-1234", "008613800001234", "１３８００００１２３４"]
        {
            assert_eq!(Phone::parse(spelling).map(|p| p.0), Ok("13800001234".to_owned()), "{spelling}");
        }
        assert_eq!(Phone::parse("13800001234").expect("a number").masked(), "*******1234");
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for bad in ["", "12345", "138-0000-12a4", "1234567890123456", "+", "电话"] {
            assert_eq!(Phone::parse(bad).map(|p| p.0), Err(PhoneError), "{bad}");
        }
    }
}
