//! What the petitioner says of how the matter was handled (满意度评价; REG-07, A8).

use huiyin_contracts::casework::{CaseSnapshot, DeadlineKind, Dispute, Rating, ReviewResult};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};
use huiyin_policy::PackLibrary;
use huiyin_policy::rules::SupervisionGround;

use super::commands::{order_command, satisfied};
use super::world::{REVIEWER, World, date, officer, reviewer, supervisor, unit};
use crate::domain::{
    Command, Evaluate, EvaluationEvent, EvaluationRefusal, Event, IssuedBy, Refusal, StateKind, SupervisionEvent,
    permit, words,
};

fn delivered() -> World {
    World::reach("national-2022", PetitionClass::Request, StateKind::Delivered)
}

fn said(world: &mut World, said: Evaluate) -> Result<Vec<Event>, Refusal> {
    world.give(&Actor::Petitioner, &Command::Evaluate(said))
}

fn disputes(dispute: Dispute) -> Evaluate {
    Evaluate { dispute: Some(dispute), ..Evaluate::default() }
}

fn told(world: &World) -> Option<huiyin_contracts::casework::EvaluationSnapshot> {
    world.case.evaluation_told(&world.policy)
}

/// REG-07: two bodies, each rated once; the last rating counts while the time runs; nothing waits for it.
#[test]
fn reg_07_two_bodies_are_rated_and_the_last_rating_counts() {
    let mut world = delivered();
    let before = world.case.clone();
    let open = told(&world).expect("answered, it can be rated");
    assert_eq!((open.until, open.scale.len(), open.may_change), (date("2026-04-01"), 3, true));
    assert_eq!((open.office, open.unit, open.dispute), (None, None, None));
    said(&mut world, satisfied()).expect("taken down");
    let worse = Evaluate { unit: Some(Rating::Dissatisfied), ..Evaluate::default() };
    let events = said(&mut world, worse).expect("changed");
    let rated = EvaluationEvent::Rated { office: None, unit: Some(Rating::Dissatisfied), told_to_clerk: false };
    assert_eq!(events, [Event::Evaluation(rated)]);
    let rated = told(&world).expect("still told");
    assert_eq!((rated.office, rated.unit), (Some(Rating::Satisfied), Some(Rating::Dissatisfied)));
    assert_eq!(said(&mut world, worse), Err(Refusal::NothingChanges), "said twice, said once");
    assert_eq!((&world.case.state, &world.case.clocks), (&before.state, &before.clocks), "nothing hangs on it");
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    assert_eq!(told(&world).map(|told| told.until), Some(date("2026-04-01")), "counted from the answer, not the end");
    let (zh, en) = words(&events[0], &crate::domain::Naming::default());
    assert!(!format!("{zh}{en}").contains("不满意"), "the history does not repeat the rating: {zh}");
}

/// REG-07: on its last day still, the day after not any more; a rating off the scale or a second one is refused where the pack says so.
#[test]
fn reg_07_the_pack_says_how_long_on_which_scale_and_whether_once() {
    let mut world = delivered();
    let late = |world: &mut World| said(world, satisfied());
    world.at("2026-04-02");
    assert_eq!(late(&mut world), Err(EvaluationRefusal::Over { until: date("2026-04-01") }.into()));
    world.at("2026-04-01");
    late(&mut world).expect("the last day is a day");

    let local = r#"
        id = "local"
        title = { zh = "甲地", en = "Place A" }
        extends = "national-2022"
        in_force = { from = "2022-05-01" }
        [evaluation]
        within = { value = 7, source = "甲地" }
        scale = { ratings = ["satisfied", "dissatisfied"], source = "甲地" }
        may_change = { value = false, source = "甲地" }
        order_when_disputed = { value = false, source = "甲地" }
    "#;
    let mut world = delivered();
    world.policy = PackLibrary::bundled().check("local.toml", local).expect("a pack");
    let between = Evaluate { unit: Some(Rating::BasicallySatisfied), ..Evaluate::default() };
    assert_eq!(said(&mut world, between), Err(EvaluationRefusal::NotOnScale.into()));
    said(&mut world, Evaluate { unit: Some(Rating::Satisfied), ..Evaluate::default() }).expect("once");
    let again = Evaluate { unit: Some(Rating::Dissatisfied), ..Evaluate::default() };
    assert_eq!(said(&mut world, again), Err(EvaluationRefusal::RatedAlready.into()));
    said(&mut world, Evaluate { office: Some(Rating::Satisfied), ..Evaluate::default() }).expect("the other body");
    let events = said(&mut world, disputes(Dispute::NotCarriedOut)).expect("may still be said");
    assert_eq!(events.len(), 1, "the pack orders nothing: {events:?}");
    world.at("2026-03-10");
    assert_eq!(said(&mut world, again), Err(EvaluationRefusal::Over { until: date("2026-03-09") }.into()));
}

/// REG-22, A8: nothing to rate before the answer, of an accusation, or of what another procedure answers for; the staff rate nothing.
#[test]
fn reg_07_what_was_not_answered_here_is_not_rated() {
    for state in [StateKind::Received, StateKind::Investigating, StateKind::Replied] {
        let world = World::reach("national-2022", PetitionClass::Request, state);
        assert_eq!(told(&world), None, "{state:?}");
    }
    let accusation = World::reach("national-2022", PetitionClass::Accusation, StateKind::Closed);
    assert_eq!(told(&accusation), None);
    let mut pointed = World::new("national-2022", PetitionClass::Request);
    let point =
        Command::Point { to_body: "人民法院".to_owned(), text: "请向法院提出".to_owned(), road: None };
    pointed.must(&officer(), &point);
    assert_eq!(told(&pointed), None);
    let nothing = said(&mut pointed, satisfied());
    assert_eq!(nothing, Err(EvaluationRefusal::NothingToRate.into()));
    let world = delivered();
    let by_staff = permit(&world.case, crate::domain::CommandKind::Evaluate, &world.policy, &officer());
    assert!(matches!(by_staff, Err(Refusal::ByRuleOnly { .. })), "{by_staff:?}");
    let on_spot = super::commands::all_true();
    let mut settled = World::new("national-2022", PetitionClass::Request);
    let (result, result_summary) = ("当场修复".to_owned(), "当场修复".to_owned());
    settled.must(&officer(), &Command::SettleOnSpot { conditions: on_spot, result, result_summary, reception: None });
    assert_eq!(told(&settled).map(|told| told.until), Some(date("2026-04-01")), "settled on the spot, from the end");
}

/// REG-51: whoever says it was not carried out, or never arrived, has the office called to account by rule; once while that is open.
#[test]
fn reg_51_what_is_disputed_is_supervised_and_the_petitioner_is_told() {
    for (dispute, ground) in [
        (Dispute::NotCarriedOut, SupervisionGround::OpinionNotExecuted),
        (Dispute::NotReceived, SupervisionGround::ProcedureNotFollowed),
    ] {
        let mut world = World::reach("national-2022", PetitionClass::Request, StateKind::Closed);
        let events = said(&mut world, disputes(dispute)).expect("taken down");
        let names: Vec<_> = events.iter().map(Event::name).collect();
        assert_eq!(names, ["disputed", "supervision_ordered"]);
        let order = world.case.open_order().expect("an order");
        assert_eq!((order.ground, &order.issued_by), (ground, &IssuedBy::Rule));
        assert_eq!(order.target_unit, world.case.responsible_unit);
        assert!(world.case.clock(DeadlineKind::Supervision).is_some_and(crate::domain::Clock::is_open));
        assert_eq!(world.state(), StateKind::Closed, "what was decided stands");
        assert_eq!(told(&world).and_then(|told| told.dispute), Some(dispute));
        assert_eq!(said(&mut world, disputes(dispute)), Err(EvaluationRefusal::DisputedAlready.into()));
        let published: CaseSnapshot = crate::domain::snapshot(&world.case, &events[0]);
        assert!(published.supervision.is_some());
    }
    // One is open for something else: what is said is kept, and no second one made.
    let mut world = delivered();
    world.must(&supervisor(), &order_command("other"));
    let events = said(&mut world, disputes(Dispute::NotCarriedOut)).expect("taken down");
    assert!(!events.iter().any(|event| matches!(event, Event::Supervision(SupervisionEvent::Ordered { .. }))));
}

/// A8: what was said of an answer falls with it, and the next answer is rated anew; upheld, the time runs from that opinion.
#[test]
fn reg_07_an_answer_that_fell_in_review_takes_its_rating_with_it() {
    let mut world = delivered();
    said(&mut world, satisfied()).expect("taken down");
    world.at("2026-03-10");
    world.ask_review(REVIEWER);
    world.answer_review(REVIEWER, ReviewResult::Upheld);
    world.deliver_review(REVIEWER);
    let upheld = told(&world).expect("stands");
    assert_eq!((upheld.until, upheld.unit), (date("2026-04-09"), Some(Rating::Satisfied)));
    let mut world = delivered();
    said(&mut world, satisfied()).expect("taken down");
    world.ask_review(REVIEWER);
    world.answer_review(REVIEWER, ReviewResult::Redo);
    world.deliver_review(REVIEWER);
    assert_eq!((world.state(), told(&world)), (StateKind::Accepted, None));
    assert!(world.case.evaluation.is_none());
    let stranger = reviewer(REVIEWER, &[Role::Officer]);
    assert_ne!(stranger.unit(), Some(&unit(super::world::UNIT)));
}

/// Every refusal says what to do next, in both languages.
#[test]
fn evaluation_is_refused_in_words() {
    let over = EvaluationRefusal::Over { until: date("2026-04-01") };
    let all = [
        EvaluationRefusal::NothingToRate,
        over.clone(),
        EvaluationRefusal::RatedAlready,
        EvaluationRefusal::NotOnScale,
        EvaluationRefusal::DisputedAlready,
    ];
    for refusal in all {
        let told = refusal.told();
        assert!(!told.zh.is_empty() && !told.en.is_empty() && told.rule == "REG-07", "{refusal}");
    }
    assert!(over.told().zh.contains("2026年4月1日"));
}
