//! Competence and reports as staff see them on the case page.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::DeadlineKind;
use huiyin_kernel::UnitCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::word;
use crate::domain::Case;

/// What offices owe and tell each other of the matter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoutingView {
    /// The transfer that brought it here (转送), while it stands.
    sent: Option<SentView>,
    /// The result demanded with a hand-over (交办).
    demand: Option<String>,
    /// Who demanded it, by name.
    demanded_by: Option<String>,
    /// The last day of the report, while it is owed.
    report_by: Option<NaiveDate>,
    /// 办结报告, once there is one.
    report: Option<ReportView>,
    /// The newest question of competence (REG-15).
    competence: Option<CompetenceView>,
    /// Reports upwards, in order (REG-17).
    reported_up: Vec<ReportedUpView>,
}

/// A transfer, units by name.
#[derive(Debug, Serialize, ToSchema)]
struct SentView {
    from: String,
    to: String,
    at: DateTime<Utc>,
    /// When the receiver signed for it (签收); absent while it has not.
    signed_at: Option<DateTime<Utc>>,
    signed_by_name: Option<String>,
}

/// 办结报告
#[derive(Debug, Serialize, ToSchema)]
struct ReportView {
    found: String,
    done: String,
    reported_at: DateTime<Utc>,
    by_name: Option<String>,
}

/// A question of competence, units by name.
#[derive(Debug, Serialize, ToSchema)]
struct CompetenceView {
    decider: String,
    parties: Vec<String>,
    reason: String,
    referred_at: DateTime<Utc>,
    /// Who handles it, once decided.
    unit: Option<String>,
    assisting: Vec<String>,
    decision: Option<String>,
    decided_at: Option<DateTime<Utc>>,
}

/// A report upwards.
#[derive(Debug, Serialize, ToSchema)]
struct ReportedUpView {
    /// `own`, `next` or `state`.
    level: String,
    reported_on: NaiveDate,
    text: String,
    by_name: Option<String>,
}

/// Whom these name: units and persons.
pub(super) fn named(case: &Case) -> (Vec<String>, Vec<Uuid>) {
    let sender = case.transfer.iter().flat_map(|sent| [&sent.from, &sent.to]);
    let questions = || case.competence.iter();
    let parties = questions().flat_map(|question| std::iter::once(&question.decider).chain(&question.parties));
    let decided = questions().filter_map(|question| question.decided.as_ref());
    let decided = decided.flat_map(|decided| std::iter::once(&decided.unit).chain(&decided.assisting));
    let reporters = case.transfer.iter().filter_map(|sent| sent.report.as_ref()).map(|report| report.by);
    let signers = case.transfer.iter().filter_map(|sent| sent.signed.as_ref()).map(|signed| signed.by);
    let upwards = case.reported_up.iter().map(|report| report.by);
    let units = sender.chain(parties).chain(decided).map(ToString::to_string);
    (units.collect(), reporters.chain(signers).chain(upwards).map(Uuid::from).collect())
}

pub(super) fn routing(case: &Case, names: &HashMap<String, String>) -> RoutingView {
    let unit = |code: &UnitCode| names.get(code.as_str()).cloned().unwrap_or_else(|| code.to_string());
    let handed_down = case.transfer.as_ref().filter(|sent| sent.stands() && sent.demand.is_some());
    let clock = case.clock(DeadlineKind::DemandedReport).filter(|clock| clock.is_open());
    let report = handed_down.and_then(|sent| sent.report.as_ref()).map(|report| ReportView {
        found: report.found.clone(),
        done: report.done.clone(),
        reported_at: report.reported_at,
        by_name: names.get(&report.by.to_string()).cloned(),
    });
    let competence = case.competence.as_ref().map(|question| CompetenceView {
        decider: unit(&question.decider),
        parties: question.parties.iter().map(unit).collect(),
        reason: question.reason.clone(),
        referred_at: question.referred_at,
        unit: question.decided.as_ref().map(|decided| unit(&decided.unit)),
        assisting: question.decided.iter().flat_map(|decided| decided.assisting.iter().map(unit)).collect(),
        decision: question.decided.as_ref().map(|decided| decided.reason.clone()),
        decided_at: question.decided.as_ref().map(|decided| decided.decided_at),
    });
    let reported_up = case.reported_up.iter().map(|report| ReportedUpView {
        level: word(report.level),
        reported_on: report.reported_on,
        text: report.text.clone(),
        by_name: names.get(&report.by.to_string()).cloned(),
    });
    let sent = case.transfer.as_ref().filter(|sent| sent.stands()).map(|sent| SentView {
        from: unit(&sent.from),
        to: unit(&sent.to),
        at: sent.at,
        signed_at: sent.signed.as_ref().map(|signed| signed.at),
        signed_by_name: sent.signed.as_ref().and_then(|signed| names.get(&signed.by.to_string()).cloned()),
    });
    RoutingView {
        sent,
        demand: handed_down.and_then(|sent| sent.demand.clone()),
        demanded_by: handed_down.map(|sent| unit(&sent.from)),
        report_by: clock.map(|clock| clock.deadline.last_day),
        report,
        competence,
        reported_up: reported_up.collect(),
    }
}
