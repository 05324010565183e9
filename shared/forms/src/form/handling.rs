//! Papers that go with the handling of a matter inside the administration, and the receipt of delivery.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Imprint, Matter};

/// 交办单 (C4): a transfer that demands a result inside a set period (REG-10). The unit addressed is never the one complained of in an
/// accusation: those have no such paper (REG-22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentOrder {
    /// Number, the assigning unit, and date.
    pub imprint: Imprint,
    /// 承办单位
    pub to_unit: String,
    /// 信访编号: the matter alone. The unit may be the one complained about, and then it never learns who complained (part D).
    pub matter_number: String,
    /// 登记日期
    pub registered_on: NaiveDate,
    /// 办理要求
    pub demand: String,
    /// 办结期限: the last day in time, if it is known.
    pub due_on: Option<NaiveDate>,
    /// 反馈方式
    pub feedback: Option<String>,
    /// 签发人
    pub signer: Option<String>,
}

/// 督办单 (C4, REG-50)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionOrder {
    /// Number, the supervising unit, and date; an order made by a rule leaves the unit empty, for whoever prints and seals it.
    pub imprint: Imprint,
    /// 被督办单位
    pub to_unit: String,
    /// 信访编号: the matter alone; the unit needs no more of the petitioner than it has.
    pub matter_number: String,
    /// 督办事由
    pub ground: String,
    /// 督办要求
    pub demand: String,
    /// 反馈期限: the last day in time.
    pub reply_due_on: NaiveDate,
    /// 反馈情况, once there is one.
    pub reply: Option<String>,
}

/// One approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// In which role, for example 分管领导.
    pub role: String,
    /// 审批人
    pub name: String,
    /// When, if known.
    pub on: Option<NaiveDate>,
}

/// 办结单 (C4)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingSheet {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// The matter.
    pub matter: Matter,
    /// 办理结果
    pub result: String,
    /// 法律法规依据
    pub legal_basis: Option<String>,
    /// 答复日期
    pub replied_on: Option<NaiveDate>,
    /// 信访人意见, in the petitioner's words; a matter is closed whatever it is.
    pub petitioner_word: Option<String>,
    /// 审批
    pub approvals: Vec<Approval>,
}

/// 包案领导责任书 (C4, WH-10)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderDuty {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 包案领导, if the name is known.
    pub leader: Option<String>,
    /// 职务
    pub post: Option<String>,
    /// 信访编号
    pub matter_number: String,
    /// The matter in de-identified words.
    pub matter_summary: String,
    /// 责任事项
    pub duties: Vec<String>,
    /// 包案期限: the last day, if it is known.
    pub until: Option<NaiveDate>,
}

/// 办结报告 (REG-10, REG-14): to the body that assigned the matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingReport {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 报送机关; none: for the file.
    pub to_unit: Option<String>,
    /// The matter.
    pub matter: Matter,
    /// 办理经过, step by step.
    pub course: Vec<String>,
    /// 调查核实情况
    pub facts_found: Option<String>,
    /// 办理结果
    pub result: String,
    /// 法律法规依据
    pub legal_basis: Option<String>,
    /// 办结日期
    pub closed_on: NaiveDate,
}

/// 送达回证 (A9)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReceipt {
    /// Number, unit and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// 送达文书名称
    pub document: String,
    /// 送达文书文号
    pub document_number: String,
    /// 受送达人
    pub recipient: String,
    /// 送达地点
    pub place: Option<String>,
    /// 送达方式
    pub means: Option<String>,
    /// 送达日期
    pub delivered_on: Option<NaiveDate>,
    /// 送达人
    pub delivered_by: Option<String>,
    /// 备注
    pub note: Option<String>,
}

/// 案卷目录 (WH-15): the papers of an archived file in order. It names the matter by its number alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCatalogue {
    /// 档号, the archiving unit, and date.
    pub imprint: Imprint,
    /// 信访编号
    pub matter_number: String,
    /// 责任单位
    pub responsible_unit: String,
    /// 登记日期
    pub registered_on: NaiveDate,
    /// 办结日期
    pub closed_on: NaiveDate,
    /// 保管期限
    pub retention: String,
    /// The last day on which it is kept; none when for ever.
    pub keep_until: Option<NaiveDate>,
    /// The papers, in order.
    pub papers: Vec<FiledPaper>,
}

/// A paper of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledPaper {
    /// 文书名称
    pub title: String,
    /// 文号
    pub number: String,
    /// The number of the receipt put in with the archiving, where it had none.
    pub receipt: Option<String>,
    /// 日期
    pub on: NaiveDate,
}
