//! The rules of law and packs, one by one.

use chrono::TimeDelta;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Outcome};
use huiyin_contracts::intake::PetitionClass;
use huiyin_contracts::scheduling::OnSpotConditions;
use huiyin_kernel::{Actor, Role};

use super::commands::{all_true, proposal, reception, withdraw};
use super::world::{OTHER, UNIT, World, date, head, main_is, main_leader, morning, officer, person, rule, staff, unit};
use crate::domain::{Answer, Command, Event, Mark, Promise, Refusal, State, StateKind, plan, snapshot};

const REQUEST: PetitionClass = PetitionClass::Request;

fn last_day(world: &World, kind: DeadlineKind) -> chrono::NaiveDate {
    world.case.clock(kind).expect("the clock runs").deadline.last_day
}

fn due_mark(world: &World, kind: DeadlineKind) -> Command {
    let generation = world.case.clock(kind).expect("the clock runs").generation;
    Command::Mark { kind, mark: Mark::Due, generation, leaders: main_is(30) }
}

fn accepted(pack: &str, day: &str, grade: Grade) -> World {
    let mut world = World::registered(pack, REQUEST, morning(day));
    world.accept(grade);
    world
}

fn extend(days: u32, kind: Grade) -> Command {
    Command::Extend { days, kind, reason: "须委托鉴定".to_owned() }
}

/// REG-10, REG-13: 15 days from registration; the last day rolls past the holiday (golden vector of A12).
#[test]
fn reg_13_acceptance_is_due_fifteen_days_after_registration() {
    let world = World::registered("national-2022", REQUEST, morning("2026-09-16"));
    assert_eq!(last_day(&world, DeadlineKind::Acceptance), date("2026-10-08"));
}

/// REG-24: 60 days from acceptance, not from registration.
#[test]
fn reg_24_the_statutory_clock_starts_with_acceptance() {
    let mut world = World::registered("national-2022", REQUEST, morning("2026-02-20"));
    world.at("2026-03-02").accept(Grade::Ordinary);
    assert_eq!(last_day(&world, DeadlineKind::Handling), date("2026-05-06"));
    assert_eq!(world.case.clock(DeadlineKind::Acceptance).expect("there").state, DeadlineState::Met);
}

/// JD-10, E-2: the street's 30 days bind before the law's 60; the explanation names both.
#[test]
fn jd_10_the_earlier_of_local_and_statutory_limit_binds_and_says_so() {
    let ordinary = accepted("street-office", "2026-03-02", Grade::Ordinary);
    assert_eq!(last_day(&ordinary, DeadlineKind::Handling), date("2026-04-01"));
    let told = ordinary.case.clock(DeadlineKind::Handling).expect("runs").deadline.to_zh();
    assert!(told.contains("JD-10") && told.contains("REG-24"), "{told}");
    let complex = accepted("street-office", "2026-03-02", Grade::Complex);
    assert_eq!(last_day(&complex, DeadlineKind::Handling), date("2026-05-06"));
}

/// JD-10: on day 31 an ordinary case is overdue; on day 30 it is not.
#[test]
fn jd_10_day_thirty_one_is_red_and_day_thirty_is_not() {
    let mut world = accepted("street-office", "2026-03-02", Grade::Ordinary);
    let mark = due_mark(&world, DeadlineKind::Handling);
    world.at("2026-04-01");
    assert_eq!(world.give(&rule(), &mark), Err(Refusal::StaleMark));
    world.at("2026-04-02");
    world.must(&rule(), &mark);
    assert!(world.case.is_overdue());
    assert_eq!(world.give(&rule(), &mark), Err(Refusal::StaleMark), "a deadline is overdue once");
}

/// JD-10, REG-24: approved by the pack's role, for the pack's kind, within the cap in sum, before the deadline.
#[test]
fn jd_10_extensions_need_role_kind_sum_and_time() {
    let mut world = accepted("street-office", "2026-03-02", Grade::Wide);
    let deputy = staff(5, UNIT, &[Role::UnitHead, Role::Leader]);
    assert!(matches!(world.give(&deputy, &extend(10, Grade::Wide)), Err(Refusal::RoleNeeded { .. })));
    let elsewhere = staff(6, OTHER, &[Role::MainLeader]);
    assert!(matches!(world.give(&elsewhere, &extend(10, Grade::Wide)), Err(Refusal::NotResponsible { .. })));
    let boss = main_leader();
    assert!(matches!(world.give(&boss, &extend(31, Grade::Wide)), Err(Refusal::ExtensionBeyondCap { left: 30, .. })));
    assert!(matches!(world.give(&boss, &extend(10, Grade::Complex)), Err(Refusal::NotExtendable { .. })));
    world.must(&boss, &extend(20, Grade::Wide));
    assert_eq!(last_day(&world, DeadlineKind::Handling), date("2026-05-21"), "60 + 20 days, counted before rolling");
    assert!(matches!(world.give(&boss, &extend(11, Grade::Wide)), Err(Refusal::ExtensionBeyondCap { left: 10, .. })));
    world.must(&boss, &extend(10, Grade::Wide));
    assert_eq!(world.case.clocks.iter().map(crate::domain::Clock::extended_days).sum::<u32>(), 30);
    let mut ordinary = accepted("street-office", "2026-03-02", Grade::Complex);
    assert!(matches!(ordinary.give(&boss, &extend(5, Grade::Complex)), Err(Refusal::NotExtendable { .. })));
    let mut late = accepted("street-office", "2026-03-02", Grade::Wide);
    late.at("2026-05-07");
    assert_eq!(late.give(&boss, &extend(5, Grade::Wide)), Err(Refusal::ExtensionTooLate));
}

/// REG-24: by the law alone the unit head approves, for complex matters too.
#[test]
fn reg_24_by_law_the_unit_head_extends_complex_matters() {
    let mut world = accepted("national-2022", "2026-03-02", Grade::Complex);
    world.must(&head(), &extend(30, Grade::Complex));
    assert_eq!(last_day(&world, DeadlineKind::Handling), date("2026-06-01"), "90 days end on Sunday 05-31");
}

/// JD-10: another grade, another local limit, from the same acceptance.
#[test]
fn jd_10_a_change_of_grade_reckons_from_the_same_acceptance() {
    let mut world = accepted("street-office", "2026-03-02", Grade::Ordinary);
    world.at("2026-03-20");
    let change = Command::ChangeGrade { grade: Grade::Wide, reason: "涉及多户".to_owned() };
    world.must(&head(), &change);
    assert_eq!(last_day(&world, DeadlineKind::Handling), date("2026-05-06"));
    assert_eq!(world.give(&head(), &change), Err(Refusal::NothingChanges));
}

/// JD-09: a step skipped, or too early, is refused by name; 3 and 4 come in either order.
#[test]
fn jd_09_the_opinion_waits_for_every_step_and_the_missing_one_is_named() {
    let mut world = accepted("street-office", "2026-03-02", Grade::Ordinary);
    world.assign();
    let step = |code: &str| Command::DoStep { step: code.to_owned(), note: "已办".to_owned() };
    world.must(&officer(), &step("earlier_handling"));
    let refused = world.give(&officer(), &step("assess_evidence")).expect_err("hearing comes first");
    assert!(refused.told().zh.contains("听取信访人陈述"), "{}", refused.told().zh);
    let refused = world.give(&officer(), &Command::Propose(proposal(Outcome::Supported))).expect_err("steps lack");
    assert!(matches!(&refused, Refusal::StepsMissing { codes, .. } if codes[0] == "hear_petitioner"), "{refused}");
    for code in ["hear_petitioner", "visit_units", "assess_evidence"] {
        world.must(&officer(), &step(code));
    }
    assert!(matches!(world.give(&officer(), &step("opinion")), Err(Refusal::StepHasOwnCommand { .. })));
    assert!(matches!(world.give(&officer(), &step("magic")), Err(Refusal::UnknownStep { .. })));
    let early = Command::reply("要求修复");
    assert!(matches!(world.give(&officer(), &early), Err(Refusal::WrongState { .. })), "reply before opinion");
    world.propose();
    world.must(&main_leader(), &Command::Approve);
    let refused = world.give(&officer(), &step("carry_out")).expect_err("not answered yet");
    assert!(matches!(&refused, Refusal::StepsMissing { codes, .. } if codes == &["written_reply"]), "{refused}");
    world.reply();
    world.deliver();
    assert!(matches!(world.give(&officer(), &Command::Close), Err(Refusal::StepsMissing { .. })));
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
}

/// WH-11: closing without reply and delivery is refused in every state; a closed case has its answer.
#[test]
fn wh_11_nothing_is_closed_without_reply_and_delivery() {
    for state in StateKind::ALL.iter().filter(|state| **state != StateKind::Delivered) {
        let mut world = World::reach("wuhan", REQUEST, *state);
        let refused = world.give(&officer(), &Command::Close).expect_err("not deliverable");
        assert!(matches!(refused, Refusal::WrongState { .. }), "{state:?}");
    }
    let world = World::reach("wuhan", REQUEST, StateKind::Closed);
    let State::Closed(closing) = &world.case.state else { panic!("closed") };
    let Answer::Written { reply, delivery, .. } = &closing.answer else { panic!("a written answer") };
    assert!(reply.missing("要求修复漏水").is_empty());
    assert_eq!(delivery.review_until, date("2026-04-01"), "REG-40: 30 days from delivery");
}

/// REG-25: a reply without one of its four contents is refused; delivery lies between reply and now.
#[test]
fn reg_25_the_reply_holds_its_four_contents() {
    let mut world = World::reach("wuhan", REQUEST, StateKind::Approved);
    let refused = world.give(&officer(), &Command::reply("  ")).expect_err("no request");
    assert_eq!(refused, Refusal::ReplyIncomplete { missing: vec!["request"] });
    world.reply();
    let early = world.now - TimeDelta::seconds(1);
    let command = |delivered_at| Command::Deliver { means: "当面".to_owned(), delivered_at, receipt: None };
    for delivered_at in [early, world.now + TimeDelta::seconds(1)] {
        assert_eq!(world.give(&officer(), &command(delivered_at)), Err(Refusal::DeliveryTime));
    }
}

/// REG-40: forms hold minutes; what is handed over in the minute it was issued in was delivered then.
#[test]
fn reg_40_a_reply_handed_over_in_the_minute_of_its_issue_is_delivered() {
    let mut world = World::reach("wuhan", REQUEST, StateKind::Approved);
    world.now += TimeDelta::seconds(41);
    world.reply();
    let (issued_at, minute) = (world.now, world.now - TimeDelta::seconds(41));
    let command = |delivered_at| Command::Deliver { means: "当面".to_owned(), delivered_at, receipt: None };
    assert_eq!(world.give(&officer(), &command(minute - TimeDelta::seconds(1))), Err(Refusal::DeliveryTime));
    let events = world.must(&officer(), &command(minute));
    let [Event::Delivered { delivery }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(delivery.delivered_at, issued_at);
}

/// REG-25: whoever proposed does not approve, whatever the role; a wide matter needs the main leader too (A9).
#[test]
fn the_proposer_does_not_approve_and_wide_matters_need_two_approvals() {
    let mut world = accepted("national-2022", "2026-03-02", Grade::Wide);
    world.assign();
    world.steps_to_opinion();
    let both = staff(1, UNIT, &[Role::Officer, Role::UnitHead, Role::MainLeader]);
    world.must(&both, &Command::Propose(proposal(Outcome::NotSupported)));
    assert_eq!(world.give(&both, &Command::Approve), Err(Refusal::ProposerCannotApprove));
    world.must(&head(), &Command::Approve);
    assert_eq!(world.state(), StateKind::Proposed);
    assert!(matches!(world.give(&head(), &Command::Approve), Err(Refusal::RoleNeeded { .. })));
    world.must(&main_leader(), &Command::Approve);
    assert_eq!(world.state(), StateKind::Approved);
}

/// WH-04: each missing condition is named; with all of them the case is closed there and then.
#[test]
fn wh_04_settling_on_the_spot_needs_all_five_conditions() {
    let mut world = World::new("wuhan", REQUEST);
    let settle = |conditions| Command::SettleOnSpot {
        conditions,
        result: "当场更换阀门".to_owned(),
        result_summary: "当场解决".to_owned(),
        reception: None,
    };
    let lacking = OnSpotConditions { facts_clear: false, solvable_here: false, ..all_true() };
    let refused = world.give(&officer(), &settle(lacking)).expect_err("two do not hold");
    assert_eq!(refused, Refusal::ConditionsMissing { missing: vec!["facts_clear", "solvable_here"] });
    assert!(refused.told().zh.contains("事实清楚"));
    world.must(&officer(), &settle(all_true()));
    assert_eq!(world.case.outcome(), Some(Outcome::SettledOnSpot));
    let told = snapshot(&world.case, &Event::Closed { outcome: Outcome::SettledOnSpot });
    assert_eq!((told.replied_at, told.delivered_at), (Some(world.now), Some(world.now)));
}

/// WH-05, WH-07, WH-08: one letter in two copies, dated by the handling deadline itself.
#[test]
fn wh_05_a_promise_is_one_letter_whose_date_is_the_handling_deadline() {
    let mut world = World::new("wuhan", REQUEST);
    world.must(&rule(), &Command::Promise { grade: Grade::Ordinary, reception: reception(1) });
    assert_eq!((world.state(), Promise::COPIES), (StateKind::Accepted, 2));
    let told = snapshot(&world.case, &Event::Approved);
    assert_eq!(told.promise_number.as_deref(), Some(format!("CN-{}", world.case.facts.number).as_str()));
    let again = Command::Promise { grade: Grade::Ordinary, reception: reception(2) };
    assert_eq!(world.give(&rule(), &again), Err(Refusal::PromiseExists));
}

/// WH-05: where the pack asks for it, a matter ordered at a reception gets its letter; elsewhere it does not.
#[test]
fn wh_05_the_pack_says_whether_an_order_brings_a_letter() {
    for (pack, letter) in [("wuhan", true), ("street-office", false)] {
        let mut world = World::new(pack, REQUEST);
        world.must(&rule(), &Command::Order { grade: Grade::Complex, reception: reception(1) });
        assert_eq!(world.case.promise.is_some(), letter, "{pack}");
        assert_eq!(world.case.leader, Some(person(9)), "WH-09: the first receiver owns");
    }
}

/// WH-09, WH-10: at the due date the leader who received first takes the case; without a reception, the main leader.
#[test]
fn wh_10_an_overdue_case_is_taken_by_the_first_receiver_or_the_main_leader() {
    let mut received = World::new("wuhan", REQUEST);
    received.must(&rule(), &Command::Order { grade: Grade::Ordinary, reception: reception(1) });
    let mut plain = accepted("wuhan", "2026-03-02", Grade::Ordinary);
    let mut by_law = accepted("national-2022", "2026-03-02", Grade::Ordinary);
    for (world, leader) in [(&mut received, Some(person(9))), (&mut plain, Some(person(30))), (&mut by_law, None)] {
        let mark = due_mark(world, DeadlineKind::Handling);
        world.at("2026-05-07").must(&rule(), &mark);
        assert_eq!((world.case.leader, world.case.taken_by_leader), (leader, leader.is_some()));
    }
}

/// DW-17, WH-09, WH-11: a hand-over names a unit, keeps the clock, and takes the officer away only with the unit.
#[test]
fn dw_17_a_hand_over_moves_the_owner_and_keeps_the_clock() {
    let mut world = World::reach("street-office", REQUEST, StateKind::Investigating);
    let clocks = world.case.clocks.clone();
    let hand_over = |code, leader, is_discipline| Command::HandOver {
        unit: unit(code),
        leader,
        reason: "分管领导调整".to_owned(),
        is_discipline,
    };
    assert_eq!(world.give(&head(), &hand_over(UNIT, None, false)), Err(Refusal::NothingChanges));
    assert!(matches!(
        world.give(&head(), &hand_over("city-discipline", None, true)),
        Err(Refusal::IsDiscipline { .. })
    ));
    world.must(&head(), &hand_over(UNIT, Some(person(8)), false));
    assert_eq!((world.state(), world.case.leader), (StateKind::Investigating, Some(person(8))));
    world.must(&head(), &hand_over(OTHER, None, false));
    assert_eq!((world.state(), world.case.state.officer()), (StateKind::Accepted, None));
    assert_eq!(world.case.clocks, clocks);
    assert!(matches!(world.give(&head(), &super::commands::assign_command()), Err(Refusal::NotResponsible { .. })));
}

/// WH-12, REG-28: not supported, but in hardship: referred for relief with the approval.
#[test]
fn wh_12_hardship_is_referred_for_relief_whatever_the_outcome() {
    let mut world = World::reach("wuhan", REQUEST, StateKind::Investigating);
    let propose = crate::domain::Propose { hardship: true, ..proposal(Outcome::NotSupported) };
    world.must(&officer(), &Command::Propose(propose));
    assert!(!world.case.relief_referral);
    world.must(&main_leader(), &Command::Approve);
    assert!(world.case.relief_referral);
}

/// REG-12: a pointer closes with the body named; A6: a ground outside the closed list is refused.
#[test]
fn reg_12_a_pointer_names_the_body_and_grounds_are_a_closed_list() {
    let mut pointed = World::new("wuhan", REQUEST);
    pointed.must(
        &officer(),
        &Command::Point { to_body: "区人民法院".to_owned(), text: "请向法院起诉".to_owned(), road: None },
    );
    assert_eq!(pointed.case.outcome(), Some(Outcome::Pointed));
    assert_eq!(pointed.case.clock(DeadlineKind::Acceptance).expect("there").state, DeadlineState::Met);
    let mut declined = World::new("wuhan", REQUEST);
    let decline = |code: &str| Command::Decline { code: code.to_owned(), text: "经查".to_owned() };
    assert!(matches!(declined.give(&officer(), &decline("litigation")), Err(Refusal::UnknownGround { .. })));
    let events = declined.must(&officer(), &decline("finally_reviewed"));
    assert!(
        matches!(&events[0], Event::Declined { article, where_to_go, .. } if article.contains("三十六") && where_to_go.contains("新的事实"))
    );
}

/// REG-21, QL-10: suggestions end adopted, partly or not, and may be answered by word of mouth; requests may not (REG-25).
#[test]
fn reg_21_outcomes_suit_the_class_and_only_suggestions_are_answered_orally() {
    let mut suggestion = World::reach("wuhan", PetitionClass::Suggestion, StateKind::Assigned);
    let refused = suggestion.give(&officer(), &Command::Propose(proposal(Outcome::Supported)));
    assert!(matches!(refused, Err(Refusal::OutcomeDoesNotSuit { .. })));
    suggestion.must(&officer(), &Command::Propose(proposal(Outcome::PartlyAdopted)));
    let explain = Command::Explain { summary: "政策已说明".to_owned(), aided: true, reception: reception(1) };
    let mut oral = World::new("wuhan", PetitionClass::Suggestion);
    oral.must(&rule(), &explain);
    assert_eq!((oral.case.outcome(), oral.case.relief_referral), (Some(Outcome::Explained), true));
    let mut request = World::new("wuhan", REQUEST);
    request.must(&rule(), &explain);
    assert_eq!((request.state(), request.case.relief_referral), (StateKind::Accepted, true));
    assert_eq!(request.give(&rule(), &explain), Err(Refusal::VisitKnown));
}

/// DOMAIN part D: a withdrawal is the petitioner's own act, reversible, its days not counted against the office, and never
/// a resolution.
#[test]
fn a_withdrawal_rests_can_be_taken_back_and_lapses_as_withdrawn() {
    let mut world = accepted("street-office", "2026-03-02", Grade::Ordinary);
    world.at("2026-03-10");
    world.must(&Actor::Petitioner, &withdraw(&world));
    assert_eq!(world.case.next_due_at(), None);
    assert_eq!(world.give(&rule(), &Command::Lapse), Err(Refusal::LapseTooEarly));
    world.at("2026-03-17").must(&Actor::Petitioner, &Command::Resume);
    assert_eq!(world.state(), StateKind::Accepted);
    assert_eq!(last_day(&world, DeadlineKind::Handling), date("2026-04-08"), "30 days and 7 of rest");
    world.at("2026-03-18");
    world.must(&Actor::Petitioner, &withdraw(&world));
    world.now += TimeDelta::days(15);
    assert_eq!(world.give(&Actor::Petitioner, &Command::Resume), Err(Refusal::RestoreTooLate));
    world.must(&rule(), &Command::Lapse);
    assert_eq!(world.case.outcome(), Some(Outcome::Withdrawn));
}

/// T1, T4: every open clock has its due timer in its own generation; a new date cancels the old kinds; nothing stays armed
/// on a closed case.
#[test]
fn t4_timers_follow_the_clocks_by_generation() {
    let mut world = accepted("street-office", "2026-03-02", Grade::Wide);
    let before = world.case.clone();
    world.must(&main_leader(), &extend(10, Grade::Wide));
    let changed = plan(Some(&before), &world.case, &world.policy, world.now);
    assert!(changed.cancel.contains(&"handling_due") && changed.cancel.contains(&"handling_warning_1"));
    let due = changed.arm.iter().find(|(kind, _, _)| *kind == "handling_due").expect("armed");
    let clock = world.case.clock(DeadlineKind::Handling).expect("runs");
    assert_eq!((due.1, due.2), (clock.generation, clock.deadline.due_at));
    assert_eq!(changed.arm.len(), 4, "half time, 7 days, 1 day, due: {changed:?}");
    let resting = world.case.clone();
    world.must(&Actor::Petitioner, &withdraw(&world));
    let rests = plan(Some(&resting), &world.case, &world.policy, world.now);
    assert_eq!(rests.arm.iter().map(|(kind, _, _)| *kind).collect::<Vec<_>>(), ["withdrawal_lapse"]);
    let closed = World::reach("street-office", REQUEST, StateKind::Closed);
    assert!(crate::domain::armed_at(&closed.case, &closed.policy, closed.now).is_empty());
}

/// T7: where no date moves nobody is told, and the timers in force stay in force.
#[test]
fn t7_a_new_calendar_that_moves_no_date_is_written_down_and_told_to_nobody() {
    let mut world = accepted("street-office", "2026-03-02", Grade::Ordinary);
    let before = world.case.clock(DeadlineKind::Handling).expect("runs").clone();
    let workdays = include_str!("../../../../../policies/calendars/cn-workdays-2004-2026.csv");
    world.calendar = huiyin_calendar::Calendar::from_sources(&[("2026.csv", workdays)]).expect("reads");
    let events = world.must(&rule(), &Command::Reckon);
    assert!(matches!(&events[..], [Event::DeadlineKept { .. }]), "{events:?}");
    assert_eq!(crate::domain::public_type(&events[0]), None);
    let after = world.case.clock(DeadlineKind::Handling).expect("runs");
    assert_eq!((after.generation, after.deadline.due_at), (before.generation, before.deadline.due_at));
    assert_eq!(after.deadline.calendar_version, world.calendar.version());
    assert_eq!(world.give(&rule(), &Command::Reckon), Err(Refusal::NothingChanges));
}

/// T7: a new calendar moves what it moves, once.
#[test]
fn t7_a_new_calendar_reckons_every_open_clock_once() {
    let mut world = accepted("national-2022", "2026-11-23", Grade::Ordinary);
    assert!(world.case.clock(DeadlineKind::Handling).expect("runs").deadline.provisional, "2027 is not known");
    let with_2027 = "date,kind,festival\n2027-01-01,off,元旦\n2027-01-22,off,测试假日\n2027-10-01,off,国庆节\n";
    let workdays = include_str!("../../../../../policies/calendars/cn-workdays-2004-2026.csv");
    world.calendar =
        huiyin_calendar::Calendar::from_sources(&[("2026.csv", workdays), ("2027.csv", with_2027)]).expect("reads");
    let events = world.must(&rule(), &Command::Reckon);
    assert!(matches!(&events[..], [Event::DeadlineMoved { from: Some(_), .. }]), "{events:?}");
    let deadline = &world.case.clock(DeadlineKind::Handling).expect("runs").deadline;
    assert_eq!(
        (deadline.last_day, deadline.provisional),
        (date("2027-01-25"), false),
        "60 days end on the holiday 01-22"
    );
    assert_eq!(world.give(&rule(), &Command::Reckon), Err(Refusal::NothingChanges));
}
