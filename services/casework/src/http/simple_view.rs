//! The simple procedure as staff see it on the case page.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::{Calendar, deadline_or_provisional};
use huiyin_policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Case, SimpleGround, StateKind};

/// The simple procedure of a case, and what it may be chosen for.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct SimpleView {
    /// Why it was admitted, in Chinese.
    ground_zh: Option<&'static str>,
    /// When it went over to the ordinary procedure.
    converted_at: Option<DateTime<Utc>>,
    /// In which manner it was answered, in Chinese, where that was not in writing.
    manner_zh: Option<&'static str>,
    /// The last day to decide on taking it up simply, while that is open (REG-33).
    decide_by: Option<NaiveDate>,
    /// The grounds that may be chosen, while that is open (REG-30).
    grounds: Vec<SimpleGroundView>,
}

/// A ground that may be chosen.
#[derive(Debug, Serialize, ToSchema)]
struct SimpleGroundView {
    code: &'static str,
    zh: &'static str,
}

pub(super) fn simple(case: &Case, policy: &Policy, calendar: &Calendar) -> SimpleView {
    let open = case.state.kind() == StateKind::Received && !case.is_accusation();
    let received_at = case.transfer.as_ref().map_or(case.facts.registered_at, |transfer| transfer.at);
    let rule = policy.clocks.simple_decision.as_ref().map(huiyin_policy::Rule::to_calendar);
    let decide_by = rule.and_then(|rule| deadline_or_provisional(received_at, &rule, calendar).ok());
    let grounds = SimpleGround::ALL.iter().filter(|_| open);
    SimpleView {
        ground_zh: case.simple.as_ref().map(|simple| simple.admission.ground.zh()),
        converted_at: case.simple.as_ref().and_then(|simple| simple.converted_at),
        manner_zh: case
            .state
            .reply()
            .filter(|(reply, _)| !reply.manner.is_written())
            .map(|(reply, _)| reply.manner.zh()),
        decide_by: decide_by.filter(|_| open).map(|deadline| deadline.last_day),
        grounds: grounds.map(|(ground, code)| SimpleGroundView { code, zh: ground.zh() }).collect(),
    }
}
