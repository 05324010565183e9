//! Recusal (回避; REG-26).

use huiyin_contracts::casework;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Role;

use super::commands::{assign_command, part_command};
use super::world::{OTHER, UNIT, World, head, main_leader, officer, person, staff};
use crate::domain::{
    Candidates, Command, CommandKind, FoundBy, Naming, Refusal, StateKind, public_type, snapshot, words,
};

fn recuse(n: u128) -> Command {
    Command::Recuse { person: person(n), reason: "系信访人近亲属".to_owned() }
}

fn assigned() -> World {
    World::reach("national-2022", PetitionClass::Request, StateKind::Assigned)
}

/// REG-26: who recuses themself does nothing in the matter any more, whatever it is; the head gives it to another, and not back.
#[test]
fn reg_26_whoever_is_recused_does_nothing_more_in_the_matter() {
    let mut world = assigned();
    assert_eq!(world.case.state.officer(), Some(person(1)));
    let events = world.must(&officer(), &recuse(1));
    assert_eq!(public_type(&events[0]), Some(casework::RECUSED));
    let told = serde_json::to_string(&snapshot(&world.case, &events[0])).expect("a snapshot");
    assert!(!told.contains("近亲属"), "why stays inside: {told}");
    assert!(words(&events[0], &Naming::default()).0.contains("回避"));
    assert_eq!(world.case.recused_officer(), Some(person(1)), "to be replaced");
    for command in [assign_command(), part_command(OTHER, &world), recuse(2)] {
        assert_eq!(world.give(&officer(), &command), Err(Refusal::Recused), "{}", command.kind());
    }
    assert_eq!(world.give(&head(), &assign_to(1)), Err(Refusal::PersonRecused), "not back");
    world.must(&head(), &assign_to(5));
    assert_eq!((world.case.state.officer(), world.case.recused_officer()), (Some(person(5)), None));
    assert_eq!(world.give(&head(), &recuse(1)), Err(Refusal::NothingChanges), "once");
}

fn assign_to(n: u128) -> Command {
    let Command::Assign { officer_unit, unit, is_discipline, .. } = assign_command() else { panic!("an assignment") };
    Command::Assign { officer: person(n), officer_unit, unit, is_discipline }
}

/// REG-26: of another the head of the unit whose turn it is says so; nobody of another unit.
#[test]
fn reg_26_of_another_the_head_says_so() {
    let mut world = assigned();
    assert_eq!(world.give(&officer(), &recuse(2)), Err(Refusal::RecusedByHead));
    let other = staff(6, OTHER, &[Role::UnitHead]);
    assert!(matches!(world.give(&other, &recuse(1)), Err(Refusal::NotResponsible { .. })));
    world.must(&head(), &recuse(1));
    assert_eq!(world.give(&officer(), &recuse(1)), Err(Refusal::Recused));
    for refusal in [Refusal::Recused, Refusal::PersonRecused, Refusal::RecusedByHead] {
        assert_eq!(refusal.told().rule, "REG-26");
    }
}

/// REG-26, WH-11: a leader who is recused loses the matter and is not found again; the unit answers for it all the while.
#[test]
fn reg_26_a_recused_leader_loses_the_matter_and_is_not_found_again() {
    let mut world = assigned();
    world.must(&main_leader(), &Command::Take);
    assert_eq!(world.case.leader, Some(person(3)));
    let candidates = Candidates { own_has_left: false, area: Some(person(3)), line: None, main: Some(person(9)) };
    world.must(&main_leader(), &recuse(3));
    assert_eq!((world.case.leader, world.case.taken_by_leader), (None, false));
    assert_eq!(world.case.responsible_unit.as_str(), UNIT);
    let found = world.case.find_leader(&candidates, &world.policy);
    assert_eq!(found, Some((person(9), Some(FoundBy::MainLeader))));
    assert_eq!(world.give(&main_leader(), &Command::Take), Err(Refusal::Recused));
    assert!(!StateKind::Closed.takes(CommandKind::Recuse) && !StateKind::Withdrawn.takes(CommandKind::Recuse));
}
