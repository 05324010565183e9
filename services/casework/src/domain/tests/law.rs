//! Rules of the law and of towns that the road itself keeps, each by its name.

use chrono::Datelike as _;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Outcome};
use huiyin_contracts::intake::PetitionClass;
use huiyin_contracts::scheduling::VisitOutcome;
use huiyin_kernel::{Actor, Role, Service};
use huiyin_policy::PackLibrary;

use super::commands::{decide_command, hand_down, proposal, reception};
use super::world::{OTHER, REVIEWER, UNIT, World, date, main_leader, morning, officer, reviewer, unit};
use crate::domain::{
    Command, CommandKind, Event, Reception, Refusal, Road, RoutingRefusal, StateKind, permit, public_type, snapshot,
};

const REQUEST: PetitionClass = PetitionClass::Request;

/// A pack of a place that changes so many rules of the law's own.
fn pack(rules: &str) -> Result<std::sync::Arc<huiyin_policy::Policy>, huiyin_policy::PackErrors> {
    let body = format!(
        "id = \"river\"\ntitle = {{ zh = \"河沿\", en = \"River\" }}\nextends = \"national-2022\"\n\
         in_force = {{ from = \"2024-01-01\" }}\n[clocks]\n{rules}"
    );
    PackLibrary::bundled().check("river.toml", &body)
}

fn last_day(world: &World, kind: DeadlineKind) -> chrono::NaiveDate {
    world.case.clock(kind).expect("the clock runs").deadline.last_day
}

/// REG-19: Zhejiang decides in five working days, Beijing objects within five: a pack says so, the dates follow, and none may go beyond the law.
#[test]
fn reg_19_a_pack_sets_five_working_days_to_route_and_to_object() {
    let rules = "notice_local = { period = \"5 working days\", from = \"registered\", roll = \"forward\", source = \"浙江省信访条例 第20条 (REG-19)\" }\n\
                 objection = { period = \"5 working days\", from = \"received\", roll = \"forward\", source = \"北京市信访条例 第35条 (REG-19)\" }\n";
    let policy = pack(rules).expect("a pack");
    let mut world = World::registered("national-2022", REQUEST, morning("2026-09-30"));
    assert_eq!(last_day(&world, DeadlineKind::Acceptance), date("2026-10-15"));
    let opened =
        crate::domain::open(world.case.facts.clone(), unit(UNIT), None, &policy, &world.calendar).expect("opens");
    let case = crate::domain::Case::replay([(&opened, world.now)].into_iter()).expect("opened");
    let clock = case.clock(DeadlineKind::Acceptance).expect("runs");
    assert_eq!(clock.deadline.last_day, date("2026-10-13"), "five working days over the holiday");
    world.policy = policy;
    world.must(&officer(), &hand_down(OTHER, date("2026-11-10")));
    assert_eq!(world.case.transfer.as_ref().expect("sent").objection_until, date("2026-10-13"));
    let beyond =
        "notice = { period = \"20 calendar days\", from = \"registered\", roll = \"forward\", source = \"x\" }\n";
    assert!(pack(beyond).is_err(), "a place may shorten what the law gives, and not lengthen it");
}

/// REG-18: the fifteen days shared out over four levels (5 + 3 + 3 + 4): each level's pack has its own share, and each receiver's begins with
/// its own receipt, so that all of them together are within the fifteen.
#[test]
fn reg_18_each_level_has_its_share_of_the_fifteen_days() {
    let shares = [5, 3, 3, 4];
    assert_eq!(shares.iter().sum::<u32>(), 15);
    let share = |days: u32| {
        let rule = format!(
            "notice_local = {{ period = \"{days} calendar days\", from = \"registered\", roll = \"none\", source = \"国信发〔2014〕16号 第6条 (REG-18)\" }}\n"
        );
        pack(&rule).expect("a pack")
    };
    let mut world = World::registered("national-2022", REQUEST, morning("2026-03-02"));
    let facts = world.case.facts.clone();
    let opened = crate::domain::open(facts, unit(UNIT), None, &share(shares[0]), &world.calendar).expect("opens");
    let first = crate::domain::Case::replay([(&opened, world.now)].into_iter()).expect("opened");
    let mut day = first.clock(DeadlineKind::Acceptance).expect("runs").deadline.last_day;
    assert_eq!(day, date("2026-03-07"));
    let (mut from, mut to) = (UNIT, OTHER);
    for days in &shares[1..] {
        world.at(&day.to_string());
        world.policy = share(*days);
        let sent = Command::Transfer { unit: unit(to), demand: None, report_by: None, is_discipline: false };
        world.must(&reviewer(from, &[Role::Officer]), &sent);
        day = last_day(&world, DeadlineKind::Acceptance);
        std::mem::swap(&mut from, &mut to);
    }
    assert_eq!((day.month(), day.day()), (3, 17), "registered on March 2nd, the last level decides by the 17th");
}

/// REG-23: five roads lead into procedures of other laws, each told with its article and body, and none has the 60 days; the sixth has.
#[test]
fn reg_23_five_roads_lead_elsewhere_and_only_the_sixth_has_sixty_days() {
    for (nth, road) in Road::ALL.into_iter().enumerate() {
        let mut world = World::new("national-2022", REQUEST);
        let led = Command::Point {
            to_body: "市劳动人事争议仲裁院".to_owned(),
            text: "请申请仲裁".to_owned(),
            road: Some(road),
        };
        let events = world.must(&officer(), &led);
        assert_eq!(world.state(), StateKind::Closed);
        assert!(world.case.clock(DeadlineKind::Handling).is_none(), "{road:?} has the periods of its own law");
        assert_eq!(snapshot(&world.case, &events[0]).reason_code.as_deref(), Some(road.code()));
        let (zh, en) = crate::domain::words(&events[0], &crate::domain::Naming::default());
        assert!(zh.contains(road.words().0) && zh.contains("仲裁院") && en.contains(road.words().1), "{zh} {en}");
        let article = ["一", "二", "三", "四", "五"][nth];
        assert!(road.article().ends_with(&format!("第三十一条第{article}项")));
    }
    let mut sixth = World::new("national-2022", REQUEST);
    sixth.accept(Grade::Ordinary);
    assert_eq!(
        last_day(&sixth, DeadlineKind::Handling),
        date("2026-05-06"),
        "60 days from 03-02 end on 05-01, a holiday"
    );
    let mut suggestion = World::new("national-2022", PetitionClass::Suggestion);
    let led =
        Command::Point { to_body: "区人民法院".to_owned(), text: "-".to_owned(), road: Some(Road::Judicial) };
    assert_eq!(suggestion.give(&officer(), &led), Err(RoutingRefusal::RoadOfRequests.into()));
}

/// REG-29, QL-12: what is reasonable is solved and carried out; what is not, is explained; hardship is helped whatever the opinion; and of
/// the fourth limb there is nothing here (OOS-05): these outcomes and no others fit a request.
#[test]
fn reg_29_and_ql_12_solve_explain_or_help_and_nothing_else() {
    let every = [
        Outcome::Supported,
        Outcome::Explained,
        Outcome::NotSupported,
        Outcome::Adopted,
        Outcome::PartlyAdopted,
        Outcome::NotAdopted,
        Outcome::Pointed,
        Outcome::Declined,
        Outcome::Forwarded,
        Outcome::Withdrawn,
        Outcome::SettledOnSpot,
        Outcome::Settled,
    ];
    for outcome in every {
        let mut world = World::reach("street-office", REQUEST, StateKind::Assigned);
        world.investigate();
        let may = world.give(&officer(), &Command::Propose(proposal(outcome))).is_ok();
        assert_eq!(
            may,
            matches!(outcome, Outcome::Supported | Outcome::Explained | Outcome::NotSupported),
            "{outcome:?}"
        );
    }
    for outcome in [Outcome::Supported, Outcome::NotSupported] {
        let mut world = World::reach("street-office", REQUEST, StateKind::Assigned);
        world.investigate();
        let mut opinion = proposal(outcome);
        opinion.hardship = true;
        world.must(&officer(), &Command::Propose(opinion));
        let events = world.must(&main_leader(), &Command::Approve);
        assert!(events.contains(&Event::ReliefReferred) && world.case.relief_referral, "{outcome:?}");
        world.reply();
        world.deliver();
        let close = permit(&world.case, CommandKind::Close, &world.policy, &officer());
        assert!(close.is_err(), "carried out, and told, before it is closed");
    }
}

/// HB-12, XT-08: at a reception a matter is settled now, goes to a department with its day, or is explained; what is taken away to study
/// always has the day of its reply, and without the grade that sets it the record is refused.
#[test]
fn hb_12_and_xt_08_what_is_taken_away_to_study_has_its_day_of_reply() {
    let scheduling = Actor::System { service: Service::Scheduling };
    for grade in [Grade::Ordinary, Grade::Complex, Grade::Wide] {
        let mut world = World::new("street-office", REQUEST);
        world.must(&scheduling, &Command::Order { grade, reception: reception(1) });
        let clock = world.case.clock(DeadlineKind::Handling).expect("the day of the reply");
        assert_eq!(clock.state, DeadlineState::Running);
        assert!(local_date(world.now).is_some_and(|today| today < clock.deadline.last_day));
    }
    let dateless = serde_json::json!({ "outcome": "assigned" });
    assert!(serde_json::from_value::<VisitOutcome>(dateless).is_err(), "no outcome without what sets its day");
    let unknown = serde_json::json!({ "outcome": "studied", "grade": "ordinary" });
    assert!(serde_json::from_value::<VisitOutcome>(unknown).is_err(), "and no outcome beyond the list");
    let mut explained = World::new("street-office", REQUEST);
    explained
        .must(&scheduling, &Command::Explain { summary: "说明政策".to_owned(), aided: false, reception: reception(1) });
    assert!(explained.case.explained.is_some());
}

/// XT-20: whoever coordinates names one body that answers; the others assist, and none does both.
#[test]
fn xt_20_one_body_answers_and_a_second_owner_is_refused() {
    let mut world = World::new("national-2022", REQUEST);
    let question = Command::ReferCompetence {
        others: vec![unit(OTHER)],
        reason: "跨两个街道".to_owned(),
        decider: Some(unit(REVIEWER)),
    };
    world.must(&officer(), &question);
    let decider = reviewer(REVIEWER, &[Role::Officer]);
    let mut both = decide_command(OTHER);
    if let Command::DecideCompetence { assisting, .. } = &mut both {
        *assisting = vec![unit(UNIT), unit(OTHER)];
    }
    assert_eq!(world.give(&decider, &both), Err(RoutingRefusal::AssistsItself { unit: unit(OTHER) }.into()));
    world.must(&decider, &decide_command(OTHER));
    let again = world.give(&decider, &decide_command(UNIT));
    assert_eq!(again, Err(RoutingRefusal::NothingReferred.into()), "decided is decided");
    let owners = world.case.units().into_iter().filter(|(_, part)| *part == crate::domain::Part::Responsible);
    assert_eq!(owners.count(), 1);
}

/// DZ-06: a leader who took a matter has it to the end: nobody takes it from them, and another is named only by a hand-over with its reason.
#[test]
fn dz_06_whoever_took_a_matter_has_it_to_the_end() {
    let mut world = World::reach("dazhou-dpf", REQUEST, StateKind::Accepted);
    world.must(&main_leader(), &Command::Take);
    let owner = world.case.leader;
    assert!(world.case.taken_by_leader && owner.is_some());
    assert_eq!(world.give(&main_leader(), &Command::Take), Err(Refusal::TakenAlready));
    let mut ended = World::reach("dazhou-dpf", REQUEST, StateKind::Accepted);
    ended.must(&main_leader(), &Command::Take);
    ended.assign();
    ended.investigate();
    assert_eq!(ended.case.leader, owner, "the officer's work leaves the owner");
}

/// DZ-15: a visit by appointment or to the place goes the same road as a reception: the same events, the same state, the same steps.
#[test]
fn dz_15_every_form_of_reception_goes_the_same_road() {
    let road = |is_field_visit: bool| {
        let mut world = World::new("dazhou-dpf", REQUEST);
        let brought = Reception { is_field_visit, ..reception(1) };
        let scheduling = Actor::System { service: Service::Scheduling };
        let events = world.must(&scheduling, &Command::Order { grade: Grade::Ordinary, reception: brought });
        let types: Vec<_> = events.iter().map(|event| (event.name(), public_type(event))).collect();
        let steps: Vec<_> =
            world.policy.gates.steps.all().filter(|step| world.case.is_asked(step)).map(|s| s.code.clone()).collect();
        (types, world.state(), world.case.leader, steps)
    };
    assert_eq!(road(false), road(true));
}
