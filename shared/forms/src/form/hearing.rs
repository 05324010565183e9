//! A hearing (听证): Art. 31 (6) for major, complex matters, Art. 36 (2) in re-examination.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{Contact, Imprint};

/// 听证通知书
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingNotice {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// Whom it invites.
    pub recipient: String,
    /// In re-examination (复核), where the time of the hearing does not count (REG-42).
    pub in_reexamination: bool,
    /// 听证事项
    pub subject: String,
    /// 听证时间, local time.
    pub at: NaiveDateTime,
    /// 听证地点
    pub place: String,
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
    /// 听证时间, local time.
    pub at: NaiveDateTime,
    /// 听证地点
    pub place: String,
    /// 主持人
    pub chair: String,
    /// 记录人
    pub clerk: String,
    /// 听证员
    pub panel: Vec<String>,
    /// 参加人
    pub participants: Vec<String>,
    /// What was said, in order.
    pub speeches: Vec<Speech>,
    /// 听证意见
    pub finding: Option<String>,
}
