//! What scheduling tells: where and when leaders receive, and how each visit ended.

use chrono::{DateTime, Utc};
use huiyin_kernel::{DistrictCode, PetitionId, RoundId, Service, SessionId, StaffId, UnitCode, VenueId, VisitId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::casework::Grade;
use crate::{AggregateKind, EventType};

const fn session(name: &'static str) -> EventType {
    EventType::public(Service::Scheduling, AggregateKind::Session, name)
}

const fn visit(name: &'static str) -> EventType {
    EventType::public(Service::Scheduling, AggregateKind::Visit, name)
}

/// A session passed the publication gate and is announced (公示; DW-10).
pub const SESSION_PUBLISHED: EventType = session("published");
/// Another leader receives instead (DW-09), or time or place changed.
pub const SESSION_CHANGED: EventType = session("changed");
/// A published session will not be held.
pub const SESSION_CANCELLED: EventType = session("cancelled");
/// The session took place; every visit has its record (WH-02).
pub const SESSION_HELD: EventType = session("held");
/// A round covers every street and is announced (WH-01).
pub const ROUND_PUBLISHED: EventType = EventType::public(Service::Scheduling, AggregateKind::Round, "published");
/// A petition is booked into a session.
pub const VISIT_BOOKED: EventType = visit("booked");
/// A visitor came in without booking (随到随接).
pub const VISIT_REGISTERED: EventType = visit("registered");
/// The booking was given back.
pub const VISIT_CANCELLED: EventType = visit("cancelled");
/// The leader's record is complete, with its outcome (领导接访登记表).
pub const VISIT_CONCLUDED: EventType = visit("concluded");

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Published.
    Published,
    /// Cancelled.
    Cancelled,
    /// Held and closed.
    Held,
}

/// The kind of reception (接访形式; SZ-03, DW-06, DW-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// 定期接访: fixed time and place, open to all.
    Regular,
    /// 定时约访: by appointment.
    Appointment,
    /// 及时接访: at once.
    Immediate,
    /// 下访: at the place of the matter.
    FieldVisit,
    /// 带案下访: a leader brings a case to the place of the matter.
    CaseVisit,
}

/// A session with its current values. Leaders' names and posts are announced by law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionSnapshot {
    /// The session.
    pub session_id: SessionId,
    /// Where it stands.
    pub state: SessionState,
    /// Its round, if it belongs to one.
    pub round_id: Option<RoundId>,
    /// Whose people it serves.
    pub district: DistrictCode,
    /// The place.
    pub venue_id: VenueId,
    /// The place's name.
    pub venue_name: String,
    /// The place's address.
    pub venue_address: String,
    /// The kind of reception.
    pub kind: SessionKind,
    /// Who receives.
    pub leader: StaffId,
    /// 姓名
    pub leader_name: String,
    /// 职务
    pub leader_post: String,
    /// 分管工作, as topic codes or words.
    pub leader_portfolio: Vec<String>,
    /// Begins.
    pub starts_at: DateTime<Utc>,
    /// Ends.
    pub ends_at: DateTime<Utc>,
    /// Bookable slots in all.
    pub capacity: u32,
    /// Slots booked.
    pub booked: u32,
}

/// A round with its sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoundSnapshot {
    /// The round.
    pub round_id: RoundId,
    /// Its title.
    pub title: String,
    /// The area it covers.
    pub district: DistrictCode,
    /// Streets covered (WH-01: all of them).
    pub streets: Vec<DistrictCode>,
    /// Its sessions.
    pub sessions: Vec<SessionId>,
}

/// Where a visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Booked.
    Booked,
    /// In the hall.
    Registered,
    /// Given back.
    Cancelled,
    /// Received, with a record.
    Concluded,
}

/// How a visit ended (WH-04, WH-05, XT-08, WH-12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VisitOutcome {
    /// 现场解决: all five conditions hold.
    SettledOnSpot {
        /// The five conditions of WH-04, as the leader confirmed them.
        conditions: OnSpotConditions,
        /// The result in de-identified words.
        result_summary: String,
    },
    /// 出具承诺书，转入办理
    Promised {
        /// Grade proposed by the leader.
        grade: Grade,
    },
    /// 交办
    Assigned {
        /// Grade proposed by the leader.
        grade: Grade,
    },
    /// 解释说明
    Explained {
        /// The explanation in de-identified words.
        result_summary: String,
    },
    /// 解释并帮扶救助 (WH-12)
    Aided {
        /// The explanation in de-identified words.
        result_summary: String,
    },
}

/// The five conditions for settling on the spot (WH-04).
#[expect(clippy::struct_excessive_bools, reason = "the rule names five independent yes-or-no conditions")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnSpotConditions {
    /// 诉求合理
    pub reasonable: bool,
    /// 事实清楚
    pub facts_clear: bool,
    /// 有法可依
    pub lawful_basis: bool,
    /// 证据充分
    pub evidence_sufficient: bool,
    /// 能够现场解决
    pub solvable_here: bool,
}

impl OnSpotConditions {
    /// The conditions that do not hold, by field name.
    pub fn missing(&self) -> Vec<&'static str> {
        [
            ("reasonable", self.reasonable),
            ("facts_clear", self.facts_clear),
            ("lawful_basis", self.lawful_basis),
            ("evidence_sufficient", self.evidence_sufficient),
            ("solvable_here", self.solvable_here),
        ]
        .into_iter()
        .filter_map(|(name, holds)| (!holds).then_some(name))
        .collect()
    }
}

/// A visit with its current values. Who came is known to intake alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VisitSnapshot {
    /// The visit.
    pub visit_id: VisitId,
    /// Its session.
    pub session_id: SessionId,
    /// The matter brought.
    pub petition_id: PetitionId,
    /// Whose people the session serves.
    pub district: DistrictCode,
    /// Where it stands.
    pub state: VisitState,
    /// The leader who received, or is to.
    pub leader: StaffId,
    /// When the visitor is expected or was received.
    pub at: DateTime<Utc>,
    /// Where.
    pub venue_name: String,
    /// Where exactly.
    pub venue_address: String,
    /// Present once concluded.
    pub outcome: Option<VisitOutcome>,
    /// The form of its session.
    #[serde(default)]
    pub session_kind: Option<SessionKind>,
    /// Where the matter is received by law, when the session stands more than one level above the competent body (REG-06). It is told to whoever
    /// comes; it stands against nobody.
    #[serde(default)]
    pub competent: Option<CompetentPlaces>,
}

/// The reception places of the body competent for a matter and of the level next above it (有权处理的本级或者上一级接待场所; REG-06, Art. 20(1)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompetentPlaces {
    /// The competent body.
    pub unit: UnitCode,
    /// Its district.
    pub district: DistrictCode,
    /// Its places first; empty when none is known.
    pub places: Vec<ReceptionPlace>,
}

/// A reception place (接待场所), as everybody may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReceptionPlace {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
}
