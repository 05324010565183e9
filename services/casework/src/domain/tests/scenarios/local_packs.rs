//! The systems of cities, a county and two bodies.

use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome};
use huiyin_contracts::intake::{PetitionClass, PetitionKind};
use huiyin_kernel::{Actor, Role};

use super::super::commands::{
    all_true, assign_command, consult_command, fix_command, material_command, plan_command, reception,
};
use super::super::world::{
    World, head, leader, main_leader, morning, nobody, officer, person, reviewer, rule, supervisor, unit,
};
use super::national::{accepted, answered, step};
use super::transcript::Transcript;
use crate::domain::{Call, CallEvent, Candidates, Command, Mark, Office, Reception, ReplyAnswer};

fn steps(t: &mut Transcript, actor: &Actor, codes: &[&str]) {
    for code in codes {
        t.act(actor, &step(code));
    }
}

fn first_leader() -> Actor {
    leader(person(9))
}

/// A promise at a reception, not kept in time: who received first takes the case.
pub(super) fn wuhan() -> Transcript {
    let about =
        "接访领导当场不能解决的，出具承诺书一式两份，承诺期限就是办理期限；到期未办结，由首接领导包案，同时自动督办。";
    let mut t = Transcript::begin("wuhan", about);
    let mut conditions = all_true();
    conditions.evidence_sufficient = false;
    let (result, result_summary) = ("已修复".to_owned(), "已修复".to_owned());
    let on_spot = Command::SettleOnSpot { conditions, result, result_summary, reception: Some(reception(1)) };
    t.refused(&rule(), &on_spot);
    t.act(&rule(), &Command::Promise { grade: Grade::Ordinary, reception: reception(1) });
    t.act(&head(), &assign_command());
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    t.late(DeadlineKind::Handling).mark(DeadlineKind::Handling, Mark::Due);
    t.on("2026-05-08");
    answered(&mut t, Outcome::Supported, &[head()]);
    steps(&mut t, &officer(), &["carry_out"]);
    t.act(&officer(), &Command::Close);
    t
}

/// A taken case closed by four acts in order.
pub(super) fn shenzhen() -> Transcript {
    let about = "领导包案的事项：专门小组、包案领导亲自推动；办结须责任单位主要领导签字、信访部门审核、到现场确认、包案领导审定，四步依次进行。";
    let mut t = Transcript::begin("shenzhen", about);
    t.act(&officer(), &Command::accept(Grade::Ordinary));
    let instruct = Command::Instruct { text: "请住建局核实，十日内报告".to_owned() };
    t.refused(&officer(), &instruct).act(&first_leader(), &instruct);
    t.act(&first_leader(), &Command::Take).act(&head(), &assign_command());
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    t.refused(&officer(), &step("leader_work"));
    steps(&mut t, &officer(), &["special_group"]);
    t.refused(&officer(), &step("leader_work")).act(&first_leader(), &step("leader_work"));
    t.on("2026-03-20");
    answered(&mut t, Outcome::Supported, &[main_leader()]);
    steps(&mut t, &officer(), &["carry_out"]);
    t.refused(&supervisor(), &step("site_confirmation"));
    steps(&mut t, &main_leader(), &["unit_signs"]);
    steps(&mut t, &supervisor(), &["bureau_audit", "site_confirmation"]);
    t.refused(&officer(), &Command::Close);
    steps(&mut t, &first_leader(), &["leader_approves"]);
    t.act(&officer(), &Command::Close);
    t.on("2026-03-30");
    assert!(calls_for_matters(&mut t).is_none(), "not in the first quarter");
    t.on("2026-04-07");
    let call = calls_for_matters(&mut t).expect("due in the second quarter");
    t.on("2026-04-10");
    let roads = reviewer("990102-roads", &[Role::UnitHead]);
    let nothing = || ReplyAnswer::Nothing { reason: "近期没有疑难事项".to_owned() };
    let replied = call.reply(nothing(), &roads);
    let call = call.apply(replied.as_ref().expect("asked"), t.world.now);
    t.beside(
        "区交通局",
        "回复：没有合适事项，并说明原因",
        replied.map(|_| "已回复".to_owned()).map_err(|no| no.told()),
    );
    let again = call.reply(nothing(), &roads).map(|_| String::new()).map_err(|no| no.told());
    t.beside("区交通局", "再次回复", again);
    let remind_on = huiyin_calendar::local_date(call.raised.remind_at).expect("in range");
    t.on(&remind_on.to_string());
    let reminded = match call.remind() {
        Some(CallEvent::Reminded { units }) => format!("催报{}个还没有回复的单位，只催一次", units.len()),
        other => panic!("{other:?}"),
    };
    t.beside("系统按规则", "催报", Ok(reminded));
    t
}

/// A platform asks two units for matters fit for leaders, where a call is due (SZ-13).
fn calls_for_matters(t: &mut Transcript) -> Option<Call> {
    let policy = std::sync::Arc::clone(&t.world.policy);
    let (district, office) = (t.world.case.facts.district.clone(), unit("990102-xfj"));
    let rule = policy.ownership.case_calls.as_deref();
    let today = huiyin_calendar::local_date(t.world.now).expect("in range");
    let units = ["990102-housing", "990102-roads"].map(unit).into();
    let asks = Office { district: &district, unit: &office, rule };
    let raised = asks.raise("letters", units, &reviewer("990102-xfj", &[Role::Supervisor]), today);
    let call = raised.as_ref().ok().and_then(|event| Call::begun(uuid::Uuid::from_u128(1).into(), event, t.world.now));
    let came = match (&call, raised) {
        (Some(call), _) => {
            let (quarter, day) = (call.raised.quarter.zh(), crate::domain::day_zh(call.raised.reply_by));
            Ok(format!("{quarter}征集通知已发{}个单位，{day}前回复", call.raised.units.len()))
        }
        (None, Err(no)) => Err(no.told()),
        (None, Ok(event)) => panic!("{event:?} begins no call"),
    };
    t.beside("区信访局来信办理平台", "征集适合领导包案的事项", came);
    call
}

/// One plan, a panel that may be left out with a reason, two duties of the leader.
pub(super) fn jiaxing() -> Transcript {
    let about = "涉及面广的事项：包案后一事一策；评议团评议原则上要有，确不需要的说明理由后可以免除；接待协调、督查督办由包案领导负责。";
    let mut t = Transcript::begin("jiaxing", about);
    t.act(&officer(), &Command::accept(Grade::Wide));
    t.act(&first_leader(), &Command::Take).act(&head(), &assign_command());
    steps(&mut t, &officer(), &["hear_petitioner", "investigate", "one_plan"]);
    t.refused(&officer(), &Command::Propose(super::super::commands::proposal(Outcome::Supported)));
    let waive = |code: &str| Command::Waive { step: code.to_owned(), reason: "当事各方已达成一致".to_owned() };
    t.refused(&head(), &waive("investigate")).act(&head(), &waive("panel_opinion"));
    t.on("2026-04-15");
    answered(&mut t, Outcome::Supported, &[head(), main_leader()]);
    steps(&mut t, &officer(), &["carry_out"]);
    steps(&mut t, &first_leader(), &["coordinate", "supervise"]);
    t.act(&officer(), &Command::Close);
    t
}

/// The parties are invited, and the people are told.
pub(super) fn tianjin() -> Transcript {
    let about = "包案领导约请当事人和属事单位负责人当面研究，办结前向群众通报办理情况。";
    let mut t = Transcript::begin("tianjin", about);
    t.act(&officer(), &Command::accept(Grade::Ordinary));
    t.act(&first_leader(), &Command::Take).act(&head(), &assign_command());
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    t.refused(&officer(), &step("parties_invited"));
    steps(&mut t, &first_leader(), &["parties_invited"]);
    t.on("2026-03-20");
    answered(&mut t, Outcome::Supported, &[main_leader()]);
    steps(&mut t, &officer(), &["carry_out"]);
    t.refused(&officer(), &Command::Close);
    steps(&mut t, &first_leader(), &["tell_people"]);
    t.act(&officer(), &Command::Close);
    t
}

/// An appointment asked for at a month's end, prepared, fixed, consulted on and planned; overdue, the first receiver has left and the topic's
/// leader takes the case.
pub(super) fn qidong() -> Transcript {
    let about = "精准约访：申请约访后，属地单位准备材料，再确定接访时间地点，协商会办，一个月内形成化解方案（1月31日申请的，到2月28日），\
                 先后不能颠倒；逾期未办结，首接领导已调离的，按“常委包片、市长包线”由分管领导包案。";
    let world = World::registered("qidong", PetitionClass::Request, morning("2026-01-30"));
    let mut t = Transcript::of(world, "qidong", about);
    t.act(&officer(), &Command::accept(Grade::Complex));
    t.act(&head(), &assign_command());
    t.on("2026-01-31");
    t.act(&Actor::Petitioner, &Command::AskAppointment { wish: None });
    t.on("2026-02-02");
    let consult = consult_command(&t.world);
    t.refused(&officer(), &consult);
    t.act(&officer(), &material_command());
    let fix = fix_command(&t.world, 1);
    t.act(&rule(), &fix);
    t.on("2026-02-03");
    t.act(&rule(), &Command::Order { grade: Grade::Complex, reception: reception(1) });
    let plan = plan_command(&t.world);
    t.refused(&officer(), &plan);
    t.on("2026-02-05");
    let consult = consult_command(&t.world);
    t.act(&officer(), &consult);
    let plan = plan_command(&t.world);
    t.act(&officer(), &plan);
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    let leaders = Candidates { own_has_left: true, area: Some(person(51)), line: Some(person(52)), ..nobody() };
    t.late(DeadlineKind::Handling).mark_for(DeadlineKind::Handling, Mark::Due, leaders);
    answered(&mut t, Outcome::Explained, &[head()]);
    steps(&mut t, &officer(), &["carry_out"]);
    t.act(&officer(), &Command::Close);
    t
}

/// Taken up while a leader is down: the shorter limit binds.
pub(super) fn hubei_justice() -> Transcript {
    let about =
        "下访时受理的简单事项5个工作日内办结，与条例的60日同时计算，先到者为准；上级交办的，由主要领导亲自审定。";
    let mut t = Transcript::begin("hubei-justice", about);
    let down = Reception { is_field_visit: true, ..reception(1) };
    t.act(&rule(), &Command::Order { grade: Grade::Ordinary, reception: down });
    t.act(&head(), &assign_command());
    t.on("2026-03-04");
    t.act(&first_leader(), &Command::Instruct { text: "请按期答复，答复前报我".to_owned() });
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    answered(&mut t, Outcome::Supported, &[main_leader()]);
    steps(&mut t, &officer(), &["carry_out"]);
    t.act(&officer(), &Command::Close);
    t
}

/// What many bring together is approved by the main leader in person.
pub(super) fn dazhou_dpf() -> Transcript {
    let about = "多人共同提出的事项由主要领导亲自审定；涉及面广的重大事项，处理意见报党组会研究后才能答复。";
    let joint = World::brought(PetitionKind::Group, "dazhou-dpf", PetitionClass::Request);
    let mut t = Transcript::of(joint, "dazhou-dpf", about);
    accepted(&mut t, Grade::Wide);
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    t.act(&officer(), &Command::Propose(super::super::commands::proposal(Outcome::Supported)));
    t.act(&head(), &Command::Approve).act(&main_leader(), &Command::Approve);
    let reply = Command::reply("要求修复漏水");
    t.refused(&officer(), &reply).refused(&officer(), &step("party_meeting"));
    steps(&mut t, &main_leader(), &["party_meeting"]);
    t.act(&officer(), &reply);
    let delivered_at = t.world.now;
    t.act(&officer(), &Command::Deliver { means: "当面送达".to_owned(), delivered_at, receipt: None });
    steps(&mut t, &officer(), &["carry_out"]);
    t.act(&officer(), &Command::Close);
    t
}
