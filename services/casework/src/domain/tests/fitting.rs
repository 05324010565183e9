//! For every command, data and an actor that fit a case as it stands.

use chrono::TimeDelta;
use huiyin_contracts::casework::{DeadlineKind, Grade, MeasureKind, Outcome, ReportLevel, ReviewResult, VisitFinding};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role, Service};

use super::commands::{
    all_true, answer_command, appraise_command, consult_command, decide_command, defer_command, fix_command, forward,
    hearing, link_command, material_command, order_command, part_command, proposal, reception, report_command,
    review_opinion, satisfied, select_command, settle_command, visit, withdraw,
};
use super::world::{
    OTHER, REVIEWER, UNIT, World, add_to_library, leader, main_leader, nobody, officer, person, reviewer, rule,
    supervisor, unit,
};
use crate::domain::{
    Command, CommandKind, Finding, LinkKind, Mark, Note, ReplyManner, StateKind, Supervise, VisitMeans, clock_of,
};

/// Fitting data and a fitting actor for a command in the case as it stands: whatever is refused now, is refused for its
/// state or class.
pub(super) fn fitting(world: &World, kind: CommandKind) -> Vec<(Actor, Command)> {
    // Somebody of the unit whose turn it is, in every role.
    let acting = Some(world.case.acting_unit().as_str()).filter(|acting| *acting != UNIT);
    let everything = [Role::Officer, Role::UnitHead, Role::MainLeader];
    let staff = acting.map_or_else(main_leader, |acting| reviewer(acting, &everything));
    let head = acting.map_or_else(super::world::head, |acting| reviewer(acting, &[Role::UnitHead]));
    // An order goes to the unit that answers for the matter, also while another reviews what it answered.
    let called = called(world);
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
        CommandKind::GivePart => one(staff, part_command("990102-water", world)),
        CommandKind::ReportPart => {
            let done_on = huiyin_calendar::local_date(world.now).expect("in range");
            let report = Command::ReportPart { nth: 1, done_on, result: "已检测".to_owned() };
            one(reviewer("990102-water", &[Role::Officer]), report)
        }
        CommandKind::TakePartBack => one(staff, Command::TakePartBack { nth: 1, reason: "不再需要".to_owned() }),
        CommandKind::Defer => one(called, defer_command(world)),
        CommandKind::SettleDeferred => {
            let done_on = huiyin_calendar::local_date(world.now).expect("in range");
            one(called, Command::SettleDeferred { done_on, note: "管网改造已完成".to_owned() })
        }
        CommandKind::AddToLibrary => {
            one(supervisor(), Command::AddToLibrary { field: "住建".to_owned(), reason: "涉及多个部门".to_owned() })
        }
        CommandKind::RemoveFromLibrary => {
            one(supervisor(), Command::RemoveFromLibrary { reason: "已无需领导协调".to_owned() })
        }
        CommandKind::SetPlan => {
            let until = huiyin_calendar::local_date(world.now).expect("in range");
            one(called, Command::SetPlan { text: "先检测，再修复".to_owned(), until })
        }
        CommandKind::Instruct => one(leader(person(9)), Command::Instruct { text: "请抓紧核实".to_owned() }),
        CommandKind::AskAppointment => one(called, Command::AskAppointment { wish: None }),
        CommandKind::GiveMaterial => one(called, material_command()),
        CommandKind::FixAppointment => one(rule(), fix_command(world, 1)),
        CommandKind::ReleaseAppointment => one(rule(), Command::ReleaseAppointment { visit_id: visit(1) }),
        CommandKind::RecordConsultation => one(called, consult_command(world)),
        CommandKind::SelectLeader => one(supervisor(), select_command(world)),
        CommandKind::AnswerSelection => {
            one(leader(person(9)), Command::AnswerSelection { agrees: false, reason: Some("不分管".to_owned()) })
        }
        CommandKind::PublishSelection => {
            one(supervisor(), Command::PublishSelection { summary: "一处住宅漏水".to_owned() })
        }
        CommandKind::Point => one(
            staff,
            Command::Point { to_body: "人民法院".to_owned(), text: "请向法院提出".to_owned(), road: None },
        ),
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
        CommandKind::SignFor => one(staff, Command::SignFor),
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
        CommandKind::Recuse => one(staff, Command::Recuse { person: person(77), reason: "系信访人近亲属".to_owned() }),
        CommandKind::AppraiseFile => one(called, appraise_command(Finding::Destroy)),
        CommandKind::DestroyFile => one(supervisor(), Command::DestroyFile { is_petition_office: true }),
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
            one(rule(), Command::Mark { kind: clock_kind, mark: Mark::Warning(0), generation, leaders: nobody() })
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
        CommandKind::TakeMeasure => one(
            supervisor(),
            Command::Supervise(Supervise::Measure {
                kind: MeasureKind::Summons,
                reason: "久拖不办".to_owned(),
                rectify_by: None,
            }),
        ),
        CommandKind::ReportRectification => {
            one(called, Command::Supervise(Supervise::ReportRectification { done: "已整改".to_owned() }))
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
pub(super) fn suited(mut world: World, kind: CommandKind) -> World {
    let answered = matches!(world.state(), StateKind::Replied | StateKind::Delivered);
    let wide = matches!(kind, CommandKind::Approve | CommandKind::Waive);
    if wide || (kind == CommandKind::Extend && world.case.clocks.len() > 1) {
        world.case.grade = Grade::Wide;
    } else if kind == CommandKind::Archive {
        // When nothing can be asked for or said any more.
        world.now += TimeDelta::days(60);
    } else if matches!(kind, CommandKind::AppraiseFile | CommandKind::DestroyFile) {
        // When its time is over.
        world.now += TimeDelta::days(60);
        let archive = Command::Archive { is_petition_office: true, receipt: Some("SD-1".to_owned()) };
        drop(world.give(&officer(), &archive));
        world.now += TimeDelta::days(40 * 366);
        if kind == CommandKind::DestroyFile {
            drop(world.give(&officer(), &appraise_command(Finding::Destroy)));
        }
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
    } else if matches!(kind, CommandKind::ReportPart | CommandKind::TakePartBack) {
        let part = part_command("990102-water", &world);
        drop(world.give(&called(&world), &part));
    } else if kind == CommandKind::SettleDeferred {
        let defer = defer_command(&world);
        drop(world.give(&called(&world), &defer));
    } else if kind.is_appointment() && kind != CommandKind::AskAppointment {
        let unit = called(&world);
        drop(world.give(&unit, &Command::AskAppointment { wish: None }));
        drop(world.give(&unit, &material_command()));
        if kind != CommandKind::FixAppointment {
            let fix = fix_command(&world, 1);
            drop(world.give(&rule(), &fix));
        }
    } else if matches!(kind, CommandKind::RemoveFromLibrary | CommandKind::SelectLeader) {
        add_to_library(&mut world);
    } else if matches!(kind, CommandKind::AnswerSelection | CommandKind::PublishSelection) {
        add_to_library(&mut world);
        let select = select_command(&world);
        drop(world.give(&supervisor(), &select));
        if kind == CommandKind::PublishSelection {
            drop(world.give(&leader(person(9)), &Command::AnswerSelection { agrees: true, reason: None }));
        }
    } else if kind == CommandKind::AnswerAdvice {
        drop(world.give(&supervisor(), &Command::Supervise(Supervise::Advise { text: "完善移交制度".to_owned() })));
    } else if kind == CommandKind::ReportRectification {
        let rectify_by = Some((world.now + TimeDelta::days(30)).date_naive());
        let reason = "久拖不办".to_owned();
        let measure = Supervise::Measure { kind: MeasureKind::Rectification, reason, rectify_by };
        drop(world.give(&supervisor(), &Command::Supervise(measure)));
    } else if kind == CommandKind::Reckon {
        for clock in &mut world.case.clocks {
            "older".clone_into(&mut clock.deadline.calendar_version);
        }
    }
    world
}

/// Somebody of the unit that answers for the matter, in every role.
fn called(world: &World) -> Actor {
    let responsible = world.case.responsible_unit.as_str();
    if responsible == UNIT {
        main_leader()
    } else {
        reviewer(responsible, &[Role::Officer, Role::UnitHead, Role::MainLeader])
    }
}
