//! The scope of one transaction, as row-level security reads it (D-6, S1).

use huiyin_kernel::{Actor, StaffId, UnitCode};
use uuid::Uuid;

use crate::Scope;

/// For whom a transaction reads and writes. The policies of every schema read it from the transaction's settings; a
/// transaction begun without one sees no row that belongs to somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    unit: Option<UnitCode>,
    staff: Option<StaffId>,
    district: Option<String>,
    area: Option<String>,
    matters: Vec<Uuid>,
}

/// What stands for everywhere in the setting of the area.
const EVERYWHERE: &str = "*";

impl Sight {
    /// What an actor's own roles let them see: matters in which their unit or they themselves take part, and for supervisors
    /// all of their district. Nothing for petitioners, who reach their one petition with [`Sight::matter`].
    pub fn of(actor: &Actor) -> Self {
        let district = match actor {
            Actor::Staff { district, .. } => Some(district.prefix().to_owned()),
            Actor::Petitioner | Actor::System { .. } => None,
        };
        let scope = Scope::of(actor);
        let area = match &scope {
            Scope::Everything => Some(EVERYWHERE.to_owned()),
            Scope::District { .. } | Scope::Participation { .. } | Scope::Nothing => {
                scope.whole_district().map(str::to_owned)
            }
        };
        Self { unit: scope.unit().cloned(), staff: scope.staff(), district, area, matters: Vec::new() }
    }

    /// Everything of the actor's own district, whatever their part in it: for acts that concern the district and no matter.
    pub fn of_district(actor: &Actor) -> Self {
        let own = Self::of(actor);
        Self { area: own.area.or_else(|| own.district.clone()), ..own }
    }

    /// What belongs to one person, such as an inbox.
    pub fn of_person(staff: StaffId) -> Self {
        Self { staff: Some(staff), ..Self::default() }
    }

    /// One matter and nothing else, for whoever has shown the right to it by other means.
    pub fn matter(id: Uuid) -> Self {
        Self { matters: vec![id], ..Self::default() }
    }

    /// All rows: a service that answers another service, or acts by rule.
    pub fn everything() -> Self {
        Self { area: Some(EVERYWHERE.to_owned()), ..Self::default() }
    }

    /// The matters it was opened for by id.
    pub fn matters(&self) -> &[Uuid] {
        &self.matters
    }

    /// The settings, by name. What is absent is left unset.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let matters: Vec<String> = self.matters.iter().map(Uuid::to_string).collect();
        let all = [
            ("huiyin.unit", self.unit.as_ref().map(ToString::to_string)),
            ("huiyin.staff", self.staff.map(|staff| staff.to_string())),
            ("huiyin.district", self.district.clone()),
            ("huiyin.area", self.area.clone()),
            ("huiyin.matters", Some(matters.join(","))),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use huiyin_kernel::{DistrictCode, Role, Service};

    use super::*;

    fn staff(role: Role) -> Actor {
        Actor::Staff {
            staff_id: StaffId::from(Uuid::from_u128(7)),
            unit: UnitCode::parse("city-hr").expect("a code"),
            district: DistrictCode::parse("990100").expect("a code"),
            roles: vec![role],
        }
    }

    fn area(sight: &Sight) -> Option<String> {
        sight.settings().into_iter().find(|(name, _)| *name == "huiyin.area").map(|(_, value)| value)
    }

    /// S1
    #[test]
    fn only_supervisors_and_services_see_by_area() {
        for role in
            [Role::Officer, Role::UnitHead, Role::Leader, Role::MainLeader, Role::IntakeClerk, Role::Administrator]
        {
            assert_eq!(area(&Sight::of(&staff(role))), None, "{role:?}");
        }
        assert_eq!(area(&Sight::of(&staff(Role::Supervisor))).as_deref(), Some("9901"));
        assert_eq!(area(&Sight::of(&Actor::System { service: Service::Intake })).as_deref(), Some("*"));
        assert_eq!(area(&Sight::of(&Actor::Petitioner)), None);
    }

    /// S1
    #[test]
    fn an_administrator_and_a_petitioner_take_part_in_nothing() {
        assert!(Sight::of(&Actor::Petitioner).settings().is_empty());
        let names: Vec<_> =
            Sight::of(&staff(Role::Administrator)).settings().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["huiyin.district"]);
    }
}
