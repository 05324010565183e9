//! The case as staff see it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::{Step, local_date};
use huiyin_journal::ReadTx;
use huiyin_kernel::Actor;
use huiyin_policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::actions_view::{ActionView, actions};
use super::appointment_view::{AppointmentView, ConsultationView, appointment, consultation};
use super::evaluation_view::{EvaluationView, FileView, ReturnVisitView, evaluation, file, keepers, return_visits};
use super::library_view::{
    InstructionView, LeaderByRule, LibraryView, PlanView, instructions, leader_by_rule, library, plan,
};
use super::parts_view::{DeferralView, PartView, deferred, parts};
use super::review_view::{ReviewView, draft, reviews};
use super::routing_view::{RoutingView, routing};
use super::settlement_view::{SettlementView, settlement};
use super::simple_view::{SimpleView, simple};
use super::supervision_view::{GroundView, SupervisionView, grounds, named, orders};
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::domain::{Answer, Case, Clock, Event, Hearing, snapshot};
use crate::store::directory;

/// A deadline with its reckoning.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeadlineView {
    /// `acceptance`, `handling`, `review`, `reexamination`, `settlement`, `part`, `deferral`, `demanded_report`, `supervision`, `advice`, `rectification`, `return_visit` or `plan`.
    pub(super) kind: String,
    /// When the time began.
    pub(super) started_at: DateTime<Utc>,
    /// The first instant that is late.
    pub(super) due_at: DateTime<Utc>,
    /// The last day on which it is in time.
    pub(super) last_day: NaiveDate,
    /// `running`, `met`, `met_late`, `overdue` or `lifted`.
    pub(super) state: String,
    /// The date may move when the next year's calendar is published.
    pub(super) provisional: bool,
    /// How the date came about, in Chinese.
    pub(super) explanation_zh: String,
    /// How the date came about, in English.
    pub(super) explanation_en: String,
    /// The reckoning step by step.
    #[schema(value_type = Vec<Object>)]
    pub(super) counted: Vec<Step>,
}

/// A step of handling.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepView {
    code: String,
    zh: String,
    en: String,
    /// Who records it, in Chinese.
    by_zh: &'static str,
    /// It may be left out with a reason (原则上).
    in_principle: bool,
    /// Where it stands.
    stands: StepStands,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StepStands {
    /// Done.
    Done,
    /// Left out with a reason.
    Waived,
    /// Whoever asks may record it now.
    Open,
    /// Not yet, or by somebody else.
    Later,
}

/// One line of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseLine {
    #[schema(value_type = Object)]
    #[serde(flatten)]
    pub(super) case: huiyin_contracts::casework::CaseSnapshot,
    /// Where it stands, `delivered` apart from `replied`.
    pub(super) stage: &'static str,
    /// The same in Chinese.
    pub(super) stage_zh: &'static str,
    /// The nearest open deadline.
    pub(super) next_due_at: Option<DateTime<Utc>>,
    /// A duty is overdue.
    pub(super) is_overdue: bool,
    /// Place in the list, for the next page.
    #[serde(skip)]
    pub(super) cursor: String,
}

/// The case page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseView {
    #[serde(flatten)]
    line: CaseLine,
    responsible_unit_name: Option<String>,
    officer_name: Option<String>,
    leader_name: Option<String>,
    /// Why this leader, in Chinese, where a rule found them (QD-01).
    leader_why_zh: Option<&'static str>,
    /// The leader whom the rule finds for it while it waits for one in the library.
    leader_by_rule: Option<LeaderByRule>,
    /// With explanations, in place of the snapshot's.
    deadlines_explained: Vec<DeadlineView>,
    /// The simple procedure: how it was admitted, or by when to decide on it (REG-30…33).
    simple: SimpleView,
    /// The steps of the pack (JD-09).
    steps: Vec<StepView>,
    /// Its officer is recused and was not replaced yet (回避; REG-26).
    needs_officer: bool,
    /// Matters that belong together with it.
    links: Vec<LinkView>,
    /// What offices owe and tell each other of it (REG-10, REG-15, REG-17).
    routing: RoutingView,
    /// The agreement in place of an opinion (REG-27).
    agreement: Option<SettlementView>,
    /// Parts that other units do (JX-09).
    work_parts: Vec<PartView>,
    /// What is settled later (XT-21).
    deferred: Option<DeferralView>,
    /// Its place in the library of matters fit for leaders (SZ-07).
    library_entry: Option<LibraryView>,
    /// The newest application for an appointment (QD-02).
    appointment_asked: Option<AppointmentView>,
    /// The newest consultation (协商会办; QD-02).
    consulted: Option<ConsultationView>,
    /// Its plan (一事一策; JX-06).
    plan: Option<PlanView>,
    /// What leaders wrote on reading it, the newest last (REG-03).
    instructions: Vec<InstructionView>,
    /// What the petitioner said of how it was handled (REG-07).
    evaluated: Option<EvaluationView>,
    /// Return visits (XT-10), in the order of recording.
    return_visits: Vec<ReturnVisitView>,
    /// The file, while it is archived (WH-15).
    file: Option<FileView>,
    /// The opinion, from its proposal on.
    #[schema(value_type = Option<Object>)]
    proposal: Option<crate::domain::Proposal>,
    /// The written reply, once issued.
    reply_text: Option<String>,
    /// Until when a review can be asked for.
    review_until: Option<NaiveDate>,
    /// How it was answered, once closed.
    #[schema(value_type = Option<Object>)]
    answer: Option<Answer>,
    /// The promise letter (WH-05, WH-07).
    promise: Option<PromiseView>,
    /// Reviews and re-examinations that led to an opinion, in order.
    review_opinions: Vec<ReviewView>,
    /// The draft of an opinion on a review, while it awaits approval.
    review_draft: Option<String>,
    /// The hearing fixed in the review under way.
    #[schema(value_type = Option<Object>)]
    hearing: Option<Hearing>,
    /// Supervision orders (督办), the newest first.
    supervision_orders: Vec<SupervisionView>,
    /// The grounds on which supervision may be ordered (REG-51).
    supervision_grounds: Vec<GroundView>,
    actions: Vec<ActionView>,
}

/// A promise letter: dated by the handling deadline, in two copies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PromiseView {
    number: String,
    issued_at: DateTime<Utc>,
    last_day: Option<NaiveDate>,
    /// Who holds a copy: the unit, and the petitioner.
    held_by: [String; 2],
}

pub(super) fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn deadline(clock: &Clock) -> DeadlineView {
    let deadline = &clock.deadline;
    DeadlineView {
        kind: word(clock.kind),
        started_at: clock.started_at,
        due_at: deadline.due_at,
        last_day: deadline.last_day,
        state: word(clock.state),
        provisional: deadline.provisional,
        explanation_zh: deadline.to_zh(),
        explanation_en: deadline.to_en(),
        counted: deadline.explanation.steps.clone(),
    }
}

pub(super) fn line(case: &Case, cursor: String) -> CaseLine {
    CaseLine {
        case: snapshot(case, &Event::Approved),
        stage: case.state.kind().name(),
        stage_zh: case.state.kind().zh(),
        next_due_at: case.next_due_at(),
        is_overdue: case.is_overdue(),
        cursor,
    }
}

/// A link to another matter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkView {
    #[schema(value_type = Uuid)]
    case_id: huiyin_kernel::CaseId,
    number: String,
    /// 同一事项 or 关联事项.
    kind_zh: &'static str,
    reason: String,
}

fn link(link: &crate::domain::Link) -> LinkView {
    LinkView {
        case_id: link.case_id,
        number: link.number.to_string(),
        kind_zh: link.kind.zh(),
        reason: link.reason.clone(),
    }
}

/// The case page for an actor, with the document of the reply once issued.
pub(super) async fn page(
    tx: &mut ReadTx,
    case: &Case,
    policy: &Policy,
    ctx: &Context,
    actor: &Actor,
    reply_text: Option<String>,
) -> Result<CaseView, Failure> {
    let (mut units, mut staff) = named(case);
    let (more_units, more_staff) = super::routing_view::named(case);
    units.extend(more_units);
    staff.extend(more_staff);
    units.push(case.responsible_unit.to_string());
    let signer = case.settlement.as_deref().map(|settlement| settlement.signed_by);
    units.extend(case.parts.iter().map(|part| part.unit.to_string()));
    let visitors = case.return_visits.iter().map(|visit| visit.by).chain(keepers(case));
    let staff_of_case = [case.state.officer(), case.leader, signer].into_iter().flatten().chain(visitors);
    staff.extend(staff_of_case.map(Uuid::from));
    let asked = case.library.iter().flat_map(|entry| &entry.selections);
    staff.extend(asked.map(|asked| asked.leader).chain(case.instructions.iter().map(|one| one.leader)).map(Uuid::from));
    let material = case.appointment.iter().filter_map(|asked| asked.material.as_ref()).map(|given| given.by);
    let preparing = material.chain(case.consultation.iter().map(|held| held.by));
    staff.extend(preparing.map(Uuid::from));
    let names: HashMap<String, String> = directory::names(tx, &units, &staff).await?.into_iter().collect();
    let name = |key: Option<String>| key.and_then(|key| names.get(&key).cloned());
    let reply = case.state.reply();
    Ok(CaseView {
        responsible_unit_name: name(Some(case.responsible_unit.to_string())),
        officer_name: name(case.state.officer().map(|id| id.to_string())),
        leader_name: name(case.leader.map(|id| id.to_string())),
        leader_why_zh: case.leader.and(case.leader_found_by).map(crate::domain::FoundBy::why_zh),
        leader_by_rule: leader_by_rule(tx, case, policy).await?,
        deadlines_explained: case.clocks.iter().map(deadline).collect(),
        simple: simple(case, policy, &ctx.calendar),
        steps: policy
            .gates
            .steps
            .all()
            .filter(|step| case.is_asked(step))
            .map(|step| StepView {
                code: step.code.clone(),
                zh: step.zh.clone(),
                en: step.en.clone(),
                by_zh: step.by.words().0,
                in_principle: step.in_principle,
                stands: if case.has_done(step, policy) {
                    StepStands::Done
                } else if case.waived.contains(&step.code) {
                    StepStands::Waived
                } else if case.step_open(&step.code, policy, actor).is_ok() {
                    StepStands::Open
                } else {
                    StepStands::Later
                },
            })
            .collect(),
        needs_officer: case.recused_officer().is_some(),
        links: case.links.iter().map(link).collect(),
        routing: routing(case, &names),
        agreement: settlement(case, &names),
        work_parts: parts(case, &names),
        deferred: deferred(case),
        library_entry: library(case, &names),
        appointment_asked: appointment(case, policy, &names),
        consulted: consultation(case, &names),
        plan: plan(case),
        instructions: instructions(case, &names),
        evaluated: evaluation(case, case.evaluation_told(policy)),
        return_visits: return_visits(case, &names),
        file: file(case, &names),
        proposal: case.state.proposal().cloned(),
        reply_text,
        review_until: reply.and_then(|(_, delivery)| delivery.map(|delivery| delivery.review_until)),
        answer: case.state.closing().map(|closing| closing.answer.clone()),
        promise: case.promise.as_ref().map(|promise| PromiseView {
            number: promise.number.clone(),
            issued_at: promise.issued_at,
            last_day: case
                .clock(huiyin_contracts::casework::DeadlineKind::Handling)
                .map(|clock| clock.deadline.last_day),
            held_by: [promise.held_by_unit.to_string(), "petitioner".to_owned()],
        }),
        review_opinions: reviews(case),
        review_draft: draft(case),
        hearing: case.open_review().and_then(|review| review.hearing.clone()),
        supervision_orders: orders(case, policy, &names),
        supervision_grounds: grounds(policy),
        actions: actions(case, policy, actor, local_date(ctx.clock.now()).unwrap_or(NaiveDate::MIN)),
        line: line(case, String::new()),
    })
}
