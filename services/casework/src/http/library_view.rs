//! A matter's place in the library, its plan and the leaders asked, on the case page.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::SelectionState;
use huiyin_journal::DbError;
use huiyin_kernel::StaffId;
use huiyin_policy::Policy;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::domain::{Case, Instruction, Selection};
use crate::store::directory;

/// The library's entry (SZ-07).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LibraryView {
    /// It stands in the library now.
    listed: bool,
    field: String,
    reason: String,
    added_at: DateTime<Utc>,
    /// Leaders asked, the newest last.
    selections: Vec<SelectionView>,
}

/// A leader asked (SZ-08, SZ-14).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SelectionView {
    leader_name: Option<String>,
    /// Such as `2026Q4`.
    #[schema(value_type = String)]
    quarter: huiyin_contracts::casework::Quarter,
    /// `asked`, `agreed`, `declined` or `published`.
    #[schema(value_type = String)]
    state: SelectionState,
    /// Why the leader did not agree.
    reason: Option<String>,
    /// What was published.
    summary: Option<String>,
}

/// The leader whom the rule finds for a matter of the library by its place or topic, offered first where a leader is asked (QD-01).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeaderByRule {
    #[schema(value_type = Uuid)]
    staff_id: StaffId,
    name: Option<String>,
    /// Why this leader, in Chinese.
    why_zh: &'static str,
}

/// For a matter that stands in the library without a leader who took it; none where the pack knows no such rule.
pub(super) async fn leader_by_rule(
    conn: &mut PgConnection,
    case: &Case,
    policy: &Policy,
) -> Result<Option<LeaderByRule>, DbError> {
    if policy.ownership.found_by.is_none() || case.listed().is_none() || case.taken_by_leader {
        return Ok(None);
    }
    let candidates = directory::candidates(conn, case).await?;
    let found = case.find_leader(&candidates, policy);
    let Some((staff_id, why)) = found.and_then(|(leader, by)| Some((leader, by?.why_zh()))) else { return Ok(None) };
    let name = directory::names(conn, &[], &[staff_id.uuid()]).await?.pop().map(|(_, name)| name);
    Ok(Some(LeaderByRule { staff_id, name, why_zh: why }))
}

/// The plan (一事一策; JX-06).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanView {
    text: String,
    until: NaiveDate,
    set_at: DateTime<Utc>,
}

pub(super) fn library(case: &Case, names: &HashMap<String, String>) -> Option<LibraryView> {
    let entry = case.library.as_deref()?;
    let selection = |asked: &Selection| SelectionView {
        leader_name: names.get(&asked.leader.to_string()).cloned(),
        quarter: asked.quarter,
        state: asked.state(),
        reason: asked.answer.as_ref().and_then(|answer| answer.reason.clone()),
        summary: asked.published.as_ref().map(|notice| notice.summary.clone()),
    };
    Some(LibraryView {
        listed: entry.listed,
        field: entry.field.clone(),
        reason: entry.reason.clone(),
        added_at: entry.added_at,
        selections: entry.selections.iter().map(selection).collect(),
    })
}

/// What a leader wrote on reading the matter (阅批; REG-03).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstructionView {
    leader_name: Option<String>,
    text: String,
    at: DateTime<Utc>,
}

pub(super) fn instructions(case: &Case, names: &HashMap<String, String>) -> Vec<InstructionView> {
    let view = |one: &Instruction| InstructionView {
        leader_name: names.get(&one.leader.to_string()).cloned(),
        text: one.text.clone(),
        at: one.at,
    };
    case.instructions.iter().map(view).collect()
}

pub(super) fn plan(case: &Case) -> Option<PlanView> {
    let plan = case.plan.as_deref()?;
    Some(PlanView { text: plan.text.clone(), until: plan.until, set_at: plan.set_at })
}
