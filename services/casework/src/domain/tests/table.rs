//! `decide` takes up exactly the pairs of the table, and the drawing shows the table.

use std::collections::BTreeSet;

use huiyin_contracts::casework::ReviewResult;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};

use super::commands::{
    accept_simply, decide_command, defer_command, hand_down, order_command, review_opinion, select_command,
    settle_command, withdraw,
};
use super::fitting::{fitting, suited};
use super::world::{
    OTHER, REEXAMINER, REVIEWER, UNIT, World, add_to_library, date, leader, main_leader, officer, person, reviewer,
    supervisor, unit,
};
use crate::domain::{Command, CommandKind, Refusal, ReplyManner, StateKind, TRANSITIONS, drawing};

/// Reviews at every stage, of matters still open and closed, with every result; and what comes after.
fn reviewed(pack: &str, class: PetitionClass) -> Vec<World> {
    let mut worlds = Vec::new();
    for from in [StateKind::Delivered, StateKind::Closed] {
        for result in [ReviewResult::Upheld, ReviewResult::Changed, ReviewResult::Redo] {
            let mut world = World::reach(pack, class, from);
            world.ask_review(REVIEWER);
            worlds.push(copy(&world));
            world.answer_review(REVIEWER, result);
            worlds.push(copy(&world));
        }
        let mut world = World::reach(pack, class, from);
        world.ask_review(REVIEWER);
        world.answer_review(REVIEWER, ReviewResult::Upheld);
        world.deliver_review(REVIEWER);
        world.ask_review(REEXAMINER);
        world.must(
            &reviewer(REEXAMINER, &[Role::Officer]),
            &Command::ProposeReview(review_opinion(ReviewResult::Upheld)),
        );
        worlds.push(copy(&world));
        world.approve_review(REEXAMINER);
        world.deliver_review(REEXAMINER);
        worlds.push(copy(&world));
        let mut withdrawn = World::reach(pack, class, from);
        withdrawn.ask_review(REVIEWER);
        withdrawn.must(&Actor::Petitioner, &withdraw(&withdrawn));
        worlds.push(withdrawn);
    }
    worlds
}

/// Sent on, and objected to.
fn routed(pack: &str, class: PetitionClass) -> Vec<World> {
    let mut sent = World::new(pack, class);
    sent.must(&officer(), &hand_down(OTHER, date("2026-04-10")));
    let mut objected = copy(&sent);
    objected.must(&reviewer(OTHER, &[Role::Officer]), &Command::Object { reason: "属城管职权".to_owned() });
    // The sender does not agree; the office above both decides for the sender, which then goes all the way with the report still owed.
    let mut disputed = copy(&objected);
    let (agree, reason) = (false, "属地管理".to_owned());
    disputed.must(&main_leader(), &Command::AnswerObjection { agree, reason, decider: Some(unit(REVIEWER)) });
    let mut decided = copy(&disputed);
    decided.must(&reviewer(REVIEWER, &[Role::Officer]), &decide_command(UNIT));
    let on = StateKind::ALL.iter().map(|state| copy(&decided).on_to(*state));
    let on: Vec<World> = on.collect();
    [sent, objected, disputed].into_iter().chain(on).collect()
}

/// Along a road to the reply, then delivered, closed and reviewed: the world at every stage.
fn to_a_review(mut world: World, to_reply: &[fn(&mut World)]) -> Vec<World> {
    let after: [fn(&mut World); 5] = [
        World::deliver,
        |w| {
            w.steps_to_end();
            w.must(&officer(), &Command::Close);
        },
        |w| w.ask_review(REVIEWER),
        |w| {
            let opinion = Command::ProposeReview(review_opinion(ReviewResult::Upheld));
            w.must(&reviewer(REVIEWER, &[Role::Officer]), &opinion);
        },
        |w| w.approve_review(REVIEWER),
    ];
    let mut worlds = Vec::new();
    for go in to_reply.iter().chain(&after) {
        go(&mut world);
        worlds.push(copy(&world));
    }
    worlds
}

/// Ended by agreement, at every stage after it.
fn settled(pack: &str, class: PetitionClass) -> Vec<World> {
    if class != PetitionClass::Request {
        return Vec::new();
    }
    let mut world = World::reach(pack, class, StateKind::Proposed);
    let agreed_on = huiyin_calendar::local_date(world.now).expect("in range");
    world.must(&officer(), &settle_command(agreed_on));
    let mut worlds = vec![copy(&world)];
    worlds.extend(to_a_review(world, &[World::reply]));
    worlds
}

/// Led by a leader who agreed, not published, and put off once answered: at every stage from there on.
fn led(pack: &str, class: PetitionClass) -> Vec<World> {
    let mut world = World::reach(pack, class, StateKind::Accepted);
    add_to_library(&mut world);
    let select = select_command(&world);
    world.must(&supervisor(), &select);
    world.must(&leader(person(9)), &Command::AnswerSelection { agrees: true, reason: None });
    let mut worlds = vec![copy(&world)];
    let road: [fn(&mut World); 5] = [
        World::assign,
        World::investigate,
        World::propose,
        |w| drop(w.must(&main_leader(), &Command::Approve)),
        |w| {
            w.reply();
            let defer = defer_command(w);
            w.must(&officer(), &defer);
        },
    ];
    worlds.extend(to_a_review(world, &road));
    worlds
}

/// The simple procedure at every stage up to its end.
fn simple(pack: &str, class: PetitionClass) -> Vec<World> {
    let mut world = World::new(pack, class);
    world.must(&officer(), &accept_simply());
    let mut worlds = vec![copy(&world)];
    let road: [fn(&mut World); 5] = [
        World::assign,
        World::investigate,
        World::propose,
        |w| drop(w.must(&main_leader(), &Command::Approve)),
        |w| drop(w.must(&officer(), &Command::Reply { request: "要求修复".to_owned(), manner: ReplyManner::Oral })),
    ];
    for go in road {
        go(&mut world);
        worlds.push(copy(&world));
    }
    world.steps_to_end();
    world.must(&officer(), &Command::Close);
    worlds.push(world);
    worlds
}

const CLASSES: [PetitionClass; 3] = [PetitionClass::Request, PetitionClass::Suggestion, PetitionClass::Accusation];

#[test]
fn decide_takes_up_exactly_the_pairs_of_the_table_and_leads_where_it_says() {
    let mut seen = BTreeSet::new();
    for pack in ["national-2022", "wuhan", "street-office", "jiaxing", "qidong"] {
        for class in CLASSES {
            let mut starts: Vec<World> = StateKind::ALL.iter().map(|state| World::reach(pack, class, *state)).collect();
            // A withdrawal rests anywhere, and is taken back to where it stood.
            starts.extend(StateKind::ALL.iter().filter(|s| s.takes(CommandKind::Withdraw)).map(|state| {
                let mut world = World::reach(pack, class, *state);
                world.must(&Actor::Petitioner, &withdraw(&world));
                world
            }));
            if class != PetitionClass::Accusation {
                starts.extend(reviewed(pack, class));
                starts.extend(routed(pack, class));
                starts.extend(simple(pack, class));
                starts.extend(settled(pack, class));
                starts.extend(led(pack, class));
            }
            // Supervision goes on beside the road, with an order open or none.
            let supervised: Vec<World> = starts
                .iter()
                .filter_map(|start| {
                    let mut world = copy(start);
                    world.give(&supervisor(), &order_command("other")).ok().map(|_| world)
                })
                .collect();
            starts.extend(supervised);
            for start in starts {
                for kind in CommandKind::ALL {
                    for (actor, command) in fitting(&start, *kind) {
                        let world = suited(copy(&start), *kind);
                        let from = world.state();
                        match decided(&world, &actor, &command) {
                            Ok(to) => drop(seen.insert((from, *kind, to))),
                            Err(Refusal::WrongState { state, command }) => {
                                assert_eq!((state, command), (from, *kind));
                                assert!(!from.takes(*kind), "{kind} refused in {from:?} against the table");
                            }
                            Err(_) => {}
                        }
                    }
                }
            }
        }
    }
    let mut table: BTreeSet<_> = TRANSITIONS.iter().copied().collect();
    assert_eq!(TRANSITIONS.len(), table.len(), "a row stands twice");
    for kind in CommandKind::ALL
        .iter()
        .filter(|kind| kind.is_library() || kind.is_appointment() || **kind == CommandKind::Recuse)
    {
        let there = StateKind::ALL.iter().filter(|state| state.takes(*kind));
        table.extend(there.map(|state| (*state, *kind, *state)));
    }
    for kind in CommandKind::ALL.iter().filter(|kind| kind.is_supervision() || kind.is_reporting() || kind.is_linking())
    {
        let everywhere = StateKind::ALL.iter().filter(|state| **state != StateKind::Withdrawn);
        table.extend(everywhere.map(|state| (*state, *kind, *state)));
    }
    let missing: Vec<_> = table.difference(&seen).collect();
    let beyond: Vec<_> = seen.difference(&table).collect();
    assert!(missing.is_empty() && beyond.is_empty(), "not shown: {missing:?}; beyond the table: {beyond:?}");
}

fn copy(world: &World) -> World {
    World {
        policy: world.policy.clone(),
        calendar: world.calendar.clone(),
        now: world.now,
        case: world.case.clone(),
        journal: world.journal.clone(),
    }
}

fn decided(world: &World, actor: &Actor, command: &Command) -> Result<StateKind, Refusal> {
    let events = crate::domain::decide(&world.case, command, &world.policy, &world.calendar, actor, world.now)?;
    let after = events.iter().fold(world.case.clone(), |case, event| case.apply(event, world.now));
    Ok(after.state.kind())
}

/// REG-22, REG-11: whatever is tried with an accusation, it is never with an ordinary unit's officer, and nothing of its
/// content is told.
#[test]
fn an_accusation_is_forwarded_or_rests_and_takes_no_other_command() {
    for kind in CommandKind::ALL {
        let world = World::new("street-office", PetitionClass::Accusation);
        for (actor, command) in fitting(&world, *kind) {
            use CommandKind::{Forward, Mark, Note, Withdraw};
            let taken = decided(&suited(copy(&world), *kind), &actor, &command).is_ok();
            let may = matches!(kind, Forward | Mark | Note | Withdraw | CommandKind::Reckon);
            assert_eq!(taken, may, "{kind}");
        }
    }
}

/// The drawing in docs/CASE-STATES.md is generated; `HUIYIN_WRITE_DOCS=1 cargo test -p huiyin-casework` writes it anew.
#[test]
fn the_drawing_in_the_documents_shows_the_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/CASE-STATES.md");
    let named = |which: fn(&CommandKind) -> bool| {
        let named = CommandKind::ALL.iter().copied().filter(which);
        named.map(|kind| format!("{} `{}`", kind.zh(), kind.name())).collect::<Vec<_>>().join("、")
    };
    let text = format!(
        "# The road of a case 信访事项办理状态图\n\nGenerated from `services/casework/src/domain/transition.rs`; a test \
         keeps it equal. Reminders, recomputed\ndeadlines and notes change no state and are left out.\n\n```mermaid\n{}```\n\n\
         Supervision 督办 goes on beside the road, wherever the matter stands unless it is withdrawn. It changes no state, and \
         closing the\nmatter does not end it: {}.\n\n\
         What offices report to each other likewise: {}. So do links between matters: {}.\n",
        drawing(),
        named(|kind| kind.is_supervision()),
        named(|kind| kind.is_reporting()),
        named(|kind| kind.is_linking())
    );
    if std::env::var_os("HUIYIN_WRITE_DOCS").is_some() {
        std::fs::write(&path, &text).expect("a writable file");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "docs/CASE-STATES.md is out of date: run with HUIYIN_WRITE_DOCS=1");
}
