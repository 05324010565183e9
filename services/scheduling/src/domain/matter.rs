//! The matter a visitor brings, and which leader may hear it.

use huiyin_contracts::directory::UnitKind;
use huiyin_contracts::intake::PetitionClass;
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{DistrictCode, PetitionId, UnitCode};

use super::refusal::Refusal;
use super::scheme::{Appointments, LowerOpinion};

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
    /// The office that answers for it; absent while nobody is known to.
    pub below: Option<Below>,
    /// The petitioner's application for an appointment.
    pub application: Application,
}

/// Where an application for an appointment stands (申请约访; QD-02).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Application {
    /// Nobody applied, or it is over.
    #[default]
    None,
    /// The unit that answers for the matter has not given its material yet.
    AwaitsMaterial,
    /// Time and place can be fixed.
    Ready,
}

/// The office that answers for a matter, as far as its place among the levels goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Below {
    /// The office.
    pub unit: UnitCode,
    /// The office's district.
    pub district: DistrictCode,
    /// It has proposed, or given, an opinion (处理意见).
    pub has_opinion: bool,
}

/// The unit of the leader who receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivingUnit {
    /// The unit.
    pub code: UnitCode,
    /// What it is for.
    pub kind: UnitKind,
    /// Its district.
    pub district: DistrictCode,
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

    /// An appointment is fixed after it was asked for and the unit gave its material, where the place says so (QD-02); who comes to any other
    /// reception, or without a booking, is received as ever (QD-03). Nobody applies with an accusation.
    pub fn applied(&self, kind: SessionKind, booked: Appointments) -> Result<(), Refusal> {
        let asked = booked == Appointments::AfterMaterial
            && kind == SessionKind::Appointment
            && self.class != PetitionClass::Accusation;
        match self.application {
            Application::None if asked => Err(Refusal::AppointmentNotReady { was_asked: false }),
            Application::AwaitsMaterial if asked => Err(Refusal::AppointmentNotReady { was_asked: true }),
            Application::None | Application::AwaitsMaterial | Application::Ready => Ok(()),
        }
    }

    /// Level by level (逐级接访; XT-06): a leader of a higher level receives by appointment what the level below has given its opinion on.
    /// Gives back the reason for going without it, where there is need of one; it is kept with the turn. A matter nobody is known to
    /// answer for waits for no opinion, nor does an accusation: of that no office below is asked (REG-22).
    pub fn brought_up(
        &self,
        to: &ReceivingUnit,
        asked: LowerOpinion,
        waiver: Option<String>,
    ) -> Result<Option<String>, Refusal> {
        let waits = self.class != PetitionClass::Accusation
            && self.below.as_ref().is_some_and(|below| {
                !below.has_opinion && to.district != below.district && to.district.contains(&below.district)
            });
        match (waits, asked, waiver) {
            (false, _, _) | (true, LowerOpinion::NotAsked, _) => Ok(None),
            (true, LowerOpinion::AskedInPrinciple, Some(reason)) => Ok(Some(reason)),
            (true, LowerOpinion::AskedInPrinciple, None) => Err(Refusal::LowerOpinionMissing { may_be_waived: true }),
            (true, LowerOpinion::Asked, _) => Err(Refusal::LowerOpinionMissing { may_be_waived: false }),
        }
    }

    /// The competent office, when a reception open to all that serves `place` stands more than one level above it (REG-06): a visit goes to a
    /// place of the competent body or of the next level (Art. 20(1)). Whoever comes is told so and received all the same; it stands against
    /// nobody. Where a leader asks for the matter there is nothing to tell, nor of an accusation: whom that goes to is not said (REG-22).
    pub fn belongs_below(&self, kind: SessionKind, place: &DistrictCode) -> Option<&Below> {
        let is_open = matches!(kind, SessionKind::Regular | SessionKind::Immediate);
        self.below.as_ref().filter(|below| {
            let levels = std::iter::successors(Some(below.district.clone()), DistrictCode::parent);
            let up = levels.zip(0_u32..).find(|(district, _)| district == place).map(|(_, up)| up);
            is_open && self.class != PetitionClass::Accusation && up.is_some_and(|up| up > 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn unit(code: &str, kind: UnitKind) -> ReceivingUnit {
        ReceivingUnit { code: UnitCode::parse(code).expect("a code"), kind, district: place("990101") }
    }

    fn place(code: &str) -> DistrictCode {
        DistrictCode::parse(code).expect("a code")
    }

    fn matter(class: PetitionClass, concerned: Option<&str>) -> Matter {
        Matter {
            petition_id: Uuid::from_u128(1).into(),
            class,
            district: place("990101001"),
            concerned_unit: concerned.map(|c| UnitCode::parse(c).expect("a code")),
            withdrawn: false,
            below: None,
            application: Application::None,
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

    fn answered_by(district: &str, has_opinion: bool) -> Matter {
        let unit = UnitCode::parse("street-office").expect("a code");
        let below = Some(Below { unit, district: place(district), has_opinion });
        Matter { below, ..matter(PetitionClass::Request, None) }
    }

    #[test]
    fn a_higher_leader_receives_with_the_opinion_of_the_level_below_xt_06() {
        let county = unit("county-gov", UnitKind::Department);
        let asked = LowerOpinion::AskedInPrinciple;
        let missing = Err(Refusal::LowerOpinionMissing { may_be_waived: true });
        assert_eq!(answered_by("990101001", false).brought_up(&county, asked, None), missing);
        assert_eq!(answered_by("990101001", true).brought_up(&county, asked, None), Ok(None));
        for own_level in ["990101", "990102001"] {
            assert_eq!(answered_by(own_level, false).brought_up(&county, asked, None), Ok(None), "{own_level}");
        }
        let accusation = Matter { class: PetitionClass::Accusation, ..answered_by("990101001", false) };
        assert_eq!(accusation.brought_up(&county, asked, None), Ok(None), "no office below is asked of it (REG-22)");
        let nobody_yet = matter(PetitionClass::Request, None);
        assert_eq!(nobody_yet.brought_up(&county, asked, None), Ok(None), "nobody below could have one");
    }

    #[test]
    fn going_without_it_has_a_reason_that_is_kept_where_the_rule_holds_in_principle_xt_06() {
        let county = unit("county-gov", UnitKind::Department);
        let (matter, reason) = (answered_by("990101001", false), Some("情况紧急".to_owned()));
        let kept = |asked| matter.brought_up(&county, asked, reason.clone());
        assert_eq!(kept(LowerOpinion::AskedInPrinciple), Ok(reason.clone()));
        assert_eq!(kept(LowerOpinion::Asked), Err(Refusal::LowerOpinionMissing { may_be_waived: false }));
        assert_eq!(kept(LowerOpinion::NotAsked), Ok(None), "a place without the rule is not held to it");
        let answered =
            answered_by("990101001", true).brought_up(&county, LowerOpinion::AskedInPrinciple, reason.clone());
        assert_eq!(answered, Ok(None), "a reason nobody needs is not kept");
    }

    /// REG-06: the place of the competent body and the one above it are right; what lies higher tells where the matter belongs.
    #[test]
    fn reg_06_a_visit_goes_to_the_competent_body_or_the_next_level() {
        let matter = answered_by("990101001", false);
        let told = |kind, at: &str| matter.belongs_below(kind, &place(at)).map(|below| below.unit.to_string());
        for right in ["990101001", "990101"] {
            assert_eq!(told(SessionKind::Regular, right), None, "{right}");
        }
        for higher in ["990100", "990000"] {
            assert_eq!(told(SessionKind::Regular, higher).as_deref(), Some("street-office"), "{higher}");
            assert_eq!(told(SessionKind::Immediate, higher).as_deref(), Some("street-office"), "{higher}");
        }
        assert_eq!(told(SessionKind::Regular, "990200"), None, "another city's is no level above");
        for invited in [SessionKind::Appointment, SessionKind::FieldVisit, SessionKind::CaseVisit] {
            assert_eq!(told(invited, "990100"), None, "a leader asked for the matter");
        }
        let accusation = Matter { class: PetitionClass::Accusation, ..matter.clone() };
        assert_eq!(accusation.belongs_below(SessionKind::Regular, &place("990100")), None, "REG-22");
        assert_eq!(
            Matter { below: None, ..matter.clone() }.belongs_below(SessionKind::Regular, &place("990100")),
            None
        );
    }
}
