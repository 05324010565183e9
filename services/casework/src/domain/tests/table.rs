//! `decide` takes up exactly the pairs of the table, and the drawing shows the table.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome, ReportLevel, ReviewResult, VisitFinding};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role, Service};

use super::world::{
    OTHER, REEXAMINER, REVIEWER, UNIT, World, accept_simply, all_true, answer_command, date, decide_command, forward,
    hand_down, hearing, link_command, main_leader, officer, order_command, person, proposal, reception, report_command,
    review_opinion, reviewer, rule, satisfied, settle_command, supervisor, unit, withdraw,
};
use crate::domain::{
    Command, CommandKind, LinkKind, Mark, Note, Refusal, ReplyManner, StateKind, Supervise, TRANSITIONS, VisitMeans,
    clock_of, drawing,
};

/// Fitting data and a fitting actor for a command in the case as it stands: whatever is refused now, is refused for its
/// state or class.
fn fitting(world: &World, kind: CommandKind) -> Vec<(Actor, Command)> {
    // Somebody of the unit whose turn it is, in every role.
    let acting = Some(world.case.acting_unit().as_str()).filter(|acting| *acting != UNIT);
    let everything = [Role::Officer, Role::UnitHead, Role::MainLeader];
    let staff = acting.map_or_else(main_leader, |acting| reviewer(acting, &everything));
    let head = acting.map_or_else(super::world::head, |acting| reviewer(acting, &[Role::UnitHead]));
    // An order goes to the unit that answers for the matter, also while another reviews what it answered.
    let responsible = world.case.responsible_unit.as_str();
    let called = if responsible == UNIT { main_leader() } else { reviewer(responsible, &everything) };
    // Before the opinion the first step, again if need be; after the reply the last.
    let next_step = || {
        let steps = &world.policy.gates.steps;
        let after = matches!(world.state(), StateKind::Replied | StateKind::Delivered);
        let step = if after { steps.all().last() } else { steps.all().next() };
        step.expect("a pack has steps").code.clone()
    };
    let to_unit = |code| Command::HandOver {
        unit: unit(code),
        leader: Some(person(8)),
        reason: "属地调整".to_owned(),
        is_discipline: false,
    };
    let of_review = world.case.open_review().and_then(|review| world.case.clock(clock_of(review.level)));
    let supervised = world.case.clock(DeadlineKind::Supervision).filter(|clock| clock.is_open());
    let clock = of_review
        .filter(|clock| clock.is_open())
        .or(supervised)
        .or_else(|| world.case.clock(DeadlineKind::Handling))
        .or_else(|| world.case.clock(DeadlineKind::Acceptance));
    let (clock_kind, generation) = clock.map_or((DeadlineKind::Acceptance, 1), |c| (c.kind, c.generation));
    let one = |actor: Actor, command: Command| vec![(actor, command)];
    match kind {
        CommandKind::Accept => one(staff, Command::accept(Grade::Wide)),
        CommandKind::ConvertToOrdinary => one(staff, Command::ConvertToOrdinary { reason: "须现场勘验".to_owned() }),
        CommandKind::GivePaper => {
            one(staff, Command::GivePaper { means: "挂号信".to_owned(), delivered_at: world.now, receipt: None })
        }
        CommandKind::ReferCompetence => one(
            staff,
            Command::ReferCompetence {
                others: vec![unit("990103-office")],
                reason: "两单位均有管理职责".to_owned(),
                decider: Some(unit(REVIEWER)),
            },
        ),
        CommandKind::DecideCompetence => one(reviewer(REVIEWER, &[Role::Officer]), decide_command(UNIT)),
        CommandKind::ReportResult => one(called, report_command()),
        CommandKind::ReportUp => {
            let reported_on = huiyin_calendar::local_date(world.now).expect("in range");
            let text = "涉及供水安全".to_owned();
            one(called, Command::ReportUp { level: ReportLevel::Own, reported_on, text })
        }
        CommandKind::LinkMatters => one(called, link_command(world, 1, LinkKind::Related)),
        CommandKind::UnlinkMatters => {
            let other = uuid::Uuid::from_u128(9_002).into();
            one(called, Command::UnlinkMatters { other, reason: "地点不同".to_owned() })
        }
        CommandKind::RecordSettlement => {
            let agreed_on = huiyin_calendar::local_date(world.case.facts.registered_at).expect("in range");
            one(staff, settle_command(agreed_on))
        }
        CommandKind::RecordDutyDone => {
            let done_on = huiyin_calendar::local_date(world.now).expect("in range");
            one(called, Command::RecordDutyDone { nth: 1, done_on, note: "已更换".to_owned() })
        }
        CommandKind::Point => {
            one(staff, Command::Point { to_body: "人民法院".to_owned(), text: "请向法院提出".to_owned() })
        }
        CommandKind::Decline => {
            one(staff, Command::Decline { code: "finally_reviewed".to_owned(), text: "已复核".to_owned() })
        }
        CommandKind::Forward => one(staff, forward()),
        CommandKind::Assign => one(
            staff,
            Command::Assign { officer: person(7), officer_unit: unit(UNIT), unit: None, is_discipline: false },
        ),
        CommandKind::HandOver => vec![(staff.clone(), to_unit(UNIT)), (staff, to_unit(OTHER))],
        CommandKind::DoStep => one(staff, Command::DoStep { step: next_step(), note: "已办".to_owned() }),
        CommandKind::Transfer => {
            one(staff, Command::Transfer { unit: unit(OTHER), demand: None, report_by: None, is_discipline: false })
        }
        CommandKind::Object => one(staff, Command::Object { reason: "属城管职权".to_owned() }),
        CommandKind::AnswerObjection => one(
            main_leader(),
            Command::AnswerObjection { agree: false, reason: "属地管理".to_owned(), decider: Some(unit(REVIEWER)) },
        ),
        CommandKind::Waive => {
            one(staff, Command::Waive { step: "panel_opinion".to_owned(), reason: "评议团未组成".to_owned() })
        }
        CommandKind::Take => one(staff, Command::Take),
        CommandKind::Propose => {
            let outcome = match world.case.facts.class {
                PetitionClass::Suggestion => Outcome::PartlyAdopted,
                PetitionClass::Request | PetitionClass::Accusation => Outcome::NotSupported,
            };
            one(officer(), Command::Propose(proposal(outcome)))
        }
        CommandKind::Approve => vec![(head, Command::Approve), (staff, Command::Approve)],
        CommandKind::Return => one(staff, Command::Return { reason: "依据不足".to_owned() }),
        CommandKind::Reply if world.case.is_simple() => {
            let by_phone = Command::Reply { request: "要求修复".to_owned(), manner: ReplyManner::Phone };
            vec![(staff.clone(), Command::reply("要求修复")), (staff, by_phone)]
        }
        CommandKind::Reply => one(staff, Command::reply("要求修复")),
        CommandKind::Deliver => {
            one(staff, Command::Deliver { means: "挂号信".to_owned(), delivered_at: world.now, receipt: None })
        }
        CommandKind::Close => one(staff, Command::Close),
        CommandKind::Extend => {
            one(staff, Command::Extend { days: 10, kind: Grade::Wide, reason: "须专业鉴定".to_owned() })
        }
        CommandKind::ChangeGrade => {
            one(staff, Command::ChangeGrade { grade: Grade::Complex, reason: "涉及多部门".to_owned() })
        }
        CommandKind::SettleOnSpot => one(
            staff,
            Command::SettleOnSpot {
                conditions: all_true(),
                result: "当场修复".to_owned(),
                result_summary: "当场修复".to_owned(),
                reception: None,
            },
        ),
        CommandKind::Promise => one(rule(), Command::Promise { grade: Grade::Ordinary, reception: reception(1) }),
        CommandKind::Order => one(rule(), Command::Order { grade: Grade::Ordinary, reception: reception(2) }),
        CommandKind::Explain => {
            one(rule(), Command::Explain { summary: "已说明".to_owned(), aided: false, reception: reception(3) })
        }
        CommandKind::AskReview => vec![
            (Actor::Petitioner, Command::AskReview { superior: Some(unit(REVIEWER)) }),
            (Actor::Petitioner, Command::AskReview { superior: None }),
        ],
        CommandKind::DeclineReview => one(
            staff,
            Command::DeclineReview { code: "review_skips_level".to_owned(), text: "应向市级申请".to_owned() },
        ),
        CommandKind::HoldHearing => one(staff, Command::HoldHearing(hearing(world))),
        CommandKind::ProposeReview => one(staff, Command::ProposeReview(review_opinion(ReviewResult::Upheld))),
        CommandKind::Archive => {
            one(called, Command::Archive { is_petition_office: true, receipt: Some("SD-1".to_owned()) })
        }
        CommandKind::Evaluate => one(Actor::Petitioner, Command::Evaluate(satisfied())),
        CommandKind::RecordReturnVisit => {
            let visited_on = huiyin_calendar::local_date(world.now).expect("in range");
            let (means, finding) = (VisitMeans::Phone, VisitFinding::CarriedOut);
            one(called, Command::RecordReturnVisit { means, visited_on, finding })
        }
        CommandKind::Withdraw => one(Actor::Petitioner, withdraw(world)),
        CommandKind::Resume => one(Actor::Petitioner, Command::Resume),
        CommandKind::Lapse => one(rule(), Command::Lapse),
        CommandKind::Mark => {
            one(rule(), Command::Mark { kind: clock_kind, mark: Mark::Warning(0), generation, main_leader: None })
        }
        CommandKind::Reckon => one(rule(), Command::Reckon),
        CommandKind::OrderSupervision => one(supervisor(), order_command("other")),
        CommandKind::AnswerSupervision => one(called, answer_command(world)),
        CommandKind::ReturnSupervision => {
            one(supervisor(), Command::Supervise(Supervise::Return { reason: "未写明办结措施".to_owned() }))
        }
        CommandKind::ConcludeSupervision => one(supervisor(), Command::Supervise(Supervise::Conclude { note: None })),
        CommandKind::Advise => {
            one(supervisor(), Command::Supervise(Supervise::Advise { text: "完善移交制度".to_owned() }))
        }
        CommandKind::AnswerAdvice => {
            one(called, Command::Supervise(Supervise::AnswerAdvice { is_adopted: true, text: None }))
        }
        CommandKind::RecordSiteVisit => one(
            supervisor(),
            Command::Supervise(Supervise::Visit {
                head: person(20),
                may_head: true,
                visited_on: world.now.date_naive(),
                finding: "现场已开工".to_owned(),
            }),
        ),
        CommandKind::Note => one(Actor::System { service: Service::Intake }, Command::Note(Note::PetitionAmended)),
    }
}

/// Some commands fit only a case of a certain grade, hour or calendar; the world is brought there first.
fn suited(mut world: World, kind: CommandKind) -> World {
    let answered = matches!(world.state(), StateKind::Replied | StateKind::Delivered);
    let wide = matches!(kind, CommandKind::Approve | CommandKind::Waive);
    if wide || (kind == CommandKind::Extend && world.case.clocks.len() > 1) {
        world.case.grade = Grade::Wide;
    } else if kind == CommandKind::Archive {
        // When nothing can be asked for or said any more.
        world.now += TimeDelta::days(60);
    } else if kind == CommandKind::Lapse {
        world.now += TimeDelta::days(15);
    } else if answered && matches!(kind, CommandKind::DoStep | CommandKind::Close) {
        world.steps_to_end();
    } else if matches!(kind, CommandKind::ReturnSupervision | CommandKind::ConcludeSupervision) {
        let answer = answer_command(&world);
        drop(world.give(&main_leader(), &answer));
    } else if kind == CommandKind::UnlinkMatters {
        let unit = world.case.responsible_unit.to_string();
        let link = link_command(&world, 2, LinkKind::Related);
        drop(world.give(&reviewer(&unit, &[Role::Officer]), &link));
    } else if kind == CommandKind::AnswerAdvice {
        drop(world.give(&supervisor(), &Command::Supervise(Supervise::Advise { text: "完善移交制度".to_owned() })));
    } else if kind == CommandKind::Reckon {
        for clock in &mut world.case.clocks {
            "older".clone_into(&mut clock.deadline.calendar_version);
        }
    }
    world
}

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

/// Ended by agreement, at every stage after it.
fn settled(pack: &str, class: PetitionClass) -> Vec<World> {
    if class != PetitionClass::Request {
        return Vec::new();
    }
    let mut world = World::reach(pack, class, StateKind::Proposed);
    let agreed_on = huiyin_calendar::local_date(world.now).expect("in range");
    world.must(&officer(), &settle_command(agreed_on));
    let mut worlds = vec![copy(&world)];
    let road: [fn(&mut World); 5] = [
        World::reply,
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
    ];
    for go in road {
        go(&mut world);
        worlds.push(copy(&world));
    }
    world.approve_review(REVIEWER);
    worlds.push(world);
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
    for pack in ["national-2022", "wuhan", "street-office", "jiaxing"] {
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
