//! The permission table.

use std::fmt::Write as _;

use huiyin_kernel::{Actor, Role};

use crate::{Permission, Permission as P};

/// Which role may do what. Everything not listed is refused. Administrators see no matters.
pub const TABLE: &[(Role, &[Permission])] = &[
    (
        Role::IntakeClerk,
        &[
            P::RegisterPetition,
            P::ImportPetitions,
            P::ReadPetition,
            P::AmendPetition,
            P::RevealIdentity,
            P::ReadCase,
            P::ReadSchedule,
            P::BookVisit,
            P::RegisterVisit,
            P::ReadMessages,
            P::ReadLedger,
            P::ReadDirectory,
        ],
    ),
    (
        Role::Officer,
        &[
            P::ReadPetition,
            P::RevealIdentity,
            P::ReadCase,
            P::AcceptCase,
            P::TransferCase,
            P::AssignCase,
            P::RecordStep,
            P::SettleOnTheSpot,
            P::ProposeOpinion,
            P::ReviewOpinion,
            P::RequestExtension,
            P::DeliverReply,
            P::CloseCase,
            P::ArchiveCase,
            P::AnswerSupervision,
            P::ReadSchedule,
            P::BookVisit,
            P::RegisterVisit,
            P::RecordReception,
            P::ReadMessages,
            P::ReadLedger,
            P::ExportLedger,
            P::ReadReports,
            P::ReadDirectory,
        ],
    ),
    (
        Role::UnitHead,
        &[
            P::ReadPetition,
            P::ReadCase,
            P::AcceptCase,
            P::AssignCase,
            P::RecordStep,
            P::ApproveOpinion,
            P::ApproveExtension,
            P::CloseCase,
            P::WaiveRule,
            P::AnswerSupervision,
            P::DestroyFile,
            P::ReadSchedule,
            P::ReadMessages,
            P::ManageDeliveries,
            P::ReadLedger,
            P::ExportLedger,
            P::ReadReports,
            P::ReadDirectory,
        ],
    ),
    (
        Role::MainLeader,
        &[
            P::ReadPetition,
            P::EraseIdentity,
            P::ReadCase,
            P::AssignCase,
            P::RecordStep,
            P::ApproveOpinion,
            P::ApproveExtension,
            P::TakeCase,
            P::WaiveRule,
            P::OrderSupervision,
            P::DestroyFile,
            P::ReadSchedule,
            P::ReceiveVisitors,
            P::RecordReception,
            P::ReadMessages,
            P::ReadLedger,
            P::ReadReports,
            P::ReadDirectory,
        ],
    ),
    (
        Role::Leader,
        &[
            P::ReadPetition,
            P::ReadCase,
            P::SettleOnTheSpot,
            P::RecordStep,
            P::ApproveOpinion,
            P::TakeCase,
            P::ReadSchedule,
            P::ReceiveVisitors,
            P::RecordReception,
            P::ReadMessages,
            P::ReadLedger,
            P::ReadReports,
            P::ReadDirectory,
        ],
    ),
    (
        Role::Supervisor,
        &[
            P::ReadPetition,
            P::EraseIdentity,
            P::ReadCase,
            P::RecordStep,
            P::OrderSupervision,
            P::DestroyFile,
            P::ReadSchedule,
            P::ReadMessages,
            P::ManageDeliveries,
            P::ReadLedger,
            P::ExportLedger,
            P::ReadReports,
            P::ReadDirectory,
            P::WatchOperation,
        ],
    ),
    (
        Role::ScheduleEditor,
        &[
            P::ReadSchedule,
            P::PlanSessions,
            P::PublishSessions,
            P::ManageVenues,
            P::BookVisit,
            P::RegisterVisit,
            P::ReadMessages,
            P::ReadReports,
            P::ReadDirectory,
        ],
    ),
    (
        Role::Administrator,
        &[P::ReadMessages, P::ReadDirectory, P::ManageUnits, P::ManageStaff, P::WatchOperation, P::RepairOperation],
    ),
];

const ROLES: [Role; 8] = [
    Role::IntakeClerk,
    Role::Officer,
    Role::UnitHead,
    Role::MainLeader,
    Role::Leader,
    Role::Supervisor,
    Role::ScheduleEditor,
    Role::Administrator,
];

/// The act is not among those the actor's roles allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this account may not {}", permission.english())]
pub struct Denied {
    /// What was asked for.
    pub permission: Permission,
    /// Which roles may.
    pub may: Vec<Role>,
}

impl Denied {
    /// The roles that may, in Chinese, for "please ask …".
    pub fn ask_chinese(&self) -> String {
        self.may.iter().map(|role| role_name(*role).0).collect::<Vec<_>>().join("、")
    }

    /// The roles that may, in English.
    pub fn ask_english(&self) -> String {
        self.may.iter().map(|role| role_name(*role).1).collect::<Vec<_>>().join(", ")
    }
}

/// A role's name in Chinese and in English.
pub const fn role_name(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::IntakeClerk => ("登记员", "intake clerk"),
        Role::Officer => ("承办人", "officer"),
        Role::UnitHead => ("单位负责人", "head of unit"),
        Role::MainLeader => ("主要领导", "main leader"),
        Role::Leader => ("接访领导", "leader"),
        Role::Supervisor => ("督查员", "supervisor"),
        Role::ScheduleEditor => ("接访安排员", "schedule editor"),
        Role::Administrator => ("系统管理员", "administrator"),
    }
}

/// The roles that hold a permission.
pub fn roles_with(permission: Permission) -> Vec<Role> {
    TABLE.iter().filter(|(_, may)| may.contains(&permission)).map(|(role, _)| *role).collect()
}

/// True when the actor may do this kind of act. A service acting by rule may; a petitioner holds no staff permission.
pub fn allowed(actor: &Actor, permission: Permission) -> bool {
    match actor {
        Actor::Staff { roles, .. } => roles_with(permission).iter().any(|role| roles.contains(role)),
        Actor::Petitioner => false,
        Actor::System { .. } => true,
    }
}

/// [`allowed`], or a refusal that names the roles that may.
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Denied> {
    if allowed(actor, permission) { Ok(()) } else { Err(Denied { permission, may: roles_with(permission) }) }
}

/// The table as a page of documentation.
pub fn permissions_page() -> String {
    let mut page = String::from(
        "# Permissions 权限表\n\nGenerated from `shared/authz/src/table.rs`; a test keeps it true. A permission says what kind of act a role may \
         do; on which matters is decided by participation: \nof the unit, of the person (包案领导, 接访领导), or, for \
         supervisors, of the whole district. A unit complained about sees nothing of the matter. Administrators see no matters.\n\n",
    );
    let names: Vec<_> = ROLES.iter().map(|role| format!("{}<br>{}", role_name(*role).0, role_name(*role).1)).collect();
    let _ = writeln!(page, "| 操作 | act | {} |", names.join(" | "));
    let _ = writeln!(page, "|---|---|{}", ":-:|".repeat(ROLES.len()));
    for permission in Permission::ALL {
        let may = roles_with(*permission);
        let marks: Vec<_> = ROLES.iter().map(|role| if may.contains(role) { "●" } else { " " }).collect();
        let _ = writeln!(page, "| {} | {} | {} |", permission.chinese(), permission.english(), marks.join(" | "));
    }
    page
}

#[cfg(test)]
mod tests {
    use huiyin_kernel::{DistrictCode, Service, StaffId, UnitCode};

    use super::*;

    fn staff(roles: &[Role]) -> Actor {
        Actor::Staff {
            staff_id: StaffId::from(uuid::Uuid::nil()),
            unit: UnitCode::parse("city-hr").expect("a code"),
            district: DistrictCode::parse("990100").expect("a code"),
            roles: roles.to_vec(),
        }
    }

    /// `HUIYIN_WRITE_DOCS=1 cargo test -p huiyin-authz` writes the page again after a change.
    #[test]
    fn the_documented_table_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PERMISSIONS.md");
        if std::env::var_os("HUIYIN_WRITE_DOCS").is_some() {
            std::fs::write(path, permissions_page()).expect("docs can be written");
        }
        let documented = std::fs::read_to_string(path).expect("docs/PERMISSIONS.md is there");
        assert_eq!(documented, permissions_page());
    }

    #[test]
    fn every_role_stands_in_the_table_once_and_every_permission_has_a_holder() {
        for role in ROLES {
            assert_eq!(TABLE.iter().filter(|(listed, _)| *listed == role).count(), 1, "{role:?}");
        }
        for permission in Permission::ALL {
            assert!(!roles_with(*permission).is_empty(), "{permission:?}");
        }
        for (role, may) in TABLE {
            let mut sorted = may.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), may.len(), "{role:?} lists a permission twice");
        }
    }

    #[test]
    fn an_administrator_sees_no_matters() {
        let administrator = staff(&[Role::Administrator]);
        for permission in [
            P::ReadPetition,
            P::ReadCase,
            P::RevealIdentity,
            P::ReadLedger,
            P::ExportLedger,
            P::ReadReports,
            P::ReadSchedule,
        ] {
            assert!(!allowed(&administrator, permission), "{permission:?}");
        }
    }

    #[test]
    fn roles_add_up_and_a_refusal_names_who_may() {
        let both = staff(&[Role::IntakeClerk, Role::Leader]);
        assert!(allowed(&both, P::RegisterPetition) && allowed(&both, P::TakeCase));
        let denied = require(&both, P::ApproveExtension).expect_err("neither role approves extensions");
        assert_eq!(denied.ask_chinese(), "单位负责人、主要领导");
        assert_eq!(denied.to_string(), "this account may not approve an extension");
    }

    #[test]
    fn petitioners_hold_no_staff_permission_and_services_act_by_rule() {
        for permission in Permission::ALL {
            assert!(!allowed(&Actor::Petitioner, *permission));
            assert!(!allowed(&staff(&[]), *permission));
            assert!(allowed(&Actor::System { service: Service::Casework }, *permission));
        }
    }
}
