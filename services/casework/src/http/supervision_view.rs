//! Supervision as staff see it on the case page.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::DeadlineKind;
use huiyin_kernel::StaffId;
use huiyin_policy::Policy;
use huiyin_policy::rules::SupervisionGround;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::word;
use crate::domain::{Advice, Case, IssuedBy, Measure, SiteVisit, SupervisionAnswer, SupervisionOrder, measure_words};

/// A ground that may be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroundView {
    code: &'static str,
    zh: String,
    en: String,
}

/// A supervision order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SupervisionView {
    number: String,
    ground: &'static str,
    ground_zh: String,
    ground_en: String,
    article: String,
    demand: String,
    target_unit: String,
    target_unit_name: Option<String>,
    /// The units that passed the matter on (DW-19), by name.
    passed_on_by: Vec<String>,
    issued_at: DateTime<Utc>,
    /// Who made it; absent when a rule did.
    issued_by_name: Option<String>,
    by_rule: bool,
    /// `awaiting_answer`, `overdue`, `answered` or `concluded`.
    state: String,
    /// The last day for the answer that is owed.
    last_day: Option<NaiveDate>,
    answers: Vec<AnswerView>,
    concluded_at: Option<DateTime<Utc>>,
    conclusion_note: Option<String>,
    advice: Vec<AdviceView>,
    visits: Vec<VisitView>,
    /// Measures of the joint conference (REG-53).
    measures: Vec<MeasureView>,
}

/// An answer of the office.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerView {
    done: String,
    will_be_done_on: Option<NaiveDate>,
    answered_at: DateTime<Utc>,
    by_name: Option<String>,
    /// Why it was sent back, if it was.
    returned_reason: Option<String>,
}

/// Advice and what was said to it.
#[derive(Debug, Serialize, ToSchema)]
struct AdviceView {
    text: String,
    given_at: DateTime<Utc>,
    /// The last day for the answer, while it is owed.
    last_day: Option<NaiveDate>,
    is_adopted: Option<bool>,
    answer: Option<String>,
    answered_at: Option<DateTime<Utc>>,
}

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
struct VisitView {
    visited_on: NaiveDate,
    head_name: Option<String>,
    finding: String,
}

/// A measure of the joint conference.
#[derive(Debug, Serialize, ToSchema)]
struct MeasureView {
    /// `summons`, `bulletin`, `listing` or `rectification`.
    kind: String,
    kind_zh: &'static str,
    kind_en: &'static str,
    unit_name: Option<String>,
    reason: String,
    taken_at: DateTime<Utc>,
    by_name: Option<String>,
    /// The last day to report a rectification.
    rectify_by: Option<NaiveDate>,
    /// What was put right, once reported.
    rectified: Option<String>,
    reported_at: Option<DateTime<Utc>>,
}

/// The closed list (REG-51).
pub(super) fn grounds(policy: &Policy) -> Vec<GroundView> {
    let view = |(ground, code): &(SupervisionGround, &'static str)| {
        let rule = policy.supervision.ground(*ground);
        GroundView { code, zh: rule.zh.clone(), en: rule.en.clone() }
    };
    SupervisionGround::ALL.iter().filter(|(ground, _)| policy.supervision.knows(*ground)).map(view).collect()
}

/// Whom the orders of a case name: units and persons.
pub(super) fn named(case: &Case) -> (Vec<String>, Vec<Uuid>) {
    let orders = || case.supervision.iter();
    let measured = case.measures().map(|measure| &measure.unit);
    let called = orders().flat_map(|order| std::iter::once(&order.target_unit).chain(&order.passed_on_by));
    let units = called.chain(measured);
    let issuers = orders().filter_map(|order| issuer(&order.issued_by));
    let answering = orders().flat_map(|order| order.answers.iter().map(|answer| answer.by));
    let heads = orders().flat_map(|order| order.visits.iter().map(|visit| visit.head));
    let conference = case.measures().map(|measure| measure.by);
    let persons = issuers.chain(answering).chain(heads).chain(conference);
    (units.map(ToString::to_string).collect(), persons.map(Uuid::from).collect())
}

const fn issuer(by: &IssuedBy) -> Option<StaffId> {
    match by {
        IssuedBy::Staff { staff_id } => Some(*staff_id),
        IssuedBy::Rule => None,
    }
}

/// The orders of a case, the newest first.
pub(super) fn orders(case: &Case, policy: &Policy, names: &HashMap<String, String>) -> Vec<SupervisionView> {
    case.supervision.iter().rev().map(|order| view(case, order, policy, names)).collect()
}

fn view(case: &Case, order: &SupervisionOrder, policy: &Policy, names: &HashMap<String, String>) -> SupervisionView {
    let rule = policy.supervision.ground(order.ground);
    let person = |id: StaffId| names.get(&id.to_string()).cloned();
    let day_of = |kind| case.clock(kind).filter(|clock| clock.is_open()).map(|clock| clock.deadline.last_day);
    let owes_answer = order.is_open() && order.answer().is_none();
    let unit = |code: &huiyin_kernel::UnitCode| names.get(code.as_str()).cloned().unwrap_or_else(|| code.to_string());
    let answer = |answer: &SupervisionAnswer| AnswerView {
        done: answer.done.clone(),
        will_be_done_on: answer.will_be_done_on,
        answered_at: answer.answered_at,
        by_name: person(answer.by),
        returned_reason: answer.returned.as_ref().map(|returned| returned.reason.clone()),
    };
    let advice = |advice: &Advice| AdviceView {
        text: advice.text.clone(),
        given_at: advice.given_at,
        last_day: day_of(DeadlineKind::Advice).filter(|_| advice.answer.is_none()),
        is_adopted: advice.answer.as_ref().map(|answer| answer.is_adopted),
        answer: advice.answer.as_ref().and_then(|answer| answer.text.clone()),
        answered_at: advice.answer.as_ref().map(|answer| answer.answered_at),
    };
    let visit = |visit: &SiteVisit| VisitView {
        visited_on: visit.visited_on,
        head_name: person(visit.head),
        finding: visit.finding.clone(),
    };
    let measure = |measure: &Measure| {
        let (kind_zh, kind_en) = measure_words(measure.kind);
        let report = measure.report.as_ref();
        MeasureView {
            kind: word(measure.kind),
            kind_zh,
            kind_en,
            unit_name: names.get(measure.unit.as_str()).cloned(),
            reason: measure.reason.clone(),
            taken_at: measure.taken_at,
            by_name: person(measure.by),
            rectify_by: measure.rectify_by,
            rectified: report.map(|report| report.done.clone()),
            reported_at: report.map(|report| report.reported_at),
        }
    };
    SupervisionView {
        number: order.number.clone(),
        ground: order.ground.code(),
        ground_zh: rule.zh.clone(),
        ground_en: rule.en.clone(),
        article: rule.article.clone(),
        demand: order.demand.clone(),
        target_unit: order.target_unit.to_string(),
        target_unit_name: names.get(order.target_unit.as_str()).cloned(),
        passed_on_by: order.passed_on_by.iter().map(unit).collect(),
        issued_at: order.issued_at,
        issued_by_name: issuer(&order.issued_by).and_then(person),
        by_rule: order.issued_by == IssuedBy::Rule,
        state: word(case.supervision_state(order)),
        last_day: day_of(DeadlineKind::Supervision).filter(|_| owes_answer),
        answers: order.answers.iter().map(answer).collect(),
        concluded_at: order.conclusion.as_ref().map(|conclusion| conclusion.concluded_at),
        conclusion_note: order.conclusion.as_ref().and_then(|conclusion| conclusion.note.clone()),
        advice: order.advice.iter().map(advice).collect(),
        visits: order.visits.iter().map(visit).collect(),
        measures: order.measures.iter().map(measure).collect(),
    }
}
