//! Who carries on what a unit answered for, once it is abolished, merged or split (REG-16; Art. 24(2)): its successor, or whom the
//! committee or government of its level designates where that is unclear. Directory cannot see matters, and a closed one may come back for
//! review; so no unit goes without a successor.

use chrono::NaiveDate;
use huiyin_contracts::directory::UnitKind;
use huiyin_kernel::{DistrictCode, Text, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Refusal, Unit};

/// The longest reason of a designation, in characters.
const REASON: usize = 500;

/// Who carries on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// Has the matters from now on.
    pub unit: UnitCode,
    /// The discipline body for the accusations that the unit still held (REG-22).
    pub accusations_to: Option<UnitCode>,
    /// Present where it was unclear who carries on.
    pub designation: Option<Designation>,
}

/// The decision of the level's committee or government (指定承办单位).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designation {
    /// On which day.
    pub decided_on: NaiveDate,
    /// Why that unit.
    pub reason: String,
}

/// What stands around a unit when it is changed.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Active staff belong to it.
    pub has_staff: bool,
    /// An active district whose petitions it takes in.
    pub petition_unit_of: Option<DistrictCode>,
    /// The kind of the successor named, if that unit is there and active.
    pub successor: Option<UnitKind>,
    /// The same of the body named for accusations.
    pub accusations_to: Option<UnitKind>,
    /// The day of the change; a decision of the future names nobody.
    pub today: Option<NaiveDate>,
}

impl Unit {
    /// Whether it can be abolished so.
    pub(super) fn may_end(&self, current: Option<&Self>, around: &Surroundings) -> Result<(), Refusal> {
        if self.active {
            return if self.succession.is_some() { Err(Refusal::StillThere(self.code.clone())) } else { Ok(()) };
        }
        if around.has_staff {
            return Err(Refusal::UnitInUse(self.code.clone()));
        }
        if let Some(district) = &around.petition_unit_of {
            return Err(Refusal::TakesPetitions { unit: self.code.clone(), district: district.clone() });
        }
        match &self.succession {
            Some(succession) => succession.fits(self, around),
            // What was never there answers for nothing.
            None if current.is_none() => Ok(()),
            None => Err(Refusal::SuccessorMissing(self.code.clone())),
        }
    }
}

impl Succession {
    fn fits(&self, unit: &Unit, around: &Surroundings) -> Result<(), Refusal> {
        if self.unit == unit.code {
            return Err(Refusal::SucceedsItself(self.unit.clone()));
        }
        let kind = around.successor.ok_or_else(|| Refusal::NoUnit(self.unit.clone()))?;
        if kind == UnitKind::Discipline && unit.kind != UnitKind::Discipline {
            return Err(Refusal::SuccessorIsDiscipline(self.unit.clone()));
        }
        if let Some(body) = &self.accusations_to {
            match around.accusations_to {
                Some(UnitKind::Discipline) => {}
                Some(_) => return Err(Refusal::NotDiscipline(body.clone())),
                None => return Err(Refusal::NoUnit(body.clone())),
            }
        }
        let Some(designation) = &self.designation else { return Ok(()) };
        if Text::parse(&designation.reason, REASON).is_err() || designation.reason.trim().is_empty() {
            return Err(Refusal::Field {
                field: "succession.designation.reason",
                rule_zh: "请写明指定的理由，1至500个字",
                rule: "the reason of a designation has 1 to 500 characters",
                example: "职责分别划入两个部门，经市政府指定由市住建局办理",
            });
        }
        if around.today.is_some_and(|today| today < designation.decided_on) {
            return Err(Refusal::Field {
                field: "succession.designation.decided_on",
                rule_zh: "指定决定的日期不能晚于今天",
                rule: "a designation is decided today or before",
                example: "2026-03-02",
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Outcome;

    fn code(code: &str) -> UnitCode {
        UnitCode::parse(code).expect("a code")
    }

    fn unit(kind: UnitKind, active: bool, succession: Option<Succession>) -> Unit {
        Unit {
            code: code("hr"),
            name: "和安市人力资源局".to_owned(),
            short_name: "市人力局".to_owned(),
            kind,
            district: DistrictCode::parse("990100").expect("a code"),
            topics: Vec::new(),
            active,
            succession,
        }
    }

    fn to(successor: &str) -> Succession {
        Succession { unit: code(successor), accusations_to: None, designation: None }
    }

    fn abolish(succession: Option<Succession>, around: &Surroundings) -> Result<Outcome, Refusal> {
        let current = unit(UnitKind::Department, true, None);
        unit(UnitKind::Department, false, succession).put(Some(&current), around)
    }

    fn around() -> Surroundings {
        Surroundings {
            successor: Some(UnitKind::Department),
            today: "2026-03-02".parse().ok(),
            ..Surroundings::default()
        }
    }

    #[test]
    fn reg_16_no_unit_is_abolished_without_a_successor() {
        assert_eq!(abolish(None, &around()), Err(Refusal::SuccessorMissing(code("hr"))));
        assert_eq!(abolish(Some(to("hr")), &around()), Err(Refusal::SucceedsItself(code("hr"))));
        let unknown = Surroundings { successor: None, ..around() };
        assert_eq!(abolish(Some(to("labour")), &unknown), Err(Refusal::NoUnit(code("labour"))));
        assert_eq!(abolish(Some(to("labour")), &around()), Ok(Outcome::Changed));
        let staffed = Surroundings { has_staff: true, ..around() };
        assert_eq!(abolish(Some(to("labour")), &staffed), Err(Refusal::UnitInUse(code("hr"))));
        let district = DistrictCode::parse("990100").expect("a code");
        let home = Surroundings { petition_unit_of: Some(district.clone()), ..around() };
        let refused = Refusal::TakesPetitions { unit: code("hr"), district };
        assert_eq!(abolish(Some(to("labour")), &home), Err(refused), "petitions would come to nobody");
        let alive = unit(UnitKind::Department, true, Some(to("labour"))).put(None, &around());
        assert_eq!(alive, Err(Refusal::StillThere(code("hr"))));
    }

    #[test]
    fn reg_16_a_designation_has_its_reason_and_its_day() {
        let designated = |reason: &str, day: &str| {
            let decided_on = day.parse().expect("a date");
            let designation = Some(Designation { decided_on, reason: reason.to_owned() });
            abolish(Some(Succession { designation, ..to("labour") }), &around())
        };
        assert_eq!(designated("职责划入两个部门", "2026-03-02"), Ok(Outcome::Changed));
        for (reason, day) in [(" ", "2026-03-02"), ("职责划入两个部门", "2026-03-03")] {
            assert!(matches!(designated(reason, day), Err(Refusal::Field { .. })), "{reason} {day}");
        }
    }

    #[test]
    fn reg_22_accusations_go_to_a_discipline_body_and_ordinary_matters_do_not() {
        let discipline = Surroundings { successor: Some(UnitKind::Discipline), ..around() };
        assert_eq!(abolish(Some(to("jw")), &discipline), Err(Refusal::SuccessorIsDiscipline(code("jw"))));
        let with = |kind| {
            let named = Succession { accusations_to: Some(code("jw")), ..to("labour") };
            abolish(Some(named), &Surroundings { accusations_to: kind, ..around() })
        };
        assert_eq!(with(Some(UnitKind::Discipline)), Ok(Outcome::Changed));
        assert_eq!(with(Some(UnitKind::Bureau)), Err(Refusal::NotDiscipline(code("jw"))));
        assert_eq!(with(None), Err(Refusal::NoUnit(code("jw"))));
    }
}
