//! Who acts: the answer every journal entry gives to "who did this".

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DistrictCode, StaffId, UnitCode};

/// A service of Huiyin; also the owner of events and of a database schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Takes petitions in (来件登记).
    Intake,
    /// Reception days (接访安排).
    Scheduling,
    /// The handling of cases (办理).
    Casework,
    /// Telling people (告知).
    Notification,
    /// Who is who (组织机构).
    Directory,
    /// The work ledger (工作台账).
    Ledger,
    /// The web pages.
    Portal,
}

impl Service {
    /// All services, in the order they are started.
    pub const ALL: [Self; 7] = [
        Self::Directory,
        Self::Intake,
        Self::Casework,
        Self::Scheduling,
        Self::Notification,
        Self::Ledger,
        Self::Portal,
    ];

    /// The name used for schemas, subjects, logins and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Scheduling => "scheduling",
            Self::Casework => "casework",
            Self::Notification => "notification",
            Self::Directory => "directory",
            Self::Ledger => "ledger",
            Self::Portal => "portal",
        }
    }

    /// The service of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a member of staff may be (角色). One person may hold several.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Registers petitions at the counter (登记员).
    IntakeClerk,
    /// Handles cases (承办人).
    Officer,
    /// Heads the handling unit (单位负责人), approves opinions and extensions.
    UnitHead,
    /// Heads a district or street (主要领导).
    MainLeader,
    /// Receives visitors and takes cases (接访领导).
    Leader,
    /// Supervises handling (督查员).
    Supervisor,
    /// Plans and publishes reception days (接访安排员).
    ScheduleEditor,
    /// Keeps units and accounts (系统管理员); sees no matters.
    Administrator,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    /// A member of staff, in the unit and with the roles held at that moment.
    Staff {
        /// Who.
        staff_id: StaffId,
        /// On behalf of which unit.
        unit: UnitCode,
        /// The district whose matters the unit handles.
        district: DistrictCode,
        /// In which roles.
        roles: Vec<Role>,
    },
    /// The petitioner, known by number and query code; the journal keeps no name.
    Petitioner,
    /// A service acting by rule: a timer, an event, a reconciler.
    System {
        /// Which one.
        service: Service,
    },
}

impl Actor {
    /// True when a staff member holds `role`.
    pub fn has_role(&self, role: Role) -> bool {
        matches!(self, Self::Staff { roles, .. } if roles.contains(&role))
    }

    /// The staff member's id, if a staff member acts.
    pub const fn staff_id(&self) -> Option<StaffId> {
        match self {
            Self::Staff { staff_id, .. } => Some(*staff_id),
            Self::Petitioner | Self::System { .. } => None,
        }
    }

    /// The unit acted for, if a staff member acts.
    pub const fn unit(&self) -> Option<&UnitCode> {
        match self {
            Self::Staff { unit, .. } => Some(unit),
            Self::Petitioner | Self::System { .. } => None,
        }
    }
}
