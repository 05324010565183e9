//! What others are told of a case: current values, no personal data, and nothing of an accusation's content.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{
    self, CaseSnapshot, DeadlineKind, DeadlineSnapshot, ObjectionState, ReviewLevel, ReviewSnapshot, ReviewState,
    TransferSnapshot,
};
use huiyin_kernel::UnitCode;

use super::{Answer, Case, Event, PartEvent, Review, ReviewEnd, State, clock_of};

/// The published type of a journal entry; `None` for what stays inside.
pub const fn public_type(event: &Event) -> Option<EventType> {
    Some(match event {
        Event::Opened(_) => casework::OPENED,
        Event::Accepted { .. } => casework::ACCEPTED,
        Event::ConvertedToOrdinary { .. } => casework::CONVERTED_TO_ORDINARY,
        Event::PaperGiven { .. } => casework::PAPER_GIVEN,
        Event::Pointed { .. } => casework::POINTED,
        Event::Declined { .. } => casework::DECLINED,
        Event::Forwarded { .. } => casework::FORWARDED,
        Event::Transferred { .. } => casework::TRANSFERRED,
        Event::Objected { .. } => casework::OBJECTED,
        Event::ObjectionAnswered { .. } => casework::OBJECTION_ANSWERED,
        Event::Assigned { .. } => casework::ASSIGNED,
        Event::HandedOver { .. } => casework::HANDED_OVER,
        Event::StepDone { .. } => casework::STEP_DONE,
        Event::Recused { .. } => casework::RECUSED,
        Event::StepWaived { .. } => casework::STEP_WAIVED,
        Event::Proposed { .. } => casework::PROPOSED,
        Event::Approved => casework::APPROVED,
        Event::Returned { .. } => casework::RETURNED,
        Event::Replied { .. } => casework::REPLIED,
        Event::Delivered { .. } => casework::DELIVERED,
        Event::SettledOnSpot { .. } => casework::SETTLED_ON_SPOT,
        Event::Promised { .. } => casework::PROMISED,
        Event::Extended { .. } => casework::EXTENDED,
        Event::GradeChanged { .. } | Event::DeadlineMoved { .. } => casework::DEADLINE_MOVED,
        Event::DueSoon { .. } => casework::DUE_SOON,
        Event::Overdue { .. } => casework::OVERDUE,
        Event::TakenByLeader { .. } => casework::TAKEN_BY_LEADER,
        Event::Withdrawn { .. } => casework::WITHDRAWN,
        Event::Resumed { .. } => casework::RESUMED,
        Event::Closed { .. } => casework::CLOSED,
        Event::Supervision(event) => return event.public_type(),
        Event::Evaluation(event) => event.public_type(),
        Event::Archive(event) => return event.public_type(),
        Event::ReturnVisit(event) => return event.public_type(),
        Event::Settlement(event) => event.public_type(),
        Event::Routing(event) => event.public_type(),
        Event::Part(event) => event.public_type(),
        Event::Deferral(event) => event.public_type(),
        Event::Appointment(event) => event.public_type(),
        Event::Library(event) => event.public_type(),
        Event::ReviewAsked { .. } => casework::REVIEW_ASKED,
        Event::ReviewDeclined { .. } => casework::REVIEW_DECLINED,
        Event::HearingHeld { .. } => casework::HEARING_HELD,
        Event::ReviewProposed { .. } => casework::REVIEW_PROPOSED,
        Event::ReviewReturned { .. } => casework::REVIEW_RETURNED,
        Event::ReviewAnswered => casework::REVIEW_ANSWERED,
        Event::ReviewDelivered { .. } => casework::REVIEW_DELIVERED,
        Event::ReviewWithdrawn => casework::REVIEW_WITHDRAWN,
        Event::ApprovalGiven { .. }
        | Event::Link(_)
        | Event::ReliefReferred
        | Event::ReceivedByLeader { .. }
        | Event::Explained { .. }
        | Event::DeadlineKept { .. }
        | Event::Noted { .. } => return None,
    })
}

fn about(case: &Case, event: &Event) -> Option<DeadlineKind> {
    if let Event::DueSoon { kind, .. } | Event::Overdue { kind } = event {
        Some(*kind)
    } else if let Event::DeadlineMoved { clock, .. } = event {
        Some(clock.kind)
    } else if let Event::Supervision(event) = event {
        event.about()
    } else if let Event::Routing(event) = event {
        event.about(case)
    } else if let Event::Part(_) = event {
        Some(DeadlineKind::Part)
    } else if let Event::Deferral(_) = event {
        Some(DeadlineKind::Deferral)
    } else if let Event::Settlement(_) = event {
        Some(DeadlineKind::Settlement)
    } else if let Event::Appointment(_) = event {
        Some(DeadlineKind::Plan)
    } else if let Event::ReturnVisit(_) = event {
        Some(DeadlineKind::ReturnVisit)
    } else if let Event::ReviewAsked { level, .. } = event {
        Some(clock_of(*level))
    } else {
        matches!(event, Event::Extended { .. } | Event::GradeChanged { .. } | Event::ConvertedToOrdinary { .. })
            .then_some(DeadlineKind::Handling)
    }
}

/// The unit of the part that the event speaks of: of a date, the one whose day comes first.
fn about_unit(case: &Case, event: &Event) -> Option<UnitCode> {
    let part = match event {
        Event::Part(PartEvent::Given { part, .. }) => Some(&**part),
        Event::Part(PartEvent::Ended { nth, .. }) => case.parts.get(*nth),
        Event::DueSoon { kind: DeadlineKind::Part, .. } | Event::Overdue { kind: DeadlineKind::Part } => {
            case.open_parts().min_by_key(|part| part.due_on)
        }
        _ => None,
    };
    part.map(|part| part.unit.clone())
}

fn reason_code(event: &Event) -> Option<String> {
    if let Event::Declined { code, .. } = event {
        Some(code.clone())
    } else if let Event::StepWaived { step, .. } = event {
        Some(step.clone())
    } else if let Event::ReviewDeclined { ground, .. } = event {
        Some(ground.code.clone())
    } else if let Event::Routing(super::RoutingEvent::ReportedUp { report }) = event {
        serde_json::to_value(report.level).ok().and_then(|value| value.as_str().map(str::to_owned))
    } else if let Event::Routing(super::RoutingEvent::Succeeded { succeeded }) = event {
        Some(succeeded.part.name().to_owned())
    } else if let Event::Supervision(super::SupervisionEvent::MeasureTaken { measure, .. }) = event {
        serde_json::to_value(measure.kind).ok().and_then(|value| value.as_str().map(str::to_owned))
    } else if let Event::Extended { kind: grade, .. } | Event::GradeChanged { grade, .. } = event {
        serde_json::to_value(grade).ok().and_then(|value| value.as_str().map(str::to_owned))
    } else {
        let Event::Pointed { road, .. } = event else { return None };
        Some(road.map_or("other_body", super::Road::code).to_owned())
    }
}

/// The snapshot of `case` right after `event`.
pub fn snapshot(case: &Case, event: &Event) -> CaseSnapshot {
    let facts = &case.facts;
    // Of an accusation nothing is told, and of a destroyed file only that it was (REG-22, A11).
    let open = !case.is_accusation() && case.file().is_none_or(|file| file.destruction.is_none());
    let proposal = case.state.proposal().filter(|_| open);
    let closing = case.state.closing();
    let on_spot = closing.and_then(|closing| on_spot(&closing.answer)).filter(|_| open);
    let closed_at = closing.map(|closing| closing.closed_at);
    let oral = case.explained.as_ref().filter(|_| open);
    let answered_on_spot =
        closing.is_some_and(|closing| matches!(closing.answer, Answer::OnSpot(_) | Answer::Explained(_)));
    let reply = case.state.reply();
    let reviews = reviews(case);
    CaseSnapshot {
        case_id: facts.case_id,
        petition_id: facts.petition_id,
        number: facts.number.clone(),
        state: case.state.published(),
        channel: facts.channel,
        class: facts.class,
        topic: facts.topic.clone(),
        district: facts.district.clone(),
        grade: case.grade,
        procedure: case.procedure(),
        registered_at: facts.registered_at,
        policy_pack: facts.policy.pack.clone(),
        policy_hash: facts.policy.hash.clone(),
        responsible_unit: case.responsible_unit.clone(),
        officer: case.state.officer(),
        leader: case.leader,
        taken_by_leader: case.taken_by_leader,
        session_id: case.session_id,
        deadlines: case.clocks.iter().map(deadline).collect(),
        extended_days: case.clocks.iter().map(super::Clock::extended_days).sum(),
        about: about(case, event),
        about_unit: about_unit(case, event),
        reason_code: reason_code(event),
        cause_found: proposal.and_then(|p| p.cause_found.clone()),
        opinion_summary: proposal.and_then(|p| p.opinion_summary.clone()).or_else(|| oral.map(|o| o.summary.clone())),
        result_summary: proposal.and_then(|p| p.result_summary.clone()).or_else(|| on_spot.map(str::to_owned)),
        outcome: case.outcome(),
        relief_referral: case.relief_referral,
        promise_number: case.promise.as_ref().map(|promise| promise.number.clone()),
        replied_at: reply.map(|(reply, _)| reply.issued_at).or(closed_at.filter(|_| answered_on_spot)),
        delivered_at: reply
            .and_then(|(_, delivery)| delivery.map(|d| d.delivered_at))
            .or(closed_at.filter(|_| answered_on_spot)),
        closed_at,
        supervision: case.supervision_told(),
        settlement: case.settlement.as_deref().filter(|_| open).map(super::Settlement::told),
        parts: case.parts_told(),
        deferral: case.deferral_told().filter(|_| open),
        library: case.library_told().filter(|_| open),
        appointment: case.appointment_told().filter(|_| open),
        // Needs the pack, too.
        may_ask_appointment: false,
        transfer: case.transfer.as_ref().map(transfer),
        competence: case.competence_told(),
        // Needs the pack: filled in where it is at hand.
        evaluation: None,
        archive: case.archive_told(),
        return_visit: case.return_visits.last().map(|visit| visit.finding),
        review: reviews.last().cloned(),
        reviews,
        version: case.version,
    }
}

fn transfer(sent: &super::Transfer) -> TransferSnapshot {
    TransferSnapshot {
        from: sent.from.clone(),
        to: sent.to.clone(),
        at: sent.at,
        handed_down: sent.demand.is_some(),
        objection_until: sent.objection_until,
        signed_at: sent.signed.as_ref().map(|signed| signed.at),
        objection: sent.objection.as_ref().map(|objection| match objection.agreed {
            None => ObjectionState::Raised,
            Some(true) => ObjectionState::Agreed,
            Some(false) => ObjectionState::Rejected,
        }),
    }
}

/// Every review that ended, and the one under way.
fn reviews(case: &Case) -> Vec<ReviewSnapshot> {
    case.reviews.iter().map(ended).chain(under_way(case)).collect()
}

fn begun(review: (ReviewLevel, Option<&UnitCode>, DateTime<Utc>, bool)) -> ReviewSnapshot {
    let (level, unit, asked_at, late) = review;
    ReviewSnapshot {
        level,
        unit: unit.cloned(),
        state: ReviewState::Asked,
        result: None,
        asked_at,
        late,
        answered_at: None,
        delivered_at: None,
        next_until: None,
    }
}

fn under_way(case: &Case) -> Option<ReviewSnapshot> {
    let open = case.open_review()?;
    let asked = begun((open.level, Some(&open.unit), open.asked_at, open.late));
    Some(match &case.state {
        State::ReviewAnswered { opinion, issued_at, .. } => ReviewSnapshot {
            state: ReviewState::Answered,
            result: Some(opinion.result),
            answered_at: Some(*issued_at),
            ..asked
        },
        _ => asked,
    })
}

fn ended(review: &Review) -> ReviewSnapshot {
    let asked = begun((review.level, review.unit.as_ref(), review.asked_at, review.late));
    match &review.end {
        ReviewEnd::Answered { opinion, issued_at, delivery } => ReviewSnapshot {
            state: ReviewState::Delivered,
            result: Some(opinion.result),
            answered_at: Some(*issued_at),
            delivered_at: Some(delivery.delivered_at),
            next_until: delivery.next_until,
            ..asked
        },
        ReviewEnd::Declined(_) => ReviewSnapshot { state: ReviewState::Declined, ..asked },
        ReviewEnd::Withdrawn => ReviewSnapshot { state: ReviewState::Withdrawn, ..asked },
    }
}

fn on_spot(answer: &Answer) -> Option<&str> {
    if let Answer::OnSpot(on_spot) = answer { Some(&on_spot.result_summary) } else { None }
}

fn deadline(clock: &super::Clock) -> DeadlineSnapshot {
    DeadlineSnapshot {
        kind: clock.kind,
        due_at: clock.deadline.due_at,
        last_day: clock.deadline.last_day,
        provisional: clock.deadline.provisional,
        state: clock.state,
    }
}
