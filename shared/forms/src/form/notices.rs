//! Notices to the petitioner (告知).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Contact, Imprint, Matter};

/// 登记告知书 (REG-12, REG-13)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationNotice {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// 处理途径和程序
    pub road: String,
    /// The last day by which the petitioner is told whether it is taken up.
    pub answer_due_on: Option<NaiveDate>,
    /// 查询码: on a paper handed to the petitioner alone.
    pub query_code: Option<String>,
    /// Whom to ask.
    pub contact: Contact,
}

/// How a matter goes to another unit (REG-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entrusting {
    /// 转送
    #[serde(rename = "转送")]
    Forwarded,
    /// 交办: a result inside a set period is demanded.
    #[serde(rename = "交办")]
    Assigned,
}

/// 转送（交办）告知书 (REG-12)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferNotice {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// 转送 or 交办
    pub entrusting: Entrusting,
    /// 去向
    pub to_unit: String,
    /// When.
    pub on: NaiveDate,
    /// Whom to ask.
    pub contact: Contact,
}

/// 受理告知书 (REG-14)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptanceNotice {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// 受理日期
    pub accepted_on: NaiveDate,
    /// 办理期限: the last day in time.
    pub due_on: NaiveDate,
    /// Whom to ask.
    pub contact: Contact,
}

/// Why a matter is not taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// 不予受理
    #[serde(rename = "不予受理")]
    Declined,
    /// 不再受理: three levels are at an end (REG-43).
    #[serde(rename = "不再受理")]
    NoLonger,
    /// Not a refusal but a pointer: another body is competent (REG-12).
    #[serde(rename = "不属本机关职权")]
    Pointed,
}

/// What is not taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// 信访事项
    #[serde(rename = "信访事项")]
    Matter,
    /// 复查 (REG-40)
    #[serde(rename = "复查申请")]
    Review,
    /// 复核 (REG-41)
    #[serde(rename = "复核申请")]
    Reexamination,
}

/// 不予（不再）受理告知书 (A6)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalNotice {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// What was asked for.
    pub asked: Asked,
    /// Which kind.
    pub refusal: Refusal,
    /// 理由
    pub reason: String,
    /// The article of the ground, for example 《信访工作条例》第三十六条第三款.
    pub article: String,
    /// Where the petitioner can go.
    pub where_to_go: String,
    /// Whom to ask.
    pub contact: Contact,
}

/// 延期告知书 (REG-24)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionNotice {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// 原办理期限: the last day.
    pub due_before: NaiveDate,
    /// 延长 in calendar days.
    pub days: u32,
    /// 延长后的办理期限: the last day.
    pub due_on: NaiveDate,
    /// 延期理由
    pub reason: String,
    /// 批准人: the head of the unit.
    pub approved_by: Option<String>,
    /// Whom to ask.
    pub contact: Contact,
}
