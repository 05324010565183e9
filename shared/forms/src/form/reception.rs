//! Papers of a reception (接访).

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::{Contact, Imprint, Matter};

/// 承诺书 (C1), two copies: the unit's and the petitioner's (WH-07).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseLetter {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// The last day for the written reply: the handling deadline (WH-08).
    pub due_on: Option<NaiveDate>,
    /// Whom to ask.
    pub contact: Contact,
}

/// 保证书 (C2), two copies. The petitioner's own paper, signed by whoever wishes to; a blank one is printed as well as a filled one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuaranteeLetter {
    /// Number, the unit addressed, and the day of printing; the signer writes the day of signing.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: Option<String>,
    /// 联系电话
    pub phone: Option<String>,
}

/// 领导接访登记表 (C3): fourteen fields. 信访人意见 is the petitioner's to write and may stay blank (WH-18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceptionRecord {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 接访领导
    pub leader: String,
    /// 接访日期
    pub received_on: NaiveDate,
    /// 接访地点
    pub place: String,
    /// 信访人姓名
    pub petitioner: String,
    /// 性别
    pub gender: Option<String>,
    /// 年龄, in years.
    pub age: Option<u8>,
    /// 联系方式
    pub phone: Option<String>,
    /// 随访人姓名
    pub companions: Vec<String>,
    /// 户籍（居住）地址
    pub address: Option<String>,
    /// 陪同接待单位或人员
    pub accompanied_by: Vec<String>,
    /// 反映的主要问题和诉求
    pub request: String,
    /// 接访领导意见
    pub leader_opinion: Option<String>,
    /// 办理结果
    pub result: Option<String>,
    /// 信访人意见
    pub petitioner_opinion: Option<String>,
}

/// 登记单 (C4): the reception record with number, class and earlier handling of the matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationSheet {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// 信访事项类别
    pub class: String,
    /// 以往办理情况
    pub earlier_handling: Option<String>,
    /// What the reception record holds; its own imprint is not printed.
    pub record: ReceptionRecord,
}

/// 接谈记录 (C4)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkRecord {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// 接谈时间, local time.
    pub began_at: NaiveDateTime,
    /// 接谈地点
    pub place: String,
    /// 在场人员
    pub present: Vec<String>,
    /// 信访人陈述
    pub statement: String,
    /// 答复和解释
    pub answers: String,
    /// 商定事项
    pub agreed: Vec<String>,
}
