//! Transfer, handing down, objection (REG-10…14).

use huiyin_contracts::casework::{self, DeadlineKind};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::world::{OTHER, UNIT, World, date, head, morning, officer, reviewer, staff, unit};
use crate::domain::{Command, Event, Part, Refusal, RoutingRefusal, StateKind, public_type, snapshot};

fn transfer(to: &str, demand: Option<&str>) -> Command {
    let report_by = demand.map(|_| date("2026-10-30"));
    Command::Transfer { unit: unit(to), demand: demand.map(str::to_owned), report_by, is_discipline: false }
}

fn object() -> Command {
    Command::Object { reason: "属城市管理部门职权".to_owned() }
}

fn receiver() -> Actor {
    reviewer(OTHER, &[Role::Officer, Role::UnitHead])
}

/// Registered on Wednesday 2026-09-16; sent on when half of the time has gone.
fn sent(demand: Option<&str>) -> World {
    let mut world = World::registered("national-2022", PetitionClass::Request, morning("2026-09-16"));
    world.at("2026-09-24").must(&officer(), &transfer(OTHER, demand));
    world
}

/// REG-10, REG-14: the receiver has 15 days from its own receipt; the sender looks on.
#[test]
fn reg_14_the_receiver_has_fifteen_days_from_its_own_receipt() {
    let world = sent(None);
    assert_eq!((world.state(), world.case.responsible_unit.as_str()), (StateKind::Received, OTHER));
    let clock = world.case.clock(DeadlineKind::Acceptance).expect("runs");
    assert_eq!(clock.deadline.last_day, date("2026-10-09"), "15 days from 09-24");
    assert!(clock.generation > 1, "timers of the sender's clock have no effect any more (T4)");
    assert!(world.case.units().contains(&(&unit(UNIT), Part::Sender)));
    let told = snapshot(&world.case, &Event::Approved).transfer.expect("told");
    assert_eq!((told.from.as_str(), told.to.as_str(), told.handed_down), (UNIT, OTHER, false));
}

/// REG-14: within five working days, by the receiver alone, once; 2026-09-25…27 and 10-01…07 are holidays.
#[test]
fn reg_14_an_objection_is_made_within_five_working_days_and_once() {
    let mut world = sent(None);
    let until = world.case.transfer.as_ref().expect("sent").objection_until;
    assert_eq!(until, date("2026-10-09"), "09-28, 29, 30, 10-08, 09");
    assert!(matches!(world.give(&officer(), &object()), Err(Refusal::NotResponsible { .. })), "not by the sender");
    world.at("2026-10-10");
    assert_eq!(world.give(&receiver(), &object()), Err(Refusal::NoObjection));
    world.at("2026-10-09").must(&receiver(), &object());
    assert_eq!(world.give(&receiver(), &object()), Err(Refusal::NoObjection), "once");
}

/// 签收: by the receiver alone and once; its time runs from the transfer, signed for or not, and the sender sees both.
#[test]
fn reg_14_the_receiver_signs_for_a_transfer_and_its_time_runs_all_the_same() {
    let mut world = sent(None);
    let nothing: Refusal = RoutingRefusal::NothingToSignFor.into();
    let before = world.case.clocks.clone();
    assert!(matches!(world.give(&officer(), &Command::SignFor), Err(Refusal::NotResponsible { .. })), "not the sender");
    let signed = world.must(&receiver(), &Command::SignFor);
    assert_eq!(public_type(&signed[0]), Some(casework::SIGNED_FOR));
    assert_eq!(snapshot(&world.case, &signed[0]).transfer.expect("sent").signed_at, Some(world.now));
    assert_eq!(world.case.clocks, before);
    assert_eq!(world.give(&receiver(), &Command::SignFor), Err(nothing.clone()), "once");
    let mut own = World::new("national-2022", PetitionClass::Request);
    assert_eq!(own.give(&officer(), &Command::SignFor), Err(nothing), "nothing was sent");
}

/// REG-14: it goes back only when the sender agrees; the petitioner's time runs on.
#[test]
fn reg_14_the_matter_goes_back_only_with_the_senders_consent() {
    let answer = |agree| Command::AnswerObjection { agree, reason: "经核实".to_owned(), decider: None };
    let mut refused = sent(None);
    assert_eq!(refused.give(&head(), &answer(true)), Err(Refusal::NothingObjected));
    refused.must(&receiver(), &object());
    assert!(matches!(refused.give(&receiver(), &answer(true)), Err(Refusal::NotResponsible { .. })), "not by itself");
    refused.must(&head(), &answer(false));
    assert_eq!(refused.case.responsible_unit.as_str(), OTHER);
    let mut agreed = sent(Some("三十日内书面报告"));
    let clocks = agreed.case.clocks.clone();
    agreed.must(&receiver(), &object());
    agreed.must(&head(), &answer(true));
    let (acceptance, before) =
        (agreed.case.clock(DeadlineKind::Acceptance), clocks.iter().find(|c| c.kind == DeadlineKind::Acceptance));
    assert_eq!((agreed.case.responsible_unit.as_str(), acceptance), (UNIT, before), "the petitioner's time runs on");
    assert!(!agreed.case.transfer.as_ref().expect("kept").stands());
}

/// REG-11, WH-11: not to oneself, not to a discipline body, not by a stranger, and not once it is taken up.
#[test]
fn reg_10_a_transfer_names_another_competent_body_before_acceptance() {
    let mut world = World::new("national-2022", PetitionClass::Request);
    assert_eq!(world.give(&officer(), &transfer(UNIT, None)), Err(Refusal::SameUnit { unit: unit(UNIT) }));
    let discipline =
        Command::Transfer { unit: unit("990102-discipline"), demand: None, report_by: None, is_discipline: true };
    assert!(matches!(world.give(&officer(), &discipline), Err(Refusal::IsDiscipline { .. })));
    let stranger = staff(60, "990103-office", &[Role::Officer]);
    assert!(matches!(world.give(&stranger, &transfer(OTHER, None)), Err(Refusal::NotResponsible { .. })));
    world.accept(huiyin_contracts::casework::Grade::Ordinary);
    assert!(matches!(world.give(&officer(), &transfer(OTHER, None)), Err(Refusal::WrongState { .. })));
    let mut accusation = World::new("national-2022", PetitionClass::Accusation);
    assert_eq!(accusation.give(&officer(), &transfer(OTHER, None)), Err(Refusal::AccusationOnlyForwarded));
}
