//! What an abolished unit answered for goes to its successor (REG-16), part by part.

use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Outcome};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Role;

use super::commands::{decide_command, hand_down, order_command, withdraw};
use super::world::{OTHER, REEXAMINER, REVIEWER, UNIT, World, date, officer, reviewer, supervisor, unit};
use crate::domain::{Case, Clock, Command, Event, Part, RoutingEvent, StateKind, Successor, snapshot, succeed};

const REQUEST: PetitionClass = PetitionClass::Request;
const HEIR: &str = "990102-construction";

fn successor(from: &str, to: &str) -> Successor {
    Successor {
        from: unit(from),
        to: unit(to),
        is_designated: false,
        is_discipline: false,
        accusations_to: None,
        above: Some(unit(REEXAMINER)),
    }
}

/// The case after a succession, read back from its journal; with the parts that moved.
fn after(world: &mut World, successor: &Successor, officer_stays: bool) -> Vec<(Part, String)> {
    let events = succeed(&world.case, successor, officer_stays);
    for event in &events {
        world.case = world.case.clone().apply(event, world.now);
        world.journal.push((event.clone(), world.now));
    }
    let again = Case::replay(world.journal.iter().map(|(event, at)| (event, *at)));
    assert_eq!(again.as_ref(), Some(&world.case));
    assert_eq!(succeed(&world.case, successor, officer_stays), [], "once each");
    let part = |event| match event {
        Event::Routing(RoutingEvent::Succeeded { succeeded }) => (succeeded.part, succeeded.to.to_string()),
        other => panic!("{other:?}"),
    };
    events.into_iter().map(part).collect()
}

/// In every state the matter has the successor, its dates stand, and it is no passing on (DW-19, WH-11).
#[test]
fn reg_16_the_successor_has_the_matter_wherever_it_stands_and_the_clocks_run_on() {
    for state in StateKind::ALL.iter().copied().filter(|state| *state != StateKind::Closed) {
        let mut world = World::reach("street-office", REQUEST, state);
        let (clocks, row) = (world.case.clocks.clone(), world.case.passed_on_by.clone());
        assert_eq!(
            after(&mut world, &successor(UNIT, HEIR), false),
            [(Part::Responsible, HEIR.to_owned())],
            "{state:?}"
        );
        assert_eq!(world.case.responsible_unit, unit(HEIR), "{state:?}");
        assert_eq!((&world.case.clocks, &world.case.passed_on_by), (&clocks, &row), "{state:?}");
        assert!(!world.case.units().contains(&(&unit(UNIT), Part::Responsible)));
        let expected = match state {
            StateKind::Assigned | StateKind::Investigating => StateKind::Accepted,
            state => state,
        };
        assert_eq!(world.state(), expected, "what was done stands");
        assert!(world.case.supervision.is_empty());
    }
}

/// The officer who went over to the successor keeps the matter; the successor's people go on with it.
#[test]
fn reg_16_an_officer_who_went_along_keeps_the_matter() {
    let mut world = World::reach("street-office", REQUEST, StateKind::Investigating);
    after(&mut world, &successor(UNIT, HEIR), true);
    assert_eq!(world.state(), StateKind::Investigating);
    let step = world.policy.gates.steps.stages[0][0].code.clone();
    let done = Command::DoStep { step, note: "继续办理".to_owned() };
    world.must(&reviewer(HEIR, &[Role::Officer]), &done);
    assert!(world.give(&officer(), &done).is_err(), "nobody of the abolished unit acts any more");
}

/// Reviewing body, supervised office, sender, decider and assistants each have their successor.
#[test]
fn reg_16_every_part_of_an_abolished_unit_is_carried_on() {
    let mut review = World::reach("street-office", REQUEST, StateKind::UnderReview);
    assert_eq!(after(&mut review, &successor(REVIEWER, HEIR), false), [(Part::Reviewing, HEIR.to_owned())]);
    assert_eq!(review.case.acting_unit(), &unit(HEIR));
    let event = review.journal.last().expect("an event").0.clone();
    let told = snapshot(&review.case, &event);
    assert_eq!((told.about, told.reason_code.as_deref()), (Some(DeadlineKind::Review), Some("reviewing")));

    let mut supervised = World::reach("street-office", REQUEST, StateKind::Closed);
    assert_eq!(after(&mut supervised, &successor(UNIT, HEIR), false), [], "closed and done: nothing is owed");
    supervised.must(&supervisor(), &order_command("evasion"));
    let parts = after(&mut supervised, &successor(UNIT, HEIR), false);
    assert_eq!(parts, [(Part::Responsible, HEIR.to_owned()), (Part::Supervised, HEIR.to_owned())]);
    assert_eq!(supervised.case.open_order().expect("open").target_unit, unit(HEIR));

    let mut sent = World::new("national-2022", REQUEST);
    sent.must(&officer(), &hand_down(OTHER, date("2026-04-10")));
    assert_eq!(after(&mut sent, &successor(UNIT, HEIR), false), [(Part::Sender, HEIR.to_owned())]);
    assert!(sent.case.owes_report() && sent.case.clock(DeadlineKind::DemandedReport).is_some_and(Clock::is_open));
    let receiver = reviewer(OTHER, &[Role::Officer]);
    sent.must(&receiver, &Command::Object { reason: "属城管职权".to_owned() });
    let refused =
        Command::AnswerObjection { agree: false, reason: "属地管理".to_owned(), decider: Some(unit(REVIEWER)) };
    sent.must(&reviewer(HEIR, &[Role::Officer]), &refused);
    assert_eq!(
        after(&mut sent, &successor(REVIEWER, "990102-committee"), false),
        [(Part::Deciding, "990102-committee".to_owned())]
    );
    let mut with_help = decide_command(OTHER);
    if let Command::DecideCompetence { assisting, .. } = &mut with_help {
        *assisting = vec![unit(UNIT)];
    }
    sent.must(&reviewer("990102-committee", &[Role::Officer]), &with_help);
    assert_eq!(
        after(&mut sent, &successor(UNIT, "990102-parks"), false),
        [(Part::Assisting, "990102-parks".to_owned())]
    );
}

/// REG-16, JX-09: a part that an abolished unit still owes is its successor's, with its day; what it did stays its own.
#[test]
fn reg_16_an_open_part_goes_to_the_successor_with_its_day() {
    let mut world = World::reach("national-2022", REQUEST, StateKind::Assigned);
    for _ in 0..2 {
        let part = super::commands::part_command(OTHER, &world);
        world.must(&officer(), &part);
    }
    let done_on = huiyin_calendar::local_date(world.now).expect("in range");
    let report = |nth| Command::ReportPart { nth, done_on, result: "已检测".to_owned() };
    world.must(&reviewer(OTHER, &[Role::Officer]), &report(1));
    let clock = world.case.clock(DeadlineKind::Part).cloned();
    assert_eq!(after(&mut world, &successor(OTHER, HEIR), false), [(Part::Assisting, HEIR.to_owned())]);
    let units: Vec<&str> = world.case.parts.iter().map(|part| part.unit.as_str()).collect();
    assert_eq!((units, world.case.clock(DeadlineKind::Part).cloned()), (vec![OTHER, HEIR], clock));
    world.must(&reviewer(HEIR, &[Role::Officer]), &report(2));
    assert_eq!(world.case.open_parts().count(), 0);
}

/// Sender and receiver become one: nobody reports to itself, or reviews its own opinion.
#[test]
fn reg_16_nobody_reports_to_itself_or_reviews_itself() {
    let mut sent = World::new("national-2022", REQUEST);
    sent.must(&officer(), &hand_down(OTHER, date("2026-04-10")));
    after(&mut sent, &successor(UNIT, OTHER), false);
    let clock = sent.case.clock(DeadlineKind::DemandedReport).expect("was set");
    assert_eq!(clock.state, DeadlineState::Lifted);
    let mut review = World::reach("street-office", REQUEST, StateKind::UnderReview);
    let parts = after(&mut review, &successor(UNIT, REVIEWER), false);
    assert_eq!(parts, [(Part::Responsible, REVIEWER.to_owned()), (Part::Reviewing, REEXAMINER.to_owned())]);
}

/// REG-22: an accusation goes to the discipline body named for it, or stays until one is named; never to an ordinary successor.
#[test]
fn reg_22_an_accusation_goes_to_a_discipline_body_or_waits() {
    let mut world = World::new("national-2022", PetitionClass::Accusation);
    assert_eq!(after(&mut world, &successor(UNIT, HEIR), true), []);
    assert_eq!(world.case.responsible_unit, unit(UNIT));
    let named = Successor { accusations_to: Some(unit("990102-discipline")), ..successor(UNIT, HEIR) };
    let events = succeed(&world.case, &named, false);
    let body = unit("990102-discipline");
    assert_eq!(events, [Event::Forwarded { unit: body }, Event::Closed { outcome: Outcome::Forwarded }]);
    let mut rests = World::new("national-2022", PetitionClass::Accusation);
    rests.must(&huiyin_kernel::Actor::Petitioner, &withdraw(&rests));
    assert_eq!(succeed(&rests.case, &named, false), [], "a matter that rests is left in peace");
    let discipline = Successor { is_discipline: true, ..successor(UNIT, "990102-discipline") };
    let ordinary = World::new("national-2022", REQUEST);
    assert_eq!(succeed(&ordinary.case, &discipline, false), [], "and ordinary matters never go there");
}
