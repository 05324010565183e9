//! Review and re-examination (复查、复核), rule by rule.

use chrono::Days;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Outcome, ReviewResult, ReviewState};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::commands::{assign_command, hearing, proposal, review_opinion, withdraw};
use super::world::{REEXAMINER, REVIEWER, UNIT, World, date, head, main_is, morning, officer, reviewer, rule, unit};
use crate::domain::{Command, Event, Hearing, Mark, Part, Refusal, Remedy, StateKind, snapshot};

const REQUEST: PetitionClass = PetitionClass::Request;

fn delivered() -> World {
    World::reach("street-office", REQUEST, StateKind::Delivered)
}

fn last_day(world: &World, kind: DeadlineKind) -> chrono::NaiveDate {
    world.case.clock(kind).expect("the clock runs").deadline.last_day
}

fn ask(superior: Option<&str>) -> Command {
    Command::AskReview { superior: superior.map(unit) }
}

fn told(world: &World) -> huiyin_contracts::casework::ReviewSnapshot {
    snapshot(&world.case, &Event::Approved).review.expect("a review")
}

/// REG-40: 30 days from the request, at the next higher body, whose turn it now is; the unit that replied looks on.
#[test]
fn reg_40_a_review_is_the_next_higher_bodys_and_has_thirty_days_from_the_request() {
    let mut world = delivered();
    world.at("2026-03-20");
    world.ask_review(REVIEWER);
    assert_eq!(last_day(&world, DeadlineKind::Review), date("2026-04-20"), "30 days end on Sunday 04-19");
    assert_eq!(world.case.acting_unit().as_str(), REVIEWER);
    let refused = world.give(&head(), &Command::ProposeReview(review_opinion(ReviewResult::Upheld)));
    assert_eq!(refused, Err(Refusal::NotResponsible { unit: unit(REVIEWER) }), "nobody reviews their own opinion");
    let parts = world.case.units();
    assert!(parts.contains(&(&unit(UNIT), Part::Responsible)) && parts.contains(&(&unit(REVIEWER), Part::Reviewing)));
    assert!(world.case.scopes().contains(&format!("unit:{REVIEWER}")));
    world.at("2026-04-21");
    let generation = world.case.clock(DeadlineKind::Review).expect("runs").generation;
    let due = Command::Mark { kind: DeadlineKind::Review, mark: Mark::Due, generation, leaders: main_is(30) };
    world.must(&rule(), &due);
    assert!(world.case.is_overdue() && !world.case.taken_by_leader, "WH-10 is about handling alone");
    world.answer_review(REVIEWER, ReviewResult::Upheld);
    assert_eq!(world.case.clock(DeadlineKind::Review).expect("runs").state, DeadlineState::MetLate);
}

/// REG-40, REG-25: whoever drafted the review's opinion does not approve it, and the reviewing body's own head does.
#[test]
fn reg_40_the_reviewing_bodys_head_approves_what_somebody_else_drafted() {
    let mut world = delivered();
    world.ask_review(REVIEWER);
    let both = reviewer(REVIEWER, &[Role::Officer, Role::UnitHead]);
    world.must(&both, &Command::ProposeReview(review_opinion(ReviewResult::Upheld)));
    assert_eq!(world.give(&both, &Command::Approve), Err(Refusal::ProposerCannotApprove));
    assert!(matches!(world.give(&head(), &Command::Approve), Err(Refusal::NotResponsible { .. })));
    let boss = reviewer(REVIEWER, &[Role::UnitHead, Role::MainLeader]);
    world.must(&boss, &Command::Return { reason: "事实不清".to_owned() });
    assert_eq!(world.state(), StateKind::UnderReview);
    world.must(&both, &Command::ProposeReview(review_opinion(ReviewResult::Upheld)));
    world.must(&boss, &Command::Approve);
    assert_eq!(world.state(), StateKind::ReviewAnswered);
}

/// REG-41, REG-43: after a review the re-examination, at the body above; after that nothing: answered at once, with where to go.
#[test]
fn reg_43_three_levels_and_no_fourth() {
    let mut world = delivered();
    world.at("2026-03-10").ask_review(REVIEWER);
    world.answer_review(REVIEWER, ReviewResult::Upheld);
    world.at("2026-03-16").deliver_review(REVIEWER);
    assert_eq!(
        world.case.remedy(),
        Some(Remedy::Open(huiyin_contracts::casework::ReviewLevel::Reexamination, date("2026-04-15")))
    );
    assert_eq!(world.case.answered_by().map(ToString::to_string).as_deref(), Some(REVIEWER));
    world.at("2026-04-15").ask_review(REEXAMINER);
    assert!(!told(&world).late, "the last day is in time");
    assert_eq!(last_day(&world, DeadlineKind::Reexamination), date("2026-05-15"));
    world.must(&reviewer(REEXAMINER, &[Role::Officer]), &Command::ProposeReview(review_opinion(ReviewResult::Upheld)));
    world.must(&reviewer(REEXAMINER, &[Role::UnitHead]), &Command::Approve);
    assert_eq!(world.state(), StateKind::ReviewProposed, "the last word is the main leader's");
    world.approve_review(REEXAMINER);
    world.deliver_review(REEXAMINER);
    assert_eq!((world.state(), world.case.remedy()), (StateKind::Delivered, Some(Remedy::Ended)));
    let events = world.must(&Actor::Petitioner, &ask(Some(REEXAMINER)));
    let [Event::ReviewDeclined { ground, .. }] = events.as_slice() else { panic!("answered at once: {events:?}") };
    assert_eq!(ground.code, "finally_reviewed");
    assert!(ground.article.contains("三十六") && ground.where_to_go.contains("新的事实"), "{ground:?}");
    assert_eq!(world.state(), StateKind::Delivered);
}

/// REG-42: the days of a hearing do not count in a re-examination; in a review they do. What was fixed anew replaces what
/// was fixed before.
#[test]
fn reg_42_a_hearing_stops_the_clock_of_a_reexamination_alone() {
    let mut world = delivered();
    world.at("2026-03-10").ask_review(REVIEWER);
    let before = last_day(&world, DeadlineKind::Review);
    let by = reviewer(REVIEWER, &[Role::Officer]);
    world.must(&by, &Command::HoldHearing(hearing(&world)));
    assert_eq!(last_day(&world, DeadlineKind::Review), before);
    world.answer_review(REVIEWER, ReviewResult::Upheld);
    world.deliver_review(REVIEWER);
    world.at("2026-03-16").ask_review(REEXAMINER);
    assert_eq!(last_day(&world, DeadlineKind::Reexamination), date("2026-04-15"));
    let by = reviewer(REEXAMINER, &[Role::Officer]);
    let held = |from: &str, to: &str| {
        Command::HoldHearing(Hearing { from: date(from), to: date(to), note: "听证会".to_owned() })
    };
    world.must(&by, &held("2026-03-30", "2026-04-03"));
    assert_eq!(last_day(&world, DeadlineKind::Reexamination), date("2026-04-20"), "five days more");
    let why = world.case.clock(DeadlineKind::Reexamination).expect("runs").deadline.to_zh();
    assert!(why.contains("听证") && why.contains("REG-42"), "{why}");
    world.must(&by, &held("2026-04-07", "2026-04-08"));
    assert_eq!(last_day(&world, DeadlineKind::Reexamination), date("2026-04-17"), "two days, not seven");
    for (from, to) in [("2026-04-08", "2026-04-07"), ("2026-03-01", "2026-03-02"), ("2026-04-01", "2026-05-01")] {
        assert_eq!(world.give(&by, &held(from, to)), Err(Refusal::HearingDays { most: 30 }), "{from} to {to}");
    }
}

/// REG-44: ordered anew, the matter starts over with the law's whole period from the day of the opinion, and the opinion set
/// aside is not given again; the new answer has its own remedies.
#[test]
fn reg_44_a_matter_ordered_anew_starts_over_and_not_with_the_same_opinion() {
    let mut world = World::reach("street-office", REQUEST, StateKind::Closed);
    let steps = world.case.steps.len();
    world.at("2026-03-10").ask_review(REVIEWER);
    world.answer_review(REVIEWER, ReviewResult::Redo);
    world.at("2026-03-20").deliver_review(REVIEWER);
    assert_eq!((world.state(), world.case.steps.len(), world.case.outcome()), (StateKind::Accepted, 0, None));
    assert!(steps > 0);
    assert_eq!(last_day(&world, DeadlineKind::Handling), date("2026-04-09"), "30 days from 03-10, when it was ordered");
    assert_eq!(world.case.acting_unit().as_str(), UNIT);
    world.must(&head(), &assign_command());
    world.steps_to_opinion();
    let same = Command::Propose(proposal(Outcome::Supported));
    assert_eq!(world.give(&officer(), &same), Err(Refusal::SameOpinionAgain));
    let spaced =
        crate::domain::Propose { opinion: "限期修复 渗漏管道 ".to_owned(), ..proposal(Outcome::Supported) };
    assert_eq!(world.give(&officer(), &Command::Propose(spaced)), Err(Refusal::SameOpinionAgain));
    let other = crate::domain::Propose { opinion: "十日内更换管道".to_owned(), ..proposal(Outcome::Supported) };
    world.must(&officer(), &Command::Propose(other));
    world.must(&super::world::main_leader(), &Command::Approve);
    world.reply();
    world.deliver();
    assert!(matches!(world.case.remedy(), Some(Remedy::Open(huiyin_contracts::casework::ReviewLevel::Review, _))));
}

/// REG-44: changed or set aside, the reviewing body says how the matter is decided, and the unit carries that out.
#[test]
fn reg_44_a_changed_opinion_is_the_outcome_and_is_carried_out() {
    let mut world = World::reach("street-office", REQUEST, StateKind::Closed);
    assert_eq!(world.case.outcome(), Some(Outcome::Supported));
    world.ask_review(REVIEWER);
    let by = reviewer(REVIEWER, &[Role::Officer]);
    for (result, outcome) in [(ReviewResult::Changed, None), (ReviewResult::Upheld, Some(Outcome::Supported))] {
        let wrong = crate::domain::ProposeReview { outcome, ..review_opinion(result) };
        let needed = outcome.is_none();
        assert_eq!(world.give(&by, &Command::ProposeReview(wrong)), Err(Refusal::ReviewOutcome { needed }));
    }
    world.answer_review(REVIEWER, ReviewResult::Changed);
    world.deliver_review(REVIEWER);
    assert_eq!((world.state(), world.case.outcome()), (StateKind::Delivered, Some(Outcome::NotSupported)));
    assert!(
        matches!(world.give(&officer(), &Command::Close), Err(Refusal::StepsMissing { .. })),
        "to be carried out first"
    );
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    assert_eq!((world.state(), world.case.outcome()), (StateKind::Closed, Some(Outcome::NotSupported)));
}

/// A6-5: late is no refusal by itself; the reviewing body may take it up, or decline it as late, and only then.
#[test]
fn a6_a_late_request_is_declined_by_the_reviewing_body_or_taken_up() {
    let decline = |code: &str| Command::DeclineReview { code: code.to_owned(), text: "无正当理由".to_owned() };
    let by = reviewer(REVIEWER, &[Role::Officer]);
    let mut in_time = delivered();
    in_time.ask_review(REVIEWER);
    assert_eq!(in_time.give(&by, &decline("review_too_late")), Err(Refusal::ReviewInTime));
    assert!(matches!(in_time.give(&by, &decline("finally_reviewed")), Err(Refusal::UnknownGround { .. })));
    let mut late = delivered();
    late.now = late.now + Days::new(31);
    late.ask_review(REVIEWER);
    assert!(told(&late).late);
    late.must(&by, &decline("review_too_late"));
    assert_eq!((late.state(), told(&late).state), (StateKind::Delivered, ReviewState::Declined));
    assert_eq!(late.case.clock(DeadlineKind::Review).expect("ran").state, DeadlineState::Met, "declining is an answer");
    late.ask_review(REVIEWER);
    late.answer_review(REVIEWER, ReviewResult::Upheld);
}

/// REG-40: the request itself shows that the answer arrived; above the city the petitioner is pointed on.
#[test]
fn reg_40_who_asks_for_a_review_has_received_the_answer() {
    let mut world = World::reach("street-office", REQUEST, StateKind::Replied);
    let events = world.must(&Actor::Petitioner, &ask(Some(REVIEWER)));
    assert!(matches!(events.as_slice(), [Event::Delivered { .. }, Event::ReviewAsked { .. }]), "{events:?}");
    let mut above = delivered();
    above.must(&Actor::Petitioner, &ask(None));
    assert_eq!((above.state(), told(&above).state), (StateKind::Delivered, ReviewState::Declined));
    let mut spot = World::reach("street-office", PetitionClass::Accusation, StateKind::Closed);
    assert_eq!(spot.give(&Actor::Petitioner, &ask(Some(REVIEWER))), Err(Refusal::AccusationOnlyForwarded));
}

/// DOMAIN part D: a request withdrawn rests and lapses; the answer given before stays, and is no withdrawal.
#[test]
fn a_withdrawn_review_leaves_the_answer_as_it_was() {
    let mut world = World::reach("street-office", REQUEST, StateKind::Closed);
    let before = world.case.outcome();
    world.at("2026-03-10").ask_review(REVIEWER);
    world.must(&Actor::Petitioner, &withdraw(&world));
    world.now = morning("2026-03-14");
    world.must(&Actor::Petitioner, &Command::Resume);
    assert_eq!(last_day(&world, DeadlineKind::Review), date("2026-04-13"), "30 days and 4 of rest");
    world.must(&Actor::Petitioner, &withdraw(&world));
    world.now = world.now + Days::new(15);
    world.must(&rule(), &Command::Lapse);
    assert_eq!((world.state(), world.case.outcome()), (StateKind::Closed, before));
    assert_eq!(told(&world).state, ReviewState::Withdrawn);
}
