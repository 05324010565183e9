//! A case, its pack and a clock moved by hand.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use huiyin_calendar::{Calendar, start_of_day};
use huiyin_contracts::casework::{Grade, Outcome, ReviewResult};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind};
use huiyin_kernel::{Actor, DistrictCode, PetitionNumber, Role, Service, StaffId, UnitCode};
use huiyin_policy::rules::{Step, StepBy, StepCommand};
use huiyin_policy::{PackLibrary, Policy};
use uuid::Uuid;

use super::commands::{assign_command, consult_command, forward, plan_command, proposal, review_opinion, withdraw};
use crate::domain::{Candidates, Case, CaseFacts, Command, Event, PolicyRef, Refusal, StateKind, decide, open};

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

/// Main leader and head of the unit in one, as in a street office.
pub(super) fn main_leader() -> Actor {
    staff(3, UNIT, &[Role::UnitHead, Role::MainLeader])
}

/// The directory knows of nobody who could lead the matter.
pub(super) fn nobody() -> Candidates {
    Candidates::default()
}

/// The directory knows of a main leader, and of nobody else.
pub(super) fn main_is(n: u128) -> Candidates {
    Candidates { main: Some(person(n)), ..nobody() }
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

pub(super) const fn rule() -> Actor {
    Actor::System { service: Service::Casework }
}

pub(super) fn add_to_library(world: &mut World) {
    let add =
        Command::AddToLibrary { field: "住建".to_owned(), reason: "涉及多个部门，久拖未决".to_owned() };
    drop(world.give(&supervisor(), &add));
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
            if self.case.is_asked(step) && step.command.is_some() {
                let done = match step.command {
                    Some(StepCommand::Consultation) => consult_command(self),
                    _ => plan_command(self),
                };
                self.must(&officer(), &done);
            } else if self.case.is_asked(step) {
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
