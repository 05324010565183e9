//! Calls for matters fit for leaders (征集案件通知; SZ-13), as others are told: who was asked, until when, and who replied. No word of a matter.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::{CallId, DistrictCode, Service, UnitCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Quarter;
use crate::{AggregateKind, EventType};

const fn call(name: &'static str) -> EventType {
    EventType::public(Service::Casework, AggregateKind::Call, name)
}

/// A business platform of the petition office asked units for matters fit for leaders (SZ-13).
pub const CALL_RAISED: EventType = call("raised");
/// A unit replied; `about_unit` says which.
pub const CALL_REPLIED: EventType = call("replied");
/// Units that had not replied were told once before the day (催报).
pub const CALL_REMINDED: EventType = call("reminded");

/// What a unit replied with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallReply {
    /// Matters, which stand in the library now.
    Matters,
    /// None, and why; the reason stays inside.
    Nothing,
}

/// A unit asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CalledUnit {
    /// The unit.
    pub unit: UnitCode,
    /// Its reply, once there is one.
    pub reply: Option<CallReply>,
    /// When it replied.
    pub replied_at: Option<DateTime<Utc>>,
}

/// A call with its current values. How many matters a unit named is not told: replies are tracked, not ranked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallSnapshot {
    /// The call.
    pub call_id: CallId,
    /// Whose library it is for.
    pub district: DistrictCode,
    /// For which quarter.
    pub quarter: Quarter,
    /// The code of the business platform (业务平台) that sends it, as the pack names it.
    pub platform: String,
    /// Its name in Chinese.
    pub platform_name: String,
    /// The petition office that asks.
    pub asked_by: UnitCode,
    /// When.
    pub raised_at: DateTime<Utc>,
    /// The last day for a reply, that day included.
    pub reply_by: NaiveDate,
    /// The units asked, in order of their codes.
    pub units: Vec<CalledUnit>,
    /// Which unit the event speaks of: of replies.
    pub about_unit: Option<UnitCode>,
    /// The journal version behind this snapshot.
    pub version: i64,
}
