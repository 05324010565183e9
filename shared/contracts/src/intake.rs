//! What intake tells: petitions as they were handed in. Text and identity stay in intake; others ask for them over
//! HTTP with permission and reason.

use chrono::{DateTime, Utc};
use huiyin_kernel::{DistrictCode, PetitionId, PetitionNumber, Service, SessionId, UnitCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::casework::{Dispute, Rating};
use crate::{AggregateKind, EventType};

/// A petition was handed in and answered with a number.
pub const REGISTERED: EventType = EventType::public(Service::Intake, AggregateKind::Petition, "registered");
/// The petitioner added to or corrected the petition.
pub const AMENDED: EventType = EventType::public(Service::Intake, AggregateKind::Petition, "amended");
/// The petitioner withdrew it; for 15 days it can be taken up again.
pub const WITHDRAWN: EventType = EventType::public(Service::Intake, AggregateKind::Petition, "withdrawn");
/// The petitioner took the withdrawal back.
pub const RESTORED: EventType = EventType::public(Service::Intake, AggregateKind::Petition, "restored");
/// The petitioner asks for an appointment with a leader (申请约访; QD-02). What is wished stays inside.
pub const APPOINTMENT_ASKED: EventType =
    EventType::public(Service::Intake, AggregateKind::Petition, "appointment_asked");
/// The petitioner asks for a review (复查) or re-examination (复核) of the written answer (REG-40, REG-41); why, stays with intake.
pub const REVIEW_ASKED: EventType = EventType::public(Service::Intake, AggregateKind::Petition, "review_asked");
/// The petitioner rated how the matter was handled, or says that it was not carried out (REG-07). The words stay with intake.
pub const EVALUATED: EventType = EventType::public(Service::Intake, AggregateKind::Petition, "evaluated");
/// The personal data of it was destroyed by two persons (S7): who holds a copy of any of it destroys that too.
pub const ERASED: EventType = EventType::public(Service::Intake, AggregateKind::Petition, "erased");
/// How the petitioner can be reached, as ciphertext.
pub const CONTACT: EventType = EventType::private(Service::Intake, AggregateKind::Petition, "contact");

/// How a petition came in (信访形式; REG-01, Art. 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 网上信访
    Net,
    /// 来信
    Letter,
    /// 来电
    Phone,
    /// 传真
    Fax,
    /// 来访
    Visit,
}

/// The three classes (REG-20, Art. 29–31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PetitionClass {
    /// 建议意见类
    Suggestion,
    /// 检举控告类: goes to discipline bodies only; nothing of its content leaves intake.
    Accusation,
    /// 申诉求决类
    Request,
}

/// Who petitions together (REG-05, QL-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PetitionKind {
    /// One person.
    Individual,
    /// Several people on one common matter (多人信访).
    Group,
    /// A legal person or other organisation.
    Organisation,
    /// A letter signed by several (联名信); signers are not indexed.
    JointLetter,
}

/// Where the petition itself stands; how it is handled is the case's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PetitionState {
    /// Taken in.
    Registered,
    /// Withdrawn by the petitioner's own act.
    Withdrawn,
}

/// A petition with its current values; the body of every public petition event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PetitionSnapshot {
    /// The petition.
    pub petition_id: PetitionId,
    /// The number on the receipt (信访编号).
    pub number: PetitionNumber,
    /// Registered or withdrawn.
    pub state: PetitionState,
    /// How it came in.
    pub channel: Channel,
    /// When it reached the city (a letter's arrival, a call); never later than `registered_at`.
    pub received_at: DateTime<Utc>,
    /// When it was registered; the legal clocks start here.
    pub registered_at: DateTime<Utc>,
    /// One of the three classes.
    pub class: PetitionClass,
    /// Topic code of the taxonomy (QL-17), such as `labour_social_security`.
    pub topic: String,
    /// Where the matter is (属地).
    pub district: DistrictCode,
    /// Individual, group, organisation or joint letter.
    pub kind: PetitionKind,
    /// How many people it concerns as petitioners; 1 for an individual.
    pub people_count: u32,
    /// The unit the matter is about, if named. Absent for accusations: the accused unit learns nothing (REG-22).
    pub concerned_unit: Option<UnitCode>,
    /// The unit whose clerk registered it; absent when handed in over the net.
    pub registered_by: Option<UnitCode>,
    /// The reception session it was brought to, if any.
    pub session_id: Option<SessionId>,
    /// The petitioner can be told: at least one working route was given.
    pub can_be_told: bool,
    /// Withdrawal can be taken back until then; present while withdrawn.
    pub restorable_until: Option<DateTime<Utc>>,
    /// What was said last of how the matter was handled; absent until something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<PetitionEvaluation>,
}

/// What a petitioner said of how the matter was handled (满意度评价; REG-07). What is absent was not said this time; whether it still can be
/// said is casework's to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PetitionEvaluation {
    /// Of the petition office (信访部门).
    pub office: Option<Rating>,
    /// Of the body that answered for the matter (责任单位).
    pub unit: Option<Rating>,
    /// Not carried out, or never received.
    pub dispute: Option<Dispute>,
    /// No return visit is wished (不需要回访).
    pub no_return_visit: bool,
    /// Told to a clerk, by phone or in person, who wrote it down.
    pub told_to_clerk: bool,
    /// When.
    pub at: DateTime<Utc>,
}

/// How to reach a petitioner; the body of [`CONTACT`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactSealed {
    /// The petition.
    pub petition_id: PetitionId,
    /// Its number, for subject lines.
    pub number: PetitionNumber,
    /// The data key that opens `sealed`; intake unwraps it for services that may.
    pub key_id: Uuid,
    /// Base64 of algorithm byte, nonce and ciphertext of a [`Contact`] as JSON.
    pub sealed: String,
}

/// What `sealed` holds once opened. Never published open.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// 姓名 or 名称
    pub name: String,
    /// Mobile or landline, normalised.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact([redacted])")
    }
}
