//! An appointment asked for, prepared, fixed, consulted on and planned, in that order and within a month (QD-02).

use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};
use huiyin_policy::rules::AppointmentStep::{Consultation, Material, TimeAndPlace};

use super::commands::{consult_command, fix_command, material_command, plan_command, reception, visit};
use super::world::{OTHER, World, date, leader, main_leader, morning, nobody, officer, person, reviewer, rule};
use crate::domain::{
    AppointmentRefusal as No, Command, CommandKind, Event, Mark, Refusal, permit, plan, snapshot, words,
};

fn ask() -> Command {
    Command::AskAppointment { wish: Some("希望向分管住建的领导当面反映".to_owned()) }
}

/// Registered with the street office on that day, and taken up.
fn taken_up(day: &str) -> World {
    let mut world = World::registered("qidong", PetitionClass::Request, morning(day));
    world.accept(Grade::Ordinary);
    world
}

/// The same, and the petitioner asked for an appointment on that day.
fn asked(day: &str) -> World {
    let mut world = taken_up(day);
    world.must(&Actor::Petitioner, &ask());
    world
}

fn last_day(world: &World) -> chrono::NaiveDate {
    world.case.clock(DeadlineKind::Plan).expect("runs").deadline.last_day
}

/// One calendar month from the application: the same day of the next month, or its last day; rolled on where nobody works.
#[test]
fn qd_02_the_month_to_the_plan_ends_with_the_month() {
    for (asked_on, until) in [
        ("2026-01-31", "2026-02-28"),
        ("2025-01-31", "2025-02-28"),
        ("2024-01-31", "2024-02-29"),
        ("2024-01-29", "2024-02-29"),
        ("2026-03-31", "2026-04-30"),
        ("2026-05-15", "2026-06-15"),
        // The last day of February 2027 is a Sunday, and of April 2026 the first day after it a holiday.
        ("2026-04-03", "2026-05-06"),
        ("2025-12-31", "2026-02-02"),
    ] {
        assert_eq!(last_day(&asked(asked_on)), date(until), "{asked_on}");
    }
    let clock = asked("2026-01-31").case.clock(DeadlineKind::Plan).expect("runs").clone();
    let why = clock.deadline.to_zh();
    assert!(why.contains("1个月") && why.contains("QD-02") && why.contains("从信访人申请约访"), "{why}");
}

/// Each step waits for those before it, which the refusal names; done in order, the plan meets its clock.
#[test]
fn qd_02_each_step_out_of_order_is_refused_with_what_comes_first() {
    let mut world = asked("2026-03-02");
    let missing = |missing: &[huiyin_policy::rules::AppointmentStep]| {
        Err(Refusal::from(No::Missing { missing: missing.to_vec() }))
    };
    let (consult, plan) = (consult_command(&world), plan_command(&world));
    assert_eq!(world.give(&officer(), &consult), missing(&[Material, TimeAndPlace]));
    assert_eq!(world.give(&officer(), &plan), missing(&[Material, TimeAndPlace, Consultation]));
    world.must(&officer(), &material_command());
    assert_eq!(world.give(&officer(), &consult), missing(&[TimeAndPlace]));
    let fix = fix_command(&world, 1);
    world.must(&rule(), &fix);
    assert_eq!(world.give(&officer(), &plan), missing(&[Consultation]));
    // The page says the same beforehand.
    let told = permit(&world.case, CommandKind::SetPlan, &world.policy, &officer()).expect_err("too early").told();
    assert_eq!(
        (told.code, told.zh.as_str()),
        ("appointment_steps_missing", "约访的以下步骤尚未完成：协商会办。请先办理。")
    );
    world.must(&officer(), &consult);
    world.must(&officer(), &plan);
    assert_eq!(world.case.clock(DeadlineKind::Plan).expect("kept").state, DeadlineState::Met);
    assert!(world.case.open_appointment().is_none());
    let done: Vec<bool> = world.case.appointment_steps(&world.policy).into_iter().map(|(_, done)| done).collect();
    assert_eq!(done, [true; 4]);
    // It is over: a new application begins anew.
    world.at("2026-03-03");
    assert_eq!(world.give(&officer(), &material_command()), Err(No::NotAsked.into()));
    world.must(&Actor::Petitioner, &ask());
    assert_eq!(world.give(&Actor::Petitioner, &ask()), Err(No::AskedAlready.into()));
    assert_eq!(world.case.appointment_steps(&world.policy).into_iter().filter(|(_, done)| *done).count(), 0);
}

/// A turn given back leaves time and place open again; another turn fixes them anew.
#[test]
fn qd_02_a_turn_given_back_is_fixed_anew() {
    let mut world = asked("2026-03-02");
    world.must(&officer(), &material_command());
    let fix = fix_command(&world, 1);
    world.must(&rule(), &fix);
    assert_eq!(world.give(&rule(), &fix), Err(Refusal::NothingChanges));
    let release = |n| Command::ReleaseAppointment { visit_id: visit(n) };
    assert_eq!(world.give(&rule(), &release(2)), Err(Refusal::NothingChanges), "another turn");
    world.must(&rule(), &release(1));
    let consult = consult_command(&world);
    assert_eq!(world.give(&officer(), &consult), Err(No::Missing { missing: vec![TimeAndPlace] }.into()));
    let fix = fix_command(&world, 2);
    world.must(&rule(), &fix);
    world.must(&officer(), &consult);
}

/// Late is told and listed; with the answer to the matter the plan is no longer owed.
#[test]
fn qd_02_a_plan_that_is_late_is_overdue_until_it_is_there() {
    let mut world = asked("2026-01-31");
    world.at("2026-03-01");
    let kind = DeadlineKind::Plan;
    let generation = world.case.clock(kind).expect("runs").generation;
    let due = Command::Mark { kind, mark: Mark::Due, generation, leaders: nobody() };
    let events = world.must(&rule(), &due);
    assert_eq!(events, [Event::Overdue { kind }], "told; nobody takes the case for it");
    assert!(world.case.is_overdue());
    assert_eq!(snapshot(&world.case, &events[0]).about, Some(kind));
    world.must(&officer(), &material_command());
    let fix = fix_command(&world, 1);
    world.must(&rule(), &fix);
    let consult = consult_command(&world);
    world.must(&officer(), &consult);
    let laid_down = plan_command(&world);
    world.must(&officer(), &laid_down);
    assert_eq!(world.case.clock(kind).expect("kept").state, DeadlineState::MetLate);

    let mut answered = asked("2026-01-31");
    let fits = |case: &crate::domain::Case| case.appointment_told().expect("told").open;
    assert!(fits(&answered.case));
    answered.assign();
    answered.investigate();
    answered.propose();
    answered.must(&main_leader(), &Command::Approve);
    answered.reply();
    assert_eq!(answered.case.clock(kind).expect("kept").state, DeadlineState::Lifted);
    assert!(!fits(&answered.case), "nothing is to be booked any more");
    let left = plan(None, &answered.case, &answered.policy, answered.now);
    assert!(left.arm.iter().all(|(name, _, _)| !name.starts_with("plan")));
}

/// Whose what is: the petitioner and who registered or answers for the matter apply, the unit prepares, scheduling fixes, nobody else.
#[test]
fn qd_02_each_step_has_its_own_people() {
    let mut world = taken_up("2026-03-02");
    let stranger = reviewer(OTHER, &[Role::Officer]);
    assert!(matches!(world.give(&stranger, &ask()), Err(Refusal::NotResponsible { .. })));
    assert_eq!(world.give(&officer(), &material_command()), Err(No::NotAsked.into()));
    world.must(&officer(), &ask());
    assert!(matches!(world.give(&stranger, &material_command()), Err(Refusal::NotResponsible { .. })));
    let fix = fix_command(&world, 1);
    assert!(matches!(world.give(&officer(), &fix), Err(Refusal::ByRuleOnly { .. })));
    world.must(&officer(), &material_command());
    world.must(&rule(), &fix);
    // The leader who received consults, too.
    world.must(&rule(), &Command::Order { grade: Grade::Ordinary, reception: reception(1) });
    let mut consult = consult_command(&world);
    if let Command::RecordConsultation { held_on, .. } = &mut consult {
        *held_on = date("2026-03-03");
    }
    assert_eq!(world.give(&leader(person(9)), &consult), Err(No::HeldOn.into()));
    let consult = consult_command(&world);
    world.must(&leader(person(9)), &consult);
}

/// Where the pack knows no applications there is none, and the plan is laid down as ever; with an accusation nobody applies (REG-22).
#[test]
fn qd_02_elsewhere_nobody_applies_and_a_plan_waits_for_nothing() {
    let mut world = World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"));
    world.accept(Grade::Ordinary);
    assert_eq!(world.give(&officer(), &ask()), Err(No::NoneHere.into()));
    let consult = consult_command(&world);
    assert_eq!(world.give(&officer(), &consult), Err(No::NotAsked.into()));
    let laid_down = plan_command(&world);
    world.must(&officer(), &laid_down);
    let mut accusation = World::new("qidong", PetitionClass::Accusation);
    assert_eq!(accusation.give(&Actor::Petitioner, &ask()), Err(Refusal::AccusationOnlyForwarded));
}

/// JD-09, QD-10: of a matter a leader took, consultation and plan are steps of handling, each done by its command in its turn.
#[test]
fn qd_10_consultation_and_plan_are_steps_done_by_their_commands() {
    let mut world = taken_up("2026-03-02");
    world.must(&leader(person(9)), &Command::Take);
    world.assign();
    let step = |code: &str| Command::DoStep { step: code.to_owned(), note: "已办".to_owned() };
    for code in ["hear_petitioner", "investigate"] {
        world.must(&officer(), &step(code));
    }
    let own = Refusal::StepHasOwnCommand { command: CommandKind::SetPlan };
    assert_eq!(world.give(&officer(), &step("one_plan")), Err(own));
    let (consult, laid_down) = (consult_command(&world), plan_command(&world));
    let early = world.give(&officer(), &laid_down).expect_err("consultation first");
    assert!(matches!(&early, Refusal::StepsMissing { codes, .. } if codes == &["joint_consultation"]), "{early:?}");
    world.must(&officer(), &consult);
    world.must(&officer(), &laid_down);
    world.propose();
    let told = |events: &[Event]| words(&events[0], &crate::domain::Naming::default()).0;
    let fixed = Event::Appointment(crate::domain::AppointmentEvent::Released { visit_id: visit(1) });
    assert!(told(&[fixed]).contains("另行确定"));
}
