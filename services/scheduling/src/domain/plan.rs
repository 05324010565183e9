//! The plan of a session and the publication gate (B14, mechanism 4): what must be known before the public is told.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::local_date;
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{DistrictCode, PetitionId, Role, RoundId, StaffId, UnitCode, VenueId};
use serde::{Deserialize, Serialize};

pub use super::field::{Field, Gap};
use super::refusal::Refusal;
use super::scheme::Scheme;
use super::slots::slots;

/// A plan, complete or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Whose people it serves.
    pub district: DistrictCode,
    /// Its round, if it belongs to one.
    pub round_id: Option<RoundId>,
    /// 接访形式
    pub kind: Option<SessionKind>,
    /// 形式 in words, where the kind alone does not say it; the kind's name otherwise.
    pub form: Option<String>,
    /// 地点
    pub venue_id: Option<VenueId>,
    /// Who receives.
    pub leader: Option<StaffId>,
    /// Begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// Ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// Bookable slots; 0 means: come as you are.
    pub capacity: u32,
    /// Minutes of a slot.
    pub slot_minutes: u32,
    /// Why here, why this matter: for field visits and reception outside the hall.
    pub reason: Option<String>,
    /// De-identified topics to be received (C6).
    pub topics: Vec<String>,
    /// The matters it is for, in the order they were named (DW-15, TJ-05). Never announced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matters: Vec<PetitionId>,
}

/// A hall, or a site a leader goes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VenueKind {
    /// 接访大厅
    Hall,
    /// 现场
    Site,
}

impl VenueKind {
    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hall => "hall",
            Self::Site => "site",
        }
    }
}

/// The place as the gate sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    /// Which one.
    pub venue_id: VenueId,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Hall or site.
    pub kind: VenueKind,
}

/// The leader as directory knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// Who.
    pub staff_id: StaffId,
    /// 姓名
    pub name: String,
    /// 职务
    pub post: Option<String>,
    /// 分管工作
    pub portfolio: Vec<String>,
    /// Unit.
    pub unit: UnitCode,
    /// Roles held.
    pub roles: Vec<Role>,
    /// Serving still.
    pub active: bool,
}

impl Leader {
    /// Whether this person receives visitors (JD-01).
    pub fn receives(&self) -> bool {
        self.active && (self.roles.contains(&Role::Leader) || self.roles.contains(&Role::MainLeader))
    }
}

/// A complete announcement; only the gate makes one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// 接访形式
    pub kind: SessionKind,
    /// 形式 in words
    pub form: String,
    /// 地点
    pub venue: Venue,
    /// Who receives.
    pub leader: StaffId,
    /// 姓名
    pub leader_name: String,
    /// 职务
    pub leader_post: String,
    /// 分管工作
    pub leader_portfolio: Vec<String>,
    /// Begins.
    pub starts_at: DateTime<Utc>,
    /// Ends.
    pub ends_at: DateTime<Utc>,
}

/// The kind's name as printed.
pub const fn kind_zh(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Regular => "定期接访",
        SessionKind::Appointment => "定时约访",
        SessionKind::Immediate => "及时接访",
        SessionKind::FieldVisit => "下访",
        SessionKind::CaseVisit => "带案下访",
    }
}

/// What is unknown about the leader.
pub fn leader_gaps(leader: Option<&Leader>) -> Vec<Gap> {
    let known = |field: Field| match field {
        Field::Name => leader.is_some_and(|l| filled(&l.name)),
        Field::Post => leader.and_then(|l| l.post.as_deref()).is_some_and(filled),
        Field::Portfolio => leader.is_some_and(|l| l.portfolio.iter().any(|p| filled(p))),
        Field::Time | Field::Place | Field::Form | Field::Topics => true,
    };
    Field::SIX.into_iter().filter(|f| !known(*f)).map(Gap).collect()
}

fn filled(text: &str) -> bool {
    !text.trim().is_empty()
}

impl Plan {
    /// The day it is held, in the city's zone.
    pub fn day(&self) -> Option<NaiveDate> {
        self.starts_at.and_then(local_date)
    }

    /// What the announcement still lacks (DW-10 and the scheme's own fields), in the order of the notice board.
    pub fn gaps(&self, venue: Option<&Venue>, leader: Option<&Leader>, scheme: &Scheme) -> Vec<Gap> {
        let of_leader = leader_gaps(leader);
        let known = |field: Field| match field {
            Field::Name | Field::Post | Field::Portfolio => !of_leader.contains(&Gap(field)),
            Field::Time => self.starts_at.is_some() && self.ends_at.is_some(),
            Field::Place => venue.is_some_and(|v| filled(&v.name) && filled(&v.address)),
            Field::Form => self.kind.is_some(),
            Field::Topics => !self.topics.is_empty(),
        };
        // The law's six always: a scheme may ask for more, never for less.
        let further = scheme.fields.iter().copied().filter(|f| !Field::SIX.contains(f));
        Field::SIX.into_iter().chain(further).filter(|f| !known(*f)).map(Gap).collect()
    }

    /// The gate: the complete announcement, or everything that is missing at once.
    pub fn announce(
        &self,
        venue: Option<&Venue>,
        leader: Option<&Leader>,
        scheme: &Scheme,
        calendar: &huiyin_calendar::Calendar,
        now: DateTime<Utc>,
    ) -> Result<Announcement, Refusal> {
        let gaps = self.gaps(venue, leader, scheme);
        let (Some(kind), Some(venue), Some(leader), Some(starts_at), Some(ends_at), true) =
            (self.kind, venue, leader, self.starts_at, self.ends_at, gaps.is_empty())
        else {
            return Err(Refusal::Incomplete(gaps));
        };
        if !scheme.kinds.contains(&kind) {
            return Err(Refusal::KindNotHeld);
        }
        if !leader.receives() {
            return Err(Refusal::NotALeader);
        }
        if starts_at <= now {
            return Err(Refusal::AlreadyBegun { at: starts_at });
        }
        slots(starts_at, ends_at, self.capacity, self.slot_minutes)?;
        self.check_place(kind, venue, scheme)?;
        self.check_matters(kind, scheme)?;
        if let (Some(day), true) = (local_date(starts_at), kind != SessionKind::Immediate) {
            scheme.admit(day, calendar)?;
        }
        Ok(Announcement {
            kind,
            form: self.form.clone().unwrap_or_else(|| kind_zh(kind).to_owned()),
            venue: venue.clone(),
            leader: leader.staff_id,
            leader_name: leader.name.clone(),
            leader_post: leader.post.clone().unwrap_or_default(),
            leader_portfolio: leader.portfolio.clone(),
            starts_at,
            ends_at,
        })
    }

    /// 下访 is at the place of the matter with a reason (JD-06); other reception is in the hall, or says why not (TP-02).
    pub fn check_place(&self, kind: SessionKind, venue: &Venue, scheme: &Scheme) -> Result<(), Refusal> {
        let goes_down =
            scheme.field_visit_away_from_hall && matches!(kind, SessionKind::FieldVisit | SessionKind::CaseVisit);
        let has_reason = self.reason.as_deref().is_some_and(filled);
        match (goes_down, venue.kind) {
            (true, VenueKind::Hall) => Err(Refusal::FieldVisitInHall),
            (true | false, VenueKind::Site) if !has_reason => Err(Refusal::ReasonRequired),
            (true | false, VenueKind::Site) | (false, VenueKind::Hall) => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use huiyin_calendar::Calendar;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::scheme::tests::scheme;

    pub(crate) fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    pub(crate) fn leader() -> Leader {
        Leader {
            staff_id: Uuid::from_u128(7).into(),
            name: "沈怀谷".to_owned(),
            post: Some("街道办事处主任".to_owned()),
            portfolio: vec!["labour_social_security".to_owned()],
            unit: UnitCode::parse("990101001-office").expect("a code"),
            roles: vec![Role::Leader],
            active: true,
        }
    }

    pub(crate) fn hall() -> Venue {
        Venue {
            venue_id: Uuid::from_u128(1).into(),
            name: "望桥街道接访大厅".to_owned(),
            address: "望桥路1号".to_owned(),
            kind: VenueKind::Hall,
        }
    }

    pub(crate) fn plan() -> Plan {
        Plan {
            district: DistrictCode::parse("990101001").expect("a code"),
            round_id: None,
            kind: Some(SessionKind::Regular),
            form: None,
            venue_id: Some(hall().venue_id),
            leader: Some(leader().staff_id),
            starts_at: Some(at("2026-03-02T01:00:00Z")),
            ends_at: Some(at("2026-03-02T04:00:00Z")),
            capacity: 6,
            slot_minutes: 30,
            reason: None,
            topics: Vec::new(),
            matters: Vec::new(),
        }
    }

    static CALENDAR: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::bundled);

    fn announce(plan: &Plan, venue: Option<&Venue>, leader: Option<&Leader>) -> Result<Announcement, Refusal> {
        plan.announce(venue, leader, &scheme(), &CALENDAR, at("2026-02-01T00:00:00Z"))
    }

    proptest! {
        /// DW-10: whichever of the six are missing, publication is refused and exactly these are named.
        #[test]
        fn exactly_the_missing_fields_are_named_dw_10(missing in proptest::collection::btree_set(0_usize..6, 0..6)) {
            let missing: Vec<Field> = missing.into_iter().map(|i| Field::SIX[i]).collect();
            let gone = |f| missing.contains(&f);
            let mut plan = plan();
            let mut leader = leader();
            let mut venue = hall();
            if gone(Field::Name) { leader.name = " ".to_owned(); }
            if gone(Field::Post) { leader.post = None; }
            if gone(Field::Portfolio) { leader.portfolio = vec![]; }
            if gone(Field::Time) { plan.ends_at = None; }
            if gone(Field::Place) { venue.address = String::new(); }
            if gone(Field::Form) { plan.kind = None; }
            let answer = announce(&plan, Some(&venue), Some(&leader));
            if missing.is_empty() {
                prop_assert_eq!(answer.map(|a| (a.leader_post, a.form)).ok(), Some(("街道办事处主任".to_owned(), "定期接访".to_owned())));
            } else {
                prop_assert_eq!(answer, Err(Refusal::Incomplete(missing.into_iter().map(Gap).collect())));
            }
        }
    }

    #[test]
    fn a_scheme_may_ask_for_more_than_the_six_sz_05() {
        let scheme = Scheme { fields: vec![Field::Name, Field::Topics], ..scheme() };
        assert_eq!(plan().gaps(Some(&hall()), Some(&leader()), &scheme), vec![Gap(Field::Topics)]);
    }

    #[test]
    fn a_field_visit_in_the_hall_is_refused_jd_06() {
        for kind in [SessionKind::FieldVisit, SessionKind::CaseVisit] {
            let plan = Plan { kind: Some(kind), reason: Some("漏水集中".to_owned()), ..plan() };
            assert_eq!(announce(&plan, Some(&hall()), Some(&leader())), Err(Refusal::FieldVisitInHall));
        }
    }

    #[test]
    fn a_field_visit_says_why_jd_06() {
        let site = Venue { kind: VenueKind::Site, ..hall() };
        let mut plan = Plan { kind: Some(SessionKind::FieldVisit), ..plan() };
        assert_eq!(announce(&plan, Some(&site), Some(&leader())), Err(Refusal::ReasonRequired));
        plan.reason = Some("漏水集中".to_owned());
        assert!(announce(&plan, Some(&site), Some(&leader())).is_ok());
    }

    #[test]
    fn reception_outside_the_hall_says_why_tp_02() {
        let site = Venue { kind: VenueKind::Site, ..hall() };
        assert_eq!(announce(&plan(), Some(&site), Some(&leader())), Err(Refusal::ReasonRequired));
    }

    #[test]
    fn who_does_not_lead_is_not_schedulable_jd_01() {
        let clerk = Leader { roles: vec![Role::IntakeClerk], ..leader() };
        assert_eq!(announce(&plan(), Some(&hall()), Some(&clerk)), Err(Refusal::NotALeader));
        let gone = Leader { active: false, ..leader() };
        assert_eq!(announce(&plan(), Some(&hall()), Some(&gone)), Err(Refusal::NotALeader));
    }

    #[test]
    fn an_announcement_comes_before_the_session_xt_05() {
        let begun = Plan { starts_at: Some(at("2026-01-05T01:00:00Z")), ..plan() };
        assert_eq!(
            announce(&begun, Some(&hall()), Some(&leader())),
            Err(Refusal::AlreadyBegun { at: at("2026-01-05T01:00:00Z") })
        );
    }
}
