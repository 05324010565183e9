//! The systems of a banner and of townships.

use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome};
use huiyin_contracts::intake::{PetitionClass, PetitionKind};
use huiyin_kernel::{Actor, Role};

use super::super::commands::{assign_command, proposal, reception};
use super::super::world::{OTHER, UNIT, World, head, leader, main_leader, officer, person, rule, staff, unit};
use super::national::{accepted, answered, step};
use super::transcript::Transcript;
use crate::domain::{Command, Mark};

fn steps(t: &mut Transcript, actor: &Actor, codes: &[&str]) {
    for code in codes {
        t.act(actor, &step(code));
    }
}

fn first_leader() -> Actor {
    leader(person(9))
}

/// Handed over twice in a row: the office is called to account. Then a leader takes the case.
pub(super) fn dongwu_banner() -> Transcript {
    let about = "非分管的事项说明理由后移交，期限不变；连续移交两次没有办理动作，系统自动督办；包案后三项责任由包案领导逐项落实。";
    let mut t = Transcript::begin("dongwu-banner", about);
    t.act(&officer(), &Command::accept(Grade::Ordinary));
    let to = |code: &str| Command::HandOver {
        unit: unit(code),
        leader: None,
        reason: "不属本单位分管".to_owned(),
        is_discipline: false,
    };
    t.act(&head(), &to(OTHER));
    t.on("2026-03-04").act(&staff(5, OTHER, &[Role::UnitHead]), &to(UNIT));
    t.act(&first_leader(), &Command::Take).act(&head(), &assign_command());
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    t.refused(&officer(), &Command::Propose(proposal(Outcome::Supported)));
    steps(&mut t, &first_leader(), &["know_situation"]);
    t.on("2026-03-20");
    answered(&mut t, Outcome::Supported, &[main_leader()]);
    steps(&mut t, &officer(), &["carry_out"]);
    steps(&mut t, &first_leader(), &["solve_problem", "explain_guide"]);
    t.act(&officer(), &Command::Close);
    t
}

/// A wide matter is the main leader's.
pub(super) fn township() -> Transcript {
    let about = "涉及面广、难度大的事项只能由主要领导包案：其他领导不能包，逾期时系统也只交给主要领导。";
    let mut t = Transcript::begin("township", about);
    t.act(&rule(), &Command::Order { grade: Grade::Wide, reception: reception(1) });
    t.act(&head(), &assign_command());
    t.refused(&first_leader(), &Command::Take);
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    t.late(DeadlineKind::Handling).mark(DeadlineKind::Handling, Mark::Due);
    t.on("2026-05-11");
    answered(&mut t, Outcome::Supported, &[head(), main_leader()]);
    steps(&mut t, &officer(), &["carry_out"]);
    steps(&mut t, &main_leader(), &["know_situation", "explain", "solve"]);
    t.act(&officer(), &Command::Close);
    t
}

/// What many bring is decided together.
pub(super) fn township_anniversary() -> Transcript {
    let about =
        "国庆期间方案未另作规定的按全年制度：多人共同提出的事项，部门先提建议，班子集体研究决定，再形成处理意见。";
    let joint = World::brought(PetitionKind::Group, "township-anniversary", PetitionClass::Request);
    let mut t = Transcript::of(joint, "township-anniversary", about);
    accepted(&mut t, Grade::Ordinary);
    steps(&mut t, &officer(), &["hear_petitioner", "investigate"]);
    t.refused(&officer(), &Command::Propose(proposal(Outcome::Supported)));
    t.refused(&main_leader(), &step("collective_decision"));
    steps(&mut t, &officer(), &["department_proposals"]);
    t.refused(&officer(), &step("collective_decision"));
    steps(&mut t, &main_leader(), &["collective_decision"]);
    t.on("2026-03-25");
    answered(&mut t, Outcome::Supported, &[head()]);
    steps(&mut t, &officer(), &["carry_out"]);
    t.act(&officer(), &Command::Close);
    t
}

/// Five ones, in whatever order, before the opinion.
pub(super) fn qunli() -> Transcript {
    let about = "包案后“五个一”：一个案卷、一名领导、一个班子、一个方案先后不限，齐了才能形成处理意见；办结由包案领导一抓到底。";
    let mut t = Transcript::begin("qunli", about);
    t.act(&officer(), &Command::accept(Grade::Ordinary));
    t.act(&first_leader(), &Command::Take).act(&head(), &assign_command());
    steps(&mut t, &officer(), &["hear_petitioner", "investigate", "one_plan", "one_team"]);
    t.refused(&officer(), &Command::Propose(proposal(Outcome::Supported)));
    steps(&mut t, &first_leader(), &["one_leader"]);
    steps(&mut t, &officer(), &["one_case_file"]);
    t.on("2026-03-25");
    answered(&mut t, Outcome::Supported, &[main_leader()]);
    steps(&mut t, &officer(), &["carry_out"]);
    t.refused(&officer(), &Command::Close);
    steps(&mut t, &first_leader(), &["to_the_end"]);
    t.act(&officer(), &Command::Close);
    t
}
