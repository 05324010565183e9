//! A hearing (听证): Art. 31 (6) for major, complex matters, Art. 36 (2) in re-examination.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Contact, Imprint};

/// In which procedure a hearing is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HearingStage {
    /// While a major, complex matter is handled (Art. 31 (6)).
    #[serde(rename = "办理")]
    Handling,
    /// 复查 (Art. 35)
    #[serde(rename = "复查")]
    Review,
    /// 复核, where the time of the hearing does not count (Art. 36 (2); REG-42).
    #[serde(rename = "复核")]
    Reexamination,
}

/// 听证时间
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingTime {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// When it begins on the first day, local time.
    pub begins: Option<NaiveTime>,
}

/// 听证通知书
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingNotice {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// Whom it invites.
    pub recipient: String,
    /// In which procedure.
    pub stage: HearingStage,
    /// 听证事项
    pub subject: String,
    /// 听证时间
    pub time: HearingTime,
    /// 听证地点
    pub place: Option<String>,
    /// 听证主持人
    pub chair: Option<String>,
    /// Whom to ask.
    pub contact: Contact,
}

/// What one said at a hearing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speech {
    /// Who.
    pub speaker: String,
    /// What.
    pub words: String,
}

/// 听证笔录
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingRecord {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// 听证事项
    pub subject: String,
    /// 听证时间
    pub time: HearingTime,
    /// 听证地点
    pub place: Option<String>,
    /// 主持人
    pub chair: Option<String>,
    /// 记录人
    pub clerk: Option<String>,
    /// 听证员
    pub panel: Vec<String>,
    /// 参加人
    pub participants: Vec<String>,
    /// What was said, in order; none leaves room to write.
    pub speeches: Vec<Speech>,
    /// 听证意见
    pub finding: Option<String>,
}
