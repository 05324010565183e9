//! Return visits (回访; XT-10, QD-08).

use huiyin_contracts::casework::{DeadlineKind, DeadlineState, ReviewResult, VisitFinding};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::world::{OTHER, REVIEWER, World, date, nobody, officer, reviewer, rule, supervisor};
use crate::domain::{
    Command, CommandKind, Evaluate, Event, Mark, Refusal, ReturnVisitRefusal, StateKind, VisitMeans, permit, plan,
    words,
};

fn closed(pack: &str) -> World {
    World::reach(pack, PetitionClass::Request, StateKind::Closed)
}

fn visit(on: &str, finding: VisitFinding) -> Command {
    Command::RecordReturnVisit { means: VisitMeans::Phone, visited_on: date(on), finding }
}

/// XT-10, QD-08: due so many days after the end where the pack says so; met by the visit, reminded of and late without one. The law itself
/// asks for none.
#[test]
fn xt_10_a_closed_matter_is_visited_where_the_pack_says_so() {
    assert!(closed("national-2022").case.clock(DeadlineKind::ReturnVisit).is_none());
    for pack in ["township", "qidong"] {
        let mut world = closed(pack);
        assert!(world.case.awaits_return_visit(), "{pack}");
        let clock = world.case.clock(DeadlineKind::ReturnVisit).expect("runs").clone();
        assert_eq!((clock.deadline.last_day, clock.state), (date("2026-04-01"), DeadlineState::Running));
        let armed = plan(None, &world.case, &world.policy, world.now).arm;
        assert!(armed.iter().any(|(kind, ..)| *kind == "return_visit_due"), "{armed:?}");
        world.at("2026-04-02");
        let due = Command::Mark {
            kind: DeadlineKind::ReturnVisit,
            mark: Mark::Due,
            generation: clock.generation,
            leaders: nobody(),
        };
        assert_eq!(world.must(&rule(), &due), [Event::Overdue { kind: DeadlineKind::ReturnVisit }]);
        let events = world.must(&officer(), &visit("2026-04-02", VisitFinding::CarriedOut));
        assert_eq!(events.len(), 1, "carried out, nothing follows");
        assert!(words(&events[0], &crate::domain::Naming::default()).0.contains("电话回访：处理意见已落实"));
        let met = world.case.clock(DeadlineKind::ReturnVisit).map(|clock| clock.state);
        assert_eq!((met, world.case.awaits_return_visit()), (Some(DeadlineState::MetLate), false));
    }
}

/// XT-10: found not carried out, it is as if the petitioner had said so: the office is called to account.
#[test]
fn xt_10_found_not_carried_out_it_is_supervised() {
    let mut world = closed("township");
    let events = world.must(&supervisor(), &visit("2026-03-02", VisitFinding::NotCarriedOut));
    assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), ["return_visited", "supervision_ordered"]);
    assert!(world.case.open_order().is_some_and(|order| order.ground.code() == "opinion_not_executed"));
    let mut world = closed("township");
    let events = world.must(&officer(), &visit("2026-03-02", VisitFinding::PartlyCarriedOut));
    assert_eq!(events.len(), 1);
    assert!(world.case.open_order().is_none());
}

/// DOMAIN part D: who does not wish to be asked is not; nobody records a word about a person, as there is no place for one.
#[test]
fn xt_10_who_does_not_wish_it_is_not_visited() {
    let mut world = closed("township");
    let not_wished = Command::Evaluate(Evaluate { no_return_visit: true, ..Evaluate::default() });
    world.must(&Actor::Petitioner, &not_wished);
    let clock = world.case.clock(DeadlineKind::ReturnVisit).map(|clock| clock.state);
    assert_eq!((clock, world.case.awaits_return_visit()), (Some(DeadlineState::Lifted), false));
    let refused = world.give(&officer(), &visit("2026-03-02", VisitFinding::CarriedOut));
    assert_eq!(refused, Err(ReturnVisitRefusal::NotWished.into()));
    // Said before the end, none is planned.
    let mut world = World::reach("township", PetitionClass::Request, StateKind::Delivered);
    world.must(&Actor::Petitioner, &not_wished);
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    assert!(world.case.clock(DeadlineKind::ReturnVisit).is_none());
}

/// By the unit that answered or a supervisor above the place, between the end and today, of a matter that was answered.
#[test]
fn xt_10_a_visit_is_recorded_by_whose_it_is_on_a_day_that_fits() {
    let mut world = closed("township");
    let stranger = reviewer(OTHER, &[Role::Officer]);
    let by_stranger = permit(&world.case, CommandKind::RecordReturnVisit, &world.policy, &stranger);
    assert!(matches!(by_stranger, Err(Refusal::NotResponsible { .. })));
    for day in ["2026-03-01", "2026-03-03"] {
        let refused = world.give(&officer(), &visit(day, VisitFinding::CarriedOut));
        assert_eq!(refused, Err(ReturnVisitRefusal::VisitDay.into()), "{day}");
    }
    let mut pointed = World::new("township", PetitionClass::Request);
    let point =
        Command::Point { to_body: "人民法院".to_owned(), text: "请向法院提出".to_owned(), road: None };
    pointed.must(&officer(), &point);
    assert!(!pointed.case.awaits_return_visit());
    let refused = pointed.give(&officer(), &visit("2026-03-02", VisitFinding::CarriedOut));
    assert_eq!(refused, Err(ReturnVisitRefusal::NothingToAsk.into()));
    for refusal in [ReturnVisitRefusal::NotWished, ReturnVisitRefusal::VisitDay, ReturnVisitRefusal::NothingToAsk] {
        assert!(!refusal.told().zh.is_empty() && !refusal.told().en.is_empty());
    }
}

/// To be handled anew, there is nothing to visit; ended once more, the time begins anew, past every timer of before (T4).
#[test]
fn xt_10_ended_once_more_the_time_begins_anew() {
    let mut world = closed("township");
    let first = world.case.clock(DeadlineKind::ReturnVisit).expect("runs").generation;
    world.ask_review(REVIEWER);
    world.answer_review(REVIEWER, ReviewResult::Redo);
    world.deliver_review(REVIEWER);
    assert!(!world.case.awaits_return_visit());
    world.assign();
    world.investigate();
    world.must(
        &officer(),
        &Command::Propose(crate::domain::Propose {
            opinion: "改为更换整段管道".to_owned(),
            ..super::commands::proposal(huiyin_contracts::casework::Outcome::Supported)
        }),
    );
    world.must(&super::world::main_leader(), &Command::Approve);
    world.at("2026-04-20");
    world.reply();
    world.deliver();
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    let again = world.case.clock(DeadlineKind::ReturnVisit).expect("runs");
    assert!(again.generation > first && again.deadline.last_day == date("2026-05-20"), "{again:?}");
}
