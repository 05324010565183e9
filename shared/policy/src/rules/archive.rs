//! Archive (案卷归档): how long the file of a matter is kept (档案法实施条例 19).

use serde::{Deserialize, Serialize};

use crate::reader::RuleValue;

/// How long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Term {
    /// 永久
    Permanent,
    /// So many years, from the first day of the year after the end.
    Years(u32),
}

impl TryFrom<String> for Term {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "permanent" {
            return Ok(Self::Permanent);
        }
        let years = text.strip_suffix(" years").and_then(|years| years.parse().ok());
        years.filter(|years| (1..=1_000).contains(years)).map(Self::Years).ok_or_else(|| {
            format!(
                "“{text}”不是保管期限，请写“permanent”或者“30 years” / \"{text}\" is no term; write \"permanent\" or \"30 years\""
            )
        })
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        match term {
            Term::Permanent => "permanent".to_owned(),
            Term::Years(years) => format!("{years} years"),
        }
    }
}

/// The retention classes (保管期限): by a leader's instruction and by whether the matter had a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// A leader had instructed on it, and it had a result (有领导批示并有处理结果).
    pub instructed: Term,
    /// It had a result (有处理结果).
    pub with_result: Term,
    /// It had none (没有处理结果): pointed elsewhere, declined, withdrawn.
    pub without_result: Term,
}

impl RuleValue for Retention {}
