//! Who works in the test's city, and where.

use huiyin_kernel::{DistrictCode, Role, StaffId, UnitCode};
use uuid::Uuid;

/// The street office under the street-office pack.
pub(crate) const STREET: &str = "990102001";
pub(crate) const OFFICE: &str = "990102001-office";

/// A member of staff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) n: u128,
    pub(crate) unit: &'static str,
    pub(crate) district: &'static str,
    pub(crate) roles: &'static [Role],
}

pub(crate) const OFFICER: Person = Person { n: 1, unit: OFFICE, district: STREET, roles: &[Role::Officer] };
pub(crate) const COLLEAGUE: Person = Person { n: 2, unit: OFFICE, district: STREET, roles: &[Role::Officer] };
pub(crate) const BOSS: Person =
    Person { n: 3, unit: OFFICE, district: STREET, roles: &[Role::UnitHead, Role::MainLeader, Role::Leader] };
pub(crate) const DEPUTY: Person =
    Person { n: 4, unit: OFFICE, district: STREET, roles: &[Role::UnitHead, Role::Leader] };
pub(crate) const NEIGHBOUR: Person =
    Person { n: 5, unit: "990102002-office", district: "990102002", roles: &[Role::Officer, Role::UnitHead] };
pub(crate) const SUPERVISOR: Person =
    Person { n: 6, unit: "990102-xfj", district: "990102", roles: &[Role::Supervisor] };
pub(crate) const BUREAU: Person =
    Person { n: 7, unit: "990102-xfj", district: "990102", roles: &[Role::Officer, Role::UnitHead] };
pub(crate) const DISCIPLINE: Person =
    Person { n: 8, unit: "990102-discipline", district: "990102", roles: &[Role::Officer] };
pub(crate) const WUHAN: Person = Person { n: 9, unit: "990101-xfj", district: "990101", roles: &[Role::Officer] };
pub(crate) const WUHAN_HEAD: Person =
    Person { n: 10, unit: "990101-xfj", district: "990101", roles: &[Role::UnitHead, Role::MainLeader] };
pub(crate) const LEADER: Person = Person { n: 11, unit: "990101-gov", district: "990101", roles: &[Role::Leader] };
pub(crate) const FAR_SUPERVISOR: Person =
    Person { n: 12, unit: "990101-xfj", district: "990101", roles: &[Role::Supervisor] };

pub(crate) const CITY_SUPERVISOR: Person =
    Person { n: 13, unit: "city-xfj", district: "990100", roles: &[Role::Supervisor] };

/// Head of the bureau above the street office.
pub(crate) const BUREAU_HEAD: Person =
    Person { n: 14, unit: "990102-xfj", district: "990102", roles: &[Role::UnitHead] };
pub(crate) const CITY_OFFICER: Person = Person { n: 15, unit: "city-xfj", district: "990100", roles: &[Role::Officer] };
pub(crate) const CITY_LEADER: Person =
    Person { n: 16, unit: "city-xfj", district: "990100", roles: &[Role::UnitHead, Role::MainLeader] };

pub(super) const EVERYONE: [Person; 16] = [
    OFFICER,
    COLLEAGUE,
    BOSS,
    DEPUTY,
    NEIGHBOUR,
    SUPERVISOR,
    BUREAU,
    DISCIPLINE,
    WUHAN,
    WUHAN_HEAD,
    LEADER,
    FAR_SUPERVISOR,
    CITY_SUPERVISOR,
    BUREAU_HEAD,
    CITY_OFFICER,
    CITY_LEADER,
];

impl Person {
    pub(crate) fn id(self) -> StaffId {
        StaffId::from(Uuid::from_u128(self.n))
    }
}

pub(crate) fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a unit code")
}

pub(crate) fn district(code: &str) -> DistrictCode {
    DistrictCode::parse(code).expect("a district code")
}
