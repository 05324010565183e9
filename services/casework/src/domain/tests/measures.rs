//! Measures of the joint conference (REG-53), and the wrongs of Art. 43–45 as grounds of supervision (REG-52).

use huiyin_contracts::casework::{DeadlineKind, DeadlineState, MeasureKind, Outcome, ReviewResult};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, DistrictCode, Role};
use huiyin_policy::rules::SupervisionGround;

use super::commands::{answer_command, proposal, review_opinion};
use super::supervision::{accepted, conclude, due, supervised};
use super::world::{REVIEWER, UNIT, World, date, head, morning, officer, person, reviewer, rule, supervisor, unit};
use crate::domain::{
    Command, CommandKind, Event, IssuedBy, Refusal, StateKind, Supervise, SupervisionRefusal, permit, snapshot,
};

fn measure(kind: MeasureKind, rectify_by: Option<&str>) -> Command {
    let (reason, rectify_by) = ("久拖不办，经督办仍未改正".to_owned(), rectify_by.map(date));
    Command::Supervise(Supervise::Measure { kind, reason, rectify_by })
}

fn report() -> Command {
    Command::Supervise(Supervise::ReportRectification { done: "已调整承办人并逐件清理".to_owned() })
}

fn refused(given: Result<Vec<Event>, Refusal>) -> SupervisionRefusal {
    match given {
        Err(Refusal::Supervision(refusal)) => {
            assert!(!refusal.told().zh.is_empty() && !refusal.told().en.is_empty());
            refusal
        }
        other => panic!("{other:?}"),
    }
}

/// By a supervisor or main leader, in a matter under supervision, on the office called to account; all four kinds, each told.
#[test]
fn reg_53_measures_are_taken_on_the_office_called_to_account() {
    let mut fresh = accepted("national-2022");
    assert_eq!(refused(fresh.give(&supervisor(), &measure(MeasureKind::Summons, None))), SupervisionRefusal::NoOrder);
    let mut world = supervised("national-2022");
    for stranger in [officer(), head()] {
        let taken = world.give(&stranger, &measure(MeasureKind::Summons, None));
        assert_eq!(refused(taken), SupervisionRefusal::NotSupervisor);
    }
    for kind in [MeasureKind::Summons, MeasureKind::Bulletin, MeasureKind::Listing] {
        let events = world.must(&supervisor(), &measure(kind, None));
        let told = snapshot(&world.case, &events[0]);
        let last = told.supervision.expect("told").measures.last().cloned().expect("a measure");
        assert_eq!((last.kind, last.unit, last.rectify_by), (kind, unit(UNIT), None));
        assert_eq!(world.case.clock(DeadlineKind::Rectification), None, "only a rectification has a day");
    }
    let text = serde_json::to_string(&snapshot(&world.case, &Event::Approved)).expect("writes");
    assert!(!text.contains("久拖不办"), "its words stay inside");
    assert_eq!(world.state(), StateKind::Accepted, "the matter goes on");
}

/// A rectification has its day, its clock and its report; one at a time; it goes on when the order is concluded.
#[test]
fn reg_53_a_rectification_is_reported_by_its_day() {
    let mut world = supervised("national-2022");
    let wrong = [
        measure(MeasureKind::Rectification, None),
        measure(MeasureKind::Rectification, Some("2026-03-02")),
        measure(MeasureKind::Summons, Some("2026-04-01")),
    ];
    for command in wrong {
        assert_eq!(refused(world.give(&supervisor(), &command)), SupervisionRefusal::RectificationDay, "{command:?}");
    }
    assert_eq!(refused(world.give(&officer(), &report())), SupervisionRefusal::NothingToRectify);
    // A Sunday: as the conference set it.
    world.must(&supervisor(), &measure(MeasureKind::Rectification, Some("2026-03-22")));
    let clock = world.case.clock(DeadlineKind::Rectification).expect("runs");
    assert_eq!(clock.deadline.last_day, date("2026-03-22"));
    let second = world.give(&supervisor(), &measure(MeasureKind::Rectification, Some("2026-04-22")));
    assert_eq!(refused(second), SupervisionRefusal::RectificationOpen { until: date("2026-03-22") });
    let answer = answer_command(&world);
    world.must(&officer(), &answer);
    world.must(&supervisor(), &conclude());
    assert!(world.case.scopes().contains(&format!("unit:{UNIT}")), "it still sees what it owes");
    let mark = due(&world, DeadlineKind::Rectification);
    let events = world.at("2026-03-23").must(&rule(), &mark);
    assert_eq!(events, [Event::Overdue { kind: DeadlineKind::Rectification }]);
    assert_eq!(refused(world.give(&supervisor(), &report())), SupervisionRefusal::NotAddressed { unit: unit(UNIT) });
    world.must(&officer(), &report());
    assert_eq!(world.case.clock(DeadlineKind::Rectification).expect("met").state, DeadlineState::MetLate);
    assert!(world.case.open_rectification().is_none());
    world.must(&supervisor(), &measure(MeasureKind::Rectification, Some("2026-04-22")));
}

/// DOMAIN part D, REG-22: nothing of it for an accusation, and no measure names who petitioned.
#[test]
fn reg_53_no_measure_on_a_petitioner_or_in_an_accusation() {
    let world = World::new("national-2022", PetitionClass::Accusation);
    let may = permit(&world.case, CommandKind::TakeMeasure, &world.policy, &supervisor());
    assert_eq!(may, Err(SupervisionRefusal::Accusation.into()));
    let far = Actor::Staff {
        staff_id: person(21),
        unit: unit("990103-xfj"),
        district: DistrictCode::parse("990103").expect("a code"),
        roles: vec![Role::Supervisor],
    };
    let mut world = supervised("national-2022");
    let refusal = refused(world.give(&far, &measure(MeasureKind::Summons, None)));
    assert!(matches!(refusal, SupervisionRefusal::OtherDistrict { .. }));
}

/// Art. 43–45: each wrong of an office that the law names is a ground of the closed list, with its article.
#[test]
fn reg_52_every_wrong_of_articles_43_to_45_is_a_ground_with_its_article() {
    let policy = World::new("national-2022", PetitionClass::Request).policy;
    for (code, article) in [
        ("not_registered", "第四十四条第一项"),
        ("not_taken_up", "第四十四条第二项"),
        ("not_told_in_time", "第四十四条第三项"),
        ("overdue", "第四十五条第一项"),
        ("not_supported", "第四十五条第二项"),
    ] {
        let ground = SupervisionGround::with_code(code).expect("of the list");
        let rule = policy.supervision.ground(ground);
        assert!(rule.article.contains(article), "{code}: {}", rule.article);
        let mut world = accepted("national-2022");
        let demand = "请说明情况".to_owned();
        world.must(&supervisor(), &Command::Supervise(Supervise::Order { ground: code.to_owned(), demand }));
        assert_eq!(world.case.open_order().expect("open").ground, ground);
    }
}

/// Art. 44(3): not told in time whether it is taken up, the office is called to account by rule; a pack may switch that off.
#[test]
fn reg_52_a_petitioner_not_told_in_time_calls_the_office_to_account() {
    let late = |switched_off: bool| {
        let mut world = World::registered("national-2022", PetitionClass::Request, morning("2026-03-02"));
        if switched_off {
            let body = "id = \"river\"\ntitle = { zh = \"河沿\", en = \"River\" }\nextends = \"national-2022\"\nin_force = { from = \"2024-01-01\" }\n\
                        [supervision]\norder_when_not_told = { value = false, source = \"河沿办法\" }\n";
            world.policy = huiyin_policy::PackLibrary::bundled().check("river.toml", body).expect("a pack");
        }
        let mark = due(&world, DeadlineKind::Acceptance);
        world.at("2026-03-18").must(&rule(), &mark);
        world.case.open_order().map(|order| (order.ground, order.issued_by.clone()))
    };
    assert_eq!(late(false), Some((SupervisionGround::NotToldInTime, IssuedBy::Rule)));
    assert_eq!(late(true), None);
}

/// Art. 45(2): a refusal that a reviewing body turns into support; upheld, or changed within a refusal, nothing is ordered.
#[test]
fn reg_52_a_refusal_that_a_review_turns_into_support_calls_the_office_to_account() {
    let reviewed = |outcome: Outcome, result: ReviewResult, decided: Option<Outcome>| {
        let mut world = World::reach("national-2022", PetitionClass::Request, StateKind::Investigating);
        world.must(&officer(), &Command::Propose(proposal(outcome)));
        world = world.approved_to_review();
        let mut opinion = review_opinion(result);
        opinion.outcome = decided;
        world.must(&reviewer(REVIEWER, &[Role::Officer]), &Command::ProposeReview(opinion));
        world.approve_review(REVIEWER);
        world.deliver_review(REVIEWER);
        world.case.open_order().map(|order| (order.ground, order.target_unit.to_string()))
    };
    let called = Some((SupervisionGround::NotSupported, UNIT.to_owned()));
    assert_eq!(reviewed(Outcome::NotSupported, ReviewResult::Changed, Some(Outcome::Supported)), called);
    assert_eq!(reviewed(Outcome::NotSupported, ReviewResult::Withdrawn, Some(Outcome::Supported)), called);
    assert_eq!(reviewed(Outcome::NotSupported, ReviewResult::Upheld, None), None);
    assert_eq!(reviewed(Outcome::NotSupported, ReviewResult::Changed, Some(Outcome::Explained)), None);
    assert_eq!(reviewed(Outcome::Supported, ReviewResult::Changed, Some(Outcome::Supported)), None);
}
