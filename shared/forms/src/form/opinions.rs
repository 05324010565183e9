//! Decisions: the written reply, review, re-examination, and what both sides agreed on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Contact, Imprint, Matter};

/// 信访处理意见书. The law asks for four contents (REG-25): 投诉请求, 事实和理由, 处理意见, 法律法规依据; practice adds the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// 事实和理由
    pub facts_and_reasons: String,
    /// The decision in one word, for example 予以支持; none when the opinion says it itself.
    pub outcome: Option<String>,
    /// 处理意见
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
    /// Where a review can be asked for: the next-higher body (REG-40).
    pub review_body: Option<String>,
    /// 抄送
    pub copies_to: Vec<String>,
    /// Whom to ask.
    pub contact: Contact,
}

/// An opinion given before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierOpinion {
    /// Its title.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Who gave it.
    pub unit: String,
    /// Its date.
    pub on: NaiveDate,
}

/// What becomes of the opinion under review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewResult {
    /// 维持
    #[serde(rename = "维持")]
    Upheld,
    /// 撤销
    #[serde(rename = "撤销")]
    Revoked,
    /// 变更
    #[serde(rename = "变更")]
    Amended,
    /// 责令重新办理
    #[serde(rename = "责令重新办理")]
    DoneAgain,
}

/// 复查意见书 (REG-40)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Number, the reviewing unit, and date.
    pub imprint: Imprint,
    /// The matter, with what the petitioner asks of the review, as the reviewing unit received it.
    pub matter: Matter,
    /// The opinion under review.
    pub earlier: Vec<EarlierOpinion>,
    /// 复查查明的事实
    pub facts: String,
    /// The result.
    pub result: ReviewResult,
    /// How the reviewing unit decides the matter itself, in one word, for example 予以支持.
    pub outcome: Option<String>,
    /// 复查意见
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
    /// Where a re-examination can be asked for.
    pub next_body: Option<String>,
    /// Whom to ask.
    pub contact: Contact,
}

/// 复核意见书 (REG-41, REG-43): the last level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reexamination {
    /// Number, the unit that re-examined, and date.
    pub imprint: Imprint,
    /// The matter, with what the petitioner asks of the re-examination, as the unit that re-examines received it.
    pub matter: Matter,
    /// The opinions given before, oldest first.
    pub earlier: Vec<EarlierOpinion>,
    /// The day of the hearing, if there was one (REG-42).
    pub heard_on: Option<NaiveDate>,
    /// 复核查明的事实
    pub facts: String,
    /// The result.
    pub result: ReviewResult,
    /// How the reviewing unit decides the matter itself, in one word, for example 予以支持.
    pub outcome: Option<String>,
    /// 复核意见
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
    /// Whom to ask.
    pub contact: Contact,
}

/// How an agreement came about (REG-27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Agreement {
    /// 调解: somebody mediated.
    #[serde(rename = "调解")]
    Mediated,
    /// 和解: the two sides alone.
    #[serde(rename = "和解")]
    Settled,
}

/// One side of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// 姓名 or 名称; a blank where it is written in by hand.
    pub name: Option<String>,
    /// 联系电话 or address.
    pub contact: Option<String>,
}

/// 调解协议书, 和解协议书: one copy for each side and one for the unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationAgreement {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// 调解 or 和解
    pub agreement: Agreement,
    /// 当事人
    pub parties: Vec<Party>,
    /// 争议事项
    pub dispute: String,
    /// 协议内容
    pub terms: Vec<String>,
    /// 履行方式和期限
    pub performance: Option<String>,
    /// 调解人
    pub mediator: Option<String>,
}
