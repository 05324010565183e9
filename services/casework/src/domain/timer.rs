//! Which timers a case has: derived from its clocks, so that they can also be checked (T1, T8).

use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState};
use huiyin_policy::Policy;
use serde::{Deserialize, Serialize};

use super::{Case, Clock, State};

/// A point of a clock at which something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "mark", content = "nth", rename_all = "snake_case")]
pub enum Mark {
    /// The nth warning, counted from 0.
    Warning(u8),
    /// The deadline itself.
    Due,
}

/// The names of a clock's timers: the deadline's, then the warnings'.
macro_rules! names {
    ($clock:literal) => {
        [
            concat!($clock, "_due"),
            concat!($clock, "_warning_1"),
            concat!($clock, "_warning_2"),
            concat!($clock, "_warning_3"),
            concat!($clock, "_warning_4"),
            concat!($clock, "_warning_5"),
        ]
    };
}

const ACCEPTANCE: [&str; 6] = names!("acceptance");
const HANDLING: [&str; 6] = names!("handling");
const REVIEW: [&str; 6] = names!("review");
const REEXAMINATION: [&str; 6] = names!("reexamination");
const SUPERVISION: [&str; 6] = names!("supervision");
const ADVICE: [&str; 6] = names!("advice");
const SETTLEMENT: [&str; 6] = names!("settlement");
const DEMANDED_REPORT: [&str; 6] = names!("demanded_report");
const PART: [&str; 6] = names!("part");
const DEFERRAL: [&str; 6] = names!("deferral");
const RECTIFICATION: [&str; 6] = names!("rectification");
const RETURN_VISIT: [&str; 6] = names!("return_visit");
const PLAN: [&str; 6] = names!("plan");
const CLOCKS: [DeadlineKind; 13] = [
    DeadlineKind::Acceptance,
    DeadlineKind::Handling,
    DeadlineKind::Review,
    DeadlineKind::Reexamination,
    DeadlineKind::Supervision,
    DeadlineKind::Advice,
    DeadlineKind::Settlement,
    DeadlineKind::DemandedReport,
    DeadlineKind::Part,
    DeadlineKind::Deferral,
    DeadlineKind::Rectification,
    DeadlineKind::ReturnVisit,
    DeadlineKind::Plan,
];

/// The kind of the timer that ends a withdrawal's rest.
pub const LAPSE: &str = "withdrawal_lapse";

const fn kinds(kind: DeadlineKind) -> &'static [&'static str; 6] {
    match kind {
        DeadlineKind::Acceptance => &ACCEPTANCE,
        DeadlineKind::Handling => &HANDLING,
        DeadlineKind::Supervision => &SUPERVISION,
        DeadlineKind::Advice => &ADVICE,
        DeadlineKind::Settlement => &SETTLEMENT,
        DeadlineKind::DemandedReport => &DEMANDED_REPORT,
        DeadlineKind::Part => &PART,
        DeadlineKind::Deferral => &DEFERRAL,
        DeadlineKind::Rectification => &RECTIFICATION,
        DeadlineKind::ReturnVisit => &RETURN_VISIT,
        DeadlineKind::Plan => &PLAN,
        DeadlineKind::Review => &REVIEW,
        DeadlineKind::Reexamination => &REEXAMINATION,
    }
}

/// What a timer's kind means: a mark of a clock, or `None` for the end of a withdrawal's rest.
pub fn read_kind(kind: &str) -> Option<(DeadlineKind, Mark)> {
    CLOCKS.into_iter().find_map(|clock| {
        let at = kinds(clock).iter().position(|known| *known == kind)?;
        let mark = u8::try_from(at).ok()?.checked_sub(1).map_or(Mark::Due, Mark::Warning);
        Some((clock, mark))
    })
}

/// What is done to the timers of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimerPlan {
    /// Kinds to cancel, all generations.
    pub cancel: Vec<&'static str>,
    /// Kind, generation and instant to arm.
    pub arm: Vec<(&'static str, i32, DateTime<Utc>)>,
}

/// The timers that a case must have: (kind, generation, instant). Warnings already behind `now` are not given.
pub fn armed_at(case: &Case, policy: &Policy, now: DateTime<Utc>) -> Vec<(&'static str, i32, DateTime<Utc>)> {
    let mut armed: Vec<_> = case.clocks.iter().flat_map(|clock| of_clock(clock, policy, now)).collect();
    if let State::Withdrawn(resting) = &case.state {
        armed.push((LAPSE, case.rests, resting.until));
    }
    armed
}

fn of_clock(clock: &Clock, policy: &Policy, now: DateTime<Utc>) -> Vec<(&'static str, i32, DateTime<Utc>)> {
    if clock.state != DeadlineState::Running {
        return Vec::new();
    }
    let due_at = clock.deadline.due_at;
    let names = kinds(clock.kind);
    let instants = policy.clocks.warnings.instants(clock.started_at, due_at);
    let warnings = instants.iter().zip(&names[1..]).map(|((at, _), name)| (*name, clock.generation, *at));
    warnings.filter(|(_, _, at)| *at > now).chain([(names[0], clock.generation, due_at)]).collect()
}

/// The difference between two states of a case.
pub fn plan(before: Option<&Case>, after: &Case, policy: &Policy, now: DateTime<Utc>) -> TimerPlan {
    let mut plan = TimerPlan::default();
    for clock in &after.clocks {
        let earlier = before.and_then(|case| case.clock(clock.kind));
        if earlier.is_some_and(|earlier| earlier.generation == clock.generation) {
            continue;
        }
        if earlier.is_some_and(|earlier| earlier.state == DeadlineState::Running) {
            plan.cancel.extend(kinds(clock.kind));
        }
        plan.arm.extend(of_clock(clock, policy, now));
    }
    let resting = |case: &Case| matches!(case.state, State::Withdrawn(_));
    match (before.is_some_and(resting), &after.state) {
        (false, State::Withdrawn(rest)) => plan.arm.push((LAPSE, after.rests, rest.until)),
        (true, State::Withdrawn(_)) | (false, _) => {}
        (true, _) => plan.cancel.push(LAPSE),
    }
    plan
}
