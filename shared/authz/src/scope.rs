//! On which matters: sight by participation (D-6).

use huiyin_kernel::{Actor, DistrictCode, Role, StaffId, UnitCode};

/// Who takes part in a matter at present.
#[derive(Clone, Copy, Debug, Default)]
pub struct Participants<'a> {
    /// Units that registered, handle, assist, supervise or receive it.
    pub units: &'a [UnitCode],
    /// Persons who take part by name: the leader who took it (包案领导) or received the visitor (接访领导).
    pub staff: &'a [StaffId],
    /// Units that must not see it: the unit complained about, a unit that stepped aside (回避).
    pub barred: &'a [UnitCode],
}

/// How far an actor sees; for SQL filters and for the settings that row-level security reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// No matter at all.
    Nothing,
    /// Matters in which the unit or the person takes part, anywhere.
    Participation {
        /// The person.
        staff: StaffId,
        /// On behalf of which unit.
        unit: UnitCode,
        /// The unit's district.
        district: DistrictCode,
    },
    /// Also every matter of the district and what lies inside it (督查).
    District {
        /// The person.
        staff: StaffId,
        /// On behalf of which unit.
        unit: UnitCode,
        /// The district.
        district: DistrictCode,
    },
    /// Everything: a service acting by rule.
    Everything,
}

impl Scope {
    /// The scope of an actor. Petitioners reach their one petition by number and code, not by scope.
    pub fn of(actor: &Actor) -> Self {
        match actor {
            Actor::System { .. } => Self::Everything,
            Actor::Petitioner => Self::Nothing,
            Actor::Staff { staff_id, unit, district, roles } => {
                let (staff, unit, district) = (*staff_id, unit.clone(), district.clone());
                if roles.contains(&Role::Supervisor) {
                    Self::District { staff, unit, district }
                } else if roles.iter().any(|role| *role != Role::Administrator) {
                    Self::Participation { staff, unit, district }
                } else {
                    Self::Nothing
                }
            }
        }
    }

    /// True when a matter of `district` with these participants is in sight.
    pub fn sees(&self, district: &DistrictCode, participants: Participants<'_>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Participation { staff, unit, .. } => takes_part(*staff, unit, participants),
            Self::District { staff, unit, district: own } => {
                !participants.barred.contains(unit)
                    && (own.contains(district) || takes_part(*staff, unit, participants))
            }
        }
    }

    /// The unit whose participation counts, if any.
    pub const fn unit(&self) -> Option<&UnitCode> {
        match self {
            Self::Participation { unit, .. } | Self::District { unit, .. } => Some(unit),
            Self::Nothing | Self::Everything => None,
        }
    }

    /// The person whose participation counts, if any.
    pub const fn staff(&self) -> Option<StaffId> {
        match self {
            Self::Participation { staff, .. } | Self::District { staff, .. } => Some(*staff),
            Self::Nothing | Self::Everything => None,
        }
    }

    /// The code prefix of the district seen whole, if any: `9901` for the city `990100`; the empty prefix is everything.
    pub fn whole_district(&self) -> Option<&str> {
        match self {
            Self::District { district, .. } => Some(district.prefix()),
            Self::Everything => Some(""),
            Self::Nothing | Self::Participation { .. } => None,
        }
    }
}

fn takes_part(staff: StaffId, unit: &UnitCode, participants: Participants<'_>) -> bool {
    !participants.barred.contains(unit) && (participants.units.contains(unit) || participants.staff.contains(&staff))
}

/// True when `actor` may see a matter of `district` with these participants. When false, answer as if it did not exist.
pub fn may_see(actor: &Actor, district: &DistrictCode, participants: Participants<'_>) -> bool {
    Scope::of(actor).sees(district, participants)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str) -> UnitCode {
        UnitCode::parse(code).expect("a code")
    }

    fn district(code: &str) -> DistrictCode {
        DistrictCode::parse(code).expect("a code")
    }

    fn id(n: u128) -> StaffId {
        StaffId::from(uuid::Uuid::from_u128(n))
    }

    fn staff(n: u128, unit_code: &str, district_code: &str, role: Role) -> Actor {
        Actor::Staff { staff_id: id(n), unit: unit(unit_code), district: district(district_code), roles: vec![role] }
    }

    #[test]
    fn a_matter_is_seen_by_the_units_and_persons_that_take_part_and_by_nobody_else() {
        let units = [unit("city-hr")];
        let persons = [id(7)];
        let matter = Participants { units: &units, staff: &persons, barred: &[] };
        let place = district("990101001");
        assert!(may_see(&staff(1, "city-hr", "990100", Role::Officer), &place, matter));
        assert!(may_see(&staff(7, "city-gov", "990100", Role::Leader), &place, matter));
        assert!(!may_see(&staff(1, "city-housing", "990100", Role::Officer), &place, matter));
        assert!(!may_see(&staff(1, "city-gov", "990100", Role::MainLeader), &place, matter));
        assert!(!may_see(&Actor::Petitioner, &place, matter));
    }

    #[test]
    fn a_supervisor_sees_the_whole_district_and_nothing_beyond() {
        let supervisor = staff(1, "d1-xfj", "990101", Role::Supervisor);
        let nobody = Participants::default();
        assert!(may_see(&supervisor, &district("990101"), nobody));
        assert!(may_see(&supervisor, &district("990101001"), nobody));
        assert!(!may_see(&supervisor, &district("990102001"), nobody));
        assert!(!may_see(&supervisor, &district("990100"), nobody));
    }

    /// DOMAIN part D: the unit complained about never sees who complained.
    #[test]
    fn the_unit_complained_about_is_blind_whatever_the_role() {
        let units = [unit("city-hr")];
        let persons = [id(1)];
        let barred = [unit("city-hr")];
        let matter = Participants { units: &units, staff: &persons, barred: &barred };
        for role in [Role::Officer, Role::UnitHead, Role::MainLeader, Role::Leader, Role::Supervisor] {
            assert!(!may_see(&staff(1, "city-hr", "990100", role), &district("990100"), matter), "{role:?}");
        }
    }

    #[test]
    fn an_administrator_sees_nothing_even_in_a_unit_that_takes_part() {
        let units = [unit("city-hr")];
        let matter = Participants { units: &units, staff: &[], barred: &[] };
        assert!(!may_see(&staff(1, "city-hr", "990100", Role::Administrator), &district("990100"), matter));
    }
}
