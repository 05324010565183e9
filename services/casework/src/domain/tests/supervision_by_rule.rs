//! Supervision by rule: a missed deadline (REG-51), a matter passed on and on (DW-19), and what a late answer leads to.

use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, SupervisionState};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Role;
use huiyin_policy::rules::SupervisionGround;

use super::commands::answer_command;
use super::supervision::{accepted, due, hand_over, supervised};
use super::world::{OTHER, UNIT, World, morning, officer, person, rule, staff, unit};
use crate::domain::{Command, Event, IssuedBy, Refusal, SupervisionEvent, snapshot};

fn orders(events: &[Event]) -> Vec<(SupervisionGround, String)> {
    let order = |event: &Event| match event {
        Event::Supervision(SupervisionEvent::Ordered { order, .. }) => {
            Some((order.ground, order.target_unit.to_string()))
        }
        _ => None,
    };
    events.iter().filter_map(order).collect()
}

/// REG-51: the handling deadline passes: one order by rule in the same decision, where the pack asks for it and none is open.
#[test]
fn reg_51_a_missed_deadline_orders_supervision_once() {
    for pack in ["national-2022", "street-office", "wuhan"] {
        let mut world = accepted(pack);
        let mark = due(&world, DeadlineKind::Handling);
        world.at("2026-05-07");
        let events = world.must(&rule(), &mark);
        assert_eq!(orders(&events), [(SupervisionGround::Overdue, UNIT.to_owned())], "{pack}");
        assert_eq!(world.case.open_order().expect("open").issued_by, IssuedBy::Rule);
        assert_eq!(world.give(&rule(), &mark), Err(Refusal::StaleMark));
    }
    let mut open = supervised("street-office");
    let mark = due(&open, DeadlineKind::Handling);
    let events = open.at("2026-04-02").must(&rule(), &mark);
    assert_eq!(orders(&events), [], "one order is open already");
    let mut off = accepted("street-office");
    let body = "id = \"river\"\ntitle = { zh = \"河沿街道\", en = \"River\" }\nextends = \"street-office\"\nin_force = { from = \"2024-01-01\" }\n\
                [supervision]\norder_when_overdue = { value = false, source = \"河沿街道办法\" }\norder_after_hand_overs = { value = 0, source = \"河沿街道办法\" }\n";
    off.policy = huiyin_policy::PackLibrary::bundled().check("river.toml", body).expect("a pack");
    let mark = due(&off, DeadlineKind::Handling);
    assert_eq!(orders(&off.at("2026-04-02").must(&rule(), &mark)), []);
    for (nth, to) in [OTHER, UNIT, OTHER].into_iter().enumerate() {
        let from = if nth % 2 == 0 { UNIT } else { OTHER };
        assert_eq!(orders(&off.must(&staff(2, from, &[Role::UnitHead]), &hand_over(to))), []);
    }
}

/// WH-10: only a missed handling deadline is taken by a leader; an office late with its answer is told on, no more.
#[test]
fn wh_10_a_late_answer_to_supervision_takes_no_case() {
    let mut world = supervised("wuhan");
    let mark = due(&world, DeadlineKind::Supervision);
    let events = world.at("2026-04-02").must(&rule(), &mark);
    assert_eq!(events, [Event::Overdue { kind: DeadlineKind::Supervision }]);
    assert!(!world.case.taken_by_leader && world.case.leader.is_none());
    let told = snapshot(&world.case, &events[0]);
    assert_eq!(told.about, Some(DeadlineKind::Supervision));
    assert_eq!(told.supervision.expect("told").state, SupervisionState::Overdue);
    let answer = answer_command(&world);
    world.must(&officer(), &answer);
    assert_eq!(world.case.clock(DeadlineKind::Supervision).expect("there").state, DeadlineState::MetLate);
}

/// DW-19: passed on twice in a row with nothing done, the matter is supervised: asked of whoever has it now, with those who passed it on
/// named. Whatever is done between ends the row, and so does nothing else.
#[test]
fn dw_19_two_hand_overs_in_a_row_are_supervised() {
    let third = "990102003-office";
    let of = |code: &str| staff(2, code, &[Role::UnitHead]);
    let mut world = accepted("street-office");
    assert_eq!(orders(&world.must(&of(UNIT), &hand_over(OTHER))), []);
    let events = world.must(&of(OTHER), &hand_over(third));
    assert_eq!(orders(&events), [(SupervisionGround::Evasion, third.to_owned())]);
    assert!(matches!(events[0], Event::HandedOver { .. }), "the hand-over itself is not held up");
    assert_eq!(world.case.open_order().expect("open").passed_on_by, [unit(UNIT), unit(OTHER)]);
    assert_eq!(orders(&world.must(&of(third), &hand_over(UNIT))), [], "one order is open already");

    let mut taken_up = World::registered("street-office", PetitionClass::Request, morning("2026-03-02"));
    taken_up.must(&of(UNIT), &hand_over(OTHER));
    taken_up.must(&staff(4, OTHER, &[Role::Officer]), &Command::accept(Grade::Ordinary));
    assert_eq!(orders(&taken_up.must(&of(OTHER), &hand_over(third))), [], "taken up between");

    let mut worked_on = accepted("street-office");
    worked_on.must(&of(UNIT), &hand_over(OTHER));
    let theirs = Command::Assign { officer: person(4), officer_unit: unit(OTHER), unit: None, is_discipline: false };
    worked_on.must(&of(OTHER), &theirs);
    let step = Command::DoStep { step: "earlier_handling".to_owned(), note: "已查".to_owned() };
    worked_on.must(&staff(4, OTHER, &[Role::Officer]), &step);
    assert_eq!(orders(&worked_on.must(&of(OTHER), &hand_over(third))), [], "a step was done between");

    let mut named_only = accepted("street-office");
    named_only.must(&of(UNIT), &hand_over(OTHER));
    named_only.must(&of(OTHER), &theirs);
    assert_eq!(orders(&named_only.must(&of(OTHER), &hand_over(third))).len(), 1, "naming an officer does nothing yet");

    let mut leaders = accepted("street-office");
    for leader in [8, 9, 10] {
        let to = Command::HandOver {
            unit: unit(UNIT),
            leader: Some(person(leader)),
            reason: "分管调整".to_owned(),
            is_discipline: false,
        };
        assert_eq!(orders(&leaders.must(&of(UNIT), &to)), [], "another leader of the same unit is no evasion");
    }
}
