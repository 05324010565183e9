//! The matter a visitor brings, and which leader may hear it.

use huiyin_contracts::directory::UnitKind;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{DistrictCode, PetitionId, UnitCode};

use super::refusal::Refusal;

/// The matter as far as a turn depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The petition.
    pub petition_id: PetitionId,
    /// One of the three classes.
    pub class: PetitionClass,
    /// Where the matter is.
    pub district: DistrictCode,
    /// The unit it is about, if told.
    pub concerned_unit: Option<UnitCode>,
    /// Withdrawn by the petitioner.
    pub withdrawn: bool,
}

/// The unit of the leader who receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivingUnit {
    /// The unit.
    pub code: UnitCode,
    /// What it is for.
    pub kind: UnitKind,
}

impl Matter {
    /// Whether the leader of `unit` may receive this matter. An accusation is heard by discipline bodies alone, because
    /// whom it accuses never leaves intake (REG-22); even there not by the unit it is about (REG-26). How often or where
    /// the same person came is never asked.
    pub fn admit(&self, unit: &ReceivingUnit) -> Result<(), Refusal> {
        if self.withdrawn {
            return Err(Refusal::Withdrawn);
        }
        match self.class {
            PetitionClass::Suggestion | PetitionClass::Request => Ok(()),
            PetitionClass::Accusation if self.concerned_unit.as_ref() == Some(&unit.code) => Err(Refusal::Recused),
            PetitionClass::Accusation if unit.kind == UnitKind::Discipline => Ok(()),
            PetitionClass::Accusation => Err(Refusal::AccusationElsewhere),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn unit(code: &str, kind: UnitKind) -> ReceivingUnit {
        ReceivingUnit { code: UnitCode::parse(code).expect("a code"), kind }
    }

    fn matter(class: PetitionClass, concerned: Option<&str>) -> Matter {
        Matter {
            petition_id: Uuid::from_u128(1).into(),
            class,
            district: DistrictCode::parse("990101001").expect("a code"),
            concerned_unit: concerned.map(|c| UnitCode::parse(c).expect("a code")),
            withdrawn: false,
        }
    }

    #[test]
    fn an_accusation_is_heard_by_discipline_bodies_only_reg_22() {
        let accusation = matter(PetitionClass::Accusation, None);
        assert_eq!(accusation.admit(&unit("city-hr", UnitKind::Department)), Err(Refusal::AccusationElsewhere));
        assert_eq!(accusation.admit(&unit("city-jw", UnitKind::Discipline)), Ok(()));
    }

    #[test]
    fn not_even_a_discipline_body_hears_an_accusation_of_itself_reg_26() {
        let accusation = matter(PetitionClass::Accusation, Some("city-jw"));
        assert_eq!(accusation.admit(&unit("city-jw", UnitKind::Discipline)), Err(Refusal::Recused));
    }

    #[test]
    fn the_responsible_unit_s_leader_receives_ordinary_requests() {
        let request = matter(PetitionClass::Request, Some("city-hr"));
        assert_eq!(request.admit(&unit("city-hr", UnitKind::Department)), Ok(()));
    }
}
