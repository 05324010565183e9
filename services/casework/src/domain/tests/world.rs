//! A case, its pack and a clock moved by hand.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use huiyin_calendar::{Calendar, start_of_day};
use huiyin_contracts::casework::{Grade, Outcome, Quarter, Rating, ReviewResult, SettlementKind};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind};
use huiyin_contracts::scheduling::OnSpotConditions;
use huiyin_kernel::{Actor, DistrictCode, PetitionNumber, Role, Service, StaffId, UnitCode};
use huiyin_policy::rules::{Step, StepBy};
use huiyin_policy::{PackLibrary, Policy};
use uuid::Uuid;

use crate::domain::{
    Case, CaseFacts, Command, Evaluate, Event, Hearing, LinkKind, Other, PolicyRef, Propose, ProposeReview, Reception,
    Refusal, Settle, SimpleAdmission, SimpleConditions, SimpleGround, StateKind, Supervise, decide, open,
};

pub(super) const UNIT: &str = "990102001-office";
pub(super) const OTHER: &str = "990102002-office";
/// The body above [`UNIT`], and the one above that.
pub(super) const REVIEWER: &str = "990102-bureau";
pub(super) const REEXAMINER: &str = "990100-bureau";

/// One stretch of the road.
type Go = fn(&mut World);

pub(super) struct World {
    pub(super) policy: Arc<Policy>,
    pub(super) calendar: Calendar,
    pub(super) now: DateTime<Utc>,
    pub(super) case: Case,
    pub(super) journal: Vec<(Event, DateTime<Utc>)>,
}

pub(super) fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a unit code")
}

pub(super) fn person(n: u128) -> StaffId {
    StaffId::from(Uuid::from_u128(n))
}

pub(super) fn staff(n: u128, code: &str, roles: &[Role]) -> Actor {
    Actor::Staff {
        staff_id: person(n),
        unit: unit(code),
        district: DistrictCode::parse("990102001").expect("a code"),
        roles: roles.to_vec(),
    }
}

pub(super) fn officer() -> Actor {
    staff(1, UNIT, &[Role::Officer])
}

pub(super) fn head() -> Actor {
    staff(2, UNIT, &[Role::UnitHead])
}

pub(super) fn leader(staff_id: StaffId) -> Actor {
    let (unit, district) = (unit("990102-gov"), DistrictCode::parse("990102").expect("a code"));
    Actor::Staff { staff_id, unit, district, roles: vec![Role::Leader] }
}

/// Somebody of a reviewing body.
pub(super) fn reviewer(code: &str, roles: &[Role]) -> Actor {
    let n = if roles.contains(&Role::MainLeader) {
        43
    } else if roles.contains(&Role::UnitHead) {
        42
    } else {
        41
    };
    staff(n, code, roles)
}

pub(super) fn review_opinion(result: ReviewResult) -> ProposeReview {
    let decides = matches!(result, ReviewResult::Changed | ReviewResult::Withdrawn);
    ProposeReview {
        result,
        outcome: decides.then_some(Outcome::NotSupported),
        facts_found: "经查阅案卷并走访，管道属共用部分".to_owned(),
        opinion: "原处理意见认定事实清楚".to_owned(),
        legal_basis: "《信访工作条例》第三十五条".to_owned(),
    }
}

/// Three days from today.
pub(super) fn hearing(world: &World) -> Hearing {
    let from = huiyin_calendar::local_date(world.now).expect("in range");
    Hearing { from, to: from + chrono::Days::new(2), note: "听取双方意见".to_owned() }
}

/// Main leader and head of the unit in one, as in a street office.
pub(super) fn main_leader() -> Actor {
    staff(3, UNIT, &[Role::UnitHead, Role::MainLeader])
}

/// Of the district above the street, and of no unit that handles its matters.
pub(super) fn supervisor() -> Actor {
    Actor::Staff {
        staff_id: person(20),
        unit: unit("990102-xfj"),
        district: DistrictCode::parse("990102").expect("a code"),
        roles: vec![Role::Supervisor],
    }
}

pub(super) fn order_command(ground: &str) -> Command {
    Command::Supervise(Supervise::Order {
        ground: ground.to_owned(), demand: "请说明情况并限期办理".to_owned()
    })
}

pub(super) fn answer_command(world: &World) -> Command {
    let will_be_done_on = Some((world.now + TimeDelta::days(10)).date_naive());
    Command::Supervise(Supervise::Answer { done: "已约谈施工单位".to_owned(), will_be_done_on })
}

pub(super) const fn rule() -> Actor {
    Actor::System { service: Service::Casework }
}

pub(super) fn reception(n: u128) -> Reception {
    Reception {
        visit_id: Uuid::from_u128(1_000 + n).into(),
        session_id: Uuid::from_u128(2_000 + n).into(),
        leader: person(9),
        is_field_visit: false,
    }
}

pub(super) const fn all_true() -> OnSpotConditions {
    OnSpotConditions {
        reasonable: true,
        facts_clear: true,
        lawful_basis: true,
        evidence_sufficient: true,
        solvable_here: true,
    }
}

/// Fit for the simple procedure in all that is stated.
pub(super) const fn fit() -> SimpleConditions {
    SimpleConditions { first_time: true, no_other_procedure: true, one_unit: true, not_to_be_refused: true }
}

pub(super) const fn accept_simply() -> Command {
    let admission = SimpleAdmission { ground: SimpleGround::ClearAndEasy, conditions: fit() };
    Command::Accept { grade: Grade::Ordinary, simple: Some(admission) }
}

/// Linked with another matter, registered when this one was.
pub(super) fn link_command(world: &World, n: u128, kind: LinkKind) -> Command {
    let serial = u32::try_from(n).expect("small");
    let other = Other {
        case_id: Uuid::from_u128(9_000 + n).into(),
        number: PetitionNumber::new(2026, serial),
        registered_at: world.case.facts.registered_at,
    };
    Command::LinkMatters { other, kind, reason: "同一处漏水".to_owned() }
}

/// Handed down to a unit, with the day by which the result is to be reported.
pub(super) fn hand_down(to: &str, report_by: NaiveDate) -> Command {
    let demand = Some("书面报告处理结果".to_owned());
    Command::Transfer { unit: unit(to), demand, report_by: Some(report_by), is_discipline: false }
}

pub(super) fn decide_command(to: &str) -> Command {
    let reason = "属地管理，由街道主办".to_owned();
    Command::DecideCompetence { unit: unit(to), assisting: Vec::new(), reason, discipline: None }
}

pub(super) fn report_command() -> Command {
    Command::ReportResult { found: "三楼管道老化".to_owned(), done: "已约谈物业".to_owned() }
}

/// Agreed on that day, with one duty; the head of [`UNIT`] signed.
pub(super) fn settle_command(agreed_on: NaiveDate) -> Command {
    Command::RecordSettlement(Settle {
        kind: SettlementKind::Mediation,
        agreed_on,
        facts_found: "三楼管道老化，双方对费用有争议".to_owned(),
        terms: "物业公司更换管道，费用由双方分担".to_owned(),
        duties: vec![("更换管道".to_owned(), date("2026-04-10"))],
        signed_by: person(2),
        signer_heads: Some(unit(UNIT)),
    })
}

/// A part due the day after the world's today, or today when the matter itself is due then.
pub(super) fn part_command(code: &str, world: &World) -> Command {
    let due_on = huiyin_calendar::local_date(world.now).expect("in range");
    Command::GivePart { unit: unit(code), text: "检测管道水压".to_owned(), due_on, is_discipline: false }
}

/// Looked at again in thirty days.
pub(super) fn defer_command(world: &World) -> Command {
    let today = huiyin_calendar::local_date(world.now).expect("in range");
    Command::Defer { reason: "管网改造明年实施".to_owned(), look_again_on: today + chrono::Days::new(30) }
}

/// For the quarter that runs.
pub(super) fn select_command(world: &World) -> Command {
    let today = huiyin_calendar::local_date(world.now).expect("in range");
    Command::SelectLeader { leader: person(9), quarter: Quarter::of(today).expect("a quarter") }
}

pub(super) fn add_to_library(world: &mut World) {
    let add =
        Command::AddToLibrary { field: "住建".to_owned(), reason: "涉及多个部门，久拖未决".to_owned() };
    drop(world.give(&supervisor(), &add));
}

/// Both bodies rated well.
pub(super) fn satisfied() -> Evaluate {
    Evaluate { office: Some(Rating::Satisfied), unit: Some(Rating::Satisfied), ..Evaluate::default() }
}

pub(super) fn proposal(outcome: Outcome) -> Propose {
    Propose {
        outcome,
        opinion: "限期修复渗漏管道".to_owned(),
        legal_basis: "《物业管理条例》第三十五条".to_owned(),
        facts_found: "经现场查看，三楼管道老化".to_owned(),
        cause_found: Some("管道老化".to_owned()),
        opinion_summary: Some("限期修复".to_owned()),
        result_summary: Some("已修复".to_owned()),
        hardship: false,
    }
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Nine in the morning in the city.
pub(super) fn morning(text: &str) -> DateTime<Utc> {
    start_of_day(date(text)).expect("in range") + TimeDelta::hours(9)
}

impl World {
    pub(super) fn new(pack: &str, class: PetitionClass) -> Self {
        Self::registered(pack, class, morning("2026-03-02"))
    }

    pub(super) fn registered(pack: &str, class: PetitionClass, now: DateTime<Utc>) -> Self {
        Self::opened(PetitionKind::Individual, pack, class, now)
    }

    /// Brought by one, by many, or by name of many.
    pub(super) fn brought(kind: PetitionKind, pack: &str, class: PetitionClass) -> Self {
        Self::opened(kind, pack, class, morning("2026-03-02"))
    }

    fn opened(kind: PetitionKind, pack: &str, class: PetitionClass, now: DateTime<Utc>) -> Self {
        let policy = PackLibrary::bundled().resolve(pack).expect("a bundled pack");
        let calendar = Calendar::bundled();
        let facts = CaseFacts {
            case_id: Uuid::from_u128(11).into(),
            petition_id: Uuid::from_u128(12).into(),
            number: PetitionNumber::new(2026, 49_217),
            channel: Channel::Visit,
            class,
            kind,
            topic: "environment".to_owned(),
            district: DistrictCode::parse("990102001").expect("a code"),
            registered_at: now,
            registered_by: Some(unit(UNIT)),
            policy: PolicyRef { pack: pack.to_owned(), hash: policy.version_hash().to_owned() },
        };
        let opened = open(facts, unit(UNIT), None, &policy, &calendar).expect("opens");
        let case = Case::replay([(&opened, now)].into_iter()).expect("begins with its opening");
        Self { policy, calendar, now, case, journal: vec![(opened, now)] }
    }

    /// Gives a command; whatever comes of it, the journal read back gives the case.
    pub(super) fn give(&mut self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let events = decide(&self.case, command, &self.policy, &self.calendar, actor, self.now)?;
        assert!(!events.is_empty(), "a decision without an event: {command:?}");
        for event in &events {
            self.case = self.case.clone().apply(event, self.now);
            self.journal.push((event.clone(), self.now));
        }
        let again = Case::replay(self.journal.iter().map(|(event, at)| (event, *at)));
        assert_eq!(again.as_ref(), Some(&self.case), "the journal gives another case");
        Ok(events)
    }

    pub(super) fn must(&mut self, actor: &Actor, command: &Command) -> Vec<Event> {
        self.give(actor, command).unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal}"))
    }

    pub(super) fn at(&mut self, day: &str) -> &mut Self {
        self.now = morning(day);
        self
    }

    pub(super) fn state(&self) -> StateKind {
        self.case.state.kind()
    }

    pub(super) fn accept(&mut self, grade: Grade) {
        self.must(&officer(), &Command::accept(grade));
    }

    pub(super) fn assign(&mut self) {
        self.must(&head(), &assign_command());
    }

    /// Each step that is asked of the matter, by whom the pack says; those that have a command of their own are left to it.
    fn do_steps(&mut self, steps: &[&Step]) {
        for step in steps.iter().filter(|step| step.code != self.policy.gates.steps.reply).collect::<Vec<_>>() {
            if self.case.is_asked(step) {
                let by = self.recorder(step.by);
                self.must(&by, &Command::DoStep { step: step.code.clone(), note: "已办".to_owned() });
            }
        }
    }

    /// Somebody who may record such a step.
    pub(super) fn recorder(&self, by: StepBy) -> Actor {
        match by {
            StepBy::Unit => officer(),
            StepBy::UnitHead => head(),
            StepBy::MainLeader => main_leader(),
            StepBy::CaseLeader => leader(self.case.leader.expect("a leader has the case")),
            StepBy::Supervisor => supervisor(),
        }
    }

    pub(super) fn steps_to_opinion(&mut self) {
        if self.case.facts.class == PetitionClass::Request {
            let steps = self.policy.gates.steps.clone();
            let before: Vec<_> = steps.all().take_while(|step| step.code != steps.opinion).collect();
            self.do_steps(&before);
        }
    }

    /// The steps a request needs; of a suggestion, one is enough to show.
    pub(super) fn investigate(&mut self) {
        self.steps_to_opinion();
        if self.state() == StateKind::Assigned {
            let step = self.policy.gates.steps.stages[0][0].code.clone();
            self.must(&officer(), &Command::DoStep { step, note: "已研究".to_owned() });
        }
    }

    pub(super) fn propose(&mut self) {
        let outcome =
            if self.case.facts.class == PetitionClass::Request { Outcome::Supported } else { Outcome::Adopted };
        self.must(&officer(), &Command::Propose(proposal(outcome)));
    }

    pub(super) fn reply(&mut self) {
        self.must(&officer(), &Command::reply("要求修复漏水"));
    }

    pub(super) fn deliver(&mut self) {
        let delivered_at = self.now;
        let command = Command::Deliver { means: "当面送达".to_owned(), delivered_at, receipt: None };
        self.must(&officer(), &command);
    }

    pub(super) fn ask_review(&mut self, body: &str) {
        self.must(&Actor::Petitioner, &Command::AskReview { superior: Some(unit(body)) });
    }

    pub(super) fn answer_review(&mut self, body: &str, result: ReviewResult) {
        let mut opinion = review_opinion(result);
        if opinion.outcome.is_some() && self.case.facts.class == PetitionClass::Suggestion {
            opinion.outcome = Some(Outcome::PartlyAdopted);
        }
        self.must(&reviewer(body, &[Role::Officer]), &Command::ProposeReview(opinion));
        self.approve_review(body);
    }

    pub(super) fn approve_review(&mut self, body: &str) {
        self.must(&reviewer(body, &[Role::UnitHead, Role::MainLeader]), &Command::Approve);
    }

    /// A proposed opinion approved, replied, delivered, and its review asked for.
    pub(super) fn approved_to_review(mut self) -> Self {
        self.must(&main_leader(), &Command::Approve);
        self.reply();
        self.deliver();
        self.ask_review(REVIEWER);
        self
    }

    pub(super) fn deliver_review(&mut self, body: &str) {
        let command = Command::Deliver { means: "当面送达".to_owned(), delivered_at: self.now, receipt: None };
        self.must(&reviewer(body, &[Role::Officer]), &command);
    }

    pub(super) fn steps_to_end(&mut self) {
        if self.case.facts.class == PetitionClass::Request {
            let steps = self.policy.gates.steps.clone();
            let after: Vec<_> = steps.all().skip_while(|step| step.code != steps.reply).skip(1).collect();
            self.do_steps(&after);
        }
    }

    /// The whole way to a state, by the ordinary road.
    pub(super) fn reach(pack: &str, class: PetitionClass, state: StateKind) -> Self {
        Self::new(pack, class).on_to(state)
    }

    /// From where an officer was just named to the end.
    pub(super) fn finished(mut self) -> Self {
        self.investigate();
        self.propose();
        self.must(&main_leader(), &Command::Approve);
        self.reply();
        self.deliver();
        self.steps_to_end();
        self.must(&officer(), &Command::Close);
        self
    }

    /// From its registration on, by the unit that has it.
    pub(super) fn on_to(self, state: StateKind) -> Self {
        let mut world = self;
        if world.case.facts.class == PetitionClass::Accusation {
            if state == StateKind::Closed {
                world.must(&officer(), &forward());
            } else if state == StateKind::Withdrawn {
                world.must(&Actor::Petitioner, &withdraw(&world));
            }
            return world;
        }
        let road: [(StateKind, Go); 10] = [
            (StateKind::Accepted, |w| w.accept(Grade::Ordinary)),
            (StateKind::Assigned, Self::assign),
            (StateKind::Investigating, Self::investigate),
            (StateKind::Proposed, Self::propose),
            (StateKind::Approved, |w| drop(w.must(&main_leader(), &Command::Approve))),
            (StateKind::Replied, Self::reply),
            (StateKind::Delivered, Self::deliver),
            (StateKind::UnderReview, |w| w.ask_review(REVIEWER)),
            (StateKind::ReviewProposed, |w| {
                w.must(
                    &reviewer(REVIEWER, &[Role::Officer]),
                    &Command::ProposeReview(review_opinion(ReviewResult::Upheld)),
                );
            }),
            (StateKind::ReviewAnswered, |w| w.approve_review(REVIEWER)),
        ];
        for (to, go) in road {
            if state == StateKind::Received || state == StateKind::Withdrawn {
                break;
            }
            go(&mut world);
            if to == state || (to == StateKind::Delivered && state == StateKind::Closed) {
                break;
            }
        }
        if state == StateKind::Withdrawn {
            world.must(&Actor::Petitioner, &withdraw(&world));
        } else if state == StateKind::Closed {
            world.steps_to_end();
            world.must(&officer(), &Command::Close);
        }
        world
    }
}

pub(super) fn assign_command() -> Command {
    Command::Assign { officer: person(1), officer_unit: unit(UNIT), unit: None, is_discipline: false }
}

pub(super) fn forward() -> Command {
    Command::Forward { unit: unit("990102-discipline"), is_discipline: true }
}

pub(super) fn withdraw(world: &World) -> Command {
    Command::Withdraw { until: world.now + TimeDelta::days(15) }
}
