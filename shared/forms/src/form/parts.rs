//! What several forms have in common.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What every paper bears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// 文号, the number of the paper itself.
    pub number: String,
    /// 落款, the unit whose seal it bears; never an office within it (A9).
    pub unit: String,
    /// 成文日期
    pub date: NaiveDate,
}

/// The matter a paper is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// 信访编号
    pub number: String,
    /// 信访人, or the name of the organisation.
    pub petitioner: String,
    /// The petitioner is a legal person or other organisation, and is not addressed as a person (REG-01).
    pub organisation: bool,
    /// 投诉请求, in the petitioner's own words.
    pub request: String,
    /// 收到日期
    pub received_on: NaiveDate,
    /// The body that transferred or assigned it, if one did.
    pub received_from: Option<String>,
}

/// Whom to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// 联系人: a name or an office.
    pub person: Option<String>,
    /// 联系电话
    pub phone: Option<String>,
    /// 查询方式
    pub query: Option<String>,
}
