//! The law alone, and the street offices that follow it closely.

use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome, ReviewResult};
use huiyin_kernel::{Actor, Role};

use super::super::commands::{answer_command, assign_command, hearing, order_command, proposal, review_opinion};
use super::super::world::{
    OTHER, REEXAMINER, REVIEWER, head, main_leader, officer, reviewer, rule, staff, supervisor, unit,
};
use super::transcript::Transcript;
use crate::domain::{Command, Mark, Supervise};

pub(super) fn step(code: &str) -> Command {
    Command::DoStep { step: code.to_owned(), note: "已办".to_owned() }
}

/// Proposed, approved by whoever the pack asks, issued and delivered today.
pub(super) fn answered(t: &mut Transcript, outcome: Outcome, approvers: &[Actor]) {
    t.act(&officer(), &Command::Propose(proposal(outcome)));
    for approver in approvers {
        t.act(approver, &Command::Approve);
    }
    t.act(&officer(), &Command::reply("要求修复漏水"));
    let delivered_at = t.world.now;
    t.act(&officer(), &Command::Deliver { means: "当面送达".to_owned(), delivered_at, receipt: None });
}

pub(super) fn accepted(t: &mut Transcript, grade: Grade) {
    t.act(&officer(), &Command::accept(grade));
    t.act(&head(), &assign_command());
}

fn review(t: &mut Transcript, body: &str, result: ReviewResult) {
    t.act(&reviewer(body, &[Role::Officer]), &Command::ProposeReview(review_opinion(result)));
    t.act(&reviewer(body, &[Role::UnitHead, Role::MainLeader]), &Command::Approve);
    let command = Command::Deliver { means: "当面送达".to_owned(), delivered_at: t.world.now, receipt: None };
    t.act(&reviewer(body, &[Role::Officer]), &command);
}

/// Transfer, extension, review, re-examination with a hearing, and the end of three levels.
pub(super) fn whole_road() -> Transcript {
    let about = "转送、异议、受理、延期、答复、复查、复核（含听证）到三级终结的全过程：每个日期怎么算，哪些做法不可以，接下来怎么办。";
    let mut t = Transcript::begin("national-2022", about);
    t.act(&officer(), &Command::Transfer { unit: unit(OTHER), demand: None, report_by: None, is_discipline: false });
    t.refused(&officer(), &Command::accept(Grade::Complex));
    let receiver = |role| staff(5, OTHER, &[role]);
    t.on("2026-03-05").act(&receiver(Role::Officer), &Command::Object { reason: "管道属桥头街道公房".to_owned() });
    t.on("2026-03-06").act(
        &head(),
        &Command::AnswerObjection { agree: true, reason: "情况属实，收回办理".to_owned(), decider: None },
    );
    t.on("2026-03-09");
    accepted(&mut t, Grade::Complex);
    t.act(&officer(), &step("hear_petitioner"));
    t.refused(&officer(), &Command::Propose(proposal(Outcome::Supported)));
    t.on("2026-04-20").act(&officer(), &step("investigate"));
    let extend = |days| Command::Extend { days, kind: Grade::Complex, reason: "需作房屋安全鉴定".to_owned() };
    t.refused(&officer(), &extend(20)).act(&head(), &extend(20));
    t.on("2026-05-18").refused(&head(), &extend(15));
    t.on("2026-05-20");
    t.act(&officer(), &Command::Propose(proposal(Outcome::NotSupported)));
    t.refused(&officer(), &Command::Approve);
    t.act(&head(), &Command::Approve);
    t.act(&officer(), &Command::reply("要求修复漏水"));
    let delivered_at = t.world.now;
    t.act(&officer(), &Command::Deliver { means: "邮寄送达".to_owned(), delivered_at, receipt: None });
    t.on("2026-06-10").act(&Actor::Petitioner, &Command::AskReview { superior: Some(unit(REVIEWER)) });
    t.on("2026-06-30");
    review(&mut t, REVIEWER, ReviewResult::Upheld);
    t.on("2026-07-15").act(&Actor::Petitioner, &Command::AskReview { superior: Some(unit(REEXAMINER)) });
    t.on("2026-07-20");
    let held = hearing(&t.world);
    t.act(&reviewer(REEXAMINER, &[Role::Officer]), &Command::HoldHearing(held));
    t.on("2026-08-14");
    review(&mut t, REEXAMINER, ReviewResult::Changed);
    t.on("2026-08-20").act(&Actor::Petitioner, &Command::AskReview { superior: None });
    t.act(&officer(), &step("carry_out")).act(&officer(), &Command::Close);
    t
}

/// Eight steps in order; the missed deadline, the leader and the office called to account; main leader extends.
pub(super) fn street_office() -> Transcript {
    let about = "街道办理八步依次进行；一般事项30日内办结，逾期由首接领导包案并自动督办；只有涉及面广的事项、经主要领导批准才可延期。";
    let mut t = Transcript::begin("street-office", about);
    t.on("2026-03-03");
    accepted(&mut t, Grade::Ordinary);
    t.refused(&officer(), &step("hear_petitioner"));
    t.act(&officer(), &step("earlier_handling")).act(&officer(), &step("hear_petitioner"));
    let extend = |kind| Command::Extend { days: 20, kind, reason: "涉及多户".to_owned() };
    t.refused(&main_leader(), &extend(Grade::Ordinary));
    t.on("2026-03-18").mark(DeadlineKind::Handling, Mark::Warning(0));
    t.late(DeadlineKind::Handling).mark(DeadlineKind::Handling, Mark::Due);
    t.on("2026-04-07");
    let answer = answer_command(&t.world);
    t.act(&head(), &answer);
    t.act(&supervisor(), &Command::Supervise(Supervise::Conclude { note: Some("已按要求补办".to_owned()) }));
    t.act(&officer(), &step("assess_evidence")).act(&officer(), &step("visit_units"));
    t.on("2026-04-10");
    answered(&mut t, Outcome::Supported, &[head()]);
    t.refused(&officer(), &Command::Close);
    t.act(&officer(), &step("carry_out")).act(&officer(), &step("report_closed")).act(&officer(), &Command::Close);
    t
}

/// What the street office does not say, the street offices' system says.
pub(super) fn one_street_office() -> Transcript {
    let about = "本街道未另作规定的，按街道接访制度办理：涉及面广的事项经主要领导批准延长，累计不超过30日。";
    let mut t = Transcript::begin("xiyingmen", about);
    accepted(&mut t, Grade::Wide);
    for code in ["earlier_handling", "hear_petitioner", "visit_units", "assess_evidence"] {
        t.act(&officer(), &step(code));
    }
    let extend = |days| Command::Extend { days, kind: Grade::Wide, reason: "涉及三个小区".to_owned() };
    t.on("2026-04-27").refused(&head(), &extend(30)).act(&main_leader(), &extend(30));
    t.refused(&main_leader(), &extend(1));
    t.on("2026-05-20").act(&supervisor(), &order_command("evasion"));
    let answer = answer_command(&t.world);
    t.on("2026-05-22").act(&head(), &answer);
    let back = Command::Supervise(Supervise::Return { reason: "未说明整改时间".to_owned() });
    t.act(&supervisor(), &back);
    let answer = answer_command(&t.world);
    t.on("2026-05-25").act(&head(), &answer);
    answered(&mut t, Outcome::Explained, &[head(), main_leader()]);
    t.act(&supervisor(), &Command::Supervise(Supervise::Conclude { note: Some("整改到位".to_owned()) }));
    t.act(&officer(), &step("carry_out")).act(&officer(), &step("report_closed")).act(&officer(), &Command::Close);
    t.refused(&rule(), &Command::Lapse);
    t
}
