//! The rules of supervision (督办), one by one, and what holds whatever the order of events.

use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Outcome, SupervisionState};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, DistrictCode, Role};
use huiyin_policy::rules::SupervisionGround;

use super::commands::{answer_command, order_command, proposal, withdraw};
use super::world::{
    OTHER, UNIT, World, date, head, main_is, main_leader, morning, nobody, officer, person, rule, staff, supervisor,
    unit,
};
use crate::domain::{
    Case, Command, Event, IssuedBy, Mark, Refusal, StateKind, Supervise, SupervisionRefusal as No, plan, public_type,
    snapshot,
};

const REQUEST: PetitionClass = PetitionClass::Request;

pub(super) fn conclude() -> Command {
    Command::Supervise(Supervise::Conclude { note: None })
}

pub(super) fn give_back() -> Command {
    Command::Supervise(Supervise::Return { reason: "未写明办结措施".to_owned() })
}

pub(super) fn advise() -> Command {
    Command::Supervise(Supervise::Advise { text: "建立首接负责制度".to_owned() })
}

pub(super) fn hand_over(to: &str) -> Command {
    Command::HandOver { unit: unit(to), leader: None, reason: "职责调整".to_owned(), is_discipline: false }
}

pub(super) fn due(world: &World, kind: DeadlineKind) -> Command {
    let generation = world.case.clock(kind).expect("the clock runs").generation;
    Command::Mark { kind, mark: Mark::Due, generation, leaders: main_is(30) }
}

pub(super) fn accepted(pack: &str) -> World {
    let mut world = World::registered(pack, REQUEST, morning("2026-03-02"));
    world.accept(Grade::Ordinary);
    world
}

pub(super) fn supervised(pack: &str) -> World {
    let mut world = accepted(pack);
    world.must(&supervisor(), &order_command("procedure_not_followed"));
    world
}

fn refused(world: &mut World, actor: &Actor, command: &Command) -> No {
    match world.give(actor, command) {
        Err(Refusal::Supervision(no)) => no,
        other => panic!("{command:?}: {other:?}"),
    }
}

/// REG-50, REG-51: on a ground of the closed list, to the office responsible, answered within 30 days; numbered within the matter.
#[test]
fn reg_50_an_order_names_ground_office_demand_and_day() {
    let mut world = accepted("street-office");
    let unknown = refused(&mut world, &supervisor(), &order_command("repeat_petitioner"));
    assert!(matches!(&unknown, No::UnknownGround { known, .. } if known.contains(&"evasion")), "{unknown}");
    world.must(&supervisor(), &order_command("evasion"));
    let order = world.case.open_order().expect("open").clone();
    assert_eq!(order.number, format!("DB-{}-1", world.case.facts.number));
    assert_eq!((order.ground, order.target_unit.as_str()), (SupervisionGround::Evasion, UNIT));
    assert_eq!(order.issued_by, IssuedBy::Staff { staff_id: person(20) });
    let clock = world.case.clock(DeadlineKind::Supervision).expect("runs");
    assert_eq!((clock.deadline.last_day, clock.state), (date("2026-04-01"), DeadlineState::Running));
    assert!(clock.deadline.to_zh().contains("REG-51"), "{}", clock.deadline.to_zh());
    let again = refused(&mut world, &supervisor(), &order_command("other"));
    assert_eq!(again, No::OrderOpen { number: order.number });
}

/// REG-50, D-6: a supervisor or main leader whose district is the matter's or lies above it; nobody else, whatever the unit.
#[test]
fn reg_50_supervision_is_for_supervisors_and_main_leaders_of_the_district() {
    let mut world = accepted("street-office");
    for actor in [officer(), head(), staff(8, UNIT, &[Role::Leader]), rule(), Actor::Petitioner] {
        assert_eq!(refused(&mut world, &actor, &order_command("other")), No::NotSupervisor, "{actor:?}");
    }
    let far = Actor::Staff {
        staff_id: person(21),
        unit: unit("990101-xfj"),
        district: DistrictCode::parse("990101").expect("a code"),
        roles: vec![Role::Supervisor],
    };
    let elsewhere = refused(&mut world, &far, &order_command("other"));
    assert_eq!(elsewhere, No::OtherDistrict { district: world.case.facts.district.clone() });
    world.must(&main_leader(), &order_command("other"));
}

/// REG-22: accusations are the discipline bodies' affair; nobody orders anything about them here.
#[test]
fn reg_22_accusations_are_not_supervised_here() {
    let mut world = World::new("street-office", PetitionClass::Accusation);
    for command in [order_command("overdue"), answer_command(&world), advise(), conclude()] {
        assert_eq!(refused(&mut world, &supervisor(), &command), No::Accusation);
    }
    assert!(No::Accusation.told().zh.contains("纪检监察机关"));
    let generation = world.case.clock(DeadlineKind::Acceptance).expect("runs").generation;
    let mark = Command::Mark { kind: DeadlineKind::Acceptance, mark: Mark::Due, generation, leaders: nobody() };
    world.at("2026-04-20").must(&rule(), &mark);
    assert!(world.case.supervision.is_empty());
}

/// DZ-10, XY-02: order, answer by the office addressed, back for more, answered again, concluded; every answer stays on file.
#[test]
fn dz_10_an_order_is_answered_judged_and_concluded() {
    let mut world = supervised("street-office");
    assert_eq!(refused(&mut world, &supervisor(), &conclude()), No::NotAnswered);
    let neighbour = staff(6, OTHER, &[Role::Officer, Role::UnitHead]);
    let answer = answer_command(&world);
    assert_eq!(refused(&mut world, &neighbour, &answer), No::NotAddressed { unit: unit(UNIT) });
    world.must(&officer(), &answer);
    assert_eq!(world.case.clock(DeadlineKind::Supervision).expect("there").state, DeadlineState::Met);
    assert_eq!(refused(&mut world, &officer(), &answer), No::AlreadyAnswered);
    let first = world.case.clock(DeadlineKind::Supervision).expect("there").generation;
    world.at("2026-03-10").must(&supervisor(), &give_back());
    let clock = world.case.clock(DeadlineKind::Supervision).expect("anew").clone();
    assert_eq!((clock.generation, clock.deadline.last_day), (first + 1, date("2026-04-09")), "a new period");
    let answer = answer_command(&world);
    world.must(&head(), &answer);
    world.must(&supervisor(), &conclude());
    let order = world.case.newest_order().expect("kept");
    assert_eq!((order.answers.len(), order.is_open()), (2, false));
    assert_eq!(order.answers[0].returned.as_ref().map(|r| r.reason.as_str()), Some("未写明办结措施"));
    assert_eq!(refused(&mut world, &supervisor(), &conclude()), No::NoOpenOrder);
    world.must(&supervisor(), &order_command("opinion_not_executed"));
    assert!(world.case.open_order().expect("a second").number.ends_with("-2"));
}

/// DZ-10: as long as the petitioner waits, the answer says when; nobody judges an answer of their own.
#[test]
fn dz_10_an_answer_says_when_and_is_judged_by_another() {
    let mut world = supervised("street-office");
    let answer = |day| Command::Supervise(Supervise::Answer { done: "已约谈".to_owned(), will_be_done_on: day });
    assert_eq!(refused(&mut world, &officer(), &answer(None)), No::DayMissing);
    assert_eq!(refused(&mut world, &officer(), &answer(Some(date("2026-03-01")))), No::DayOver);
    world.must(&main_leader(), &answer(Some(date("2026-03-02"))));
    assert_eq!(refused(&mut world, &main_leader(), &conclude()), No::OwnAnswer);
    world.must(&supervisor(), &conclude());
    let mut closed = World::reach("street-office", REQUEST, StateKind::Closed);
    closed.must(&supervisor(), &order_command("opinion_not_executed"));
    closed.must(&officer(), &answer(None));
}

/// REG-50: the office addressed answers for what it did, and sees the matter as long as it must, though it hands the matter over.
#[test]
fn reg_50_handing_over_does_not_shake_an_order_off() {
    let mut world = supervised("street-office");
    let lists = |case: &Case| case.scopes().contains(&format!("unit:{UNIT}"));
    world.case.facts.registered_by = None;
    if let Event::Opened(opened) = &mut world.journal[0].0 {
        opened.facts.registered_by = None;
    }
    world.must(&head(), &hand_over(OTHER));
    assert!(lists(&world.case), "the addressed unit still sees it");
    let theirs = staff(4, OTHER, &[Role::Officer]);
    let answer = answer_command(&world);
    assert_eq!(refused(&mut world, &theirs, &answer), No::NotAddressed { unit: unit(UNIT) });
    world.must(&officer(), &answer);
    world.must(&supervisor(), &advise());
    world.must(&supervisor(), &conclude());
    assert!(lists(&world.case), "advice is still to be answered");
    world.must(&officer(), &Command::Supervise(Supervise::AnswerAdvice { is_adopted: true, text: None }));
    assert!(!lists(&world.case), "nothing is left to do for it");
}

/// WH-11, REG-50: the matter's end never waits for the order, and the order outlives it.
#[test]
fn the_petitioners_matter_does_not_wait_for_supervision_nor_end_it() {
    let mut world = World::reach("street-office", REQUEST, StateKind::Delivered);
    world.must(&supervisor(), &order_command("not_reported_back"));
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    assert_eq!(world.state(), StateKind::Closed);
    assert_eq!(world.case.next_due_at(), world.case.clock(DeadlineKind::Supervision).map(|c| c.deadline.due_at));
    let mark = due(&world, DeadlineKind::Supervision);
    world.at("2026-04-02").must(&rule(), &mark);
    let answer = answer_command(&world);
    world.must(&officer(), &answer);
    world.must(&supervisor(), &conclude());
    assert_eq!((world.state(), world.case.next_due_at()), (StateKind::Closed, None));
    let mut on_spot = supervised("wuhan");
    let settle = Command::SettleOnSpot {
        conditions: super::commands::all_true(),
        result: "当场解决".to_owned(),
        result_summary: "当场解决".to_owned(),
        reception: None,
    };
    on_spot.must(&officer(), &settle);
    assert_eq!(on_spot.case.clock(DeadlineKind::Supervision).expect("runs").state, DeadlineState::Running);
}

/// DOMAIN part D: a matter that its petitioner withdrew rests with its order; taken back, both go on and the days of rest do not count.
#[test]
fn an_order_rests_with_its_matter() {
    let mut world = supervised("street-office");
    world.at("2026-03-10");
    world.must(&Actor::Petitioner, &withdraw(&world));
    assert_eq!(world.case.next_due_at(), None);
    let refusal = world.give(&supervisor(), &advise()).expect_err("it rests");
    assert!(matches!(refusal, Refusal::WrongState { .. }));
    world.at("2026-03-17").must(&Actor::Petitioner, &Command::Resume);
    let clock = world.case.clock(DeadlineKind::Supervision).expect("runs again");
    assert_eq!((clock.state, clock.deadline.last_day), (DeadlineState::Running, date("2026-04-08")));
}

/// REG-50, REG-51: advice is answered within 30 days; what is not adopted is reasoned; one at a time.
#[test]
fn reg_51_advice_is_adopted_or_refused_with_reasons() {
    let mut world = accepted("street-office");
    assert_eq!(refused(&mut world, &supervisor(), &advise()), No::NoOrder);
    world.must(&supervisor(), &order_command("other"));
    let answer = |is_adopted, text: Option<&str>| {
        Command::Supervise(Supervise::AnswerAdvice { is_adopted, text: text.map(str::to_owned) })
    };
    assert_eq!(refused(&mut world, &officer(), &answer(true, None)), No::NoOpenAdvice);
    world.must(&supervisor(), &advise());
    assert_eq!(world.case.clock(DeadlineKind::Advice).expect("runs").deadline.last_day, date("2026-04-01"));
    assert_eq!(refused(&mut world, &supervisor(), &advise()), No::AdviceOpen);
    for text in [None, Some("  ")] {
        assert_eq!(refused(&mut world, &officer(), &answer(false, text)), No::ReasonsMissing);
    }
    world.must(&officer(), &answer(false, Some("与区里现行流程冲突")));
    assert_eq!(world.case.clock(DeadlineKind::Advice).expect("there").state, DeadlineState::Met);
    world.must(&supervisor(), &advise());
    let mark = due(&world, DeadlineKind::Advice);
    let events = world.at("2026-04-02").must(&rule(), &mark);
    assert_eq!(events, [Event::Overdue { kind: DeadlineKind::Advice }]);
    let order = world.case.newest_order().expect("there");
    assert_eq!(
        world.case.supervision_state(order),
        SupervisionState::AwaitingAnswer,
        "late advice is not a late answer"
    );
}

/// REG-51: advice of an earlier order is still answered by the office it was given to, whatever orders came after.
#[test]
fn reg_51_advice_outlives_its_order() {
    let mut world = supervised("street-office");
    let answer = answer_command(&world);
    world.must(&officer(), &answer);
    world.must(&supervisor(), &advise());
    world.must(&supervisor(), &conclude());
    world.must(&head(), &hand_over(OTHER));
    world.must(&supervisor(), &order_command("other"));
    assert_eq!(world.case.open_order().expect("a second").target_unit, unit(OTHER));
    let adopted = Command::Supervise(Supervise::AnswerAdvice { is_adopted: true, text: None });
    let theirs = staff(4, OTHER, &[Role::Officer]);
    assert_eq!(refused(&mut world, &theirs, &adopted), No::NotAddressed { unit: unit(UNIT) });
    world.must(&officer(), &adopted);
    assert!(world.case.supervision[0].advice[0].answer.is_some());
}

/// SZ-11: headed by a supervisor or main leader, on a day that has come, with what was found.
#[test]
fn sz_11_a_supervision_visit_is_headed_by_a_supervisor_or_main_leader() {
    let mut world = supervised("street-office");
    let visit = |may_head, day: &str| {
        let (visited_on, finding) = (date(day), "现场尚未开工".to_owned());
        Command::Supervise(Supervise::Visit { head: person(20), may_head, visited_on, finding })
    };
    world.at("2026-03-10");
    assert_eq!(refused(&mut world, &supervisor(), &visit(false, "2026-03-10")), No::NotHead);
    for day in ["2026-03-11", "2026-03-01"] {
        assert_eq!(refused(&mut world, &supervisor(), &visit(true, day)), No::VisitDay, "{day}");
    }
    assert_eq!(refused(&mut world, &officer(), &visit(true, "2026-03-10")), No::NotSupervisor);
    let events = world.must(&supervisor(), &visit(true, "2026-03-10"));
    assert_eq!(public_type(&events[0]), None, "what was found stays inside");
    assert_eq!(world.case.newest_order().expect("there").visits[0].finding, "现场尚未开工");
}

/// D-3: others are told that there is an order and where it stands, without a word of what officials wrote.
#[test]
fn no_words_of_officials_are_told() {
    let mut world = supervised("street-office");
    let answer = answer_command(&world);
    world.must(&officer(), &answer);
    world.must(&supervisor(), &give_back());
    world.must(&supervisor(), &advise());
    for (event, _) in &world.journal {
        let told = serde_json::to_string(&snapshot(&world.case, event)).expect("serialises");
        for words in ["请说明情况", "已约谈", "未写明", "建立首接"] {
            assert!(!told.contains(words), "{}: {told}", event.name());
        }
    }
    let told = snapshot(&world.case, &Event::Approved).supervision.expect("told");
    assert_eq!((told.ground.as_str(), told.state), ("procedure_not_followed", SupervisionState::AwaitingAnswer));
    assert_eq!(told.target_unit, unit(UNIT));
}

/// T1, T4: the order arms its timers, the answer calls them off, the return arms them anew in another generation.
#[test]
fn t4_timers_follow_the_order_by_generation() {
    let mut world = accepted("street-office");
    let before = world.case.clone();
    world.must(&supervisor(), &order_command("other"));
    let ordered = plan(Some(&before), &world.case, &world.policy, world.now);
    let due = |plan: &crate::domain::TimerPlan| {
        plan.arm.iter().find(|(kind, ..)| *kind == "supervision_due").map(|(_, generation, _)| *generation)
    };
    assert_eq!((due(&ordered), ordered.arm.len()), (Some(1), 4), "half time, 7 days, 1 day, due: {ordered:?}");
    let before = world.case.clone();
    let answer = answer_command(&world);
    world.must(&officer(), &answer);
    let answered = plan(Some(&before), &world.case, &world.policy, world.now);
    assert!(answered.cancel.contains(&"supervision_due") && answered.arm.is_empty(), "{answered:?}");
    let before = world.case.clone();
    world.must(&supervisor(), &give_back());
    assert_eq!(due(&plan(Some(&before), &world.case, &world.policy, world.now)), Some(3));
    assert_eq!(crate::domain::read_kind("supervision_warning_2"), Some((DeadlineKind::Supervision, Mark::Warning(1))));
    assert_eq!(crate::domain::read_kind("advice_due"), Some((DeadlineKind::Advice, Mark::Due)));
}

/// REG-21: suggestions are supervised as requests are.
#[test]
fn reg_21_suggestions_are_supervised_too() {
    let mut world = World::reach("wuhan", PetitionClass::Suggestion, StateKind::Investigating);
    world.must(&supervisor(), &order_command("evasion"));
    world.must(&officer(), &Command::Propose(proposal(Outcome::Adopted)));
    assert!(world.case.open_order().is_some());
}
