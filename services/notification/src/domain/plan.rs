//! The plan: which event means a message to whom. One arm per event; an event without an arm tells nobody, on purpose.

use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, CaseSnapshot, DeadlineKind, DeadlineState};
use huiyin_contracts::intake::PetitionSnapshot;
use huiyin_contracts::scheduling::{ReceptionPlace, SessionSnapshot, VisitSnapshot};
use huiyin_kernel::{Role, UnitCode};
use serde_json::{Value, json};

use super::dividing;
use super::message::{Addressee, Planned};
use super::names::Names;
use super::reporting;
use super::succession;
use super::supervising;
use super::template::Template;
use super::wording;

/// A petition was registered: the receipt (REG-12).
pub(crate) fn petition_registered(petition: &PetitionSnapshot, last_day: chrono::NaiveDate) -> Vec<Planned> {
    let data = json!({ "number": petition.number, "last_day": wording::day(last_day) });
    vec![Planned::petitioner(Template::PetitionRegistered, data)]
}

/// Something happened to a case.
pub(crate) fn case_event(type_name: &str, case: &CaseSnapshot, names: &Names) -> Vec<Planned> {
    use Template as T;
    let data = case_data(case, names);
    let petitioner = |template| Planned::petitioner(template, data.clone());
    let head_of = |unit: &UnitCode| Addressee::RoleInUnit(Role::UnitHead, unit.clone());
    let unit_head = || head_of(answering(case));
    // The officer handles; reviews have none named.
    let officer = || case.officer.filter(|_| of_review(case).is_none()).map_or_else(unit_head, Addressee::Staff);
    let staff = |template, to| Planned::staff(template, to, data.clone());
    let urgent = |template, to| Planned::urgent(template, to, data.clone());
    let is = |event: EventType| type_name == event.type_name();

    if let Some(planned) = succession::planned(type_name, case, &data, names) {
        planned
    } else if let Some(planned) = reporting::planned(type_name, case, &data) {
        planned
    } else if let Some(planned) = dividing::planned(type_name, case, &data) {
        planned
    } else if let Some(planned) = supervising::planned(type_name, case, &data) {
        planned
    } else if is(casework::ACCEPTED) {
        vec![petitioner(T::CaseAccepted)]
    } else if is(casework::POINTED) {
        vec![petitioner(T::CasePointed)]
    } else if is(casework::DECLINED) {
        vec![petitioner(T::CaseDeclined)]
    } else if is(casework::FORWARDED) {
        vec![petitioner(T::CaseForwarded)]
    } else if is(casework::TRANSFERRED) {
        vec![petitioner(T::CaseTransferred), urgent(T::StaffCaseTransferred, unit_head())]
    } else if is(casework::OBJECTED) {
        case.transfer.iter().map(|sent| urgent(T::StaffTransferObjected, head_of(&sent.from))).collect()
    } else if is(casework::OBJECTION_ANSWERED) {
        case.transfer.iter().map(|sent| staff(T::StaffObjectionAnswered, head_of(&sent.to))).collect()
    } else if is(casework::ASSIGNED) {
        vec![staff(T::StaffCaseAssigned, officer())]
    } else if is(casework::HANDED_OVER) {
        vec![petitioner(T::CaseHandedOver), staff(T::StaffCaseHandedOver, unit_head())]
    } else if is(casework::PROPOSED) {
        vec![staff(T::StaffCaseProposed, unit_head())]
    } else if is(casework::RETURNED) {
        vec![staff(T::StaffCaseReturned, officer())]
    } else if is(casework::APPROVED) {
        vec![staff(T::StaffCaseApproved, officer())]
    } else if is(casework::REPLIED) {
        vec![petitioner(T::CaseReplied)]
    } else if is(casework::SETTLED_ON_SPOT) {
        vec![petitioner(T::CaseSettledOnSpot)]
    } else if is(casework::PROMISED) {
        vec![petitioner(T::CasePromised)]
    } else if is(casework::EXTENDED) {
        vec![petitioner(T::CaseExtended)]
    } else if is(casework::SETTLEMENT_RECORDED) {
        vec![petitioner(T::CaseSettlement)]
    } else if is(casework::DISPUTED) {
        vec![petitioner(T::CaseDisputed)]
    } else if is(casework::CONVERTED_TO_ORDINARY) {
        vec![petitioner(T::CaseConverted)]
    } else if is(casework::DUE_SOON) {
        vec![staff(T::StaffCaseDueSoon, officer())]
    } else if is(casework::OVERDUE) {
        let mut planned = vec![urgent(T::StaffCaseOverdue, unit_head())];
        let persons = [case.officer, case.leader].into_iter().flatten().filter(|_| of_review(case).is_none());
        planned.extend(persons.map(|id| urgent(T::StaffCaseOverdue, Addressee::Staff(id))));
        planned.push(staff(T::StaffCaseOverdue, Addressee::RoleInDistrict(Role::Supervisor)));
        planned
    } else if is(casework::TAKEN_BY_LEADER) {
        let mut planned = vec![petitioner(T::CaseTakenByLeader)];
        planned.extend(case.leader.map(|id| urgent(T::StaffCaseTaken, Addressee::Staff(id))));
        planned
    } else if is(casework::WITHDRAWN) {
        // The petitioner was told by the petition's own event, with the day until which it can be taken back.
        vec![staff(T::StaffCaseWithdrawn, officer())]
    } else if is(casework::REVIEW_ASKED) {
        let mut planned = vec![petitioner(T::ReviewAsked)];
        planned.extend(reviewing(case).map(|unit| urgent(T::StaffReviewAsked, head_of(unit))));
        planned.push(staff(T::StaffOpinionUnderReview, head_of(&case.responsible_unit)));
        planned
    } else if is(casework::REVIEW_DECLINED) {
        vec![petitioner(T::ReviewDeclined)]
    } else if is(casework::HEARING_HELD) {
        vec![petitioner(T::ReviewHearing)]
    } else if is(casework::REVIEW_PROPOSED) {
        reviewing(case).map(|unit| staff(T::StaffReviewProposed, head_of(unit))).into_iter().collect()
    } else if is(casework::REVIEW_RETURNED) {
        let officers = |unit: &UnitCode| Addressee::RoleInUnit(Role::Officer, unit.clone());
        reviewing(case).map(|unit| staff(T::StaffReviewReturned, officers(unit))).into_iter().collect()
    } else if is(casework::REVIEW_ANSWERED) {
        vec![petitioner(T::ReviewAnswered)]
    } else if is(casework::REVIEW_DELIVERED) {
        vec![urgent(T::StaffReviewDecided, head_of(&case.responsible_unit))]
    } else if is(casework::DEADLINE_MOVED) && case.reason_code.is_none() {
        // Moved by a new calendar; a changed grade gives its reason, and whoever changed it knows.
        let one = json!({ "number": data["number"], "deadline": data["deadline"], "last_day": data["last_day"] });
        vec![Planned::gathered(T::StaffDeadlinesMoved, officer(), &one)]
    } else if is(casework::CLOSED) && told_at_closing(case) {
        vec![petitioner(T::CaseClosed)]
    } else {
        Vec::new()
    }
}

/// The reviewing body of the newest review.
fn reviewing(case: &CaseSnapshot) -> Option<&UnitCode> {
    case.review.as_ref().and_then(|review| review.unit.as_ref())
}

/// The reviewing body when the event speaks of a review's deadline.
fn of_review(case: &CaseSnapshot) -> Option<&UnitCode> {
    let speaks = matches!(case.about, Some(DeadlineKind::Review | DeadlineKind::Reexamination));
    reviewing(case).filter(|_| speaks)
}

/// Who owes what the event speaks of.
fn answering(case: &CaseSnapshot) -> &UnitCode {
    of_review(case).unwrap_or(&case.responsible_unit)
}

/// Closing is told where no earlier message already told the end.
fn told_at_closing(case: &CaseSnapshot) -> bool {
    use casework::Outcome as O;
    match case.outcome {
        Some(
            O::Supported | O::Explained | O::NotSupported | O::Settled | O::Adopted | O::PartlyAdopted | O::NotAdopted,
        ) => true,
        Some(O::SettledOnSpot | O::Pointed | O::Declined | O::Forwarded | O::Withdrawn) | None => false,
    }
}

fn case_data(case: &CaseSnapshot, names: &Names) -> Value {
    let about = case.about.or_else(|| running(case));
    let deadline = about.and_then(|kind| case.deadlines.iter().find(|d| d.kind == kind));
    let (leader, post) = names.leader(case.leader);
    json!({
        "number": case.number,
        "unit": names.unit(supervising::addressed(case).unwrap_or_else(|| answering(case))),
        "sender": case.transfer.as_ref().map(|sent| names.unit(&sent.from)),
        "receiver": case.transfer.as_ref().map(|sent| names.unit(&sent.to)),
        "handed_down": case.transfer.as_ref().map(|sent| sent.handed_down),
        "objection_until": case.transfer.as_ref().map(|sent| wording::day(sent.objection_until)),
        "agreed": case.transfer.as_ref().map(|sent| sent.objection == Some(casework::ObjectionState::Agreed)),
        "decider": case.competence.as_ref().map(|asked| names.unit(&asked.decider)),
        "assisting": case.competence.as_ref().map(|decided| {
            decided.assisting.iter().map(|unit| names.unit(unit)).collect::<Vec<_>>().join("、")
        }),
        "level": case.review.as_ref().map(|review| wording::level(review.level)),
        "reviewing_unit": reviewing(case).map(|unit| names.unit(unit)),
        "decided": case.review.as_ref().and_then(|review| review.result).map(wording::review_result),
        "district": names.district(&case.district),
        "deadline": about.map(wording::duty),
        "last_day": deadline.map(|d| wording::day(d.last_day)),
        "days": case.extended_days,
        "settlement": case.settlement.as_ref().map(|agreed| wording::settlement(agreed.kind)),
        "duty_until": case.settlement.as_ref().and_then(|agreed| agreed.next_due_on).map(wording::day),
        "part_unit": case.about_unit.as_ref().map(|unit| names.unit(unit)),
        "part_due": case.parts.last().map(|part| wording::day(part.due_on)),
        "look_again_on": case.deferral.as_ref().map(|deferral| wording::day(deferral.look_again_on)),
        "quarter": case.library.as_ref().and_then(|entry| entry.selection.as_ref()).map(|asked| asked.quarter.zh()),
        "evaluate_until": case.evaluation.as_ref().map(|open| wording::day(open.until)),
        "disputed": case.evaluation.as_ref().and_then(|said| said.dispute).map(wording::dispute),
        // Of what offices write to each other the petitioner hears that it goes on.
        "supervised": case.supervision.as_ref().is_some_and(|order| order.state != casework::SupervisionState::Concluded),
        "simple": case.procedure == casework::Procedure::Simple,
        "leader": leader,
        "post": post,
        "outcome": case.outcome.map(wording::outcome),
        "promise_number": case.promise_number,
        "measure": case.supervision.as_ref().and_then(|order| order.measures.last()).map(|last| wording::measure(last.kind)),
        "rectify_by": case.supervision.as_ref().and_then(|order| order.measures.last()).and_then(|last| last.rectify_by).map(wording::day),
        "order": case.supervision.as_ref().map(|order| &order.number),
    })
}

/// The nearest duty towards the petitioner: what offices owe each other is spoken of in their own messages alone.
fn running(case: &CaseSnapshot) -> Option<DeadlineKind> {
    let open = |d: &&casework::DeadlineSnapshot| {
        matches!(d.state, DeadlineState::Running | DeadlineState::Overdue) && !d.kind.is_between_offices()
    };
    case.deadlines.iter().filter(open).min_by_key(|d| d.due_at).map(|d| d.kind)
}

/// A petition is expected at a reception (HB-11).
pub(crate) fn visit_booked(visit: &VisitSnapshot, number: &str, names: &Names) -> Vec<Planned> {
    let (leader, post) = names.leader(Some(visit.leader));
    let place = format!("{}（{}）", visit.venue_name, visit.venue_address);
    let mut data = json!({
        "number": number, "at": wording::instant(visit.at), "place": place, "leader": leader, "post": post,
    });
    if let Some(competent) = &visit.competent {
        let place = |place: &ReceptionPlace| format!("{}（{}）", place.name, place.address);
        data["competent"] = json!(names.unit(&competent.unit));
        data["competent_places"] = json!(competent.places.iter().map(place).collect::<Vec<_>>());
    }
    vec![Planned::petitioner(Template::VisitBooked, data)]
}

/// To one petitioner expected at a session that moved, changed its leader (DW-09), or will not be held.
pub(crate) fn session_told(template: Template, session: &SessionSnapshot, number: &str) -> Planned {
    Planned::petitioner(template, session_data(session, Some(number)))
}

/// To the leader who receives.
pub(crate) fn session_published(session: &SessionSnapshot) -> Vec<Planned> {
    let to = Addressee::Staff(session.leader);
    vec![Planned::staff(Template::StaffSessionPublished, to, session_data(session, None))]
}

fn session_data(session: &SessionSnapshot, number: Option<&str>) -> Value {
    json!({
        "number": number,
        "at": wording::instant(session.starts_at),
        "place": format!("{}（{}）", session.venue_name, session.venue_address),
        "leader": session.leader_name,
        "post": session.leader_post,
    })
}

#[cfg(test)]
mod tests {
    use huiyin_contracts::casework::CASE_EVENTS;
    use huiyin_contracts::notification::MessageChannel;

    use super::*;

    fn case() -> CaseSnapshot {
        let golden = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.json");
        serde_json::from_str(golden).expect("the golden body decodes")
    }

    fn told(event: &huiyin_contracts::EventType) -> Vec<Planned> {
        case_event(&event.type_name(), &case(), &Names::default())
    }

    /// REG-12, REG-13, REG-24, WH-08, WH-10: what the law says the petitioner is told, goes to the petitioner directly.
    #[test]
    fn the_petitioner_is_told_of_every_decision() {
        for event in [
            casework::ACCEPTED,
            casework::POINTED,
            casework::DECLINED,
            casework::FORWARDED,
            casework::HANDED_OVER,
            casework::EXTENDED,
            casework::SETTLEMENT_RECORDED,
            casework::DEFERRED,
            casework::DEFERRED_SETTLED,
            casework::DISPUTED,
            casework::CONVERTED_TO_ORDINARY,
            casework::REPLIED,
            casework::SETTLED_ON_SPOT,
            casework::PROMISED,
            casework::TAKEN_BY_LEADER,
        ] {
            let direct = told(&event).into_iter().any(|planned| {
                planned.addressee == Addressee::Petitioner && planned.channels.contains(&MessageChannel::Email)
            });
            assert!(direct, "{event}");
        }
    }

    /// D-4: an overdue case is known to its officer, the unit's head and the supervisor.
    #[test]
    fn an_overdue_case_is_told_to_officer_head_and_supervisor() {
        let to: Vec<Addressee> = told(&casework::OVERDUE).into_iter().map(|planned| planned.addressee).collect();
        assert!(to.contains(&Addressee::Staff(case().officer.expect("an officer"))));
        assert!(to.contains(&Addressee::RoleInUnit(Role::UnitHead, case().responsible_unit)));
        assert!(to.contains(&Addressee::RoleInDistrict(Role::Supervisor)));
    }

    fn bureau() -> UnitCode {
        UnitCode::parse("990102-xfj").expect("a code")
    }

    fn reviewed(about: Option<DeadlineKind>) -> CaseSnapshot {
        let review = casework::ReviewSnapshot {
            level: casework::ReviewLevel::Review,
            unit: Some(bureau()),
            state: casework::ReviewState::Asked,
            result: None,
            asked_at: chrono::DateTime::UNIX_EPOCH,
            late: false,
            answered_at: None,
            delivered_at: None,
            next_until: None,
        };
        CaseSnapshot { review: Some(review), about, ..case() }
    }

    fn to(event: huiyin_contracts::EventType, case: &CaseSnapshot) -> Vec<Addressee> {
        let planned = case_event(&event.type_name(), case, &Names::default());
        planned.into_iter().map(|planned| planned.addressee).collect()
    }

    /// REG-12, REG-14: the petitioner hears where it went; the receiver of its duty and its right to object; the sender of an
    /// objection, and the receiver of the answer.
    #[test]
    fn a_transfer_is_told_to_the_petitioner_and_an_objection_between_the_two_units() {
        let (from, at) = (UnitCode::parse("990102-xfj").expect("a code"), chrono::DateTime::UNIX_EPOCH);
        let sent = casework::TransferSnapshot {
            signed_at: None,
            from: from.clone(),
            to: case().responsible_unit,
            at,
            handed_down: true,
            objection_until: at.date_naive(),
            objection: None,
        };
        let case = CaseSnapshot { transfer: Some(sent), ..case() };
        let receiver = Addressee::RoleInUnit(Role::UnitHead, case.responsible_unit.clone());
        assert_eq!(to(casework::TRANSFERRED, &case), [Addressee::Petitioner, receiver.clone()]);
        assert_eq!(to(casework::OBJECTED, &case), [Addressee::RoleInUnit(Role::UnitHead, from)]);
        assert_eq!(to(casework::OBJECTION_ANSWERED, &case), [receiver]);
    }

    /// REG-40, REG-41, A6: the petitioner hears of each step of a review, the reviewing body of what it owes, and the unit whose
    /// opinion it was of what was decided.
    #[test]
    fn a_review_is_told_to_petitioner_reviewing_body_and_the_unit_that_answered() {
        let case = reviewed(Some(DeadlineKind::Review));
        let reviewing = Addressee::RoleInUnit(Role::UnitHead, bureau());
        let answered = Addressee::RoleInUnit(Role::UnitHead, case.responsible_unit.clone());
        assert_eq!(to(casework::REVIEW_ASKED, &case), [Addressee::Petitioner, reviewing.clone(), answered.clone()]);
        for event in [casework::REVIEW_DECLINED, casework::HEARING_HELD, casework::REVIEW_ANSWERED] {
            assert_eq!(to(event, &case), [Addressee::Petitioner], "{event}");
        }
        assert_eq!(to(casework::REVIEW_PROPOSED, &case), vec![reviewing.clone()]);
        assert_eq!(to(casework::REVIEW_DELIVERED, &case), [answered]);
        assert_eq!(
            to(casework::DUE_SOON, &case),
            vec![reviewing.clone()],
            "the officer of the first answer owes nothing here"
        );
        let overdue = to(casework::OVERDUE, &case);
        assert_eq!(overdue, [reviewing, Addressee::RoleInDistrict(Role::Supervisor)]);
    }

    /// REG-22: nobody outside the case is ever an addressee; the unit complained about is not named in any plan.
    #[test]
    fn only_the_petitioner_and_those_who_answer_for_the_case_are_told() {
        for event in CASE_EVENTS {
            for planned in told(event) {
                let allowed = match &planned.addressee {
                    Addressee::Petitioner | Addressee::RoleInDistrict(Role::Supervisor) => true,
                    Addressee::Staff(id) => case().officer == Some(*id) || case().leader == Some(*id),
                    Addressee::RoleInUnit(_, unit) => {
                        *unit == case().responsible_unit || Some(unit) == reviewing(&case())
                    }
                    // Who plans receptions, when time and place of one are to be fixed (QD-02).
                    Addressee::RoleInDistrict(Role::ScheduleEditor) => *event == casework::MATERIAL_GIVEN,
                    Addressee::RoleInDistrict(_) => false,
                };
                assert!(allowed, "{event}: {planned:?}");
            }
        }
    }
}
