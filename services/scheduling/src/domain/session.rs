//! A session's life: draft → published → changed → cancelled or held.

use chrono::{DateTime, Utc};
use huiyin_calendar::Calendar;
use huiyin_kernel::{PetitionId, SessionId, StaffId};
use serde::{Deserialize, Serialize};

use super::plan::{Announcement, Leader, Plan, Venue};
use super::refusal::Refusal;
use super::scheme::Scheme;
use super::slots::slots;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 草稿: seen by planners only.
    Draft,
    /// 已公示
    Published,
    /// 已取消
    Cancelled,
    /// 已举行
    Held,
}

impl State {
    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Cancelled => "cancelled",
            Self::Held => "held",
        }
    }
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which one.
    pub id: SessionId,
    /// Journal version.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// What is planned.
    pub plan: Plan,
    /// What was announced; absent for a draft.
    pub announced: Option<Announcement>,
}

/// What happened to a session, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SessionEvent {
    /// Planned.
    Drafted {
        /// The plan.
        plan: Plan,
    },
    /// Planned otherwise, before publication.
    Replanned {
        /// The new plan.
        plan: Plan,
    },
    /// Announced.
    Published {
        /// What was announced.
        announcement: Announcement,
    },
    /// Time, place or number of slots changed after publication.
    Moved {
        /// The new plan.
        plan: Plan,
        /// What is announced now.
        announcement: Announcement,
        /// Why.
        reason: String,
    },
    /// Another leader receives (DW-09).
    Substituted {
        /// What is announced now.
        announcement: Announcement,
        /// Who was to receive.
        instead_of: StaffId,
        /// Why.
        reason: String,
    },
    /// Will not be held.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// A matter it is for was named (DW-15, TJ-05). Told to nobody outside.
    MatterNamed {
        /// The matter.
        petition_id: PetitionId,
    },
    /// A matter is not, or no longer, what it is for.
    MatterTakenOff {
        /// The matter.
        petition_id: PetitionId,
    },
    /// Took place; every visitor has a record.
    Held,
}

impl SessionEvent {
    /// The journal's name for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "session_drafted",
            Self::Replanned { .. } => "session_replanned",
            Self::Published { .. } => "session_published",
            Self::Moved { .. } => "session_moved",
            Self::Substituted { .. } => "session_substituted",
            Self::Cancelled { .. } => "session_cancelled",
            Self::MatterNamed { .. } => "session_matter_named",
            Self::MatterTakenOff { .. } => "session_matter_taken_off",
            Self::Held => "session_held",
        }
    }
}

/// What the hall looks like when a session is to be changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hall {
    /// The highest slot number booked; 0 when none is.
    pub highest_booked: u32,
    /// Visitors registered and not yet received.
    pub waiting: u32,
    /// Visitors received, with a record.
    pub received: u32,
}

impl Session {
    /// Publishes a draft through the gate.
    pub fn publish(
        &self,
        venue: Option<&Venue>,
        leader: Option<&Leader>,
        scheme: &Scheme,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> Result<SessionEvent, Refusal> {
        if self.state != State::Draft {
            return Err(Refusal::AlreadyPublished);
        }
        let announcement = self.plan.announce(venue, leader, scheme, calendar, now)?;
        Ok(SessionEvent::Published { announcement })
    }

    /// Plans a draft otherwise.
    pub fn replan(&self, plan: Plan) -> Result<SessionEvent, Refusal> {
        if self.state == State::Draft { Ok(SessionEvent::Replanned { plan }) } else { Err(Refusal::AlreadyPublished) }
    }

    /// Moves a published session in time or place, or changes the number of its slots; booked ones stay.
    pub fn relocate(
        &self,
        plan: Plan,
        (venue, leader): (Option<&Venue>, Option<&Leader>),
        reason: String,
        hall: Hall,
        (scheme, calendar): (&Scheme, &Calendar),
        now: DateTime<Utc>,
    ) -> Result<SessionEvent, Refusal> {
        let announced = self.open_before_start(now)?;
        if plan.capacity < hall.highest_booked {
            return Err(Refusal::SlotsBooked { booked: hall.highest_booked });
        }
        let fresh = plan.announce(venue, leader, scheme, calendar, now)?;
        // The person announced stays as announced: a new post is told by a substitution, not slipped in by a move.
        let announcement = Announcement {
            leader: announced.leader,
            leader_name: announced.leader_name.clone(),
            leader_post: announced.leader_post.clone(),
            leader_portfolio: announced.leader_portfolio.clone(),
            ..fresh
        };
        Ok(SessionEvent::Moved { plan, announcement, reason })
    }

    /// Another leader receives instead; before the start, so that the day stays covered (DW-09, DZ-03).
    pub fn substitute(&self, leader: &Leader, reason: String, now: DateTime<Utc>) -> Result<SessionEvent, Refusal> {
        let announced = self.open_before_start(now)?;
        if leader.staff_id == announced.leader {
            return Err(Refusal::SameLeader);
        }
        if !leader.receives() {
            return Err(Refusal::NotALeader);
        }
        let missing = super::plan::leader_gaps(Some(leader));
        if !missing.is_empty() {
            return Err(Refusal::Incomplete(missing));
        }
        let announcement = Announcement {
            leader: leader.staff_id,
            leader_name: leader.name.clone(),
            leader_post: leader.post.clone().unwrap_or_default(),
            leader_portfolio: leader.portfolio.clone(),
            ..announced.clone()
        };
        Ok(SessionEvent::Substituted { announcement, instead_of: announced.leader, reason })
    }

    /// Cancels a published session while nobody has come; bookings are given back with it.
    pub fn cancel(&self, reason: String, hall: Hall) -> Result<SessionEvent, Refusal> {
        self.open()?;
        let came = hall.waiting + hall.received;
        if came > 0 { Err(Refusal::VisitorsInHall(came)) } else { Ok(SessionEvent::Cancelled { reason }) }
    }

    /// Closes a session that took place: every visitor who came has a record (WH-02).
    pub fn close(&self, hall: Hall, now: DateTime<Utc>) -> Result<SessionEvent, Refusal> {
        let announced = self.open()?;
        if now < announced.starts_at {
            return Err(Refusal::NotBegun { at: announced.starts_at });
        }
        if hall.waiting > 0 { Err(Refusal::RecordsMissing(hall.waiting)) } else { Ok(SessionEvent::Held) }
    }

    /// The announcement of a session that may still be booked into.
    pub fn bookable(&self, now: DateTime<Utc>) -> Result<&Announcement, Refusal> {
        self.open_before_start(now)
    }

    /// The announcement of a session that receives at present: from its first minute until it is closed.
    pub fn receiving(&self, now: DateTime<Utc>) -> Result<&Announcement, Refusal> {
        let announced = self.open()?;
        if now < announced.starts_at { Err(Refusal::NotBegun { at: announced.starts_at }) } else { Ok(announced) }
    }

    /// The slots of the session as announced.
    pub fn slots(&self) -> Result<Vec<DateTime<Utc>>, Refusal> {
        match &self.announced {
            Some(a) => slots(a.starts_at, a.ends_at, self.plan.capacity, self.plan.slot_minutes),
            None => Err(Refusal::NotPublished),
        }
    }

    /// Cancelled or held.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, State::Cancelled | State::Held)
    }

    /// The announcement while the session is neither a draft nor over.
    pub fn open(&self) -> Result<&Announcement, Refusal> {
        match (self.state, &self.announced) {
            (State::Published, Some(announced)) => Ok(announced),
            (State::Draft | State::Published, _) => Err(Refusal::NotPublished),
            (State::Cancelled | State::Held, _) => Err(Refusal::Over),
        }
    }

    fn open_before_start(&self, now: DateTime<Utc>) -> Result<&Announcement, Refusal> {
        let announced = self.open()?;
        if now >= announced.starts_at { Err(Refusal::AlreadyBegun { at: announced.starts_at }) } else { Ok(announced) }
    }

    /// The session after `event`.
    #[must_use]
    pub fn apply(mut self, event: &SessionEvent) -> Self {
        self.version += 1;
        match event {
            SessionEvent::Drafted { plan } | SessionEvent::Replanned { plan } => self.plan = plan.clone(),
            SessionEvent::Published { announcement } => {
                self.state = State::Published;
                self.plan.form = Some(announcement.form.clone());
                self.announced = Some(announcement.clone());
            }
            SessionEvent::Moved { plan, announcement, .. } => {
                self.plan = plan.clone();
                self.plan.form = Some(announcement.form.clone());
                self.announced = Some(announcement.clone());
            }
            SessionEvent::Substituted { announcement, .. } => {
                self.plan.leader = Some(announcement.leader);
                self.announced = Some(announcement.clone());
            }
            SessionEvent::Cancelled { .. } => self.state = State::Cancelled,
            SessionEvent::MatterNamed { petition_id } => self.plan.matters.push(*petition_id),
            SessionEvent::MatterTakenOff { petition_id } => self.plan.matters.retain(|id| id != petition_id),
            SessionEvent::Held => self.state = State::Held,
        }
        self
    }

    /// A new draft.
    pub fn drafted(id: SessionId, plan: Plan) -> (Self, SessionEvent) {
        let event = SessionEvent::Drafted { plan: plan.clone() };
        (Self { id, version: 1, state: State::Draft, plan, announced: None }, event)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::plan::tests::{at, hall, leader, plan};
    use crate::domain::scheme::tests::scheme;

    fn draft() -> Session {
        Session::drafted(Uuid::from_u128(3).into(), plan()).0
    }

    fn published() -> Session {
        let now = at("2026-02-01T00:00:00Z");
        let event = draft().publish(Some(&hall()), Some(&leader()), &scheme(), &Calendar::bundled(), now);
        draft().apply(&event.expect("publishable"))
    }

    fn other() -> Leader {
        Leader { staff_id: Uuid::from_u128(8).into(), name: "江若樵".to_owned(), ..leader() }
    }

    const REASON: &str = "出差";

    #[test]
    fn a_substitute_is_announced_in_place_of_the_first_before_the_start_dw_09() {
        let session = published();
        let event = session.substitute(&other(), REASON.to_owned(), at("2026-03-02T00:59:59Z")).expect("in time");
        let session = session.apply(&event);
        assert_eq!(session.announced.map(|a| (a.leader, a.leader_name)), Some((other().staff_id, "江若樵".to_owned())));
    }

    #[test]
    fn after_the_start_nobody_is_substituted_dw_09() {
        let begun = at("2026-03-02T01:00:00Z");
        assert_eq!(
            published().substitute(&other(), REASON.to_owned(), begun),
            Err(Refusal::AlreadyBegun { at: begun })
        );
    }

    #[test]
    fn a_substitute_leads_and_is_completely_known_dw_09() {
        let now = at("2026-03-01T00:00:00Z");
        let clerk = Leader { roles: vec![], ..other() };
        assert_eq!(published().substitute(&clerk, REASON.to_owned(), now), Err(Refusal::NotALeader));
        let without_post = Leader { post: None, ..other() };
        assert!(matches!(
            published().substitute(&without_post, REASON.to_owned(), now),
            Err(Refusal::Incomplete(gaps)) if gaps.len() == 1
        ));
        assert_eq!(published().substitute(&leader(), REASON.to_owned(), now), Err(Refusal::SameLeader));
    }

    #[test]
    fn a_session_is_not_closed_while_a_visitor_has_no_record_wh_02() {
        let now = at("2026-03-02T05:00:00Z");
        let hall = Hall { waiting: 1, ..Hall::default() };
        assert_eq!(published().close(hall, now), Err(Refusal::RecordsMissing(1)));
        assert_eq!(published().close(Hall::default(), now), Ok(SessionEvent::Held));
    }

    #[test]
    fn a_session_with_visitors_in_the_hall_is_not_cancelled() {
        let hall = Hall { waiting: 2, received: 1, ..Hall::default() };
        assert_eq!(published().cancel(REASON.to_owned(), hall), Err(Refusal::VisitorsInHall(3)));
    }

    proptest! {
        /// Whatever is tried in whatever order, a session announces all six fields from its publication on, never comes
        /// back from its end, and its version counts its changes.
        #[test]
        fn a_session_never_loses_its_announcement_nor_returns_from_its_end(
            steps in proptest::collection::vec((0_u8..6, -3_i64..3, 0_u32..3), 0..20),
        ) {
            static CALENDAR: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::bundled);
            let mut session = draft();
            let mut changes = 1;
            for (what, hours, waiting) in steps {
                let now = at("2026-03-02T01:00:00Z") + TimeDelta::hours(hours);
                let scheme = scheme();
                let counts = Hall { waiting, ..Hall::default() };
                let who = if session.plan.leader == Some(leader().staff_id) { other() } else { leader() };
                let decided = match what {
                    0 => session.publish(Some(&hall()), Some(&leader()), &scheme, &CALENDAR, now),
                    1 => session.substitute(&who, REASON.to_owned(), now),
                    2 => session.cancel(REASON.to_owned(), counts),
                    3 => session.close(counts, now),
                    4 => session.replan(plan()),
                    _ => session.relocate(
                        Plan { capacity: waiting, ..session.plan.clone() },
                        (Some(&hall()), Some(&leader())), REASON.to_owned(), counts, (&scheme, &CALENDAR), now,
                    ),
                };
                let before = session.state;
                if let Ok(event) = decided {
                    prop_assert!(matches!(before, State::Draft | State::Published), "changed after {before:?}");
                    session = session.apply(&event);
                    changes += 1;
                }
                prop_assert_eq!(session.announced.is_some(), session.state != State::Draft);
                if let Some(a) = &session.announced {
                    prop_assert!(!a.leader_post.is_empty() && !a.leader_portfolio.is_empty() && !a.form.is_empty());
                    prop_assert_eq!(Some(a.leader), session.plan.leader);
                }
            }
            prop_assert_eq!(session.version, changes);
        }
    }
}
