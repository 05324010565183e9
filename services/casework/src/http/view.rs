//! The case as staff see it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::{Step, local_date};
use huiyin_contracts::casework::SelectionState;
use huiyin_journal::ReadTx;
use huiyin_kernel::Actor;
use huiyin_policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::appointment_view::{AppointmentView, ConsultationView, appointment, consultation};
use super::evaluation_view::{EvaluationView, FileView, ReturnVisitView, evaluation, file, keepers, return_visits};
use super::library_view::{
    InstructionView, LeaderByRule, LibraryView, PlanView, instructions, leader_by_rule, library, plan,
};
use super::parts_view::{DeferralView, PartView, deferred, parts};
use super::permissions::needed;
use super::review_view::{ReviewView, draft, reviews};
use super::routing_view::{RoutingView, routing};
use super::settlement_view::{SettlementView, settlement};
use super::simple_view::{SimpleView, simple};
use super::supervision_view::{GroundView, SupervisionView, grounds, named, orders};
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::domain::{Answer, Case, Clock, CommandKind, Event, Hearing, Refusal, Transfer, permit, snapshot};
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

/// What can be done now, and why the rest cannot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionView {
    /// The last part of the path.
    command: &'static str,
    zh: &'static str,
    en: &'static str,
    allowed: bool,
    reason_zh: Option<String>,
    reason_en: Option<String>,
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

/// Would anybody ask for this here? What belongs to a review is not listed as refused where there is none.
fn concerns(case: &Case, policy: &Policy, kind: CommandKind, today: NaiveDate) -> bool {
    use CommandKind::{
        AddToLibrary, AnswerObjection, AnswerSelection, AppraiseFile, Archive, AskAppointment, ConvertToOrdinary,
        DecideCompetence, DeclineReview, Defer, DestroyFile, GiveMaterial, GivePaper, HoldHearing, Object,
        OrderSupervision, ProposeReview, PublishSelection, RecordConsultation, RecordDutyDone, RecordReturnVisit,
        ReferCompetence, RemoveFromLibrary, ReportPart, ReportRectification, ReportResult, SelectLeader,
        SettleDeferred, SignFor, TakePartBack, UnlinkMatters, Waive,
    };
    match kind {
        DeclineReview | HoldHearing | ProposeReview => case.open_review().is_some(),
        SignFor => case.transfer.as_ref().is_some_and(Transfer::awaits_signing),
        Object => case.transfer.as_ref().is_some_and(|transfer| transfer.objection.is_none()),
        AnswerObjection => case.transfer.as_ref().is_some_and(Transfer::awaits_answer),
        ConvertToOrdinary => case.is_simple(),
        RecordDutyDone => case.settlement.is_some(),
        ReportPart | TakePartBack => case.open_parts().next().is_some(),
        Defer => case.outcome().is_some(),
        SettleDeferred => case.open_deferral().is_some(),
        AskAppointment => policy.scheduling.appointment_steps.is_some(),
        GiveMaterial => case.open_appointment().is_some(),
        RecordConsultation => case.open_appointment().is_some() || case.asks_for_consultation(policy),
        RemoveFromLibrary | SelectLeader => case.listed().is_some(),
        AddToLibrary => case.listed().is_none(),
        AnswerSelection => case.asked_leader().is_some(),
        PublishSelection => case.selection().is_some_and(|asked| asked.state() == SelectionState::Agreed),
        Archive => case.state.closing().is_some() && case.file().is_none(),
        RecordReturnVisit => case.state.closing().is_some(),
        AppraiseFile => case.file().is_some_and(|file| file.keep_until.is_some_and(|until| until < today)),
        DestroyFile => case.file().is_some_and(|file| file.appraisal.is_some()),
        ReferCompetence => case.is_unclaimed() && case.open_competence().is_none(),
        DecideCompetence => case.open_competence().is_some(),
        UnlinkMatters => !case.links.is_empty(),
        ReportResult => case.owes_report(),
        GivePaper => case.state.reply().is_some_and(|(reply, _)| !reply.manner.is_written()),
        Waive => policy.gates.steps.all().any(|step| step.in_principle && case.is_asked(step)),
        ReportRectification => case.open_rectification().is_some(),
        kind if kind.is_supervision() => kind == OrderSupervision || case.newest_order().is_some(),
        _ => true,
    }
}

/// Why none of the steps that are left can be recorded by this actor now: what the first of them waits for.
fn no_step(case: &Case, policy: &Policy, kind: CommandKind, actor: &Actor) -> Option<Refusal> {
    if kind != CommandKind::DoStep {
        return None;
    }
    let (steps, mut first) = (&policy.gates.steps, None);
    let of_their_own = [&steps.opinion, &steps.reply];
    let left =
        steps.all().filter(|step| case.is_asked(step) && step.command.is_none() && !of_their_own.contains(&&step.code));
    for step in left.filter(|step| !case.steps.contains(&step.code) && !case.waived.contains(&step.code)) {
        match case.step_open(&step.code, policy, actor) {
            Ok(()) => return None,
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    Some(first.unwrap_or(Refusal::NothingChanges))
}

fn actions(case: &Case, policy: &Policy, actor: &Actor, today: NaiveDate) -> Vec<ActionView> {
    let commands = CommandKind::ALL.iter().filter(|kind| concerns(case, policy, **kind, today));
    let commands = commands.filter_map(|kind| Some((*kind, needed(*kind)?)));
    commands
        .map(|(kind, permission)| {
            let reason = match huiyin_authz::require(actor, permission) {
                Err(denied) => Some((
                    format!("您的账号无权“{}”，请由{}办理。", permission.chinese(), denied.ask_chinese()),
                    format!("Your account may not {}; ask {}.", permission.english(), denied.ask_english()),
                )),
                Ok(()) => permit(case, kind, policy, actor).err().or_else(|| no_step(case, policy, kind, actor)).map(
                    |refusal| {
                        let told = refusal.told();
                        (told.zh, told.en)
                    },
                ),
            };
            let (reason_zh, reason_en) = reason.map_or((None, None), |(zh, en)| (Some(zh), Some(en)));
            ActionView {
                command: kind.name(),
                zh: kind.zh(),
                en: kind.en(),
                allowed: reason_zh.is_none(),
                reason_zh,
                reason_en,
            }
        })
        .flat_map(|action| {
            // What is closed together is asked for where one of them can be closed.
            let together =
                (action.command == CommandKind::Close.name() && !case.links.is_empty()).then(|| ActionView {
                    command: "close-linked",
                    zh: "一并办结关联事项",
                    en: "close with those linked",
                    allowed: action.allowed,
                    reason_zh: action.reason_zh.clone(),
                    reason_en: action.reason_en.clone(),
                });
            std::iter::once(action).chain(together)
        })
        .collect()
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
