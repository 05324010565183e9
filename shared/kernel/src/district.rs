//! District codes (行政区划代码, GB/T 2260 and its extension to streets and villages).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How deep a district stands in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DistrictLevel {
    /// 省, `420000`
    Province,
    /// 市, `420100`
    City,
    /// 区、县、旗, `420102`
    County,
    /// 街道、乡镇, `420102001`
    Street,
    /// 村、社区, `420102001001`
    Village,
}

/// A district code of 6, 9 or 12 digits. Whether the district still exists is not its business: codes change by year,
/// and an old matter keeps its old code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct DistrictCode(String);

/// The text is not a district code.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a district code has 6, 9 or 12 digits, for example 420102 or 420102001")]
pub struct DistrictCodeError;

impl DistrictCode {
    /// Reads a code of 6, 9 or 12 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, DistrictCodeError> {
        let shaped = matches!(text.len(), 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit());
        if shaped { Ok(Self(text.to_owned())) } else { Err(DistrictCodeError) }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level that the shape of the code tells.
    pub fn level(&self) -> DistrictLevel {
        match self.0.len() {
            12 => DistrictLevel::Village,
            9 => DistrictLevel::Street,
            _ if self.0.ends_with("0000") => DistrictLevel::Province,
            _ if self.0.ends_with("00") => DistrictLevel::City,
            _ => DistrictLevel::County,
        }
    }

    /// The digits that every district inside this one begins with.
    pub fn prefix(&self) -> &str {
        match self.level() {
            DistrictLevel::Province => &self.0[..2],
            DistrictLevel::City => &self.0[..4],
            DistrictLevel::County | DistrictLevel::Street | DistrictLevel::Village => &self.0,
        }
    }

    /// True when `other` is this district or lies inside it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(self.prefix())
    }

    /// The district one level up; a province has none.
    pub fn parent(&self) -> Option<Self> {
        match self.level() {
            DistrictLevel::Province => None,
            DistrictLevel::City => Some(Self(format!("{}0000", &self.0[..2]))),
            DistrictLevel::County => Some(Self(format!("{}00", &self.0[..4]))),
            DistrictLevel::Street => Some(Self(self.0[..6].to_owned())),
            DistrictLevel::Village => Some(Self(self.0[..9].to_owned())),
        }
    }
}

impl TryFrom<String> for DistrictCode {
    type Error = DistrictCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<DistrictCode> for String {
    fn from(code: DistrictCode) -> Self {
        code.0
    }
}

impl fmt::Display for DistrictCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> DistrictCode {
        DistrictCode::parse(text).expect("a code")
    }

    #[test]
    fn a_city_contains_its_districts_streets_and_villages() {
        let city = code("420100");
        for inside in ["420100", "420102", "420102001", "420102001001"] {
            assert!(city.contains(&code(inside)), "{inside}");
        }
        for outside in ["420000", "420200", "429004", "110101001"] {
            assert!(!city.contains(&code(outside)), "{outside}");
        }
    }

    #[test]
    fn parents_lead_up_to_the_province() {
        let mut at = Some(code("420102001001"));
        let mut seen = Vec::new();
        while let Some(district) = at {
            at = district.parent();
            seen.push(district.to_string());
        }
        assert_eq!(seen, ["420102001001", "420102001", "420102", "420100", "420000"]);
    }

    #[test]
    fn other_shapes_are_refused() {
        for bad in ["", "42010", "4201020", "４２０１０２", "42010a", "420102001001001"] {
            assert_eq!(DistrictCode::parse(bad), Err(DistrictCodeError), "{bad}");
        }
    }
}
