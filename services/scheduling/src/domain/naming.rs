//! The matters a session is for (带案下访、约访; DW-15, TJ-05).

use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::PetitionId;

use super::matter::Matter;
use super::plan::Plan;
use super::refusal::Refusal;
use super::scheme::Scheme;
use super::session::{Session, SessionEvent, State};

/// More than a leader can go into in one session.
const MOST: usize = 20;

/// Whether sessions of this kind are for certain matters. What is open to all is for nobody's in particular (DW-06).
pub(super) const fn names_matters(kind: SessionKind) -> bool {
    match kind {
        SessionKind::Appointment | SessionKind::FieldVisit | SessionKind::CaseVisit => true,
        SessionKind::Regular | SessionKind::Immediate => false,
    }
}

impl Plan {
    /// Where the place says so, a session for certain matters is not announced without one; the other kinds name none.
    pub(super) fn check_matters(&self, kind: SessionKind, scheme: &Scheme) -> Result<(), Refusal> {
        match (self.matters.is_empty(), names_matters(kind)) {
            (true, _) if scheme.names_matters.contains(&kind) => Err(Refusal::NoMatterNamed),
            (false, false) => Err(Refusal::KindNamesNoMatters),
            (true | false, _) => Ok(()),
        }
    }
}

impl Session {
    /// Whether matters can be named now: the session is of a kind that is for certain matters, and not over.
    pub fn may_name(&self) -> bool {
        !self.is_over() && self.plan.kind.is_some_and(names_matters)
    }

    /// Names a matter the session is for, before it is over; nothing happens when it is named already.
    pub fn name_matter(&self, matter: &Matter) -> Result<Option<SessionEvent>, Refusal> {
        self.may_be_named()?;
        if !self.plan.kind.is_some_and(names_matters) {
            return Err(Refusal::KindNamesNoMatters);
        }
        if matter.withdrawn {
            return Err(Refusal::Withdrawn);
        }
        if self.plan.matters.contains(&matter.petition_id) {
            return Ok(None);
        }
        if self.plan.matters.len() >= MOST {
            return Err(Refusal::MattersFull(MOST));
        }
        Ok(Some(SessionEvent::MatterNamed { petition_id: matter.petition_id }))
    }

    /// Takes a matter off; nothing happens when it is not named. What was announced for certain matters keeps one where the place
    /// says so.
    pub fn take_matter_off(&self, matter: PetitionId, scheme: &Scheme) -> Result<Option<SessionEvent>, Refusal> {
        self.may_be_named()?;
        if !self.plan.matters.contains(&matter) {
            return Ok(None);
        }
        let is_last = self.plan.matters.len() == 1 && self.state == State::Published;
        if is_last && self.plan.kind.is_some_and(|kind| scheme.names_matters.contains(&kind)) {
            return Err(Refusal::NoMatterNamed);
        }
        Ok(Some(SessionEvent::MatterTakenOff { petition_id: matter }))
    }

    const fn may_be_named(&self) -> Result<(), Refusal> {
        if self.is_over() { Err(Refusal::Over) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use huiyin_calendar::Calendar;
    use huiyin_contracts::intake::PetitionClass;
    use uuid::Uuid;

    use super::*;
    use crate::domain::VenueKind;
    use crate::domain::plan::Venue;
    use crate::domain::plan::tests::{at, hall, leader, plan};
    use crate::domain::scheme::tests::scheme;

    fn matter(n: u128) -> Matter {
        Matter {
            petition_id: Uuid::from_u128(n).into(),
            class: PetitionClass::Request,
            district: plan().district,
            concerned_unit: None,
            withdrawn: false,
            application: crate::domain::Application::None,
            below: None,
        }
    }

    fn draft(kind: SessionKind) -> Session {
        let plan = Plan { kind: Some(kind), reason: Some("长期未解决".to_owned()), ..plan() };
        Session::drafted(Uuid::from_u128(3).into(), plan).0
    }

    fn naming(session: Session, n: u128) -> Session {
        let event = session.name_matter(&matter(n)).expect("may be named").expect("not named yet");
        session.apply(&event)
    }

    fn publish(session: &Session, scheme: &Scheme) -> Result<SessionEvent, Refusal> {
        let site = Venue { kind: VenueKind::Site, ..hall() };
        session.publish(Some(&site), Some(&leader()), scheme, &Calendar::bundled(), at("2026-02-01T00:00:00Z"))
    }

    #[test]
    fn a_case_visit_is_announced_for_a_matter_where_the_place_says_so_dw_15_tj_05() {
        let place = Scheme { names_matters: vec![SessionKind::CaseVisit], ..scheme() };
        let bare = draft(SessionKind::CaseVisit);
        assert_eq!(publish(&bare, &place), Err(Refusal::NoMatterNamed));
        assert!(publish(&bare, &scheme()).is_ok(), "a place without the rule is not held to it");
        assert!(publish(&draft(SessionKind::Appointment), &place).is_ok(), "nor is another kind");
        let named = naming(bare, 1);
        let session = named.clone().apply(&publish(&named, &place).expect("names one"));
        let one = matter(1).petition_id;
        assert_eq!(session.take_matter_off(one, &place), Err(Refusal::NoMatterNamed));
        assert!(session.take_matter_off(one, &scheme()).is_ok());
        let second = naming(session, 2);
        let event = second.take_matter_off(one, &place).expect("another stays").expect("it was named");
        assert_eq!(second.apply(&event).plan.matters, [matter(2).petition_id]);
    }

    #[test]
    fn what_is_open_to_all_is_for_nobody_s_matter_in_particular_dw_06() {
        for kind in [SessionKind::Regular, SessionKind::Immediate] {
            assert_eq!(draft(kind).name_matter(&matter(1)), Err(Refusal::KindNamesNoMatters));
        }
        let mut turned = naming(draft(SessionKind::Appointment), 1);
        turned.plan.kind = Some(SessionKind::Regular);
        assert_eq!(publish(&turned, &scheme()), Err(Refusal::KindNamesNoMatters));
    }

    #[test]
    fn a_matter_is_named_once_while_it_stands_and_before_the_session_is_over_dw_15() {
        let session = naming(draft(SessionKind::CaseVisit), 1);
        assert_eq!(session.name_matter(&matter(1)), Ok(None));
        assert_eq!(session.take_matter_off(matter(2).petition_id, &scheme()), Ok(None));
        let withdrawn = Matter { withdrawn: true, ..matter(2) };
        assert_eq!(session.name_matter(&withdrawn), Err(Refusal::Withdrawn));
        for state in [State::Cancelled, State::Held] {
            let over = Session { state, ..session.clone() };
            assert_eq!(over.name_matter(&matter(2)), Err(Refusal::Over));
            assert_eq!(over.take_matter_off(matter(1).petition_id, &scheme()), Err(Refusal::Over));
        }
        let full = (2..=20).fold(session, naming);
        assert_eq!(full.name_matter(&matter(21)), Err(Refusal::MattersFull(20)));
    }
}
