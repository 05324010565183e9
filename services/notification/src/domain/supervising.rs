//! Who is told of supervision (督办): the office called to account, and the supervisors of the district. Never the petitioner: what offices
//! owe each other is on no page of theirs but as one line.

use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, CaseSnapshot, DeadlineKind};
use huiyin_kernel::{Role, UnitCode};
use serde_json::Value;

use super::message::{Addressee, Planned};
use super::template::Template;

/// The office that owes what an event of supervision speaks of.
pub(crate) fn addressed(case: &CaseSnapshot) -> Option<&UnitCode> {
    let order = case.supervision.as_ref()?;
    if case.about == Some(DeadlineKind::Rectification) {
        let owed = |measure: &&casework::MeasureSnapshot| measure.rectify_by.is_some() && measure.reported_at.is_none();
        // A measure just taken says which it is, and is the last; dates and reports speak of the rectification.
        let owing = order.measures.iter().find(owed).filter(|_| case.reason_code.is_none());
        return owing.or(order.measures.last()).map(|measure| &measure.unit);
    }
    let about = case.about.filter(|about| matches!(about, DeadlineKind::Supervision | DeadlineKind::Advice))?;
    let advised = order.advised_unit.as_ref().filter(|_| about == DeadlineKind::Advice);
    Some(advised.unwrap_or(&order.target_unit))
}

/// The messages of an event of supervision, or of a date of it; `None` for any other event.
pub(super) fn planned(type_name: &str, case: &CaseSnapshot, data: &Value) -> Option<Vec<Planned>> {
    use Template as T;
    let unit = addressed(case)?;
    let is = |event: EventType| type_name == event.type_name();
    let office = |template, plan: fn(Template, Addressee, Value) -> Planned| {
        let head = Addressee::RoleInUnit(Role::UnitHead, unit.clone());
        // The officer is of the unit responsible now, which need not be the one addressed.
        let officer = case.officer.filter(|_| *unit == case.responsible_unit).map(Addressee::Staff);
        std::iter::once(head).chain(officer).map(|to| plan(template, to, data.clone())).collect::<Vec<_>>()
    };
    let supervisors = |template| Planned::staff(template, Addressee::RoleInDistrict(Role::Supervisor), data.clone());
    Some(if is(casework::SUPERVISION_ORDERED) {
        office(T::StaffSupervisionOrdered, Planned::urgent)
    } else if is(casework::SUPERVISION_ANSWERED) {
        vec![supervisors(T::StaffSupervisionAnswered)]
    } else if is(casework::SUPERVISION_RETURNED) {
        office(T::StaffSupervisionReturned, Planned::urgent)
    } else if is(casework::SUPERVISION_CONCLUDED) {
        office(T::StaffSupervisionConcluded, Planned::staff)
    } else if is(casework::ADVISED) {
        office(T::StaffAdvised, Planned::urgent)
    } else if is(casework::ADVICE_ANSWERED) {
        vec![supervisors(T::StaffAdviceAnswered)]
    } else if is(casework::MEASURE_TAKEN) {
        // The head and the main leader of the office: it is their duty that is spoken of (Art. 39).
        let mut told = office(T::StaffMeasureTaken, Planned::urgent);
        told.truncate(1);
        let leader = Addressee::RoleInUnit(Role::MainLeader, unit.clone());
        told.push(Planned::urgent(T::StaffMeasureTaken, leader, data.clone()));
        told
    } else if is(casework::RECTIFICATION_REPORTED) {
        vec![supervisors(T::StaffRectificationReported)]
    } else if is(casework::DUE_SOON) {
        office(T::StaffCaseDueSoon, Planned::staff)
    } else if is(casework::OVERDUE) {
        let mut planned = office(T::StaffCaseOverdue, Planned::urgent);
        planned.push(supervisors(T::StaffCaseOverdue));
        planned
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use huiyin_contracts::casework::CASE_EVENTS;
    use huiyin_kernel::UnitCode;

    use super::super::names::Names;
    use super::super::plan::case_event;
    use super::*;

    fn case() -> CaseSnapshot {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.supervised.json");
        serde_json::from_str(golden).expect("the golden body decodes")
    }

    fn unit(code: &str) -> UnitCode {
        UnitCode::parse(code).expect("a code")
    }

    fn told(event: &EventType, case: &CaseSnapshot) -> Vec<(Template, Addressee)> {
        let planned = case_event(&event.type_name(), case, &Names::default());
        planned.into_iter().map(|planned| (planned.template, planned.addressee)).collect()
    }

    /// REG-50, DZ-10: the order and its return go to the head of the office addressed and to the officer; the answer to the supervisors.
    #[test]
    fn an_order_is_told_to_the_office_and_its_answer_to_the_supervisors() {
        let head = Addressee::RoleInUnit(Role::UnitHead, case().responsible_unit);
        let officer = Addressee::Staff(case().officer.expect("an officer"));
        for (event, template) in [
            (casework::SUPERVISION_ORDERED, Template::StaffSupervisionOrdered),
            (casework::SUPERVISION_RETURNED, Template::StaffSupervisionReturned),
            (casework::SUPERVISION_CONCLUDED, Template::StaffSupervisionConcluded),
            (casework::DUE_SOON, Template::StaffCaseDueSoon),
        ] {
            assert_eq!(told(&event, &case()), [(template, head.clone()), (template, officer.clone())], "{event}");
        }
        let supervisors = Addressee::RoleInDistrict(Role::Supervisor);
        let answered = told(&casework::SUPERVISION_ANSWERED, &case());
        assert_eq!(answered, [(Template::StaffSupervisionAnswered, supervisors.clone())]);
        let overdue = told(&casework::OVERDUE, &case());
        assert_eq!(overdue.iter().map(|(_, to)| to.clone()).collect::<Vec<_>>(), [head, officer, supervisors]);
    }

    /// REG-50: the office addressed is told, though another is responsible by now, whose officer has nothing to answer.
    #[test]
    fn an_office_that_handed_over_is_still_told() {
        let mut case = CaseSnapshot { responsible_unit: unit("990101-water"), ..case() };
        let housing = Addressee::RoleInUnit(Role::UnitHead, unit("990101-housing"));
        let overdue = told(&casework::OVERDUE, &case);
        assert!(overdue.iter().any(|(_, to)| *to == housing), "{overdue:?}");
        assert!(!overdue.iter().any(|(_, to)| matches!(to, Addressee::Staff(_))), "{overdue:?}");
        case.about = Some(DeadlineKind::Advice);
        case.supervision.as_mut().expect("an order").advised_unit = Some(unit("990101-parks"));
        let parks = Addressee::RoleInUnit(Role::UnitHead, unit("990101-parks"));
        assert_eq!(told(&casework::DUE_SOON, &case), [(Template::StaffCaseDueSoon, parks)]);
        assert_eq!(told(&casework::ADVICE_ANSWERED, &case).len(), 1);
    }

    /// REG-53: a measure is told to the head and the main leader of its office, a report to the supervisors, and nothing to the petitioner.
    #[test]
    fn reg_53_a_measure_is_told_to_head_and_main_leader_of_the_office() {
        let measure = |kind, code: &str, rectify_by: Option<&str>| casework::MeasureSnapshot {
            kind,
            unit: unit(code),
            taken_at: chrono::DateTime::UNIX_EPOCH,
            rectify_by: rectify_by.map(|day| day.parse().expect("a date")),
            reported_at: None,
        };
        let mut case = CaseSnapshot { about: Some(DeadlineKind::Rectification), ..case() };
        let order = case.supervision.as_mut().expect("an order");
        order.measures.push(measure(casework::MeasureKind::Rectification, "990101-housing", Some("2026-07-01")));
        order.measures.push(measure(casework::MeasureKind::Summons, "990101-parks", None));
        case.reason_code = Some("summons".to_owned());
        let expected = [Role::UnitHead, Role::MainLeader]
            .map(|role| (Template::StaffMeasureTaken, Addressee::RoleInUnit(role, unit("990101-parks"))));
        assert_eq!(told(&casework::MEASURE_TAKEN, &case), expected);
        case.reason_code = None;
        let housing = Addressee::RoleInUnit(Role::UnitHead, unit("990101-housing"));
        assert!(told(&casework::OVERDUE, &case).iter().any(|(_, to)| *to == housing), "who owes the report");
        let supervisors = Addressee::RoleInDistrict(Role::Supervisor);
        let reported = told(&casework::RECTIFICATION_REPORTED, &case);
        assert_eq!(reported, [(Template::StaffRectificationReported, supervisors)]);
    }

    /// What offices owe each other is told to no petitioner, and its date stands in no message of theirs.
    #[test]
    fn no_petitioner_is_told_of_supervision_nor_of_its_date() {
        for event in CASE_EVENTS {
            let case = case();
            let is_office = planned(&event.type_name(), &case, &Value::Null).is_some();
            let of_petitioner = case_event(&event.type_name(), &case, &Names::default());
            for planned in of_petitioner.iter().filter(|planned| planned.addressee == Addressee::Petitioner) {
                assert!(!is_office, "{event}");
                assert!(!planned.template.name().contains("supervision"), "{event}");
            }
        }
        // Of the two running dates the office's comes first; the petitioner is told the other.
        let case = CaseSnapshot { about: None, ..case() };
        let planned = case_event(&casework::ACCEPTED.type_name(), &case, &Names::default());
        assert_eq!(
            (&planned[0].data["deadline"], &planned[0].data["last_day"]),
            (&"答复".into(), &"2026年7月6日（星期一）".into())
        );
    }
}
