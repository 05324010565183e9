//! Ordered gates of the packs: who records which step, for which matters, and what may be left out (DOMAIN B14, 10 and 11).

use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome};
use huiyin_contracts::intake::{PetitionClass, PetitionKind};
use huiyin_kernel::Role;

use super::commands::{proposal, reception};
use super::world::{
    OTHER, UNIT, World, date, head, leader, main_is, main_leader, morning, officer, person, rule, staff, supervisor,
    unit,
};
use crate::domain::{Command, Reception, Refusal, StateKind};

const REQUEST: PetitionClass = PetitionClass::Request;

fn step(code: &str) -> Command {
    Command::DoStep { step: code.to_owned(), note: "已办".to_owned() }
}

fn taken(pack: &str) -> World {
    let mut world = World::new(pack, REQUEST);
    world.accept(Grade::Ordinary);
    world.must(&leader(person(9)), &Command::Take);
    world.assign();
    world
}

fn missing(refused: &Refusal) -> &str {
    let Refusal::StepsMissing { codes, .. } = refused else { panic!("{refused}") };
    &codes[0]
}

/// SZ-09, SZ-10, SZ-12: a case taken by a leader is closed by four acts in fixed order, each by its own person; without a look
/// on site there is no end, and a case that nobody took needs none of it.
#[test]
fn sz_12_the_closing_chain_is_four_acts_in_order_each_by_its_own_person() {
    let mut world = taken("shenzhen");
    for code in ["hear_petitioner", "investigate"] {
        world.must(&officer(), &step(code));
    }
    let early = world.give(&officer(), &Command::Propose(proposal(Outcome::Supported))).expect_err("no group yet");
    assert_eq!(missing(&early), "special_group");
    world.must(&officer(), &step("special_group"));
    let by_other = world.give(&officer(), &step("leader_work")).expect_err("the leader's own work");
    assert!(matches!(&by_other, Refusal::StepByOther { .. }) && by_other.told().zh.contains("包案领导"), "{by_other}");
    world.must(&leader(person(9)), &step("leader_work"));
    world.propose();
    world.must(&main_leader(), &Command::Approve);
    world.reply();
    world.deliver();
    world.must(&officer(), &step("carry_out"));
    let chain = [
        ("unit_signs", main_leader()),
        ("bureau_audit", supervisor()),
        ("site_confirmation", supervisor()),
        ("leader_approves", leader(person(9))),
    ];
    for (nth, (code, by)) in chain.iter().enumerate() {
        for (later, actor) in &chain[nth + 1..] {
            assert_eq!(missing(&world.give(actor, &step(later)).expect_err("out of order")), *code, "{later}");
        }
        assert_eq!(missing(&world.give(&officer(), &Command::Close).expect_err("not yet")), *code);
        assert!(matches!(world.give(&officer(), &step(code)), Err(Refusal::StepByOther { .. })), "{code}");
        world.must(by, &step(code));
    }
    world.must(&officer(), &Command::Close);
    let mut plain = World::reach("shenzhen", REQUEST, StateKind::Delivered);
    assert!(matches!(plain.give(&main_leader(), &step("unit_signs")), Err(Refusal::StepNotAsked { .. })));
    plain.must(&officer(), &step("carry_out"));
    plain.must(&officer(), &Command::Close);
}

/// XT-14, DW-18, JX-10, QL-11: each pack's own list of what the leader who took the case answers for, the matter's part of it.
#[test]
fn xt_14_what_a_leader_who_took_the_case_answers_for_is_the_packs_list() {
    let lists: [(&str, &[&str]); 4] = [
        ("township", &["know_situation", "explain", "solve"]),
        ("dongwu-banner", &["know_situation", "solve_problem", "explain_guide"]),
        ("jiaxing", &["one_plan", "coordinate", "supervise"]),
        ("qunli", &["one_case_file", "one_leader", "one_team", "one_plan", "to_the_end"]),
    ];
    for (pack, expected) in lists {
        let world = taken(pack);
        let steps = world.policy.gates.steps.clone();
        let asked: Vec<&str> = steps
            .all()
            .filter(|step| !step.when.is_empty() && world.case.is_asked(step))
            .map(|s| s.code.as_str())
            .collect();
        assert_eq!(asked, expected, "{pack}");
        let untaken = World::new(pack, REQUEST);
        assert!(!steps.all().any(|step| !step.when.is_empty() && untaken.case.is_asked(step)), "{pack}");
    }
}

/// XT-15: a wide, hard matter is taken by the main leader, by hand and by the clock.
#[test]
fn xt_15_a_wide_matter_is_taken_by_the_main_leader_and_by_nobody_else() {
    let mut world = World::new("township", REQUEST);
    world.must(&rule(), &Command::Order { grade: Grade::Wide, reception: reception(1) });
    let refused = world.give(&leader(person(9)), &Command::Take).expect_err("a deputy");
    assert!(matches!(&refused, Refusal::RoleNeeded { roles, .. } if roles == &[Role::MainLeader]), "{refused}");
    assert!(matches!(world.give(&officer(), &Command::Take), Err(Refusal::RoleNeeded { .. })));
    let generation = world.case.clock(DeadlineKind::Handling).expect("runs").generation;
    world.at("2026-08-01");
    let (kind, mark) = (DeadlineKind::Handling, crate::domain::Mark::Due);
    world.must(&rule(), &Command::Mark { kind, mark, generation, leaders: main_is(30) });
    assert_eq!(world.case.leader, Some(person(30)), "not the deputy who received first");
    assert_eq!(world.give(&main_leader(), &Command::Take), Err(Refusal::TakenAlready));
}

/// XT-16: what many put together is decided together before there is an opinion.
#[test]
fn xt_16_a_joint_matter_needs_a_collective_decision_before_the_opinion() {
    let mut world = World::new("township", REQUEST);
    world.case.facts.kind = PetitionKind::Group;
    world.journal.clear();
    let given = |world: &World, by: &huiyin_kernel::Actor, command: &Command| {
        crate::domain::decide(&world.case, command, &world.policy, &world.calendar, by, world.now)
    };
    let mut go = |by: &huiyin_kernel::Actor, command: &Command| {
        let events = given(&world, by, command)?;
        world.case = events.iter().fold(world.case.clone(), |case, event| case.apply(event, world.now));
        Ok::<_, Refusal>(())
    };
    go(&officer(), &Command::accept(Grade::Ordinary)).expect("taken up");
    go(&head(), &super::commands::assign_command()).expect("assigned");
    for code in ["hear_petitioner", "investigate", "department_proposals"] {
        go(&officer(), &step(code)).expect(code);
    }
    let refused = go(&officer(), &Command::Propose(proposal(Outcome::Supported))).expect_err("not decided");
    assert_eq!(missing(&refused), "collective_decision");
    assert!(matches!(go(&officer(), &step("collective_decision")), Err(Refusal::StepByOther { .. })));
    go(&main_leader(), &step("collective_decision")).expect("decided");
    go(&officer(), &Command::Propose(proposal(Outcome::Supported))).expect("proposed");
}

/// DZ-12, HB-15: the main leader approves the opinion himself on what was handed down, and on nothing else besides.
#[test]
fn dz_12_the_main_leader_approves_what_was_handed_down() {
    for pack in ["dazhou-dpf", "hubei-justice"] {
        for (demand, roles) in [(Some("书面报告结果".to_owned()), 2), (None, 1)] {
            let mut world = World::new(pack, REQUEST);
            let sender = staff(70, OTHER, &[Role::Officer]);
            world.must(
                &officer(),
                &Command::Transfer { unit: unit(OTHER), demand: None, report_by: None, is_discipline: false },
            );
            let report_by = demand.as_ref().map(|_| super::world::date("2026-04-01"));
            world.must(&sender, &Command::Transfer { unit: unit(UNIT), demand, report_by, is_discipline: false });
            world.accept(Grade::Ordinary);
            world.assign();
            world.steps_to_opinion();
            world.propose();
            world.must(&head(), &Command::Approve);
            let expected = if roles == 2 { StateKind::Proposed } else { StateKind::Approved };
            assert_eq!(world.state(), expected, "{pack}");
            if roles == 2 {
                assert!(matches!(world.give(&head(), &Command::Approve), Err(Refusal::RoleNeeded { .. })));
                world.must(&main_leader(), &Command::Approve);
            }
        }
    }
}

/// HB-14: 5 working days, one month, two months for what is taken up while a leader goes down; the law's 60 days bind beside
/// them, and a matter taken up otherwise has no such limit (golden dates of the rule).
#[test]
fn hb_14_what_is_taken_up_while_a_leader_goes_down_has_limits_of_its_own() {
    let day = |start: &str, grade: Grade, is_field_visit: bool| {
        let mut world = World::registered("hubei-justice", REQUEST, morning(start));
        let reception = Reception { is_field_visit, ..reception(1) };
        world.must(&rule(), &Command::Order { grade, reception });
        world.case.clock(DeadlineKind::Handling).expect("runs").deadline.last_day
    };
    assert_eq!(day("2026-02-13", Grade::Ordinary, true), date("2026-02-27"));
    assert_eq!(day("2026-01-31", Grade::Complex, true), date("2026-02-28"));
    assert_eq!(day("2025-12-31", Grade::Wide, true), date("2026-02-28"));
    assert_eq!(day("2026-02-13", Grade::Ordinary, false), date("2026-04-14"));
    let mut world = World::registered("hubei-justice", REQUEST, morning("2026-02-13"));
    world.must(
        &rule(),
        &Command::Order { grade: Grade::Ordinary, reception: Reception { is_field_visit: true, ..reception(1) } },
    );
    world.must(&head(), &Command::ChangeGrade { grade: Grade::Complex, reason: "涉及多户".to_owned() });
    assert_eq!(world.case.clock(DeadlineKind::Handling).expect("runs").deadline.last_day, date("2026-03-13"));
}

/// JX-18, D-5: what holds in principle may be left out with a reason by whom the matter is; what holds strictly may not.
#[test]
fn jx_18_what_holds_in_principle_is_left_out_with_a_reason_and_nothing_else() {
    let mut world = World::new("jiaxing", REQUEST);
    world.accept(Grade::Wide);
    world.assign();
    let waive = |step: &str| Command::Waive { step: step.to_owned(), reason: "评议团尚未组成".to_owned() };
    assert!(matches!(world.give(&head(), &waive("investigate")), Err(Refusal::StepNotWaivable { .. })));
    assert!(matches!(world.give(&head(), &waive("magic")), Err(Refusal::UnknownStep { .. })));
    for code in ["hear_petitioner", "investigate"] {
        world.must(&officer(), &step(code));
    }
    let refused = world.give(&officer(), &Command::Propose(proposal(Outcome::Supported))).expect_err("no panel");
    assert_eq!(missing(&refused), "panel_opinion");
    world.must(&head(), &waive("panel_opinion"));
    assert_eq!(world.give(&head(), &waive("panel_opinion")), Err(Refusal::NothingChanges));
    world.propose();
}

/// DZ-07: a major matter is answered only after the party group has met.
#[test]
fn dz_07_a_major_matter_is_answered_after_the_party_group_has_decided() {
    let mut world = World::new("dazhou-dpf", REQUEST);
    world.accept(Grade::Wide);
    world.assign();
    world.steps_to_opinion();
    world.propose();
    world.must(&main_leader(), &Command::Approve);
    let reply = Command::reply("要求修复");
    assert_eq!(missing(&world.give(&officer(), &reply).expect_err("not decided")), "party_meeting");
    world.must(&main_leader(), &step("party_meeting"));
    world.reply();
}
