//! The words of a notice that only casework has: reasons, where to go, the result. For notification, when it writes.

use axum::extract::State;
use huiyin_authz::Sight;
use huiyin_contracts::casework::ReviewLevel;
use huiyin_kernel::{CaseId, EventId, Service};
use huiyin_policy::Policy;
use huiyin_web::{Json, Path, Problem, ServiceCaller};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::context::Context;
use crate::app::read::{Moment, life};
use crate::domain::{
    Answer, Case, DeferralEvent, Event, LibraryEvent, PartEvent, Review, RoutingEvent, SettlementEvent,
    State as CaseState, SupervisionEvent, level_words, result_zh, settlement_words,
};

/// The words; what the event has none of is absent.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Words {
    /// Why.
    reason: Option<String>,
    /// The article.
    basis: Option<String>,
    /// The competent body, or what can be done instead.
    where_to_go: Option<String>,
    /// What came of it.
    result: Option<String>,
    /// How to ask for a review (REG-40).
    remedy: Option<String>,
    /// Which remedy, in Chinese: 复查 or 复核.
    level: Option<String>,
    /// In which manner it was answered, in Chinese, where that was not in writing (REG-33).
    manner: Option<String>,
    /// Days of an extension.
    days: Option<u32>,
}

fn result(case: &Case) -> Option<String> {
    if let Some(closing) = case.state.closing() {
        return match &closing.answer {
            Answer::Written { proposal, .. } => {
                Some(proposal.result_summary.clone().unwrap_or_else(|| proposal.opinion.clone()))
            }
            Answer::OnSpot(on_spot) => Some(on_spot.result.clone()),
            Answer::Explained(explanation) => Some(explanation.summary.clone()),
            Answer::Pointed { to_body, .. } => Some(format!("请向{to_body}提出。")),
            Answer::Declined { where_to_go, .. } => Some(where_to_go.clone()),
            Answer::Forwarded { .. } | Answer::Withdrawn => Some(String::new()),
        };
    }
    case.state.proposal().map(|proposal| proposal.result_summary.clone().unwrap_or_else(|| proposal.opinion.clone()))
}

fn words(moment: &Moment, policy: &Policy) -> Words {
    let mut words = Words::default();
    match &moment.event {
        Event::Pointed { to_body, text, road } => {
            words.basis = road.map(|road| format!("{}（{}）", road.article(), road.words().0));
            words.where_to_go = Some(to_body.clone());
            words.reason = Some(text.clone());
        }
        Event::Declined { article, text, where_to_go, .. } => {
            words.basis = Some(article.clone());
            words.reason = Some(text.clone());
            words.where_to_go = Some(where_to_go.clone());
        }
        Event::HandedOver { reason, .. }
        | Event::Returned { reason }
        | Event::GradeChanged { reason, .. }
        | Event::ConvertedToOrdinary { reason, .. }
        | Event::StepWaived { reason, .. }
        | Event::Objected { reason }
        | Event::ObjectionAnswered { reason, .. }
        | Event::ReviewReturned { reason } => {
            words.reason = Some(reason.clone());
        }
        Event::Extended { days, reason, .. } => {
            words.reason = Some(reason.clone());
            words.days = Some(*days);
        }
        Event::Replied { reply } => {
            words.result = result(&moment.case);
            let period = policy.clocks.review_request.period.to_zh();
            words.manner = (!reply.manner.is_written()).then(|| reply.manner.zh().to_owned());
            words.remedy = Some(format!("可以在收到处理意见书之日起{period}内，向原办理机关的上一级机关申请复查。"));
        }
        Event::ReviewAsked { level, .. } => words.level = Some(level_words(*level).0.to_owned()),
        Event::ReviewDeclined { level, ground, .. } => {
            words.level = Some(level_words(*level).0.to_owned());
            words.basis = Some(ground.article.clone());
            words.reason = Some(ground.text.clone());
            words.where_to_go = Some(ground.where_to_go.clone());
        }
        Event::HearingHeld { hearing, .. } => {
            let day = |day: chrono::NaiveDate| day.format("%Y年%-m月%-d日").to_string();
            words.result = Some(format!("{}至{}", day(hearing.from), day(hearing.to)));
        }
        Event::Transferred { demand, .. } => words.result.clone_from(demand),
        Event::ReviewAnswered => {
            if let CaseState::ReviewAnswered { review, opinion, .. } = &moment.case.state {
                words.level = Some(level_words(review.level).0.to_owned());
                words.result = Some(result_zh(opinion.result).to_owned());
                words.remedy = Some(match review.level {
                    ReviewLevel::Review => {
                        "可以自收到复查意见书之日起30日内，向复查机关的上一级机关申请复核。".to_owned()
                    }
                    ReviewLevel::Reexamination => "复核意见为最终处理意见。".to_owned(),
                });
            }
        }
        Event::ReviewDelivered { .. } => {
            let last = moment.case.reviews.last();
            words.level = last.map(|review| level_words(review.level).0.to_owned());
            words.result = last.and_then(Review::answered).map(|(opinion, ..)| result_zh(opinion.result).to_owned());
        }
        Event::SettledOnSpot { .. } | Event::Closed { .. } => words.result = result(&moment.case),
        Event::Opened(_)
        | Event::Deferral(DeferralEvent::Settled { .. })
        | Event::Part(PartEvent::Ended { .. })
        | Event::Library(
            LibraryEvent::Added { .. }
            | LibraryEvent::Removed { .. }
            | LibraryEvent::PlanSet { .. }
            | LibraryEvent::LeaderSelected { .. }
            | LibraryEvent::Instructed { .. }
            | LibraryEvent::Published { .. },
        )
        | Event::Accepted { .. }
        | Event::Forwarded { .. }
        | Event::Assigned { .. }
        | Event::StepDone { .. }
        | Event::Proposed { .. }
        | Event::ApprovalGiven { .. }
        | Event::Approved
        | Event::Delivered { .. }
        | Event::PaperGiven { .. }
        | Event::ReliefReferred
        | Event::ReceivedByLeader { .. }
        | Event::Promised { .. }
        | Event::Explained { .. }
        | Event::DueSoon { .. }
        | Event::Overdue { .. }
        | Event::TakenByLeader { .. }
        | Event::Withdrawn { .. }
        | Event::Resumed { .. }
        | Event::ReviewProposed { .. }
        | Event::ReviewWithdrawn
        | Event::DeadlineMoved { .. }
        | Event::DeadlineKept { .. }
        | Event::Link(_)
        | Event::Appointment(_)
        | Event::Evaluation(_)
        | Event::Archive(_)
        | Event::Recused { .. }
        | Event::ReturnVisit(_)
        // Of what is reported the message says only that it was.
        | Event::Routing(
            RoutingEvent::SignedFor { .. }
            | RoutingEvent::ResultReported { .. }
            | RoutingEvent::ReportedUp { .. }
            | RoutingEvent::Succeeded { .. },
        )
        | Event::Noted { .. } => {}
        Event::Routing(RoutingEvent::CompetenceReferred { competence }) => {
            words.reason = Some(competence.reason.clone());
        }
        Event::Routing(RoutingEvent::CompetenceDecided { decided }) => words.reason = Some(decided.reason.clone()),
        Event::Deferral(DeferralEvent::Deferred { deferral, .. }) => words.reason = Some(deferral.reason.clone()),
        Event::Part(PartEvent::Given { part, .. }) => words.reason = Some(part.text.clone()),
        Event::Library(LibraryEvent::LeaderAnswered { reason, .. }) => words.reason.clone_from(reason),
        Event::Settlement(event) => {
            if let SettlementEvent::Recorded { settlement, .. } = event {
                words.result = Some(settlement_words(settlement.kind).0.to_owned());
            }
        }
        // Of advice and its answer the message says only that they are there.
        Event::Supervision(event) => match event {
            SupervisionEvent::Ordered { order, .. } => {
                let rule = policy.supervision.ground(order.ground);
                words.basis = Some(format!("{}（{}）", rule.zh, rule.article));
                words.reason = Some(order.demand.clone());
            }
            SupervisionEvent::MeasureTaken { measure, .. } => {
                words.basis = Some("信访工作条例第三十九条第三款".to_owned());
                words.reason = Some(measure.reason.clone());
            }
            SupervisionEvent::Returned { reason, .. } => words.reason = Some(reason.clone()),
            SupervisionEvent::Answered { .. }
            | SupervisionEvent::Concluded { .. }
            | SupervisionEvent::RectificationReported { .. }
            | SupervisionEvent::Advised { .. }
            | SupervisionEvent::AdviceAnswered { .. }
            | SupervisionEvent::SiteVisited { .. } => {}
        },
    }
    words
}

/// The words of the notice of an event. Internal.
#[utoipa::path(get, path = "/internal/cases/{case_id}/notices/{event_id}", tag = "internal",
    params(("case_id" = Uuid, Path), ("event_id" = Uuid, Path)),
    responses((status = 200, body = Words)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    ServiceCaller(caller): ServiceCaller,
    Path((case_id, event_id)): Path<(CaseId, EventId)>,
) -> Result<Json<Words>, Problem> {
    if caller != Service::Notification {
        return Err(Problem::not_found());
    }
    let mut tx = ctx.api.look_up_as(&Sight::everything()).await?;
    let life = life(&mut tx, case_id).await?;
    let moment = life.iter().find(|moment| moment.row.event_id == event_id.uuid()).ok_or_else(Problem::not_found)?;
    let policy = ctx.packs.of_case(&mut tx, &moment.case.facts.policy.hash).await?;
    Ok(Json(words(moment, &policy)))
}
