//! Competence, demanded reports, reports upwards (REG-10, REG-15, REG-17).

use chrono::NaiveDate;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, ReportLevel};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::commands::{accept_simply, decide_command, hand_down, reception, report_command};
use super::world::{OTHER, REEXAMINER, REVIEWER, UNIT, World, date, main_is, morning, officer, reviewer, rule, unit};
use crate::domain::{
    Command, Event, Hindrance, Mark, Part, Refusal, RoutingEvent, RoutingRefusal, SimpleRefusal, StateKind, snapshot,
};

/// Registered on Monday 2026-03-02.
fn registered() -> World {
    World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"))
}

fn receiver() -> Actor {
    reviewer(OTHER, &[Role::Officer])
}

fn decider() -> Actor {
    reviewer(REVIEWER, &[Role::Officer])
}

/// Handed down, objected to, and the sender does not agree: the office above both is to decide.
fn disputed() -> World {
    let mut world = registered();
    world.must(&officer(), &hand_down(OTHER, date("2026-04-10")));
    world.must(&receiver(), &Command::Object { reason: "属城管职权".to_owned() });
    let (agree, reason) = (false, "属地管理".to_owned());
    let refused = Command::AnswerObjection { agree, reason, decider: Some(unit(REVIEWER)) };
    world.must(&officer(), &refused);
    world
}

fn refused(world: &mut World, actor: &Actor, command: &Command) -> RoutingRefusal {
    match world.give(actor, command) {
        Err(Refusal::Routing(refusal)) => {
            assert!(!refusal.told().zh.is_empty() && !refusal.told().en.is_empty());
            refusal
        }
        other => panic!("{command:?}: {other:?}"),
    }
}

/// REG-15: an objection not agreed to goes to the office above both, which names who answers and who assists; the clocks run on, all three
/// see the matter, and the petitioner hears who has it.
#[test]
fn reg_15_the_office_above_both_decides_a_disputed_competence() {
    let mut world = disputed();
    let clocks = world.case.clocks.clone();
    assert!(world.case.units().contains(&(&unit(REVIEWER), Part::Deciding)), "it sees the matter");
    assert_eq!(world.case.responsible_unit.as_str(), OTHER, "until it is decided the receiver has it (WH-11)");
    for stranger in [receiver(), officer()] {
        let refusal = refused(&mut world, &stranger, &decide_command(UNIT));
        assert_eq!(refusal, RoutingRefusal::NotYours { unit: unit(REVIEWER) });
    }
    let mut itself = decide_command(UNIT);
    if let Command::DecideCompetence { assisting, .. } = &mut itself {
        assisting.push(unit(UNIT));
    }
    assert_eq!(refused(&mut world, &decider(), &itself), RoutingRefusal::AssistsItself { unit: unit(UNIT) });
    let mut discipline = decide_command(UNIT);
    if let Command::DecideCompetence { discipline, .. } = &mut discipline {
        *discipline = Some(unit("990102-discipline"));
    }
    assert!(matches!(world.give(&decider(), &discipline), Err(Refusal::IsDiscipline { .. })));
    let mut with_help = decide_command(UNIT);
    if let Command::DecideCompetence { assisting, .. } = &mut with_help {
        *assisting = vec![unit(OTHER), unit(OTHER)];
    }
    world.must(&decider(), &with_help);
    assert_eq!((world.case.responsible_unit.as_str(), &world.case.clocks), (UNIT, &clocks));
    let assisting: Vec<_> = world.case.units().into_iter().filter(|(_, part)| *part == Part::Assisting).collect();
    assert_eq!(assisting, [(&unit(OTHER), Part::Assisting)]);
    let told = snapshot(&world.case, &Event::Approved).competence.expect("told");
    assert_eq!((told.unit, told.assisting), (Some(unit(UNIT)), vec![unit(OTHER)]));
    assert_eq!(refused(&mut world, &decider(), &decide_command(OTHER)), RoutingRefusal::NothingReferred);
    let simple = world.give(&officer(), &accept_simply());
    let expected = SimpleRefusal::Unfit { hindrances: vec![Hindrance::HandedDown, Hindrance::Assisted] };
    assert_eq!(simple, Err(expected.into()));
}

/// REG-15: two units that both claim it, or neither, put the question themselves; without an office above them it goes to their conference.
#[test]
fn reg_15_units_put_the_question_themselves_and_whoever_takes_the_matter_up_ends_it() {
    let mut world = registered();
    let refer = |others: &[&str], decider: Option<&str>| Command::ReferCompetence {
        others: others.iter().map(|code| unit(code)).collect(),
        reason: "两单位均有管理职责".to_owned(),
        decider: decider.map(unit),
    };
    assert_eq!(refused(&mut world, &officer(), &refer(&[UNIT], Some(REVIEWER))), RoutingRefusal::NobodyElse);
    assert_eq!(refused(&mut world, &officer(), &refer(&[OTHER], None)), RoutingRefusal::NoCommonSuperior);
    assert!(matches!(world.give(&receiver(), &refer(&[UNIT], Some(REVIEWER))), Err(Refusal::NotResponsible { .. })));
    world.must(&officer(), &refer(&[OTHER], Some(REVIEWER)));
    assert_eq!(refused(&mut world, &officer(), &refer(&[OTHER], Some(REEXAMINER))), RoutingRefusal::ReferredAlready);
    world.accept(Grade::Ordinary);
    assert!(world.case.open_competence().is_none(), "who takes it up, is competent");
    let late = world.give(&officer(), &refer(&[OTHER], Some(REVIEWER)));
    assert!(matches!(late, Err(Refusal::WrongState { .. })));
    let mut accusation = World::new("national-2022", PetitionClass::Accusation);
    assert_eq!(accusation.give(&officer(), &refer(&[OTHER], Some(REVIEWER))), Err(Refusal::AccusationOnlyForwarded));
}

fn report_clock(world: &World) -> (NaiveDate, DeadlineState) {
    let clock = world.case.clock(DeadlineKind::DemandedReport).expect("runs");
    (clock.deadline.last_day, clock.state)
}

/// REG-10: the day is the sender's, not in the past and not beyond the last day on which the matter itself can be due.
#[test]
fn reg_10_a_demanded_report_has_a_day_within_the_matters_own_limit() {
    let mut world = registered();
    let transfer = |demand: Option<&str>, report_by: Option<&str>| Command::Transfer {
        unit: unit(OTHER),
        demand: demand.map(str::to_owned),
        report_by: report_by.map(date),
        is_discipline: false,
    };
    let demand = Some("书面报告处理结果");
    assert_eq!(refused(&mut world, &officer(), &transfer(demand, None)), RoutingRefusal::ReportDayMissing);
    // Taken up on the last of fifteen days, 03-17; sixty days from then end on Saturday 05-16.
    let latest = date("2026-05-18");
    for day in ["2026-03-02", "2026-05-19"] {
        assert_eq!(refused(&mut world, &officer(), &transfer(demand, Some(day))), RoutingRefusal::ReportDay { latest });
    }
    world.must(&officer(), &transfer(demand, Some("2026-05-18")));
    assert_eq!(report_clock(&world), (latest, DeadlineState::Running));
    // Handed back, nothing is owed.
    world.must(&receiver(), &Command::Object { reason: "属城管职权".to_owned() });
    let agreed = Command::AnswerObjection { agree: true, reason: "经核实".to_owned(), decider: None };
    world.must(&officer(), &agreed);
    assert_eq!((report_clock(&world).1, world.case.owes_report()), (DeadlineState::Lifted, false));
}

/// REG-10: owed by whoever has the matter, met by the report, late when its day is over; no leader takes the case and no supervision comes of
/// it by rule; nor does closing the matter end it.
#[test]
fn reg_10_a_demanded_report_is_owed_until_it_is_given() {
    let mut world = disputed();
    world.must(&decider(), &decide_command(UNIT));
    world.accept(Grade::Ordinary);
    assert_eq!(refused(&mut world, &receiver(), &report_command()), RoutingRefusal::NotYours { unit: unit(UNIT) });
    let generation = world.case.clock(DeadlineKind::DemandedReport).expect("runs").generation;
    let kind = DeadlineKind::DemandedReport;
    let due = Command::Mark { kind, mark: Mark::Due, generation, leaders: main_is(3) };
    assert_eq!(world.at("2026-04-10").give(&rule(), &due), Err(Refusal::StaleMark), "the day itself is in time");
    let overdue = world.at("2026-04-11").must(&rule(), &due);
    assert_eq!(overdue, [Event::Overdue { kind }]);
    let reported = world.must(&officer(), &report_command());
    assert_eq!(report_clock(&world).1, DeadlineState::MetLate);
    assert_eq!(refused(&mut world, &officer(), &report_command()), RoutingRefusal::NothingDemanded);
    let told = serde_json::to_string(&snapshot(&world.case, &reported[0])).expect("serialises");
    assert!(!told.contains("管道老化") && told.contains("\"about\":\"demanded_report\""), "{told}");
}

/// REG-17, WH-09: reported upwards with level and day; owner, unit and clocks stay; what is major is not simple (REG-31), by that very fact.
#[test]
fn reg_17_a_report_upwards_keeps_the_first_receiver_and_ends_the_simple_procedure() {
    let mut world = registered();
    world.must(&rule(), &Command::Order { grade: Grade::Ordinary, reception: reception(1) });
    let (leader, clocks) = (world.case.leader, world.case.clocks.clone());
    let up = |day: &str| Command::ReportUp {
        level: ReportLevel::Next,
        reported_on: date(day),
        text: "涉及多栋住宅供水安全".to_owned(),
    };
    for day in ["2026-03-01", "2026-03-03"] {
        assert_eq!(refused(&mut world, &officer(), &up(day)), RoutingRefusal::ReportedOn);
    }
    assert_eq!(refused(&mut world, &receiver(), &up("2026-03-02")), RoutingRefusal::NotYours { unit: unit(UNIT) });
    let events = world.must(&officer(), &up("2026-03-02"));
    assert!(matches!(events[..], [Event::Routing(RoutingEvent::ReportedUp { .. })]));
    assert!(leader.is_some());
    assert_eq!((world.case.leader, &world.case.clocks, world.state()), (leader, &clocks, StateKind::Accepted));
    let told = snapshot(&world.case, &events[0]);
    assert_eq!(told.reason_code.as_deref(), Some("next"));
    assert!(!serde_json::to_string(&told).expect("serialises").contains("供水"));

    let mut simple = registered();
    simple.must(&officer(), &accept_simply());
    let events = simple.must(&officer(), &up("2026-03-02"));
    assert!(matches!(events[..], [Event::ConvertedToOrdinary { .. }, Event::Routing(_)]), "{events:?}");
    let mut reported = registered();
    reported.must(&officer(), &up("2026-03-02"));
    let refusal = reported.give(&officer(), &accept_simply());
    assert_eq!(refusal, Err(SimpleRefusal::Unfit { hindrances: vec![Hindrance::Reported] }.into()));
}
