//! The library of matters fit for leaders, plans, and leaders asked (SZ-07, SZ-08, SZ-14, JX-06, QD-10).

use huiyin_contracts::casework::{Grade, Outcome, Quarter, SelectionState};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::commands::{proposal, select_command};
use super::world::{
    OTHER, World, add_to_library, date, leader, main_leader, morning, officer, person, reviewer, supervisor, unit,
};
use crate::domain::{Command, CommandKind, Event, LibraryRefusal, Refusal, StateKind, permit, snapshot, words};

/// Taken up on 2026-11-30.
fn taken_up() -> World {
    let mut world = World::registered("shenzhen", PetitionClass::Request, morning("2026-11-30"));
    world.accept(Grade::Ordinary);
    world
}

fn in_library() -> World {
    let mut world = taken_up();
    add_to_library(&mut world);
    world
}

fn agree() -> Command {
    Command::AnswerSelection { agrees: true, reason: None }
}

fn publish() -> Command {
    Command::PublishSelection { summary: "某小区供水管道渗漏，涉及水务、住建两部门".to_owned() }
}

fn state(world: &World) -> Option<SelectionState> {
    world.case.selection().map(crate::domain::Selection::state)
}

/// SZ-07: a matter, with its field and the reason; by its unit, its leader or the petition office, and nobody else.
#[test]
fn sz_07_a_matter_fit_for_a_leader_is_listed_with_its_field_and_why() {
    let mut world = in_library();
    let entry = world.case.listed().expect("listed");
    assert_eq!((entry.field.as_str(), entry.reason.as_str()), ("住建", "涉及多个部门，久拖未决"));
    let again = Command::AddToLibrary { field: "水务".to_owned(), reason: "同上".to_owned() };
    assert_eq!(world.give(&officer(), &again), Err(LibraryRefusal::ListedAlready.into()));
    let stranger = reviewer(OTHER, &[Role::Officer]);
    let remove = Command::RemoveFromLibrary { reason: "已解决".to_owned() };
    assert!(matches!(world.give(&stranger, &remove), Err(Refusal::Library(LibraryRefusal::NotYours { .. }))));
    world.must(&officer(), &remove);
    assert!(world.case.listed().is_none());
    assert_eq!(world.give(&officer(), &remove), Err(LibraryRefusal::NotListed.into()));
    world.must(&officer(), &again);
}

/// REG-03: leaders read letters and net petitions and say what is to be done; wherever the matter stands until it has ended. Nobody does it
/// for them; whoever handles it is told that it happened, and not what was written; a file with an instruction is kept for ever (A11).
#[test]
fn reg_03_leaders_read_letters_and_net_petitions_and_say_what_is_to_be_done() {
    let mut world = taken_up();
    let instruct = |text: &str| Command::Instruct { text: text.to_owned() };
    for actor in [officer(), supervisor()] {
        assert_eq!(world.give(&actor, &instruct("请核实")), Err(LibraryRefusal::LeadersOnly.into()));
    }
    let events = world.must(&leader(person(9)), &instruct("请住建局核实，十日内报告"));
    world.must(&main_leader(), &instruct("请按期答复"));
    let kept: Vec<&str> = world.case.instructions.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(kept, ["请住建局核实，十日内报告", "请按期答复"]);
    assert!(!world.case.taken_by_leader, "reading is not taking");
    let told = serde_json::to_string(&snapshot(&world.case, &events[0])).expect("serialises");
    assert!(!told.contains("住建局核实"), "{told}");
    let mut closed = World::reach("shenzhen", PetitionClass::Request, StateKind::Closed);
    assert!(closed.give(&leader(person(9)), &instruct("再核实")).is_err(), "what has ended is past");
}

/// SZ-14: the petition office asks, the leader agrees, and only then is it published; each out of order is refused.
#[test]
fn sz_14_published_only_after_the_leader_agreed() {
    let mut world = in_library();
    let mut refused = |actor: &Actor, command: &Command, why: LibraryRefusal| {
        assert!(!why.told().zh.is_empty() && !why.told().en.is_empty());
        assert_eq!(world.give(actor, command), Err(why.into()), "{command:?}");
    };
    refused(&supervisor(), &publish(), LibraryRefusal::NotAgreed);
    refused(&leader(person(9)), &agree(), LibraryRefusal::NobodyAsked);
    let select = Command::SelectLeader { leader: person(9), quarter: "2026Q4".parse().expect("a quarter") };
    refused(&officer(), &select, LibraryRefusal::SupervisorsOnly);
    world.must(&supervisor(), &select);
    assert!(world.case.scopes().contains(&format!("staff:{}", person(9))), "who is asked can read the matter");
    let mut refused = |actor: &Actor, command: &Command, why: LibraryRefusal| {
        assert_eq!(world.give(actor, command), Err(why.into()), "{command:?}");
    };
    refused(&supervisor(), &publish(), LibraryRefusal::NotAgreed);
    refused(&supervisor(), &select, LibraryRefusal::AwaitsAnswer);
    refused(&leader(person(10)), &agree(), LibraryRefusal::AskedAnother);
    world.must(&leader(person(9)), &agree());
    assert_eq!((world.case.leader, world.case.taken_by_leader), (Some(person(9)), true));
    assert_eq!(world.give(&supervisor(), &select), Err(LibraryRefusal::HasLeader.into()));
    world.must(&supervisor(), &publish());
    assert_eq!(state(&world), Some(SelectionState::Published));
    assert_eq!(world.give(&supervisor(), &publish()), Err(LibraryRefusal::PublishedAlready.into()));
}

/// SZ-14: a leader who does not agree says why; another is asked, and nothing of the first is published.
#[test]
fn sz_14_a_leader_who_does_not_agree_says_why_and_another_is_asked() {
    let mut world = in_library();
    world.must(&supervisor(), &select_command(&world));
    let silent = Command::AnswerSelection { agrees: false, reason: None };
    assert_eq!(world.give(&leader(person(9)), &silent), Err(LibraryRefusal::ReasonMissing.into()));
    let declines = Command::AnswerSelection { agrees: false, reason: Some("不属于分管领域".to_owned()) };
    world.must(&leader(person(9)), &declines);
    assert_eq!((state(&world), world.case.taken_by_leader), (Some(SelectionState::Declined), false));
    assert!(!world.case.scopes().contains(&format!("staff:{}", person(9))), "not asked any more, not theirs to read");
    assert_eq!(world.give(&supervisor(), &publish()), Err(LibraryRefusal::NotAgreed.into()));
    let another = Command::SelectLeader { leader: person(10), quarter: "2027Q1".parse().expect("a quarter") };
    world.must(&supervisor(), &another);
    world.must(&leader(person(10)), &agree());
    assert_eq!(world.case.leader, Some(person(10)));
}

/// SZ-14, WH-10: a case that somebody took while a leader was asked stays with whoever took it; the leader asked says no, or took it in person.
#[test]
fn sz_14_agreeing_takes_no_case_from_the_leader_who_has_it() {
    let mut world = in_library();
    world.must(&supervisor(), &select_command(&world));
    let mut other = in_library();
    other.must(&supervisor(), &select_command(&other));
    world.must(&leader(person(10)), &Command::Take);
    assert_eq!(world.give(&leader(person(9)), &agree()), Err(LibraryRefusal::HasLeader.into()));
    assert_eq!(world.case.leader, Some(person(10)));
    let declines = Command::AnswerSelection { agrees: false, reason: Some("已有领导包案".to_owned()) };
    world.must(&leader(person(9)), &declines);
    other.must(&leader(person(9)), &Command::Take);
    let events = other.must(&leader(person(9)), &agree());
    assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), ["leader_answered"], "taken once, told once");
    assert_eq!((other.case.leader, state(&other)), (Some(person(9)), Some(SelectionState::Agreed)));
}

/// SZ-14: for the quarter that runs or the next one, across the year's end too.
#[test]
fn sz_14_a_leader_is_asked_for_this_quarter_or_the_next() {
    for (quarter, fits) in [("2026Q3", false), ("2026Q4", true), ("2027Q1", true), ("2027Q2", false), ("2025Q4", false)]
    {
        let mut world = in_library();
        let quarter: Quarter = quarter.parse().expect("a quarter");
        let given = world.give(&supervisor(), &Command::SelectLeader { leader: person(9), quarter });
        assert_eq!(given.is_ok(), fits, "{quarter}");
        assert!(fits || given == Err(LibraryRefusal::Quarter.into()));
    }
}

/// JX-06, QD-10: one plan per matter, laid down anew when it changes; its day is not over.
#[test]
fn jx_06_one_matter_has_one_plan_with_a_day() {
    let mut world = in_library();
    let plan = |until: &str| Command::SetPlan { text: "一、检测；二、修复".to_owned(), until: date(until) };
    assert_eq!(world.give(&officer(), &plan("2026-11-29")), Err(LibraryRefusal::PlanUntil.into()));
    assert_eq!(snapshot(&world.case, &Event::Approved).library.map(|entry| entry.has_plan), Some(false));
    world.must(&officer(), &plan("2026-12-15"));
    world.must(&officer(), &plan("2026-12-31"));
    assert_eq!(world.case.plan.as_deref().map(|plan| plan.until), Some(date("2026-12-31")));
    assert_eq!(snapshot(&world.case, &Event::Approved).library.map(|entry| entry.has_plan), Some(true));
}

/// XT-15: a wide, hard matter is agreed to by the main leader alone, where the pack says so.
#[test]
fn xt_15_a_wide_matter_is_agreed_to_by_the_main_leader() {
    let mut world = World::registered("township", PetitionClass::Request, morning("2026-11-30"));
    world.accept(Grade::Wide);
    add_to_library(&mut world);
    world.must(&supervisor(), &select_command(&world));
    assert!(matches!(world.give(&leader(person(9)), &agree()), Err(Refusal::RoleNeeded { rule: "XT-15", .. })));
    let Actor::Staff { staff_id, unit, district, .. } = leader(person(9)) else { panic!("a leader is staff") };
    world.must(&Actor::Staff { staff_id, unit, district, roles: vec![Role::MainLeader] }, &agree());
    assert!(world.case.taken_by_leader);
}

/// An asking that nobody answered before the matter was, falls; what has ended is not taken in.
#[test]
fn sz_08_what_is_answered_needs_no_leader_any_more() {
    let mut world = in_library();
    world.assign();
    world.investigate();
    world.must(&supervisor(), &select_command(&world));
    world.must(&officer(), &Command::Propose(proposal(Outcome::Supported)));
    world.must(&main_leader(), &Command::Approve);
    world.reply();
    assert_eq!(state(&world), None);
    for kind in [CommandKind::SelectLeader, CommandKind::AnswerSelection] {
        let refused = permit(&world.case, kind, &world.policy, &supervisor());
        assert!(matches!(refused, Err(Refusal::WrongState { .. })), "{kind}");
    }
}

/// D, REG-22: the library holds matters and never an accusation; of field, reason and plan, nothing but the field is told.
#[test]
fn part_d_the_library_holds_matters_and_no_accusation() {
    let mut accusation = World::new("shenzhen", PetitionClass::Accusation);
    let add = Command::AddToLibrary { field: "住建".to_owned(), reason: "久拖未决".to_owned() };
    assert!(accusation.give(&supervisor(), &add).is_err());
    let mut world = in_library();
    let asked = world.must(&supervisor(), &select_command(&world));
    let told = serde_json::to_string(&snapshot(&world.case, &asked[0])).expect("serialises");
    assert!(told.contains("住建") && !told.contains("久拖未决"), "{told}");
    let (zh, en) = words(&asked[0], &crate::domain::Naming::default());
    assert!(zh.contains("2026年第四季度") && en.contains("2026Q4"), "{zh} {en}");
    assert_eq!(world.case.responsible_unit, unit(super::world::UNIT));
}
