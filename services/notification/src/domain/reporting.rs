//! Who is told of competence and reports between offices (REG-10, REG-15, REG-17). The petitioner hears who handles the matter, and
//! nothing of what offices report to each other.

use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, CaseSnapshot, DeadlineKind};
use huiyin_kernel::{Role, UnitCode};
use serde_json::Value;

use super::message::{Addressee, Planned};
use super::template::Template;

/// The messages of such an event, or of a date of it; `None` for any other event.
pub(super) fn planned(type_name: &str, case: &CaseSnapshot, data: &Value) -> Option<Vec<Planned>> {
    use Template as T;
    let is = |event: EventType| type_name == event.type_name();
    let head_of = |unit: &UnitCode| Addressee::RoleInUnit(Role::UnitHead, unit.clone());
    let supervisors = || Addressee::RoleInDistrict(Role::Supervisor);
    let staff = |template, to| Planned::staff(template, to, data.clone());
    let urgent = |template, to| Planned::urgent(template, to, data.clone());
    if is(casework::COMPETENCE_REFERRED) {
        return Some(
            case.competence.iter().map(|asked| urgent(T::StaffCompetenceReferred, head_of(&asked.decider))).collect(),
        );
    }
    if is(casework::COMPETENCE_DECIDED) {
        let assisting = case.competence.iter().flat_map(|decided| &decided.assisting);
        let units = std::iter::once(&case.responsible_unit).chain(assisting);
        let offices = units.map(|unit| urgent(T::StaffCompetenceDecided, head_of(unit)));
        let petitioner = Planned::petitioner(T::CaseCompetence, data.clone());
        return Some(std::iter::once(petitioner).chain(offices).collect());
    }
    if is(casework::REPORTED_UP) {
        return Some(vec![
            staff(T::StaffReportedUp, head_of(&case.responsible_unit)),
            staff(T::StaffReportedUp, supervisors()),
        ]);
    }
    // What follows speaks of the report that was demanded: owed by the unit that has the matter, awaited by the one that sent it.
    case.about.filter(|about| *about == DeadlineKind::DemandedReport)?;
    let sender = || case.transfer.iter().map(|sent| head_of(&sent.from));
    let officer = case.officer.map(Addressee::Staff);
    let owing = || std::iter::once(head_of(&case.responsible_unit)).chain(officer.clone());
    Some(if is(casework::RESULT_REPORTED) {
        sender().map(|to| staff(T::StaffResultReported, to)).collect()
    } else if is(casework::DUE_SOON) {
        owing().map(|to| staff(T::StaffCaseDueSoon, to)).collect()
    } else if is(casework::OVERDUE) {
        let late = owing().map(|to| urgent(T::StaffCaseOverdue, to));
        late.chain(sender().chain([supervisors()]).map(|to| staff(T::StaffCaseOverdue, to))).collect()
    } else {
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use huiyin_contracts::casework::{CompetenceSnapshot, TransferSnapshot};

    use super::super::names::Names;
    use super::super::plan::case_event;
    use super::*;

    fn unit(code: &str) -> UnitCode {
        UnitCode::parse(code).expect("a code")
    }

    fn head(code: &str) -> Addressee {
        Addressee::RoleInUnit(Role::UnitHead, unit(code))
    }

    /// Supervised, too, so that one is not taken for the other.
    fn case() -> CaseSnapshot {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.supervised.json");
        let case: CaseSnapshot = serde_json::from_str(golden).expect("the golden body decodes");
        let transfer = TransferSnapshot {
            signed_at: None,
            from: unit("990102-xfj"),
            to: case.responsible_unit.clone(),
            at: DateTime::UNIX_EPOCH,
            handed_down: true,
            objection_until: DateTime::UNIX_EPOCH.date_naive(),
            objection: None,
        };
        let competence = CompetenceSnapshot {
            decider: unit("990100-xfj"),
            parties: vec![unit("990102-xfj"), case.responsible_unit.clone()],
            unit: Some(case.responsible_unit.clone()),
            assisting: vec![unit("990102-water")],
        };
        CaseSnapshot { transfer: Some(transfer), competence: Some(competence), about: None, ..case }
    }

    fn told(event: EventType, case: &CaseSnapshot) -> Vec<(Template, Addressee)> {
        let planned = case_event(&event.type_name(), case, &Names::default());
        planned.into_iter().map(|planned| (planned.template, planned.addressee)).collect()
    }

    /// REG-15: the deciding office is asked; of the decision the petitioner, the unit that has the matter, and those that assist it.
    #[test]
    fn reg_15_a_question_goes_to_the_office_above_and_its_answer_to_all_concerned() {
        let case = case();
        assert_eq!(
            told(casework::COMPETENCE_REFERRED, &case),
            [(Template::StaffCompetenceReferred, head("990100-xfj"))]
        );
        let decided = told(casework::COMPETENCE_DECIDED, &case);
        let expected = [
            (Template::CaseCompetence, Addressee::Petitioner),
            (Template::StaffCompetenceDecided, head(case.responsible_unit.as_str())),
            (Template::StaffCompetenceDecided, head("990102-water")),
        ];
        assert_eq!(decided, expected);
    }

    /// REG-10: a report comes to its sender; a late one is known to who owes it, to the sender and to the supervisors, never to the
    /// petitioner.
    #[test]
    fn reg_10_a_late_report_is_told_to_who_owes_and_who_awaits_it() {
        let case = CaseSnapshot { about: Some(DeadlineKind::DemandedReport), ..case() };
        assert_eq!(told(casework::RESULT_REPORTED, &case), [(Template::StaffResultReported, head("990102-xfj"))]);
        let late: Vec<_> = told(casework::OVERDUE, &case).into_iter().map(|(_, to)| to).collect();
        let officer = Addressee::Staff(case.officer.expect("an officer"));
        let supervisors = Addressee::RoleInDistrict(Role::Supervisor);
        assert_eq!(late, [head(case.responsible_unit.as_str()), officer, head("990102-xfj"), supervisors]);
        for event in casework::CASE_EVENTS {
            let told = told(*event, &case);
            let to_petitioner = told.iter().any(|(template, to)| {
                *to == Addressee::Petitioner
                    && matches!(template, Template::StaffResultReported | Template::StaffReportedUp)
            });
            assert!(!to_petitioner, "{event}");
        }
    }
}
