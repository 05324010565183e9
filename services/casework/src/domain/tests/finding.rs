//! Which leader a matter finds by rule (常委包片、市长包线; QD-01).

use huiyin_contracts::casework::{DeadlineKind, Grade};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::StaffId;

use super::world::{World, main_is, morning, nobody, person, rule};
use crate::domain::{Candidates, Command, Event, FoundBy, Mark, Naming, words};

const AREA: u128 = 51;
const LINE: u128 = 52;
const MAIN: u128 = 30;

fn about(topic: &str, pack: &str) -> World {
    let mut world = World::registered(pack, PetitionClass::Request, morning("2026-03-02"));
    topic.clone_into(&mut world.case.facts.topic);
    if let Event::Opened(opened) = &mut world.journal[0].0 {
        topic.clone_into(&mut opened.facts.topic);
    }
    world.accept(Grade::Ordinary);
    world
}

fn both() -> Candidates {
    Candidates { area: Some(person(AREA)), line: Some(person(LINE)), ..main_is(MAIN) }
}

/// Who has the case once the handling deadline has passed, and by what.
fn taker(mut world: World, leaders: Candidates) -> (Option<StaffId>, Option<FoundBy>) {
    let kind = DeadlineKind::Handling;
    world.at("2026-05-07");
    let generation = world.case.clock(kind).expect("runs").generation;
    world.must(&rule(), &Command::Mark { kind, mark: Mark::Due, generation, leaders });
    assert_eq!(world.case.taken_by_leader, world.case.leader.is_some());
    (world.case.leader, world.case.leader_found_by)
}

const fn found(n: u128, by: FoundBy) -> (u128, FoundBy) {
    (n, by)
}

fn is(expected: (u128, FoundBy)) -> (Option<StaffId>, Option<FoundBy>) {
    (Some(person(expected.0)), Some(expected.1))
}

/// An area matter goes to the area's leader, a line matter to the line's; with both keys the pack's order decides, by topic.
#[test]
fn qd_01_a_matter_finds_its_leader_by_area_or_by_line() {
    let only_area = Candidates { line: None, ..both() };
    let only_line = Candidates { area: None, ..both() };
    for topic in ["environment", "house_demolition"] {
        assert_eq!(taker(about(topic, "qidong"), only_area), is(found(AREA, FoundBy::Area)), "{topic}");
        assert_eq!(taker(about(topic, "qidong"), only_line), is(found(LINE, FoundBy::Line)), "{topic}");
    }
    assert_eq!(taker(about("environment", "qidong"), both()), is(found(LINE, FoundBy::Line)));
    assert_eq!(taker(about("house_demolition", "qidong"), both()), is(found(AREA, FoundBy::Area)));
}

/// With neither key, and where the pack has no such rule, the main leader, as ever; with nobody at all it stays with its unit.
#[test]
fn qd_01_with_neither_key_the_main_leader_takes_it() {
    assert_eq!(taker(about("environment", "qidong"), main_is(MAIN)), is(found(MAIN, FoundBy::MainLeader)));
    assert_eq!(taker(about("environment", "wuhan"), both()), is(found(MAIN, FoundBy::MainLeader)));
    assert_eq!(taker(about("environment", "qidong"), nobody()), (None, None));
}

/// Who received first has it before any key (WH-09), unless that leader has left.
#[test]
fn qd_01_who_received_first_goes_before_the_keys_while_in_office() {
    let received = || {
        let mut world = World::registered("qidong", PetitionClass::Request, morning("2026-03-02"));
        let order = Command::Order { grade: Grade::Ordinary, reception: super::commands::reception(1) };
        world.must(&rule(), &order);
        world
    };
    let own = received().case.leader.expect("received");
    assert_eq!(taker(received(), both()), (Some(own), Some(FoundBy::FirstReceiver)));
    let left = Candidates { own_has_left: true, ..both() };
    let (leader, by) = taker(received(), left);
    assert!(leader != Some(own) && matches!(by, Some(FoundBy::Area | FoundBy::Line)), "{leader:?} {by:?}");
}

/// The history says by what the leader was found; who takes a case in person is found by nothing.
#[test]
fn qd_01_every_way_is_told_in_words() {
    let told = |found_by| words(&Event::TakenByLeader { leader: person(1), found_by }, &Naming::default()).0;
    let all = [FoundBy::FirstReceiver, FoundBy::Area, FoundBy::Line, FoundBy::MainLeader];
    let mut said: Vec<String> = all.iter().map(|by| told(Some(*by))).chain([told(None)]).collect();
    assert!(said.iter().all(|text| text.starts_with("领导包案")));
    said.sort();
    said.dedup();
    assert_eq!(said.len(), all.len() + 1);
}
