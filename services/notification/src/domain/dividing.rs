//! Who is told of parts that other units do (JX-09), of what is settled later (XT-21), of leaders asked (SZ-08, SZ-14), and of appointments (QD-02). Of parts and of
//! leaders asked the petitioner hears nothing; of what is put off, everything that matters: why, and when it is looked at again.

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
    let leads = || case.officer.map_or_else(|| head_of(&case.responsible_unit), Addressee::Staff);
    let doing = || case.about_unit.as_ref().map(head_of);
    let asked = case.library.as_ref().and_then(|entry| entry.selection.as_ref()).map(|asked| asked.leader);
    Some(if is(casework::PART_GIVEN) {
        doing().map(|to| urgent(T::StaffPartGiven, to)).into_iter().collect()
    } else if is(casework::PART_TAKEN_BACK) {
        doing().map(|to| staff(T::StaffPartTakenBack, to)).into_iter().collect()
    } else if is(casework::PART_DONE) {
        vec![staff(T::StaffPartDone, leads())]
    } else if is(casework::DEFERRED) {
        vec![Planned::petitioner(T::CaseDeferred, data.clone())]
    } else if is(casework::DEFERRED_SETTLED) {
        vec![Planned::petitioner(T::CaseDeferredSettled, data.clone())]
    } else if is(casework::APPOINTMENT_ASKED) {
        vec![urgent(T::StaffAppointmentAsked, head_of(&case.responsible_unit))]
    } else if is(casework::MATERIAL_GIVEN) {
        vec![staff(T::StaffMaterialGiven, Addressee::RoleInDistrict(Role::ScheduleEditor))]
    } else if is(casework::LEADER_SELECTED) {
        asked.map(|leader| urgent(T::StaffLeaderSelected, Addressee::Staff(leader))).into_iter().collect()
    } else if is(casework::LEADER_INSTRUCTED) {
        vec![urgent(T::StaffLeaderInstructed, leads())]
    } else if is(casework::LEADER_ANSWERED) {
        vec![
            staff(T::StaffLeaderAnswered, head_of(&case.responsible_unit)),
            staff(T::StaffLeaderAnswered, supervisors()),
        ]
    } else if case.about == Some(DeadlineKind::Part) && is(casework::DUE_SOON) {
        doing().map(|to| staff(T::StaffCaseDueSoon, to)).into_iter().collect()
    } else if case.about == Some(DeadlineKind::Part) && is(casework::OVERDUE) {
        let owing = doing().map(|to| urgent(T::StaffCaseOverdue, to));
        owing.into_iter().chain([leads(), supervisors()].map(|to| staff(T::StaffCaseOverdue, to))).collect()
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use huiyin_contracts::casework::{LibrarySnapshot, PartSnapshot, Quarter, SelectionSnapshot, SelectionState};
    use huiyin_kernel::StaffId;

    use super::super::names::Names;
    use super::super::plan::case_event;
    use super::*;

    fn case(about: Option<DeadlineKind>) -> CaseSnapshot {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.json");
        let case: CaseSnapshot = serde_json::from_str(golden).expect("the golden body decodes");
        let unit = UnitCode::parse("990101-water").expect("a code");
        let day = "2026-06-01".parse().expect("a day");
        let part = PartSnapshot { unit: unit.clone(), due_on: day, open: true, done_on: None };
        let selection = SelectionSnapshot {
            leader: leader(),
            quarter: Quarter::new(2026, 2).expect("a quarter"),
            state: SelectionState::Asked,
            summary: None,
        };
        let library =
            LibrarySnapshot { listed: true, field: "住建".to_owned(), has_plan: false, selection: Some(selection) };
        CaseSnapshot { parts: vec![part], about_unit: Some(unit), library: Some(library), about, ..case }
    }

    fn leader() -> StaffId {
        StaffId::from(uuid::Uuid::from_u128(77))
    }

    fn told(event: EventType, about: Option<DeadlineKind>) -> Vec<(Template, Addressee)> {
        let planned = case_event(&event.type_name(), &case(about), &Names::default());
        planned.into_iter().map(|planned| (planned.template, planned.addressee)).collect()
    }

    /// QD-02: the unit hears that its material is awaited, and who plans receptions that it is there; time and place the petitioner hears with
    /// the booking.
    #[test]
    fn qd_02_an_appointment_is_told_to_who_has_the_next_step() {
        let head = Addressee::RoleInUnit(Role::UnitHead, case(None).responsible_unit);
        let plan = Some(DeadlineKind::Plan);
        assert_eq!(told(casework::APPOINTMENT_ASKED, plan), [(Template::StaffAppointmentAsked, head)]);
        let planners = Addressee::RoleInDistrict(Role::ScheduleEditor);
        assert_eq!(told(casework::MATERIAL_GIVEN, plan), [(Template::StaffMaterialGiven, planners)]);
        assert!(told(casework::APPOINTMENT_FIXED, plan).is_empty());
    }

    /// JX-09: the unit that does a part hears of it and of its day; who leads hears when it is done or late. The petitioner waits for the
    /// matter, not for its parts.
    #[test]
    fn jx_09_a_part_is_told_to_who_does_it_and_its_end_to_who_leads() {
        let part = Some(DeadlineKind::Part);
        let does = Addressee::RoleInUnit(Role::UnitHead, UnitCode::parse("990101-water").expect("a code"));
        let leads = Addressee::Staff(case(None).officer.expect("an officer"));
        assert_eq!(told(casework::PART_GIVEN, part), [(Template::StaffPartGiven, does.clone())]);
        assert_eq!(told(casework::PART_TAKEN_BACK, part), [(Template::StaffPartTakenBack, does.clone())]);
        assert_eq!(told(casework::PART_DONE, part), [(Template::StaffPartDone, leads.clone())]);
        assert_eq!(told(casework::DUE_SOON, part), [(Template::StaffCaseDueSoon, does.clone())]);
        let late: Vec<_> = told(casework::OVERDUE, part).into_iter().map(|(_, to)| to).collect();
        assert_eq!(late, [does, leads, Addressee::RoleInDistrict(Role::Supervisor)]);
    }

    /// XT-21: what is put off is explained to the petitioner, and so is its end.
    #[test]
    fn xt_21_the_petitioner_hears_why_it_is_put_off_and_when_it_is_settled() {
        let deferral = Some(DeadlineKind::Deferral);
        assert_eq!(told(casework::DEFERRED, deferral), [(Template::CaseDeferred, Addressee::Petitioner)]);
        assert_eq!(
            told(casework::DEFERRED_SETTLED, deferral),
            [(Template::CaseDeferredSettled, Addressee::Petitioner)]
        );
    }

    /// REG-03: whoever handles the matter hears that a leader read it.
    #[test]
    fn reg_03_who_handles_the_matter_hears_that_a_leader_read_it() {
        let officer = Addressee::Staff(case(None).officer.expect("an officer"));
        assert_eq!(told(casework::LEADER_INSTRUCTED, None), [(Template::StaffLeaderInstructed, officer)]);
    }

    /// SZ-14: the leader is asked in person; the answer goes to the unit and to the petition office.
    #[test]
    fn sz_14_a_leader_is_asked_in_person_and_the_answer_goes_to_those_who_asked() {
        assert_eq!(
            told(casework::LEADER_SELECTED, None),
            [(Template::StaffLeaderSelected, Addressee::Staff(leader()))]
        );
        let answered: Vec<_> = told(casework::LEADER_ANSWERED, None).into_iter().map(|(_, to)| to).collect();
        let head = Addressee::RoleInUnit(Role::UnitHead, case(None).responsible_unit);
        assert_eq!(answered, [head, Addressee::RoleInDistrict(Role::Supervisor)]);
    }
}
