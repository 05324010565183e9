//! Random lives of cases against an independent model that counts day by day and remembers only what it needs.

use chrono::{Days, NaiveDate, TimeDelta};
use huiyin_calendar::{Calendar, local_date};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Outcome};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Actor;
use proptest::prelude::*;

use super::commands::{answer_command, assign_command, order_command, proposal, reception, withdraw};
use super::world::{World, head, main_leader, morning, nobody, officer, rule, supervisor};
use crate::domain::{Command, Mark, Supervise};

/// The model: a street office's request, told in words.
#[expect(clippy::struct_excessive_bools, reason = "the model remembers plain facts")]
struct Model {
    at: &'static str,
    /// Where it stood when it was withdrawn, and on which day.
    rested: Option<(&'static str, NaiveDate)>,
    accepted_on: Option<NaiveDate>,
    wide: bool,
    extended: u32,
    rest_days: u32,
    steps: usize,
    closing_steps: usize,
    promised: bool,
    /// A wide matter's opinion has the unit head's approval, not yet the main leader's.
    half_approved: bool,
    overdue: bool,
    answered_late: Option<bool>,
    /// A supervision order is open, and answered or not.
    supervised: Option<bool>,
}

#[derive(Clone, Debug)]
enum Move {
    Wait(u32),
    Accept(bool),
    Assign,
    Step,
    Propose,
    Approve(bool),
    Return,
    Reply,
    Deliver,
    CloseStep,
    Close,
    Extend(u32),
    Widen,
    Promise(u32),
    Withdraw,
    Resume,
    Lapse,
    Due,
    Supervise,
    AnswerSupervision,
    ConcludeSupervision,
}

const INVESTIGATION: [&str; 4] = ["earlier_handling", "hear_petitioner", "assess_evidence", "visit_units"];
const AFTER_REPLY: [&str; 2] = ["carry_out", "report_closed"];

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0_u32..25).prop_map(Move::Wait),
        2 => any::<bool>().prop_map(Move::Accept),
        2 => Just(Move::Assign),
        6 => Just(Move::Step),
        2 => Just(Move::Propose),
        2 => any::<bool>().prop_map(Move::Approve),
        1 => Just(Move::Return),
        2 => Just(Move::Reply),
        2 => Just(Move::Deliver),
        2 => Just(Move::CloseStep),
        2 => Just(Move::Close),
        2 => (1_u32..35).prop_map(Move::Extend),
        1 => Just(Move::Widen),
        1 => (0_u32..1_000).prop_map(Move::Promise),
        1 => Just(Move::Withdraw),
        1 => Just(Move::Resume),
        1 => Just(Move::Lapse),
        3 => Just(Move::Due),
        1 => Just(Move::Supervise),
        2 => Just(Move::AnswerSupervision),
        2 => Just(Move::ConcludeSupervision),
    ];
    prop::collection::vec(one, 1..60)
}

impl Model {
    const fn new() -> Self {
        Self {
            at: "received",
            rested: None,
            accepted_on: None,
            wide: false,
            extended: 0,
            rest_days: 0,
            steps: 0,
            closing_steps: 0,
            promised: false,
            half_approved: false,
            overdue: false,
            answered_late: None,
            supervised: None,
        }
    }

    /// Day by day: the local limit, extensions and rest; then on to the next working day.
    fn last_day(&self, calendar: &Calendar) -> Option<NaiveDate> {
        let limit = if self.wide { 60 } else { 30 };
        let mut day = self.accepted_on?;
        for _ in 0..limit + self.extended + self.rest_days {
            day = day.succ_opt()?;
        }
        while !calendar.is_workday(day).unwrap_or_else(|_| weekday(day)) {
            day = day.succ_opt()?;
        }
        Some(day)
    }

    fn is_working(&self) -> bool {
        ["accepted", "assigned", "investigating"].contains(&self.at)
    }

    fn clock_is_open(&self) -> bool {
        self.accepted_on.is_some() && self.answered_late.is_none()
    }

    /// Whether the move is taken up; if so, what becomes of the case.
    fn take(&mut self, chosen: &Move, today: NaiveDate, calendar: &Calendar) -> bool {
        let late = self.last_day(calendar).is_some_and(|last| today > last);
        match chosen {
            Move::Wait(_) => true,
            Move::Accept(wide) => self.go(self.at == "received", "accepted", |m| {
                m.accepted_on = Some(today);
                m.wide = *wide;
            }),
            Move::Assign => self.go(self.at == "accepted", "assigned", |_| {}),
            Move::Step => {
                // A step may be recorded again, as when a petitioner is heard twice, also while the opinion is carried out.
                let past = ["approved", "replied", "delivered"].contains(&self.at);
                let may = past || ["assigned", "investigating"].contains(&self.at);
                self.go(may, if past { self.at } else { "investigating" }, |m| m.steps = 4.min(m.steps + 1))
            }
            Move::Propose => {
                self.go(["assigned", "investigating"].contains(&self.at) && self.steps == 4, "proposed", |m| {
                    m.half_approved = false;
                })
            }
            Move::Approve(full) => {
                let enough = *full || !self.wide;
                let may = self.at == "proposed" && (enough || !self.half_approved);
                self.go(may, if enough { "approved" } else { "proposed" }, |m| m.half_approved = !enough)
            }
            // Sent back by whoever is to approve next: once the unit head has agreed, by the main leader alone.
            Move::Return => self.go(self.at == "proposed" && !self.half_approved, "investigating", |_| {}),
            Move::Reply => self.go(self.at == "approved", "replied", |m| m.answered_late = Some(late)),
            Move::Deliver => self.go(self.at == "replied", "delivered", |_| {}),
            Move::CloseStep => {
                let may = ["replied", "delivered"].contains(&self.at);
                self.go(may, self.at, |m| m.closing_steps = 2.min(m.closing_steps + 1))
            }
            Move::Close => self.go(self.at == "delivered" && self.closing_steps == 2, "closed", |_| {}),
            Move::Extend(days) => {
                let state = self.is_working() || ["proposed", "approved"].contains(&self.at);
                let may = state && self.wide && !late && !self.overdue && self.extended + days <= 30;
                self.go(may, self.at, |m| m.extended += days)
            }
            Move::Widen => {
                let taken = self.go(self.is_working() && !self.wide, self.at, |m| m.wide = true);
                // What is overdue stays so unless the new date is still to come.
                if taken && self.last_day(calendar).is_some_and(|last| today <= last) {
                    self.overdue = false;
                }
                taken
            }
            Move::Promise(_) => {
                let may = !self.promised && (self.is_working() || self.at == "received");
                let to = if self.at == "received" { "accepted" } else { self.at };
                let begins = self.at == "received";
                self.go(may, to, |m| {
                    m.promised = true;
                    if begins {
                        m.accepted_on = Some(today);
                        m.wide = false;
                    }
                })
            }
            Move::Withdraw => {
                let from = self.at;
                self.go(!["withdrawn", "closed"].contains(&from), "withdrawn", |m| m.rested = Some((from, today)))
            }
            Move::Resume => match self.rested {
                Some((back, since)) if self.at == "withdrawn" && today < since + Days::new(15) => {
                    self.at = back;
                    if self.clock_is_open() && !self.overdue {
                        self.rest_days += u32::try_from((today - since).num_days()).expect("time goes forward");
                    }
                    true
                }
                _ => false,
            },
            Move::Lapse => {
                let over = self.rested.is_some_and(|(_, since)| today >= since + Days::new(15));
                self.go(self.at == "withdrawn" && over, "closed", |_| {})
            }
            Move::Due => {
                let open = self.is_working() || ["proposed", "approved"].contains(&self.at);
                self.go(open && late && !self.overdue, self.at, |m| {
                    m.overdue = true;
                    // REG-51: by rule, unless the office is called to account already.
                    m.supervised = m.supervised.or(Some(false));
                })
            }
            Move::Supervise => {
                self.go(self.at != "withdrawn" && self.supervised.is_none(), self.at, |m| m.supervised = Some(false))
            }
            Move::AnswerSupervision => {
                let may = self.at != "withdrawn" && self.supervised == Some(false);
                self.go(may, self.at, |m| m.supervised = Some(true))
            }
            Move::ConcludeSupervision => {
                let may = self.at != "withdrawn" && self.supervised == Some(true);
                self.go(may, self.at, |m| m.supervised = None)
            }
        }
    }

    fn go(&mut self, may: bool, to: &'static str, change: impl FnOnce(&mut Self)) -> bool {
        if may {
            change(self);
            self.at = to;
        }
        may
    }
}

fn weekday(day: NaiveDate) -> bool {
    !["Sat", "Sun"].contains(&day.format("%a").to_string().as_str())
}

fn command(chosen: &Move, world: &World, model: &Model) -> Option<(Actor, Command)> {
    let grade = |wide| if wide { Grade::Wide } else { Grade::Ordinary };
    let step = |codes: &[&str], nth: usize| Command::DoStep {
        step: codes[nth.min(codes.len() - 1)].to_owned(),
        note: "已办".to_owned(),
    };
    Some(match chosen {
        Move::Wait(_) => return None,
        Move::Accept(wide) => (officer(), Command::accept(grade(*wide))),
        Move::Assign => (head(), assign_command()),
        Move::Step => (officer(), step(&INVESTIGATION, model.steps)),
        Move::Propose => (officer(), Command::Propose(proposal(Outcome::Explained))),
        Move::Approve(full) => (if *full { main_leader() } else { head() }, Command::Approve),
        Move::Return => (head(), Command::Return { reason: "依据不足".to_owned() }),
        Move::Reply => (officer(), Command::reply("要求修复")),
        Move::Deliver => {
            (officer(), Command::Deliver { means: "当面".to_owned(), delivered_at: world.now, receipt: None })
        }
        Move::CloseStep => (officer(), step(&AFTER_REPLY, model.closing_steps)),
        Move::Close => (officer(), Command::Close),
        Move::Extend(days) => {
            (main_leader(), Command::Extend { days: *days, kind: Grade::Wide, reason: "鉴定".to_owned() })
        }
        Move::Widen => (head(), Command::ChangeGrade { grade: Grade::Wide, reason: "多户".to_owned() }),
        Move::Promise(n) => (
            rule(),
            Command::Promise {
                grade: Grade::Ordinary,
                reception: reception(u128::from(*n) * 1_000 + u128::try_from(world.journal.len()).expect("small")),
            },
        ),
        Move::Withdraw => (Actor::Petitioner, withdraw(world)),
        Move::Resume => (Actor::Petitioner, Command::Resume),
        Move::Lapse => (rule(), Command::Lapse),
        Move::Supervise => (supervisor(), order_command("evasion")),
        Move::AnswerSupervision => (head(), answer_command(world)),
        Move::ConcludeSupervision => (supervisor(), Command::Supervise(Supervise::Conclude { note: None })),
        Move::Due => {
            let clock = world.case.clock(DeadlineKind::Handling)?;
            let (kind, generation) = (DeadlineKind::Handling, clock.generation);
            (rule(), Command::Mark { kind, mark: Mark::Due, generation, leaders: nobody() })
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    /// REG-24, JD-09, JD-10, WH-11: what is taken up, where the case stands and when it is due, all as the model says; the
    /// journal read back gives the case after every move (checked by `World::give`).
    #[test]
    fn any_life_of_a_case_is_as_the_model_says(moves in moves()) {
        let mut world = World::registered("street-office", PetitionClass::Request, morning("2025-12-20"));
        let mut model = Model::new();
        for chosen in &moves {
            if let Move::Wait(days) = chosen {
                world.now += TimeDelta::days(i64::from(*days));
            }
            let today = local_date(world.now).expect("in range");
            let Some((actor, command)) = command(chosen, &world, &model) else { continue };
            let given = world.give(&actor, &command);
            let taken = model.take(chosen, today, &world.calendar);
            prop_assert_eq!(given.is_ok(), taken, "{:?} in {}: {:?}", chosen, model.at, given.err());
            prop_assert_eq!(world.state().name(), model.at);
            let open = world.case.open_order().map(|order| order.answer().is_some());
            prop_assert_eq!(open, model.supervised);
            let resting = ["withdrawn", "closed"].contains(&model.at);
            let known = world.case.clock(DeadlineKind::Handling).zip(model.last_day(&world.calendar));
            if let Some((clock, last)) = known.filter(|_| !resting) {
                prop_assert_eq!(clock.deadline.last_day, last);
                prop_assert_eq!(clock.state == DeadlineState::Overdue, model.overdue && model.answered_late.is_none());
                let late = model.answered_late.map(|late| late || model.overdue);
                prop_assert_eq!(clock.state == DeadlineState::MetLate, late == Some(true));
            }
        }
    }
}
