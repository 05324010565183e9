//! Mediation and settlement (调解、和解; REG-27).

use chrono::NaiveDate;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Outcome, ReviewLevel, ReviewResult, SettlementKind};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::commands::{proposal, settle_command, withdraw};
use super::world::{OTHER, REVIEWER, World, date, main_is, morning, nobody, officer, reviewer, rule, unit};
use crate::domain::{
    Command, Event, Mark, Refusal, Remedy, Settle, SettlementRefusal, StateKind, permit, snapshot, words,
};

/// Being looked into since 2026-03-02.
fn looked_into() -> World {
    let mut world = World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"));
    world.accept(huiyin_contracts::casework::Grade::Ordinary);
    world.assign();
    world
}

fn settle(change: impl FnOnce(&mut Settle)) -> Command {
    let mut command = settle_command(date("2026-03-02"));
    if let Command::RecordSettlement(settle) = &mut command {
        change(settle);
    }
    command
}

fn done(nth: usize, on: NaiveDate) -> Command {
    Command::RecordDutyDone { nth, done_on: on, note: "已更换".to_owned() }
}

fn duty_clock(world: &World) -> (NaiveDate, DeadlineState) {
    let clock = world.case.clock(DeadlineKind::Settlement).expect("runs");
    (clock.deadline.last_day, clock.state)
}

/// REG-27, Art. 33: the agreement takes the place of the opinion and needs neither investigation nor approval; it is answered, delivered
/// and closed as an opinion is, and the remedies are the same.
#[test]
fn reg_27_an_agreement_is_answered_delivered_and_closed_and_takes_no_remedy_away() {
    let mut world = looked_into();
    world.must(&officer(), &settle_command(date("2026-03-02")));
    assert_eq!((world.state(), world.case.outcome()), (StateKind::Approved, Some(Outcome::Settled)));
    world.reply();
    assert_eq!(world.case.clock(DeadlineKind::Handling).map(|clock| clock.state), Some(DeadlineState::Met));
    world.deliver();
    let open = Remedy::Open(ReviewLevel::Review, date("2026-04-01"));
    assert_eq!(world.case.remedy(), Some(open));
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    assert_eq!(world.case.outcome(), Some(Outcome::Settled));
    assert_eq!(world.case.remedy(), Some(open), "closed, the remedy stands");
    world.ask_review(REVIEWER);
    assert_eq!(world.state(), StateKind::UnderReview);
    world.answer_review(REVIEWER, ReviewResult::Redo);
    world.deliver_review(REVIEWER);
    assert!(world.case.settlement.is_none(), "to be handled anew, whatever was agreed on");
    assert_eq!(duty_clock(&world).1, DeadlineState::Lifted);
}

/// REG-27: also when an opinion awaits approval, whose draft then falls; never by word alone of an officer.
#[test]
fn reg_27_an_agreement_is_signed_for_the_unit_by_its_head_and_dated() {
    let mut world = looked_into();
    world.investigate();
    world.propose();
    let mut refused = |command: Command, refusal: SettlementRefusal| {
        assert_eq!(world.give(&officer(), &command), Err(refusal.clone().into()), "{refusal}");
        assert!(!refusal.told().zh.is_empty() && !refusal.told().en.is_empty());
    };
    refused(settle(|s| s.signer_heads = None), SettlementRefusal::MayNotSign);
    refused(settle(|s| s.signer_heads = Some(unit(OTHER))), SettlementRefusal::MayNotSign);
    refused(settle(|s| s.agreed_on = date("2026-03-03")), SettlementRefusal::AgreedOn);
    refused(settle(|s| s.agreed_on = date("2026-03-01")), SettlementRefusal::AgreedOn);
    refused(settle(|s| s.duties[0].1 = date("2026-03-01")), SettlementRefusal::DueOn);
    let stranger = reviewer(OTHER, &[Role::Officer]);
    let by_another = world.give(&stranger, &settle_command(date("2026-03-02")));
    assert!(matches!(by_another, Err(Refusal::NotResponsible { .. })));
    world.must(&officer(), &settle_command(date("2026-03-02")));
    assert_eq!(world.state(), StateKind::Approved);
    assert_eq!(world.case.state.proposal().map(|p| p.outcome), Some(Outcome::Settled));
    // Nobody proposes such an outcome: it is agreed on.
    let mut drafted = looked_into();
    drafted.investigate();
    let propose = Command::Propose(proposal(Outcome::Settled));
    assert!(matches!(drafted.give(&officer(), &propose), Err(Refusal::OutcomeDoesNotSuit { .. })));
    let mut suggestion = World::reach("national-2022", PetitionClass::Suggestion, StateKind::Assigned);
    let refused = suggestion.give(&officer(), &settle_command(date("2026-03-02")));
    assert_eq!(refused, Err(SettlementRefusal::RequestsOnly.into()));
}

/// REG-27: the duty that comes first has the clock, on the very day written down; done, the next one has it; past its day officer, head and
/// supervisors are reminded as of any other duty, and no leader takes the case for it.
#[test]
fn reg_27_each_duty_has_its_day_and_is_reminded_of_also_after_the_end() {
    let mut world = looked_into();
    let duties = |s: &mut Settle| {
        s.duties = vec![("赔偿损失".to_owned(), date("2026-06-30")), ("更换管道".to_owned(), date("2026-05-02"))];
    };
    world.must(&officer(), &settle(duties));
    assert_eq!(duty_clock(&world), (date("2026-05-02"), DeadlineState::Running), "a holiday, as agreed");
    world.reply();
    world.deliver();
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    let generation = world.case.clock(DeadlineKind::Settlement).expect("runs").generation;
    let due = Command::Mark { kind: DeadlineKind::Settlement, mark: Mark::Due, generation, leaders: main_is(3) };
    assert_eq!(world.at("2026-05-02").give(&rule(), &due), Err(Refusal::StaleMark), "that day is in time");
    let overdue = world.at("2026-05-03").must(&rule(), &due);
    assert_eq!(overdue, [Event::Overdue { kind: DeadlineKind::Settlement }]);
    assert!(world.case.is_overdue());
    assert_eq!(
        world.give(&officer(), &done(3, date("2026-05-03"))),
        Err(SettlementRefusal::NoSuchDuty { nth: 3 }.into())
    );
    assert_eq!(
        world.give(&officer(), &done(0, date("2026-05-03"))),
        Err(SettlementRefusal::NoSuchDuty { nth: 0 }.into())
    );
    assert_eq!(world.give(&officer(), &done(2, date("2026-05-04"))), Err(SettlementRefusal::DoneOn.into()));
    world.must(&officer(), &done(2, date("2026-05-03")));
    assert_eq!(duty_clock(&world), (date("2026-06-30"), DeadlineState::Running));
    assert_eq!(
        world.give(&officer(), &done(2, date("2026-05-03"))),
        Err(SettlementRefusal::NoSuchDuty { nth: 2 }.into())
    );
    let told = snapshot(&world.case, &Event::Approved).settlement.expect("told");
    assert_eq!((told.kind, told.duties, told.open), (SettlementKind::Mediation, 2, 1));
    assert_eq!(told.next_due_on, Some(date("2026-06-30")));
    world.at("2026-06-01").must(&officer(), &done(1, date("2026-06-01")));
    assert_eq!(duty_clock(&world).1, DeadlineState::Met);
    let again = permit(&world.case, crate::domain::CommandKind::RecordDutyDone, &world.policy, &officer());
    assert_eq!(again, Err(SettlementRefusal::AllDone.into()));
}

/// Two duties past their days are two failings: the second is marked, too, once the first is done late.
#[test]
fn reg_27_a_second_duty_past_its_day_is_marked_by_itself() {
    let mut world = looked_into();
    let duties = |s: &mut Settle| {
        s.duties = vec![("更换管道".to_owned(), date("2026-03-10")), ("赔偿损失".to_owned(), date("2026-03-12"))];
    };
    world.must(&officer(), &settle(duties));
    let due = |world: &World| {
        let generation = world.case.clock(DeadlineKind::Settlement).expect("runs").generation;
        Command::Mark { kind: DeadlineKind::Settlement, mark: Mark::Due, generation, leaders: nobody() }
    };
    world.at("2026-03-20");
    world.must(&rule(), &due(&world));
    world.must(&officer(), &done(1, date("2026-03-19")));
    assert_eq!(duty_clock(&world), (date("2026-03-12"), DeadlineState::Running));
    world.must(&rule(), &due(&world));
    assert_eq!(duty_clock(&world).1, DeadlineState::Overdue);
}

/// D, REG-27: neither history nor events hold a word of the agreement; a withdrawal rests its days with everything else.
#[test]
fn reg_27_no_words_of_the_agreement_are_told_and_it_rests_with_its_matter() {
    let mut world = looked_into();
    let events = world.must(&officer(), &settle_command(date("2026-03-02")));
    for event in &events {
        let (zh, en) = words(event, &crate::domain::Naming::default());
        assert!(zh.contains("已达成调解协议") && zh.contains("2026年4月10日"), "{zh}");
        let told = serde_json::to_string(&snapshot(&world.case, event)).expect("serialises");
        for secret in ["更换管道", "物业公司"] {
            assert!(!zh.contains(secret) && !en.contains(secret) && !told.contains(secret), "{secret}");
        }
    }
    world.must(&Actor::Petitioner, &withdraw(&world));
    assert_eq!(duty_clock(&world).1, DeadlineState::Lifted);
    world.at("2026-03-07").must(&Actor::Petitioner, &Command::Resume);
    assert_eq!(duty_clock(&world), (date("2026-04-15"), DeadlineState::Running), "five days of rest");
}
