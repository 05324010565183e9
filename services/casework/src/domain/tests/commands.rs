//! Commands with fitting data, and the data they are made of.

use chrono::{NaiveDate, TimeDelta};
use huiyin_contracts::casework::{Grade, Outcome, Quarter, Rating, ReviewResult, SettlementKind};
use huiyin_contracts::scheduling::OnSpotConditions;
use huiyin_kernel::{PetitionNumber, VisitId};
use uuid::Uuid;

use super::world::{UNIT, World, date, person, unit};
use crate::domain::{
    Command, Evaluate, Finding, Fixed, Hearing, LinkKind, Other, Propose, ProposeReview, Reception, Settle,
    SimpleAdmission, SimpleConditions, SimpleGround, Supervise,
};

pub(super) fn review_opinion(result: ReviewResult) -> ProposeReview {
    let decides = matches!(result, ReviewResult::Changed | ReviewResult::Withdrawn);
    ProposeReview {
        result,
        outcome: decides.then_some(Outcome::NotSupported),
        facts_found: "经查阅案卷并走访，管道属共用部分".to_owned(),
        opinion: "原处理意见认定事实清楚".to_owned(),
        legal_basis: "《信访工作条例》第三十五条".to_owned(),
    }
}

/// Three days from today.
pub(super) fn hearing(world: &World) -> Hearing {
    let from = huiyin_calendar::local_date(world.now).expect("in range");
    Hearing { from, to: from + chrono::Days::new(2), note: "听取双方意见".to_owned() }
}

pub(super) fn order_command(ground: &str) -> Command {
    Command::Supervise(Supervise::Order {
        ground: ground.to_owned(), demand: "请说明情况并限期办理".to_owned()
    })
}

pub(super) fn answer_command(world: &World) -> Command {
    let will_be_done_on = Some((world.now + TimeDelta::days(10)).date_naive());
    Command::Supervise(Supervise::Answer { done: "已约谈施工单位".to_owned(), will_be_done_on })
}

pub(super) fn reception(n: u128) -> Reception {
    Reception {
        visit_id: Uuid::from_u128(1_000 + n).into(),
        session_id: Uuid::from_u128(2_000 + n).into(),
        leader: person(9),
        is_field_visit: false,
    }
}

pub(super) const fn all_true() -> OnSpotConditions {
    OnSpotConditions {
        reasonable: true,
        facts_clear: true,
        lawful_basis: true,
        evidence_sufficient: true,
        solvable_here: true,
    }
}

/// Fit for the simple procedure in all that is stated.
pub(super) const fn fit() -> SimpleConditions {
    SimpleConditions { first_time: true, no_other_procedure: true, one_unit: true, not_to_be_refused: true }
}

pub(super) const fn accept_simply() -> Command {
    let admission = SimpleAdmission { ground: SimpleGround::ClearAndEasy, conditions: fit() };
    Command::Accept { grade: Grade::Ordinary, simple: Some(admission) }
}

/// Linked with another matter, registered when this one was.
pub(super) fn link_command(world: &World, n: u128, kind: LinkKind) -> Command {
    let serial = u32::try_from(n).expect("small");
    let other = Other {
        case_id: Uuid::from_u128(9_000 + n).into(),
        number: PetitionNumber::new(2026, serial),
        registered_at: world.case.facts.registered_at,
    };
    Command::LinkMatters { other, kind, reason: "同一处漏水".to_owned() }
}

/// Handed down to a unit, with the day by which the result is to be reported.
pub(super) fn hand_down(to: &str, report_by: NaiveDate) -> Command {
    let demand = Some("书面报告处理结果".to_owned());
    Command::Transfer { unit: unit(to), demand, report_by: Some(report_by), is_discipline: false }
}

pub(super) fn decide_command(to: &str) -> Command {
    let reason = "属地管理，由街道主办".to_owned();
    Command::DecideCompetence { unit: unit(to), assisting: Vec::new(), reason, discipline: None }
}

pub(super) fn report_command() -> Command {
    Command::ReportResult { found: "三楼管道老化".to_owned(), done: "已约谈物业".to_owned() }
}

/// Agreed on that day, with one duty; the head of [`UNIT`] signed.
pub(super) fn settle_command(agreed_on: NaiveDate) -> Command {
    Command::RecordSettlement(Settle {
        kind: SettlementKind::Mediation,
        agreed_on,
        facts_found: "三楼管道老化，双方对费用有争议".to_owned(),
        terms: "物业公司更换管道，费用由双方分担".to_owned(),
        duties: vec![("更换管道".to_owned(), date("2026-04-10"))],
        signed_by: person(2),
        signer_heads: Some(unit(UNIT)),
    })
}

/// A part due the day after the world's today, or today when the matter itself is due then.
pub(super) fn part_command(code: &str, world: &World) -> Command {
    let due_on = huiyin_calendar::local_date(world.now).expect("in range");
    Command::GivePart { unit: unit(code), text: "检测管道水压".to_owned(), due_on, is_discipline: false }
}

/// Looked at again in thirty days.
pub(super) fn defer_command(world: &World) -> Command {
    let today = huiyin_calendar::local_date(world.now).expect("in range");
    Command::Defer { reason: "管网改造明年实施".to_owned(), look_again_on: today + chrono::Days::new(30) }
}

/// Its time is over.
pub(super) fn appraise_command(finding: Finding) -> Command {
    Command::AppraiseFile { is_petition_office: true, finding, reason: "保管期满，已无查考价值".to_owned() }
}

pub(super) fn visit(n: u128) -> VisitId {
    Uuid::from_u128(3_000 + n).into()
}

/// Booked for tomorrow.
pub(super) fn fix_command(world: &World, n: u128) -> Command {
    let (visit_id, session_id) = (visit(n), Uuid::from_u128(2_000 + n).into());
    let (at, place) = (world.now + TimeDelta::days(1), "市来访接待中心（人民路1号）".to_owned());
    Command::FixAppointment(Fixed { visit_id, session_id, at, place })
}

pub(super) fn material_command() -> Command {
    Command::GiveMaterial { text: "漏水事项经过、以往办理情况、本单位意见".to_owned() }
}

/// Held today.
pub(super) fn consult_command(world: &World) -> Command {
    let held_on = huiyin_calendar::local_date(world.now).expect("in range");
    let (present, agreed) = ("水务局、住建局、街道办事处".to_owned(), "先检测、再修复，费用另行协商".to_owned());
    Command::RecordConsultation { held_on, present, agreed }
}

/// To be done by today.
pub(super) fn plan_command(world: &World) -> Command {
    let until = huiyin_calendar::local_date(world.now).expect("in range");
    Command::SetPlan { text: "先检测，再修复".to_owned(), until }
}

/// For the quarter that runs.
pub(super) fn select_command(world: &World) -> Command {
    let today = huiyin_calendar::local_date(world.now).expect("in range");
    Command::SelectLeader { leader: person(9), quarter: Quarter::of(today).expect("a quarter") }
}

/// Both bodies rated well.
pub(super) fn satisfied() -> Evaluate {
    Evaluate { office: Some(Rating::Satisfied), unit: Some(Rating::Satisfied), ..Evaluate::default() }
}

pub(super) fn proposal(outcome: Outcome) -> Propose {
    Propose {
        outcome,
        opinion: "限期修复渗漏管道".to_owned(),
        legal_basis: "《物业管理条例》第三十五条".to_owned(),
        facts_found: "经现场查看，三楼管道老化".to_owned(),
        cause_found: Some("管道老化".to_owned()),
        opinion_summary: Some("限期修复".to_owned()),
        result_summary: Some("已修复".to_owned()),
        hardship: false,
    }
}

pub(super) fn assign_command() -> Command {
    Command::Assign { officer: person(1), officer_unit: unit(UNIT), unit: None, is_discipline: false }
}

pub(super) fn forward() -> Command {
    Command::Forward { unit: unit("990102-discipline"), is_discipline: true }
}

pub(super) fn withdraw(world: &World) -> Command {
    Command::Withdraw { until: world.now + TimeDelta::days(15) }
}
