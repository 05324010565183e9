//! From what happened here to what others are told: snapshots with current values, no person but the leader.

use chrono::{DateTime, Utc};
use huiyin_contracts::scheduling::{
    ROUND_PUBLISHED, RoundSnapshot, SESSION_CANCELLED, SESSION_CHANGED, SESSION_HELD, SESSION_PUBLISHED,
    SessionSnapshot, SessionState, VISIT_BOOKED, VISIT_CANCELLED, VISIT_CONCLUDED, VISIT_REGISTERED, VisitSnapshot,
};
use huiyin_contracts::{AggregateKind, EventType};
use huiyin_journal::{Aggregate, Change, Entry, Outgoing};
use huiyin_kernel::{Actor, CommandId, DistrictCode, IdSequence, RoundId, SessionId};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::round::RoundEvent;
use crate::domain::{Session, SessionEvent, State, Visit, VisitEvent};

/// Who, why and when, for the journal.
#[derive(Debug)]
pub struct Cause<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The command or event behind it.
    pub command: CommandId,
    /// Business time.
    pub at: DateTime<Utc>,
    /// Where ids come from.
    pub ids: &'a mut IdSequence,
}

impl Cause<'_> {
    fn change(
        &mut self,
        aggregate: Aggregate,
        event_type: &'static str,
        event: &impl Serialize,
        told: Option<(EventType, Vec<u8>)>,
    ) -> Change {
        let entry = Entry { event_id: self.ids.next(self.at), event_type, body: bytes(event) };
        let outgoing = told.into_iter().map(|(event, body)| Outgoing { entry: 0, event, body }).collect();
        Change {
            aggregate,
            actor: self.actor.clone(),
            cause: self.command.uuid(),
            at: self.at,
            entries: vec![entry],
            outgoing,
        }
    }

    /// A place was added: kept in the journal, told with the sessions held there.
    pub fn venue(&mut self, id: Uuid, district: &DistrictCode, event: &impl Serialize) -> Change {
        let aggregate = Aggregate { kind: AggregateKind::Venue, id, district: district.clone(), version: 0 };
        self.change(aggregate, "venue_added", event, None)
    }

    /// A session changed; `session` is the state after `event`.
    pub fn session(&mut self, session: &Session, event: &SessionEvent, booked: u32) -> Change {
        let aggregate = Aggregate {
            kind: AggregateKind::Session,
            id: session.id.uuid(),
            district: session.plan.district.clone(),
            version: session.version - 1,
        };
        let told = session_event(event).zip(session_snapshot(session, booked));
        let told = told.map(|(event, snapshot)| (event, bytes(&snapshot)));
        self.change(aggregate, event.name(), event, told)
    }

    /// A round changed; `version` is the one before.
    pub fn round(
        &mut self,
        (id, district, version): (RoundId, &DistrictCode, i64),
        event: &RoundEvent,
        told: Option<(String, Vec<SessionId>)>,
    ) -> Change {
        let aggregate = Aggregate { kind: AggregateKind::Round, id: id.uuid(), district: district.clone(), version };
        let (name, told) = match event {
            RoundEvent::Drafted { .. } => ("round_drafted", None),
            RoundEvent::Published { streets } => (
                "round_published",
                told.map(|(title, sessions)| {
                    let snapshot = RoundSnapshot {
                        round_id: id,
                        title,
                        district: district.clone(),
                        streets: streets.clone(),
                        sessions,
                    };
                    (ROUND_PUBLISHED, bytes(&snapshot))
                }),
            ),
        };
        self.change(aggregate, name, event, told)
    }

    /// A turn changed; `visit` is the state after `event`.
    pub fn visit(&mut self, visit: &Visit, session: &Session, event: &VisitEvent) -> Change {
        let aggregate = Aggregate {
            kind: AggregateKind::Visit,
            id: visit.id.uuid(),
            district: session.plan.district.clone(),
            version: visit.version - 1,
        };
        let told = visit_event(event).zip(visit_snapshot(visit, session));
        let told = told.map(|(event, snapshot)| (event, bytes(&snapshot)));
        self.change(aggregate, event.name(), event, told)
    }
}

const fn session_event(event: &SessionEvent) -> Option<EventType> {
    match event {
        SessionEvent::Drafted { .. }
        | SessionEvent::Replanned { .. }
        | SessionEvent::MatterNamed { .. }
        | SessionEvent::MatterTakenOff { .. } => None,
        SessionEvent::Published { .. } => Some(SESSION_PUBLISHED),
        SessionEvent::Moved { .. } | SessionEvent::Substituted { .. } => Some(SESSION_CHANGED),
        SessionEvent::Cancelled { .. } => Some(SESSION_CANCELLED),
        SessionEvent::Held => Some(SESSION_HELD),
    }
}

/// A turn that moves with its session is not told by itself: the session's change is.
const fn visit_event(event: &VisitEvent) -> Option<EventType> {
    match event {
        VisitEvent::Booked { .. } => Some(VISIT_BOOKED),
        VisitEvent::WalkedIn { .. } | VisitEvent::Arrived { .. } => Some(VISIT_REGISTERED),
        VisitEvent::Cancelled { .. } => Some(VISIT_CANCELLED),
        VisitEvent::Concluded { .. } => Some(VISIT_CONCLUDED),
        VisitEvent::Moved { .. } | VisitEvent::RecordDestroyed => None,
    }
}

/// The snapshot of a session; a draft has none.
pub fn session_snapshot(session: &Session, booked: u32) -> Option<SessionSnapshot> {
    let told = session.announced.as_ref()?;
    let state = match session.state {
        State::Draft => return None,
        State::Published => SessionState::Published,
        State::Cancelled => SessionState::Cancelled,
        State::Held => SessionState::Held,
    };
    Some(SessionSnapshot {
        session_id: session.id,
        state,
        round_id: session.plan.round_id,
        district: session.plan.district.clone(),
        venue_id: told.venue.venue_id,
        venue_name: told.venue.name.clone(),
        venue_address: told.venue.address.clone(),
        kind: told.kind,
        leader: told.leader,
        leader_name: told.leader_name.clone(),
        leader_post: told.leader_post.clone(),
        leader_portfolio: told.leader_portfolio.clone(),
        starts_at: told.starts_at,
        ends_at: told.ends_at,
        capacity: session.plan.capacity,
        booked,
    })
}

/// The snapshot of a turn.
pub fn visit_snapshot(visit: &Visit, session: &Session) -> Option<VisitSnapshot> {
    let told = session.announced.as_ref()?;
    Some(VisitSnapshot {
        visit_id: visit.id,
        session_id: session.id,
        petition_id: visit.petition_id,
        district: session.plan.district.clone(),
        state: visit.state,
        leader: visit.received_by.unwrap_or(told.leader),
        at: visit.concluded_at.unwrap_or(visit.expected_at),
        venue_name: told.venue.name.clone(),
        venue_address: told.venue.address.clone(),
        outcome: visit.outcome.clone(),
        session_kind: Some(told.kind),
        competent: visit.competent.clone(),
    })
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts, numbers and times always serialise")
}
