//! From a command to what happened, or to the reason why nothing did.

mod appointing;
mod archiving;
mod clocks;
mod deciding;
mod evaluating;
mod handling;
mod leading;
mod linking;
mod parting;
mod reception;
mod replying;
mod reviewing;
mod routing;
mod settling;
mod simple;
mod supervising;
mod withdrawal;

use chrono::{DateTime, Utc};
use huiyin_calendar::Calendar;
use huiyin_contracts::casework::DeadlineKind;
use huiyin_kernel::{Actor, SessionId, UnitCode};
use huiyin_policy::Policy;

use super::{Case, CaseFacts, Clock, Command, Event, LibraryEvent, Opened, Refusal, permit};

/// What happened, in order. Never empty.
pub type Decision = Vec<Event>;

/// What every decision looks at.
#[derive(Clone, Copy)]
struct Given<'a> {
    case: &'a Case,
    policy: &'a Policy,
    calendar: &'a Calendar,
    actor: &'a Actor,
    now: DateTime<Utc>,
}

/// Opens a case for a registered petition. Its acceptance clock starts at registration, whenever this is called.
pub fn open(
    facts: CaseFacts,
    responsible_unit: UnitCode,
    session_id: Option<SessionId>,
    policy: &Policy,
    calendar: &Calendar,
) -> Result<Event, Refusal> {
    let rules = policy.clocks.notice_rules();
    let acceptance = Clock::start(DeadlineKind::Acceptance, rules, facts.registered_at, calendar)?;
    Ok(Event::Opened(Box::new(Opened { facts, responsible_unit, session_id, acceptance })))
}

/// Decides on a command.
///
/// # Errors
/// A [`Refusal`] when the state, the class, the actor, the steps or the data do not allow it; then nothing happens.
pub fn decide(
    case: &Case,
    command: &Command,
    policy: &Policy,
    calendar: &Calendar,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    permit(case, command.kind(), policy, actor)?;
    let given = Given { case, policy, calendar, actor, now };
    let mut events = given.events(command)?;
    events.extend(given.return_visit_after(&events)?);
    Ok(events)
}

impl Given<'_> {
    fn events(self, command: &Command) -> Result<Decision, Refusal> {
        let given = self;
        match command {
            Command::Accept { grade, simple: None } => given.accept(*grade),
            Command::Accept { grade, simple: Some(admission) } => given.accept_simply(*grade, *admission),
            Command::ConvertToOrdinary { reason } => Ok(vec![given.convert(reason)?]),
            Command::Point { to_body, text, road } => given.point(to_body, text, *road),
            Command::Decline { code, text } => given.decline(code, text),
            Command::Forward { unit, is_discipline } => deciding::forward(unit, *is_discipline),
            Command::Assign { officer, officer_unit, unit, is_discipline } => {
                given.assign(*officer, officer_unit, unit.as_ref(), *is_discipline)
            }
            Command::HandOver { unit, leader, reason, is_discipline } => {
                given.hand_over(unit, *leader, reason, *is_discipline)
            }
            Command::DoStep { step, note } => given.do_step(step, note),
            Command::Transfer { unit, demand, report_by, is_discipline } => {
                given.transfer(unit, demand.as_deref(), *report_by, *is_discipline)
            }
            Command::SignFor => given.sign_for(),
            Command::Object { reason } => given.object(reason),
            Command::AnswerObjection { agree, reason, decider } => {
                Ok(given.answer_objection(*agree, reason, decider.as_ref()))
            }
            Command::ReferCompetence { others, reason, decider } => {
                given.refer_competence(others, reason, decider.as_ref())
            }
            Command::DecideCompetence { unit, assisting, reason, discipline } => {
                given.decide_competence(unit, assisting, reason, discipline.as_ref())
            }
            Command::LinkMatters { other, kind, reason } => given.link(other, *kind, reason),
            Command::UnlinkMatters { other, reason } => given.unlink(*other, reason),
            Command::ReportResult { found, done } => given.report_result(found, done),
            Command::ReportUp { level, reported_on, text } => given.report_up(*level, *reported_on, text),
            Command::Waive { step, reason } => given.waive(step, reason),
            Command::Take => Ok(given.take()),
            Command::GivePart { unit, text, due_on, is_discipline } => {
                given.give_part(unit, text, *due_on, *is_discipline)
            }
            Command::ReportPart { nth, done_on, result } => given.report_part(*nth, *done_on, result),
            Command::TakePartBack { nth, reason } => given.take_part_back(*nth, reason),
            Command::Defer { reason, look_again_on } => given.defer(reason, *look_again_on),
            Command::SettleDeferred { done_on, note } => given.settle_deferred(*done_on, note),
            Command::AskAppointment { wish } => given.ask_appointment(wish.as_deref()),
            Command::GiveMaterial { text } => given.give_material(text),
            Command::FixAppointment(fixed) => given.fix_appointment(fixed),
            Command::ReleaseAppointment { visit_id } => given.release_appointment(*visit_id),
            Command::RecordConsultation { held_on, present, agreed } => {
                given.record_consultation(*held_on, present, agreed)
            }
            Command::AddToLibrary { field, reason } => given.add_to_library(field, reason),
            Command::RemoveFromLibrary { reason } => {
                Ok(vec![Event::Library(LibraryEvent::Removed { reason: reason.clone() })])
            }
            Command::Instruct { text } => given.instruct(text),
            Command::SetPlan { text, until } => given.set_plan(text, *until),
            Command::SelectLeader { leader, quarter } => given.select_leader(*leader, *quarter),
            Command::AnswerSelection { agrees, reason } => given.answer_selection(*agrees, reason.as_deref()),
            Command::PublishSelection { summary } => {
                Ok(vec![Event::Library(LibraryEvent::Published { summary: summary.clone() })])
            }
            Command::Propose(propose) => given.propose(propose),
            Command::RecordSettlement(settle) => given.record_settlement(settle),
            Command::RecordDutyDone { nth, done_on, note } => given.record_duty_done(*nth, *done_on, note),
            Command::Approve => Ok(given.approve()),
            Command::Return { reason } => Ok(given.send_back(reason)),
            Command::Reply { request, manner } => given.reply(request, *manner),
            Command::GivePaper { means, delivered_at, receipt } => {
                given.give_paper(means, *delivered_at, receipt.as_deref())
            }
            Command::Deliver { means, delivered_at, receipt } => {
                given.deliver(means, *delivered_at, receipt.as_deref())
            }
            Command::Close => given.close(),
            Command::Extend { days, kind, reason } => given.extend(*days, *kind, reason),
            Command::ChangeGrade { grade, reason } => given.change_grade(*grade, reason),
            Command::SettleOnSpot { conditions, result, result_summary, reception } => {
                given.settle_on_spot(*conditions, result, result_summary, reception.as_ref())
            }
            Command::Promise { grade, reception } => given.promise(*grade, reception),
            Command::Order { grade, reception } => given.order(*grade, reception),
            Command::Explain { summary, aided, reception } => given.explain(summary, *aided, reception),
            Command::AskReview { superior } => given.ask_review(superior.as_ref()),
            Command::DeclineReview { code, text } => given.decline_review(code, text),
            Command::HoldHearing(hearing) => given.hold_hearing(hearing),
            Command::ProposeReview(propose) => given.propose_review(propose),
            Command::Evaluate(said) => given.evaluate(*said),
            Command::RecordReturnVisit { means, visited_on, finding } => {
                given.record_return_visit(*means, *visited_on, *finding)
            }
            Command::Archive { is_petition_office, receipt } => given.archive(*is_petition_office, receipt.as_deref()),
            Command::Recuse { person, reason } => given.recuse(*person, reason),
            Command::AppraiseFile { is_petition_office, finding, reason } => {
                given.appraise(*is_petition_office, *finding, reason)
            }
            Command::DestroyFile { is_petition_office } => given.destroy(*is_petition_office),
            Command::Withdraw { until } => Ok(vec![Event::Withdrawn { until: *until }]),
            Command::Resume => given.resume(),
            Command::Lapse => given.lapse(),
            Command::Mark { kind, mark, generation, leaders } => given.mark(*kind, *mark, *generation, leaders),
            Command::Reckon => given.reckon(),
            Command::Note(note) => Ok(vec![Event::Noted { note: note.clone() }]),
            Command::Supervise(supervise) => given.supervise(supervise),
        }
    }
}
