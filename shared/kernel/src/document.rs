//! Identity documents (证件). The resident identity number (GB 11643-1999) is checked; other documents are taken as
//! they are, because anyone may petition (REG-08).

use std::fmt;

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of document a petitioner shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 居民身份证
    IdCard,
    /// 护照
    Passport,
    /// 港澳居民来往内地通行证
    HkMacauPermit,
    /// 台湾居民来往大陆通行证
    TaiwanPermit,
    /// 外国人永久居留身份证
    ForeignResidence,
    /// 统一社会信用代码
    OrganisationCode,
    /// 未出示证件
    None,
}

/// A resident identity number (公民身份号码) whose check character is right.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber(String);

/// Why a text is not a resident identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberError {
    /// Not 18 characters, or letters where digits belong.
    #[error("an identity number has 17 digits and a last digit or X")]
    Shape,
    /// No such day, or a day yet to come.
    #[error("digits 7 to 14 are not a date of birth")]
    Birthday,
    /// The last character does not fit the others.
    #[error("the last character does not fit the other 17: please compare with the card")]
    Check,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

impl IdNumber {
    /// Reads an identity number; full-width characters, spaces and a small `x` are understood. `today` bounds the date
    /// of birth. There is no earliest year: the standard's own example was born in 1880.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, IdNumberError> {
        let number: String = text.chars().filter(|c| !c.is_whitespace()).map(to_half_width).collect();
        let (digits, last) = match number.as_bytes() {
            [digits @ .., last] if digits.len() == 17 => (digits, last.to_ascii_uppercase()),
            _ => return Err(IdNumberError::Shape),
        };
        if !digits.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || last == b'X') {
            return Err(IdNumberError::Shape);
        }
        NaiveDate::parse_from_str(&number[6..14], "%Y%m%d")
            .ok()
            .filter(|born| born.year() >= 1 && *born <= today)
            .ok_or(IdNumberError::Birthday)?;
        let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
        if CHECKS[(sum % 11) as usize] != last {
            return Err(IdNumberError::Check);
        }
        Ok(Self(number.to_ascii_uppercase()))
    }

    /// The number in its one spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with the middle hidden, for display.
    pub fn masked(&self) -> String {
        format!("{}************{}", &self.0[..2], &self.0[14..])
    }
}

fn to_half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ｘ' | 'ｘ' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<String, IdNumberError> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        IdNumber::parse(text, today).map(|n| n.0)
    }

    /// DOMAIN A13, vectors printed with the standard and recomputed.
    #[test]
    fn the_vectors_of_the_standard_hold() {
        for good in ["11010519491231002X", "34052419800101001X", "440524188001010014", "370101190102039973"] {
            assert_eq!(read(good), Ok(good.to_owned()));
        }
        assert_eq!(read("110105194912310021"), Err(IdNumberError::Check));
        assert_eq!(read("１１０１０５ 19491231 002ｘ"), Ok("11010519491231002X".to_owned()));
    }

    #[test]
    fn bad_shapes_and_dates_are_told_apart() {
        for bad in ["", "110105491231002", "11010519491231002Y", "身份证", "11010519491231002𠮷"] {
            assert_eq!(read(bad), Err(IdNumberError::Shape), "{bad}");
        }
        for bad in ["110105194902300021", "110105299901010021", "110105000001010021"] {
            assert_eq!(read(bad), Err(IdNumberError::Birthday), "{bad}");
        }
    }

    proptest! {
        /// ISO 7064 MOD 11-2 finds every single wrong digit and every swap of neighbours.
        #[test]
        fn one_wrong_digit_or_swap_in_the_serial_is_found(serial in 0_u32..1000, at in 14_usize..17, to in 0_u8..10) {
            let stem = format!("11010519491231{serial:03}");
            let good = "0123456789X".chars().map(|c| format!("{stem}{c}")).find(|n| read(n).is_ok());
            let good = good.expect("exactly one check character fits");
            let mut wrong = good.clone().into_bytes();
            wrong[at] = b'0' + to;
            let wrong = String::from_utf8(wrong).expect("ascii");
            prop_assert_eq!(read(&wrong).is_ok(), wrong == good);
        }
    }
}
