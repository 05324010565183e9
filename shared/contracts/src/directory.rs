//! What directory tells: districts, units and staff, as far as official duty makes them known.

use chrono::NaiveDate;
use huiyin_kernel::{DistrictCode, Role, Service, StaffId, UnitCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AggregateKind, EventType};

/// A district was added or changed.
pub const DISTRICT_CHANGED: EventType = EventType::public(Service::Directory, AggregateKind::District, "changed");
/// A unit was added or changed.
pub const UNIT_CHANGED: EventType = EventType::public(Service::Directory, AggregateKind::Unit, "changed");
/// A member of staff was added, changed, or left.
pub const STAFF_CHANGED: EventType = EventType::public(Service::Directory, AggregateKind::Staff, "changed");

/// A district with its current values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DistrictSnapshot {
    /// The code.
    pub code: DistrictCode,
    /// The name.
    pub name: String,
    /// The policy pack in force for petitions registered from now on.
    pub policy_pack: String,
    /// The unit that takes in petitions here (信访局, 信访办) and answers for them until another does.
    pub petition_unit: UnitCode,
    /// False once the code is no longer used.
    pub active: bool,
}

/// What a unit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 信访局、信访办
    Bureau,
    /// 职能部门
    Department,
    /// 街道办事处、乡镇政府
    StreetOffice,
    /// 纪检监察机关: the only kind that sees accusations (REG-11, REG-22)
    Discipline,
}

/// A unit with its current values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnitSnapshot {
    /// The code.
    pub code: UnitCode,
    /// The full name.
    pub name: String,
    /// What it is for.
    pub kind: UnitKind,
    /// Whose matters it handles.
    pub district: DistrictCode,
    /// Topic codes it is competent for.
    pub topics: Vec<String>,
    /// False once abolished.
    pub active: bool,
    /// Once abolished: who carries on what it answered for (REG-16).
    #[serde(default)]
    pub succession: Option<Succession>,
}

/// Who carries on what an abolished, merged or split unit answered for (承继; REG-16, Art. 24(2)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Succession {
    /// The unit that carries on its functions, or the one designated where that was unclear.
    pub unit: UnitCode,
    /// The discipline body that receives the accusations the unit still held; without one they wait for a decision (REG-22).
    #[serde(default)]
    pub accusations_to: Option<UnitCode>,
    /// The day on which the committee or government of its level designated the unit; absent where the successor was clear.
    #[serde(default)]
    pub designated_on: Option<NaiveDate>,
}

/// A member of staff, as official duty makes them known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StaffSnapshot {
    /// Who.
    pub staff_id: StaffId,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: UnitCode,
    /// Whose matters the unit handles.
    pub district: DistrictCode,
    /// Roles held.
    pub roles: Vec<Role>,
    /// 职务
    pub post: Option<String>,
    /// 分管工作, for leaders.
    pub portfolio: Vec<String>,
    /// The districts and streets a leader answers for (包片; QD-01).
    #[serde(default)]
    pub areas: Vec<DistrictCode>,
    /// Office e-mail address, if reminders should go there too.
    pub office_email: Option<String>,
    /// False once left.
    pub active: bool,
}
