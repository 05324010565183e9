use huiyin_contracts::{casework::CaseSnapshot, directory::UnitKind, intake::PetitionClass};
use huiyin_kernel::{DistrictCode, StaffId, UnitCode};

/// What decides who sees a matter.
#[derive(Clone, Debug)]
pub struct MatterFacts<'a> {
    /// One of the three classes.
    pub class: PetitionClass,
    /// Where the matter is.
    pub district: &'a DistrictCode,
    /// The unit whose clerk registered it.
    pub registered_by: Option<&'a UnitCode>,
    /// The unit the matter is about, accusations included.
    pub concerned_unit: Option<&'a UnitCode>,
    /// Who carries on for it, since it was abolished, and for those in their turn (REG-16).
    pub carried_on_by: Vec<&'a UnitCode>,
    /// The unit that takes petitions in there, and answers until a case says otherwise.
    pub petition_unit: Option<&'a UnitCode>,
    /// The case, once heard of.
    pub case: Option<&'a CaseSnapshot>,
}

/// Who takes part in a matter at present, for the shared rule of sight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Units that take part.
    pub units: Vec<UnitCode>,
    /// Persons who take part by name.
    pub staff: Vec<StaffId>,
    /// Units that must see nothing.
    pub barred: Vec<UnitCode>,
    /// Units that may work on the matter but never learn who petitioned.
    pub blind: Vec<UnitCode>,
    /// Only discipline bodies see it (REG-11, REG-22).
    pub discipline_only: bool,
}

impl Sight {
    /// True when a unit of this kind may see the matter at all.
    pub const fn admits(&self, kind: Option<UnitKind>) -> bool {
        !self.discipline_only || matches!(kind, Some(UnitKind::Discipline))
    }
}

/// Who takes part. The unit complained about sees nothing, unless it is the one that must answer for the matter: then it
/// sees the matter, but never who petitioned (DOMAIN part D). Of an accusation it sees nothing in any case.
pub fn sight(facts: &MatterFacts<'_>) -> Sight {
    let responsible = facts.case.map(|case| &case.responsible_unit).or(facts.petition_unit);
    let reviewing = facts.case.and_then(|case| case.review.as_ref()).and_then(|review| review.unit.as_ref());
    let mut units: Vec<UnitCode> =
        [responsible, facts.registered_by, reviewing].into_iter().flatten().cloned().collect();
    units.dedup();
    let staff = facts.case.into_iter().flat_map(|case| [case.officer, case.leader]).flatten().collect();
    let accusation = facts.class == PetitionClass::Accusation;
    // Its people are with its successor now: the shield goes with them.
    let concerned: Vec<UnitCode> =
        facts.concerned_unit.into_iter().chain(facts.carried_on_by.iter().copied()).cloned().collect();
    let answers_itself = !accusation && responsible.is_some_and(|unit| concerned.contains(unit));
    let barred = if answers_itself { Vec::new() } else { concerned.clone() };
    Sight { units, staff, barred, blind: concerned, discipline_only: accusation }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str) -> UnitCode {
        UnitCode::parse(code).expect("a code")
    }

    /// DOMAIN part D, REG-22
    #[test]
    fn the_unit_complained_about_never_learns_who_complained() {
        let district = DistrictCode::parse("990101").expect("a code");
        let (housing, office, clerk) = (unit("d1-housing"), unit("d1-xfj"), unit("d1-hall"));
        let facts = MatterFacts {
            class: PetitionClass::Request,
            district: &district,
            registered_by: Some(&clerk),
            concerned_unit: Some(&housing),
            carried_on_by: Vec::new(),
            petition_unit: Some(&office),
            case: None,
        };
        let seen = sight(&facts);
        assert_eq!((seen.units, seen.barred), (vec![office.clone(), clerk.clone()], vec![housing.clone()]));

        let answers = MatterFacts { petition_unit: Some(&housing), ..facts.clone() };
        let seen = sight(&answers);
        assert!(seen.barred.is_empty() && seen.blind == [housing.clone()] && seen.units.contains(&housing));

        let heir = unit("d1-construction");
        let merged = MatterFacts { carried_on_by: vec![&heir], ..facts.clone() };
        let seen = sight(&merged);
        assert_eq!(seen.barred, [housing.clone(), heir.clone()], "nor does the unit it was merged into (REG-16)");
        let seen = sight(&MatterFacts { petition_unit: Some(&heir), ..merged });
        assert!(
            seen.barred.is_empty() && seen.blind == [housing.clone(), heir],
            "it answers, and is not told who asks"
        );

        let accusation = MatterFacts { class: PetitionClass::Accusation, ..answers };
        let seen = sight(&accusation);
        assert_eq!(seen.barred, [housing]);
        assert!(seen.admits(Some(UnitKind::Discipline)));
        assert!(!seen.admits(Some(UnitKind::Bureau)) && !seen.admits(None));
    }
}
