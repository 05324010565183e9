//! Parts that other units do (JX-09, XT-12, XT-20).

use chrono::NaiveDate;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::commands::{part_command, proposal, withdraw};
use super::world::{OTHER, UNIT, World, date, morning, nobody, officer, reviewer, rule, unit};
use crate::domain::{
    Command, CommandKind, Event, Mark, PartEnd, PartRefusal, Refusal, StateKind, permit, snapshot, words,
};

const WATER: &str = "990102-water";
const ROADS: &str = "990102-roads";

/// Being looked into since 2026-03-02; due 2026-05-06.
fn looked_into() -> World {
    let mut world = World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"));
    world.accept(Grade::Ordinary);
    world.assign();
    world.investigate();
    world
}

fn give(code: &str, due_on: &str) -> Command {
    Command::GivePart {
        unit: unit(code), text: "检测管道水压".to_owned(), due_on: date(due_on), is_discipline: false
    }
}

fn report(nth: usize, done_on: &str) -> Command {
    Command::ReportPart { nth, done_on: date(done_on), result: "水压正常".to_owned() }
}

fn of(code: &str) -> Actor {
    reviewer(code, &[Role::Officer])
}

fn part_clock(world: &World) -> (NaiveDate, DeadlineState) {
    let clock = world.case.clock(DeadlineKind::Part).expect("runs");
    (clock.deadline.last_day, clock.state)
}

/// JX-09: one unit leads, others do their parts by their days, and the opinion waits until every part has come back.
#[test]
fn jx_09_parts_roll_up_and_the_opinion_waits_for_all_of_them() {
    let mut world = looked_into();
    world.must(&officer(), &give(WATER, "2026-03-20"));
    world.must(&officer(), &give(ROADS, "2026-03-10"));
    assert_eq!(part_clock(&world), (date("2026-03-10"), DeadlineState::Running), "the nearest day is watched");
    assert_eq!(world.case.responsible_unit, unit(UNIT), "one body answers for the matter (XT-20)");
    let propose = Command::Propose(proposal(huiyin_contracts::casework::Outcome::Supported));
    let open = PartRefusal::StillOpen { units: vec![unit(WATER), unit(ROADS)] };
    assert_eq!(world.give(&officer(), &propose), Err(open.into()));
    world.at("2026-03-09").must(&of(ROADS), &report(2, "2026-03-09"));
    assert_eq!(part_clock(&world), (date("2026-03-20"), DeadlineState::Running));
    world.must(&of(WATER), &report(1, "2026-03-09"));
    assert_eq!(part_clock(&world).1, DeadlineState::Met);
    world.must(&officer(), &propose);
    assert_eq!(world.state(), StateKind::Proposed);
}

/// XT-12: every part has a time limit, never beyond the matter's own.
#[test]
fn xt_12_a_part_has_a_day_between_today_and_the_day_of_the_matter() {
    let mut world = looked_into();
    let latest = world.case.clock(DeadlineKind::Handling).expect("runs").deadline.last_day;
    for day in ["2026-03-01", &(latest + chrono::Days::new(1)).to_string()] {
        assert_eq!(world.give(&officer(), &give(WATER, day)), Err(PartRefusal::DueOn { latest }.into()), "{day}");
    }
    world.must(&officer(), &give(WATER, "2026-03-02"));
    world.must(&officer(), &give(WATER, &latest.to_string()));
    // A matter that is late itself can still be divided: its parts are due today.
    world.at("2026-06-01");
    world.must(&officer(), &give(ROADS, "2026-06-01"));
    let today = date("2026-06-01");
    assert_eq!(world.give(&officer(), &give(ROADS, "2026-06-02")), Err(PartRefusal::DueOn { latest: today }.into()));
}

/// XT-20: two owners are refused: whoever leads has no part, and who does one does not lead.
#[test]
fn xt_20_a_part_makes_nobody_a_second_owner() {
    let mut world = looked_into();
    let leads = PartRefusal::LeadsItself { unit: unit(UNIT) };
    assert_eq!(world.give(&officer(), &give(UNIT, "2026-03-20")), Err(leads.into()));
    world.must(&officer(), &give(WATER, "2026-03-20"));
    for kind in [CommandKind::Propose, CommandKind::Assign, CommandKind::GivePart, CommandKind::TakePartBack] {
        assert!(permit(&world.case, kind, &world.policy, &of(WATER)).is_err(), "{kind}");
    }
    assert!(world.case.scopes().contains(&format!("unit:{WATER}")), "who does a part sees the matter");
    assert_eq!(world.give(&of(OTHER), &report(1, "2026-03-02")), Err(PartRefusal::NotYours.into()));
    world.must(&officer(), &give(ROADS, "2026-03-20"));
    assert_eq!(world.give(&of(ROADS), &report(1, "2026-03-02")), Err(PartRefusal::NoSuchPart { nth: 1 }.into()));
    for nth in [0, 3, usize::MAX] {
        assert_eq!(world.give(&of(ROADS), &report(nth, "2026-03-02")), Err(PartRefusal::NoSuchPart { nth }.into()));
    }
    for day in ["2026-03-01", "2026-03-03"] {
        assert_eq!(world.give(&of(ROADS), &report(2, day)), Err(PartRefusal::DoneOn.into()), "{day}");
    }
}

/// JX-09: a part no longer asked for is taken back with a reason, and its unit leaves the matter; a settlement ends the rest.
#[test]
fn jx_09_a_part_taken_back_or_overtaken_by_an_agreement_is_owed_no_more() {
    let mut world = looked_into();
    world.must(&officer(), &give(WATER, "2026-03-20"));
    world.must(&officer(), &Command::TakePartBack { nth: 1, reason: "已由物业检测".to_owned() });
    assert_eq!(part_clock(&world).1, DeadlineState::Lifted);
    assert!(!world.case.scopes().contains(&format!("unit:{WATER}")));
    let back = permit(&world.case, CommandKind::TakePartBack, &world.policy, &officer());
    assert_eq!(back, Err(PartRefusal::NothingOpen.into()));
    world.must(&officer(), &give(ROADS, "2026-03-20"));
    world.must(&officer(), &super::commands::settle_command(date("2026-03-02")));
    assert_eq!(world.case.parts[1].end, Some(PartEnd::Fell));
    assert_eq!(part_clock(&world).1, DeadlineState::Lifted);
}

/// A late part is marked, late once; a withdrawal rests its day with everything else.
#[test]
fn jx_09_a_part_past_its_day_is_marked_and_rests_with_its_matter() {
    let mut world = looked_into();
    world.must(&officer(), &give(WATER, "2026-03-10"));
    let due = |world: &World| {
        let generation = world.case.clock(DeadlineKind::Part).expect("runs").generation;
        Command::Mark { kind: DeadlineKind::Part, mark: Mark::Due, generation, leaders: nobody() }
    };
    world.at("2026-03-10");
    let early = due(&world);
    assert_eq!(world.give(&rule(), &early), Err(Refusal::StaleMark), "that day is in time");
    world.at("2026-03-11");
    let late = due(&world);
    let events = world.must(&rule(), &late);
    assert_eq!(events, [Event::Overdue { kind: DeadlineKind::Part }]);
    assert_eq!(snapshot(&world.case, &events[0]).about_unit, Some(unit(WATER)));
    let mut resting = looked_into();
    resting.must(&officer(), &give(WATER, "2026-03-10"));
    resting.must(&Actor::Petitioner, &withdraw(&resting));
    assert_eq!(part_clock(&resting).1, DeadlineState::Lifted);
    resting.at("2026-03-07").must(&Actor::Petitioner, &Command::Resume);
    assert_eq!(part_clock(&resting), (date("2026-03-15"), DeadlineState::Running), "five days of rest");
}

/// REG-22, part D: an accusation is not divided; what is told of a part holds none of its words.
#[test]
fn reg_22_an_accusation_has_no_parts_and_the_words_of_a_part_stay_inside() {
    let mut accusation = World::new("national-2022", PetitionClass::Accusation);
    let command = part_command(WATER, &accusation);
    assert!(accusation.give(&officer(), &command).is_err());
    let mut world = looked_into();
    let to_discipline = Command::GivePart {
        unit: unit("990102-discipline"),
        text: "核查".to_owned(),
        due_on: date("2026-03-20"),
        is_discipline: true,
    };
    assert!(matches!(world.give(&officer(), &to_discipline), Err(Refusal::IsDiscipline { .. })));
    for event in world.must(&officer(), &give(WATER, "2026-03-20")) {
        let (zh, en) = words(&event, &crate::domain::Naming::default());
        let told = serde_json::to_string(&snapshot(&world.case, &event)).expect("serialises");
        assert!(zh.contains("2026年3月20日"), "{zh}");
        assert!(!zh.contains("水压") && !en.contains("水压") && !told.contains("水压"), "{told}");
    }
}

/// Twenty parts are many; a twenty-first is refused, and so is a repeat of a report.
#[test]
fn jx_09_parts_are_bounded_and_reported_once() {
    let mut world = looked_into();
    for _ in 0..20 {
        world.must(&officer(), &give(WATER, "2026-03-20"));
    }
    assert_eq!(world.give(&officer(), &give(WATER, "2026-03-20")), Err(PartRefusal::TooMany.into()));
    world.must(&of(WATER), &report(7, "2026-03-02"));
    assert_eq!(world.give(&of(WATER), &report(7, "2026-03-02")), Err(PartRefusal::NoSuchPart { nth: 7 }.into()));
    assert_eq!(world.case.open_parts().count(), 19);
}
