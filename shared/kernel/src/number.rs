//! The petition number (信访编号), which may be spoken and printed, and the query code (查询码), which only the
//! petitioner holds. Neither tells anything about the person.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Letters and digits that cannot be taken for one another when read aloud or copied by hand: no 0/O, 1/I/L, U/V.
const ALPHABET: &[u8; LETTERS] = b"23456789ABCDEFGHJKMNPQRSTWXYZ";
/// A prime, so that the check letter finds what it must.
const LETTERS: usize = 29;
/// 16 letters of 29 carry 77 bits; the 17th is the check letter.
const CODE_LETTERS: usize = 16;

/// A petition number such as `HY-2026-0004-9217-K`: a year, eight digits and a check letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct PetitionNumber(String);

/// A query code of 16 letters and a check letter, shown in groups: `7KQM-2XHB-RW9T-C4DN-8`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct QueryCode(String);

/// The text is not such a number or code: most often one character was copied wrongly.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("please compare each character with your receipt: one of them is not right")]
pub struct NumberError;

fn value(letter: u8) -> Option<usize> {
    ALPHABET.iter().position(|l| *l == letter)
}

/// A weighted sum modulo the prime 29 finds every single wrong character and every swap of neighbours.
fn check(values: impl Iterator<Item = usize>) -> u8 {
    let sum: usize = values.enumerate().map(|(at, v)| (at + 1) * v).sum();
    ALPHABET[sum % LETTERS]
}

fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if ('！'..='～').contains(&c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c })
        .collect::<String>()
        .to_ascii_uppercase()
}

impl PetitionNumber {
    /// The number with ordinal `serial` of `year`. A serial may be spent without a petition behind it: gaps mean nothing.
    pub fn new(year: i32, serial: u32) -> Self {
        let digits = format!("{:04}{serial:08}", year.rem_euclid(10_000));
        let letter = char::from(check(digits.bytes().map(|d| usize::from(d - b'0'))));
        Self(format!("HY-{}-{}-{}-{letter}", &digits[..4], &digits[4..digits.len() - 4], &digits[digits.len() - 4..]))
    }

    /// Reads a number with or without dashes and in either case.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let plain = clean(text);
        let digits = plain.strip_prefix("HY").and_then(|rest| rest.get(..rest.len().checked_sub(1)?));
        let digits = digits.filter(|d| (12..=14).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()));
        let digits = digits.ok_or(NumberError)?;
        let serial = digits[4..].parse().map_err(|_| NumberError)?;
        let number = Self::new(digits[..4].parse().map_err(|_| NumberError)?, serial);
        if clean(&number.0) == plain { Ok(number) } else { Err(NumberError) }
    }

    /// The number as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl QueryCode {
    /// The code that 16 secret bytes stand for; the bytes come from an HMAC, so that the code can be given again.
    pub fn from_secret(secret: [u8; 16]) -> Self {
        let mut rest = u128::from_be_bytes(secret);
        let mut letters = [0_usize; CODE_LETTERS];
        for letter in &mut letters {
            *letter = (rest % LETTERS as u128) as usize;
            rest /= LETTERS as u128;
        }
        let mut code: String = letters.iter().map(|v| char::from(ALPHABET[*v])).collect();
        code.push(char::from(check(letters.into_iter())));
        Self(code)
    }

    /// Reads a code with or without dashes and in either case.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let plain = clean(text);
        let values: Option<Vec<usize>> = plain.bytes().map(value).collect();
        match values.as_deref() {
            Some([letters @ .., _]) if letters.len() == CODE_LETTERS => {
                let right = check(letters.iter().copied());
                if plain.as_bytes().last() == Some(&right) { Ok(Self(plain)) } else { Err(NumberError) }
            }
            _ => Err(NumberError),
        }
    }

    /// The code in groups of four, as it stands on the receipt. Shown once.
    pub fn expose(&self) -> String {
        let groups: Vec<&str> = (0..self.0.len()).step_by(4).map(|at| &self.0[at..self.0.len().min(at + 4)]).collect();
        groups.join("-")
    }

    /// The code without dashes, for keyed comparison.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for QueryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QueryCode([redacted])")
    }
}

impl TryFrom<String> for PetitionNumber {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PetitionNumber> for String {
    fn from(number: PetitionNumber) -> Self {
        number.0
    }
}

impl fmt::Display for PetitionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_reads_back_and_one_wrong_digit_is_found(serial in 0_u32..=u32::MAX, at in 3_usize..19, to in 0_u8..10) {
            let number = PetitionNumber::new(2026, serial);
            let spoken = PetitionNumber::parse(&number.as_str().to_lowercase().replace('-', " "));
            prop_assert_eq!(spoken.as_ref(), Ok(&number));
            let mut wrong = number.as_str().as_bytes().to_vec();
            if wrong[at].is_ascii_digit() {
                wrong[at] = b'0' + to;
                let wrong = String::from_utf8(wrong).expect("ascii");
                prop_assert_eq!(PetitionNumber::parse(&wrong).is_ok(), wrong == number.as_str());
            }
        }

        #[test]
        fn a_code_reads_back_and_one_wrong_letter_is_found(secret: [u8; 16], at in 0_usize..17, to in 0_usize..LETTERS) {
            let code = QueryCode::from_secret(secret);
            let copied = QueryCode::parse(&code.expose().to_lowercase());
            prop_assert_eq!(copied.as_ref(), Ok(&code));
            let mut wrong = code.0.clone().into_bytes();
            wrong[at] = ALPHABET[to];
            let wrong = String::from_utf8(wrong).expect("ascii");
            prop_assert_eq!(QueryCode::parse(&wrong).is_ok(), wrong == code.0);
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in ".{0,40}") {
            let _ = (PetitionNumber::parse(&text), QueryCode::parse(&text));
        }
    }
}
