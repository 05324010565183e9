//! One row of the work ledger: the nine elements of C5, each in the words of the page and the sheet.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::CITY_ZONE;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wording::zh;
use crate::store::list::Matter;
use crate::store::names::Names;

/// What intake says of the petitioner and the request, masked, for whom may see it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Resolved {
    pub(crate) petition_id: Uuid,
    /// Masked name, such as `王**`.
    pub(crate) name: Option<String>,
    /// Masked telephone number.
    pub(crate) phone: Option<String>,
    /// Title of the petition.
    pub(crate) title: Option<String>,
    /// The request.
    pub(crate) request: Option<String>,
}

/// A row of the work ledger (工作台账).
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact of the matter")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LedgerRow {
    pub(crate) petition_id: Uuid,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) number: Option<String>,
    pub(crate) channel: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) grade: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) registered_at: Option<DateTime<Utc>>,
    /// 1 信访群众基本信息, masked.
    pub(crate) petitioner: String,
    /// 2 诉求内容
    pub(crate) request: String,
    /// 3 问题发生地
    pub(crate) place: String,
    /// 4 责任单位
    pub(crate) responsible_unit: String,
    /// 5 产生原因
    pub(crate) cause: String,
    /// 6 接访领导
    pub(crate) leader: String,
    /// 7 处理意见
    pub(crate) opinion: String,
    /// 8 办理结果
    pub(crate) result: String,
    /// 9 答复情况
    pub(crate) answer: String,
    /// The nearest day still owed.
    pub(crate) last_day: Option<NaiveDate>,
    pub(crate) overdue: bool,
    /// A deadline was missed at some time.
    pub(crate) missed: bool,
    pub(crate) taken_by_leader: bool,
    pub(crate) extended_days: i32,
    pub(crate) relief_referral: bool,
    pub(crate) promise_number: Option<String>,
    pub(crate) closed_at: Option<DateTime<Utc>>,
}

/// Shown where intake could not be asked: the row is still of use.
pub(crate) const NOT_AVAILABLE: &str = "（暂时无法读取）";

fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&CITY_ZONE).format("%Y-%m-%d").to_string()
}

fn answer(matter: &Matter) -> String {
    let said = |what: &str, at: Option<DateTime<Utc>>| at.map(|at| format!("{} {what}", day(at)));
    let parts = [said("答复", matter.replied_at), said("送达", matter.delivered_at), said("办结", matter.closed_at)];
    let told: Vec<String> = parts.into_iter().flatten().collect();
    if told.is_empty() { "尚未答复".to_owned() } else { told.join("；") }
}

/// Puts rows together. `resolved` is empty when intake does not answer.
pub(crate) fn rows(matters: Vec<Matter>, names: &Names, resolved: Option<&HashMap<Uuid, Resolved>>) -> Vec<LedgerRow> {
    matters.into_iter().map(|matter| row(matter, names, resolved)).collect()
}

fn row(matter: Matter, names: &Names, resolved: Option<&HashMap<Uuid, Resolved>>) -> LedgerRow {
    let person = resolved.map(|all| all.get(&matter.petition_id));
    let petitioner = match person {
        None => NOT_AVAILABLE.to_owned(),
        Some(person) => {
            let name = person.and_then(|p| p.name.clone());
            let phone = person.and_then(|p| p.phone.clone());
            [name, phone].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    };
    let request = match person {
        None => NOT_AVAILABLE.to_owned(),
        Some(person) => person.and_then(|p| p.title.clone().or_else(|| p.request.clone())).unwrap_or_default(),
    };
    let name = |map: &HashMap<String, String>, code: &str| map.get(code).cloned().unwrap_or_else(|| code.to_owned());
    let outcome = matter.outcome.as_deref().map(zh);
    LedgerRow {
        petitioner,
        request,
        place: name(&names.districts, &matter.district),
        responsible_unit: matter.responsible_unit.as_deref().map(|code| name(&names.units, code)).unwrap_or_default(),
        cause: matter.cause_found.clone().unwrap_or_default(),
        leader: matter.leader.and_then(|id| names.staff.get(&id).cloned()).unwrap_or_default(),
        opinion: matter.opinion_summary.clone().unwrap_or_default(),
        result: [outcome.map(str::to_owned), matter.result_summary.clone()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("："),
        answer: answer(&matter),
        petition_id: matter.petition_id,
        case_id: matter.case_id,
        number: matter.number,
        channel: matter.channel,
        class: matter.class,
        topic: matter.topic,
        state: matter.state,
        grade: matter.grade,
        outcome: matter.outcome,
        registered_at: matter.registered_at,
        last_day: matter.last_day,
        overdue: matter.overdue,
        missed: matter.missed,
        taken_by_leader: matter.taken_by_leader,
        extended_days: matter.extended_days,
        relief_referral: matter.relief_referral,
        promise_number: matter.promise_number,
        closed_at: matter.closed_at,
    }
}

/// The columns of the sheet: what the list shows around the nine elements (C5, SZ-18).
pub(crate) const COLUMNS: [&str; 17] = [
    "信访编号",
    "登记日期",
    "信访形式",
    "类别",
    "热点",
    "信访群众基本信息",
    "诉求内容",
    "问题发生地",
    "责任单位",
    "产生原因",
    "接访领导",
    "处理意见",
    "办理结果",
    "答复情况",
    "状态",
    "期限",
    "是否超期",
];

impl LedgerRow {
    /// The row as cells, in the order of [`COLUMNS`].
    pub(crate) fn cells(&self) -> [String; 17] {
        let code = |code: &Option<String>| code.as_deref().map(|c| zh(c).to_owned()).unwrap_or_default();
        let late = match (self.overdue, self.missed) {
            (true, _) => "已超期",
            (false, true) => "曾超期",
            (false, false) => "否",
        };
        [
            self.number.clone().unwrap_or_default(),
            self.registered_at.map(day).unwrap_or_default(),
            code(&self.channel),
            code(&self.class),
            code(&self.topic),
            self.petitioner.clone(),
            self.request.clone(),
            self.place.clone(),
            self.responsible_unit.clone(),
            self.cause.clone(),
            self.leader.clone(),
            self.opinion.clone(),
            self.result.clone(),
            self.answer.clone(),
            code(&self.state),
            self.last_day.map(|d| d.to_string()).unwrap_or_default(),
            late.to_owned(),
        ]
    }
}
