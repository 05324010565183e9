use chrono::{DateTime, Utc};
use huiyin_contracts::{
    casework::{CaseSnapshot, CaseState},
    intake::{PetitionSnapshot, PetitionState},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One line of what has happened, for the petitioner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProgressLine {
    /// When.
    pub at: DateTime<Utc>,
    /// What, in Chinese.
    pub what_zh: String,
    /// What, in English.
    pub what_en: String,
}

/// Where the matter stands in words, and the steps whose time intake knows by itself.
pub fn progress(
    petition: &PetitionSnapshot,
    case: Option<&CaseSnapshot>,
) -> (&'static str, &'static str, Vec<ProgressLine>) {
    let line =
        |at: DateTime<Utc>, zh: &str, en: &str| ProgressLine { at, what_zh: zh.to_owned(), what_en: en.to_owned() };
    let mut lines = Vec::new();
    if petition.received_at < petition.registered_at {
        lines.push(line(petition.received_at, "收到信访件", "received"));
    }
    lines.push(line(petition.registered_at, "已登记", "registered"));
    if let Some(case) = case {
        lines.extend(case.replied_at.map(|at| line(at, "已出具书面答复", "a written reply was issued")));
        lines.extend(case.delivered_at.map(|at| line(at, "答复已送达", "the reply was delivered")));
        lines.extend(case.closed_at.map(|at| line(at, "已办结", "closed")));
    }
    let (zh, en) = if petition.state == PetitionState::Withdrawn {
        ("已撤回", "withdrawn")
    } else {
        standing(case.map(|case| case.state))
    };
    (zh, en, lines)
}

const fn standing(state: Option<CaseState>) -> (&'static str, &'static str) {
    match state {
        None | Some(CaseState::Received) => ("已登记，待受理", "registered, to be taken up"),
        Some(CaseState::Accepted) => ("已受理", "taken up"),
        Some(CaseState::Assigned) => ("已交承办人", "with the handling officer"),
        Some(CaseState::Investigating) => ("调查核实中", "being looked into"),
        Some(CaseState::Proposed) => ("已拟处理意见，待审批", "an opinion awaits approval"),
        Some(CaseState::Approved) => ("已审批，待答复", "approved, to be answered"),
        Some(CaseState::Replied) => ("已答复", "answered"),
        Some(CaseState::Withdrawn) => ("已撤回", "withdrawn"),
        Some(CaseState::UnderReview) => ("复查复核办理中", "under review"),
        Some(CaseState::ReviewAnswered) => ("已出具复查复核意见", "the review has been answered"),
        Some(CaseState::Closed) => ("已办结", "closed"),
    }
}
