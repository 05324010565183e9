//! The simple procedure (简易办理; REG-30…33).

use chrono::{Days, NaiveDate, TimeDelta};
use huiyin_calendar::{Calendar, local_date};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Procedure};
use huiyin_contracts::intake::{PetitionClass, PetitionKind};
use huiyin_kernel::Role;
use proptest::prelude::*;

use super::commands::{accept_simply, fit};
use super::world::{OTHER, World, date, head, main_leader, morning, nobody, officer, reviewer, rule};
use crate::domain::{
    Command, Event, Hindrance, Mark, Refusal, ReplyManner, SimpleAdmission, SimpleConditions, SimpleGround,
    SimpleRefusal, StateKind, snapshot,
};

fn registered() -> World {
    World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"))
}

fn simply(grade: Grade, conditions: SimpleConditions) -> Command {
    Command::Accept { grade, simple: Some(SimpleAdmission { ground: SimpleGround::DailyAndPressing, conditions }) }
}

fn convert() -> Command {
    Command::ConvertToOrdinary { reason: "须委托鉴定".to_owned() }
}

fn unfit(world: &mut World, command: &Command) -> Vec<Hindrance> {
    match world.give(&officer(), command) {
        Err(Refusal::Simple(SimpleRefusal::Unfit { hindrances })) => hindrances,
        other => panic!("taken up: {other:?}"),
    }
}

/// Answered, in that manner, by the simple procedure.
fn answered(manner: ReplyManner) -> World {
    let mut world = registered();
    world.must(&officer(), &accept_simply());
    world.assign();
    world.propose();
    world.must(&main_leader(), &Command::Approve);
    world.must(&officer(), &Command::Reply { request: "要求修复漏水".to_owned(), manner });
    world
}

/// REG-30, REG-31: each thing that hinders is named with its rule, all at once, and nothing is taken up.
#[test]
fn reg_31_what_is_not_simple_is_refused_with_everything_that_hinders() {
    let mut world = registered();
    assert_eq!(unfit(&mut world, &simply(Grade::Wide, fit())), [Hindrance::Grade]);
    let nothing =
        SimpleConditions { first_time: false, no_other_procedure: false, one_unit: false, not_to_be_refused: false };
    let all = [Hindrance::NotFirst, Hindrance::OtherProcedure, Hindrance::SeveralUnits, Hindrance::MayBeRefused];
    assert_eq!(unfit(&mut world, &simply(Grade::Ordinary, nothing)), all);
    world.case.facts.kind = PetitionKind::JointLetter;
    let refusal = world.give(&officer(), &accept_simply()).expect_err("a joint letter");
    let told = refusal.told();
    assert_eq!((told.code, told.rule), ("not_simple", "REG-31"));
    assert!(told.zh.contains("联名信") && told.zh.contains("普通程序"), "{}", told.zh);
    assert_eq!(world.state(), StateKind::Received);

    let mut handed_down = registered();
    let demand = super::commands::hand_down(OTHER, date("2026-04-10"));
    handed_down.must(&officer(), &demand);
    let receiver = reviewer(OTHER, &[Role::Officer]);
    let refused = handed_down.give(&receiver, &accept_simply());
    let hindrances = vec![Hindrance::HandedDown];
    assert_eq!(refused, Err(SimpleRefusal::Unfit { hindrances }.into()));

    let mut accusation = World::new("national-2022", PetitionClass::Accusation);
    assert_eq!(accusation.give(&officer(), &accept_simply()), Err(Refusal::AccusationOnlyForwarded));
}

/// REG-32: ten working days from acceptance; by the ordinary procedure the law's sixty days from the same one (REG-33).
#[test]
fn reg_32_ten_working_days_bind_and_after_conversion_the_sixty_from_the_same_acceptance() {
    let mut world = registered();
    world.at("2026-04-27").must(&officer(), &accept_simply());
    let due = |world: &World| world.case.clock(DeadlineKind::Handling).expect("runs").deadline.last_day;
    assert_eq!(due(&world), date("2026-05-13"), "05-01…05 off, 05-09 worked");
    assert_eq!(snapshot(&world.case, &Event::Approved).procedure, Procedure::Simple);
    let generation = world.case.clock(DeadlineKind::Handling).expect("runs").generation;
    world.at("2026-05-11").must(&officer(), &convert());
    assert_eq!(due(&world), date("2026-06-26"), "sixty days from 04-27");
    assert!(world.case.clock(DeadlineKind::Handling).expect("runs").generation > generation, "T4");
    assert_eq!(snapshot(&world.case, &Event::Approved).procedure, Procedure::Ordinary);
    assert_eq!(world.give(&officer(), &convert()), Err(SimpleRefusal::NotSimpleNow.into()), "once");
}

/// REG-33: whatever takes longer is converted first; a matter that turns out complex is, by that very fact (REG-31).
#[test]
fn reg_33_nothing_is_extended_before_it_is_converted() {
    let mut world = registered();
    world.must(&officer(), &accept_simply());
    let extend = |kind| Command::Extend { days: 10, kind, reason: "鉴定".to_owned() };
    let refused = world.give(&head(), &extend(Grade::Complex)).expect_err("simple");
    assert_eq!(refused.told().code, "convert_first");
    assert!(refused.told().zh.contains("转为普通程序"));
    let widened = world.must(&officer(), &Command::ChangeGrade { grade: Grade::Complex, reason: "多户".to_owned() });
    assert!(matches!(widened[..], [Event::ConvertedToOrdinary { .. }, Event::GradeChanged { .. }]), "{widened:?}");
    assert!(!world.case.is_simple());
    world.must(&head(), &extend(Grade::Complex));
}

/// REG-30, JD-09: clear by its admission, it needs no step of investigation before the opinion; converted, it needs them all.
#[test]
fn reg_30_a_clear_matter_needs_no_investigation_until_it_is_converted() {
    let mut world = registered();
    world.must(&officer(), &accept_simply());
    world.assign();
    let propose = Command::Propose(super::commands::proposal(huiyin_contracts::casework::Outcome::Supported));
    let mut converted = World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"));
    converted.must(&officer(), &accept_simply());
    converted.assign();
    converted.must(&officer(), &convert());
    assert!(matches!(converted.give(&officer(), &propose), Err(Refusal::StepsMissing { .. })));
    world.must(&officer(), &propose);
}

/// REG-33, REG-40: what is told by word of mouth has arrived; on paper, as asked for, it arrives once more, and the petitioner has thirty
/// days from then, also after the end.
#[test]
fn reg_33_an_oral_answer_is_given_on_paper_as_asked_and_the_remedy_runs_from_there() {
    let mut ordinary = registered();
    ordinary.accept(Grade::Ordinary);
    ordinary.assign();
    ordinary.investigate();
    ordinary.propose();
    ordinary.must(&main_leader(), &Command::Approve);
    let phone = Command::Reply { request: "要求修复漏水".to_owned(), manner: ReplyManner::Phone };
    assert_eq!(ordinary.give(&officer(), &phone), Err(SimpleRefusal::InWriting.into()));

    let mut world = answered(ReplyManner::Phone);
    let until = |world: &World| world.case.state.reply().and_then(|(_, delivery)| Some(delivery?.review_until));
    assert_eq!((world.state(), until(&world)), (StateKind::Delivered, Some(date("2026-04-01"))));
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    let paper =
        |world: &World| Command::GivePaper { means: "挂号信".to_owned(), delivered_at: world.now, receipt: None };
    world.at("2026-03-20");
    world.must(&officer(), &paper(&world));
    assert_eq!((world.state(), until(&world)), (StateKind::Closed, Some(date("2026-04-20"))), "04-19 is a Sunday");
    assert_eq!(world.give(&officer(), &paper(&world)), Err(SimpleRefusal::WrittenAlready.into()));

    let on_the_net = answered(ReplyManner::Net);
    assert_eq!(
        (on_the_net.state(), until(&on_the_net)),
        (StateKind::Replied, None),
        "until it is seen to have arrived"
    );
    let mut written = answered(ReplyManner::Written);
    written.deliver();
    assert_eq!(written.give(&officer(), &paper(&written)), Err(SimpleRefusal::WrittenAlready.into()));
}

/// Counted one by one, with nothing of the calendar but whether a day is worked.
fn works(calendar: &Calendar, day: NaiveDate) -> bool {
    calendar.is_workday(day).unwrap_or_else(|_| !["Sat", "Sun"].contains(&day.format("%a").to_string().as_str()))
}

fn working_days_later(calendar: &Calendar, from: NaiveDate, mut days: u32) -> NaiveDate {
    let mut day = from;
    while days > 0 {
        day = day.succ_opt().expect("in range");
        days -= u32::from(works(calendar, day));
    }
    day
}

fn days_later_rolled(calendar: &Calendar, from: NaiveDate, days: u32) -> NaiveDate {
    let mut day = from;
    for _ in 0..days {
        day = day.succ_opt().expect("in range");
    }
    while !works(calendar, day) {
        day = day.succ_opt().expect("in range");
    }
    day
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// REG-24, REG-32, REG-33: accepted simply on any day, converted on any later day, extended on any day after: always the date that a
    /// count day by day from the one acceptance gives; late exactly when that day is over.
    #[test]
    fn reg_33_every_date_counts_from_the_first_acceptance(
        accepted in 0_u64..300, convert_after in 0_u64..90, extend_after in 0_u64..60, days in 1_u32..35, local in any::<bool>(),
    ) {
        let pack = if local { "street-office" } else { "national-2022" };
        let start = date("2026-01-05") + Days::new(accepted);
        let mut world = World::registered(pack, PetitionClass::Request, morning(&start.to_string()));
        world.must(&officer(), &accept_simply());
        let (handling, calendar) = (DeadlineKind::Handling, world.calendar.clone());
        let clock = |world: &World| world.case.clock(handling).expect("runs").clone();
        let simple = working_days_later(&calendar, start, 10);
        prop_assert_eq!(clock(&world).deadline.last_day, simple);

        world.now += TimeDelta::days(i64::try_from(convert_after).expect("small"));
        let today = |world: &World| local_date(world.now).expect("in range");
        let due = Command::Mark { kind: handling, mark: Mark::Due, generation: clock(&world).generation, leaders: nobody() };
        prop_assert_eq!(world.give(&rule(), &due).is_ok(), today(&world) > simple, "overdue when the ten days are over");
        world.must(&officer(), &convert());
        // The street office keeps thirty days for ordinary matters and sixty for wide ones (JD-10).
        let ordinary = days_later_rolled(&calendar, start, if local { 30 } else { 60 });
        prop_assert_eq!(clock(&world).deadline.last_day, ordinary);
        let late = today(&world) > ordinary;
        let overdue = clock(&world).state == DeadlineState::Overdue;
        prop_assert!(!overdue || late, "what is not late any more runs again");

        world.must(&officer(), &Command::ChangeGrade { grade: Grade::Wide, reason: "多户".to_owned() });
        let wide = days_later_rolled(&calendar, start, 60);
        prop_assert_eq!(clock(&world).deadline.last_day, wide);
        world.now += TimeDelta::days(i64::try_from(extend_after).expect("small"));
        let extend = Command::Extend { days, kind: Grade::Wide, reason: "鉴定".to_owned() };
        let extended = world.give(&main_leader(), &extend).is_ok();
        let running = clock(&world).state == DeadlineState::Running;
        prop_assert_eq!(extended, running && days <= 30 && today(&world) <= wide);
        if extended {
            prop_assert_eq!(clock(&world).deadline.last_day, days_later_rolled(&calendar, start, 60 + days));
        }
    }
}
