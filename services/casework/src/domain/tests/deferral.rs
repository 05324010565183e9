//! What is settled later (适时解决; XT-21).

use chrono::NaiveDate;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Outcome, ReviewResult};
use huiyin_contracts::intake::PetitionClass;

use super::commands::proposal;
use super::world::{REVIEWER, World, date, main_leader, morning, nobody, officer, reviewer, rule, unit};
use crate::domain::{Command, CommandKind, DeferralRefusal, Event, Mark, Refusal, StateKind, permit, snapshot, words};

/// Answered so on 2026-03-02.
fn answered(outcome: Outcome) -> World {
    let mut world = World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"));
    world.accept(Grade::Ordinary);
    world.assign();
    world.investigate();
    world.must(&officer(), &Command::Propose(proposal(outcome)));
    world.must(&main_leader(), &Command::Approve);
    world.reply();
    world
}

fn defer(look_again_on: &str) -> Command {
    Command::Defer { reason: "管网改造明年实施".to_owned(), look_again_on: date(look_again_on) }
}

fn settle(done_on: &str) -> Command {
    Command::SettleDeferred { done_on: date(done_on), note: "管网改造已完成".to_owned() }
}

fn deferral_clock(world: &World) -> (NaiveDate, DeadlineState) {
    let clock = world.case.clock(DeadlineKind::Deferral).expect("runs");
    (clock.deadline.last_day, clock.state)
}

/// XT-21: what cannot be settled now is put off to a day, which is watched after the matter is closed too; on that day it is settled, or the
/// next day is named.
#[test]
fn xt_21_put_off_to_a_day_reminded_of_and_settled_after_the_end() {
    let mut world = answered(Outcome::Explained);
    world.deliver();
    world.must(&officer(), &defer("2026-09-01"));
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    assert_eq!(deferral_clock(&world), (date("2026-09-01"), DeadlineState::Running));
    let due = |world: &World| {
        let generation = world.case.clock(DeadlineKind::Deferral).expect("runs").generation;
        Command::Mark { kind: DeadlineKind::Deferral, mark: Mark::Due, generation, leaders: nobody() }
    };
    world.at("2026-09-01");
    let early = due(&world);
    assert_eq!(world.give(&rule(), &early), Err(Refusal::StaleMark));
    world.at("2026-09-02");
    let late = due(&world);
    let marked = world.must(&rule(), &late);
    assert_eq!(marked, [Event::Overdue { kind: DeadlineKind::Deferral }]);
    world.must(&officer(), &defer("2027-01-15"));
    assert_eq!(deferral_clock(&world), (date("2027-01-15"), DeadlineState::Running));
    assert_eq!(world.at("2027-01-10").give(&officer(), &settle("2027-01-11")), Err(DeferralRefusal::DoneOn.into()));
    assert_eq!(world.give(&officer(), &settle("2026-09-01")), Err(DeferralRefusal::DoneOn.into()));
    world.must(&officer(), &settle("2027-01-10"));
    assert_eq!(deferral_clock(&world).1, DeadlineState::Met);
    let told = snapshot(&world.case, &Event::Approved).deferral.expect("told");
    assert_eq!((told.look_again_on, told.settled_on), (date("2027-01-15"), Some(date("2027-01-10"))));
    let again = permit(&world.case, CommandKind::SettleDeferred, &world.policy, &officer());
    assert_eq!(again, Err(DeferralRefusal::NothingDeferred.into()));
    assert_eq!(world.state(), StateKind::Closed);
}

/// XT-21, HB-12: studied further without a next day is refused, and so is a day that is over or beyond a year.
#[test]
fn hb_12_nothing_is_put_off_without_a_day_in_sight() {
    let mut world = answered(Outcome::Supported);
    let latest = date("2027-03-03");
    for day in ["2026-03-01", "2026-03-02", "2027-03-04", "9999-12-31"] {
        let refused = world.give(&officer(), &defer(day));
        assert_eq!(refused, Err(DeferralRefusal::LookAgainOn { latest }.into()), "{day}");
    }
    world.must(&officer(), &defer("2026-03-03"));
    world.must(&officer(), &defer("2027-03-03"));
}

/// XT-21: what the answer rejects is explained, not put off (QL-12); nothing is put off before there is an answer.
#[test]
fn ql_12_only_what_the_answer_holds_reasonable_is_settled_later() {
    let mut rejected = answered(Outcome::NotSupported);
    assert_eq!(rejected.give(&officer(), &defer("2026-09-01")), Err(DeferralRefusal::NothingToSettle.into()));
    let mut early = World::reach("national-2022", PetitionClass::Request, StateKind::Investigating);
    assert!(matches!(early.give(&officer(), &defer("2026-09-01")), Err(Refusal::WrongState { .. })));
    let mut world = answered(Outcome::Supported);
    let stranger = reviewer(REVIEWER, &[huiyin_kernel::Role::Officer]);
    assert!(matches!(world.give(&stranger, &defer("2026-09-01")), Err(Refusal::NotResponsible { .. })));
}

/// XT-21: it takes no remedy away, and a matter handled anew is no longer put off; its words are told to the petitioner by message alone.
#[test]
fn xt_21_no_remedy_is_lost_and_a_matter_handled_anew_is_not_put_off() {
    let mut world = answered(Outcome::Explained);
    world.deliver();
    let remedy = world.case.remedy();
    for event in world.must(&officer(), &defer("2026-09-01")) {
        let (zh, _) = words(&event, &crate::domain::Naming::default());
        let told = serde_json::to_string(&snapshot(&world.case, &event)).expect("serialises");
        assert!(zh.contains("2026年9月1日") && !zh.contains("管网") && !told.contains("管网"), "{zh}");
    }
    assert_eq!(world.case.remedy(), remedy);
    world.must(&huiyin_kernel::Actor::Petitioner, &Command::AskReview { superior: Some(unit(REVIEWER)) });
    world.answer_review(REVIEWER, ReviewResult::Redo);
    world.deliver_review(REVIEWER);
    assert!(world.case.deferral.is_none());
    assert_eq!(deferral_clock(&world).1, DeadlineState::Lifted);
}
