//! Random lives after the answer (reviews, hearings, withdrawals, matters handled anew with extensions and other grades) against an
//! independent model that counts day by day. Whatever the order, one date is right (D-4; REG-24, REG-40…44).

use chrono::{Days, NaiveDate, TimeDelta};
use huiyin_calendar::{Calendar, local_date};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Outcome, ReviewLevel, ReviewResult};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{Actor, Role};
use proptest::prelude::*;

use super::commands::{proposal, review_opinion, withdraw};
use super::world::{REEXAMINER, REVIEWER, World, head, main_leader, morning, nobody, officer, reviewer, rule, unit};
use crate::domain::{Clock, Command, Hearing, Mark, Refusal, Remedy, StateKind};

/// A clock of the model: from a day on, so many days, without those that do not count.
struct Counting {
    from: NaiveDate,
    days: u32,
    extended: u32,
    rested: u32,
    heard: u32,
    overdue: bool,
}

impl Counting {
    const fn new(from: NaiveDate, days: u32) -> Self {
        Self { from, days, extended: 0, rested: 0, heard: 0, overdue: false }
    }

    fn last(&self, calendar: &Calendar) -> NaiveDate {
        rolled(self.from, self.days + self.extended + self.rested + self.heard, calendar)
    }
}

/// So many days on, one by one, and then on to the next working day.
fn rolled(from: NaiveDate, days: u32, calendar: &Calendar) -> NaiveDate {
    let next = |day: NaiveDate| day.succ_opt().expect("in range");
    let is_weekday = |day: NaiveDate| !["Sat", "Sun"].contains(&day.format("%a").to_string().as_str());
    let mut day = (0..days).fold(from, |day, _| next(day));
    while !calendar.is_workday(day).unwrap_or_else(|_| is_weekday(day)) {
        day = next(day);
    }
    day
}

/// The review under way.
struct UnderReview {
    second: bool,
    before: &'static str,
    clock: Counting,
    hearing: Option<(NaiveDate, NaiveDate)>,
    result: ReviewResult,
    issued_on: NaiveDate,
}

struct Model {
    at: &'static str,
    rested: Option<(&'static str, NaiveDate)>,
    review: Option<UnderReview>,
    handling: Counting,
    wide: bool,
    /// The remedy against the newest answer: the second one, and its last day; none before an answer, and none once all are used up.
    remedy: Option<(bool, NaiveDate)>,
    is_final: bool,
    answers: usize,
}

#[derive(Clone, Debug)]
enum Move {
    Wait(u32),
    Ask,
    Hear(u32, u32),
    DeclineAsLate,
    Propose(ReviewResult),
    Return,
    Approve,
    Deliver,
    Close,
    Withdraw,
    Resume,
    Lapse,
    Due,
    Extend(u32),
    Widen,
    AnswerAnew,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let results = prop::sample::select(vec![
        ReviewResult::Upheld,
        ReviewResult::Changed,
        ReviewResult::Withdrawn,
        ReviewResult::Redo,
    ]);
    let one = prop_oneof![
        5 => (0_u32..25).prop_map(Move::Wait),
        5 => Just(Move::Ask),
        3 => (0_u32..20, 0_u32..34).prop_map(|(after, days)| Move::Hear(after, days)),
        1 => Just(Move::DeclineAsLate),
        4 => results.prop_map(Move::Propose),
        1 => Just(Move::Return),
        4 => Just(Move::Approve),
        4 => Just(Move::Deliver),
        1 => Just(Move::Close),
        2 => Just(Move::Withdraw),
        3 => Just(Move::Resume),
        1 => Just(Move::Lapse),
        3 => Just(Move::Due),
        2 => (1_u32..20).prop_map(Move::Extend),
        1 => Just(Move::Widen),
        2 => Just(Move::AnswerAnew),
    ];
    // Half of the lives begin with a matter handled anew, so that extensions and other grades are met often.
    let anew = [Move::Ask, Move::Propose(ReviewResult::Redo), Move::Approve, Move::Deliver];
    (any::<bool>(), prop::collection::vec(one, 1..70)).prop_map(move |(begins_anew, moves)| {
        let first = anew.iter().filter(|_| begins_anew).cloned();
        first.chain(moves).collect()
    })
}

impl Model {
    /// Answered and delivered that day.
    fn answered(on: NaiveDate, calendar: &Calendar) -> Self {
        Self {
            at: "delivered",
            rested: None,
            review: None,
            handling: Counting::new(on, 30),
            wide: false,
            remedy: Some((false, rolled(on, 30, calendar))),
            is_final: false,
            answers: 1,
        }
    }

    /// Whether the move is taken up; if so, what becomes of the case.
    fn take(&mut self, chosen: &Move, today: NaiveDate, calendar: &Calendar) -> bool {
        match chosen {
            Move::Wait(_) => true,
            Move::Ask => self.ask(today),
            Move::Hear(..) | Move::DeclineAsLate | Move::Propose(_) | Move::Return | Move::Approve | Move::Deliver => {
                self.go_on_with_review(chosen, today, calendar)
            }
            Move::Close => self.go(self.at == "delivered", "closed"),
            Move::Withdraw => {
                self.rested =
                    Some((self.at, today)).filter(|_| !["withdrawn", "closed"].contains(&self.at)).or(self.rested);
                self.go(!["withdrawn", "closed"].contains(&self.at), "withdrawn")
            }
            Move::Resume => self.resume(today),
            Move::Lapse => self.lapse(today),
            Move::Due => {
                let counting = match (self.at, &mut self.review) {
                    ("under_review" | "review_proposed", Some(review)) => &mut review.clock,
                    ("accepted", _) => &mut self.handling,
                    _ => return false,
                };
                let taken = today > counting.last(calendar) && !counting.overdue;
                counting.overdue |= taken;
                taken
            }
            Move::Extend(days) => {
                let late = today > self.handling.last(calendar) || self.handling.overdue;
                let may = self.at == "accepted" && self.wide && !late && self.handling.extended + days <= 30;
                self.handling.extended += if may { *days } else { 0 };
                may
            }
            Move::Widen => {
                let may = self.at == "accepted" && !self.wide;
                if may {
                    (self.wide, self.handling.days) = (true, 60);
                    // What is overdue stays so unless the new date is still to come.
                    self.handling.overdue &= today > self.handling.last(calendar);
                }
                may
            }
            Move::AnswerAnew => {
                let may = self.go(self.at == "accepted", "delivered");
                if may {
                    (self.remedy, self.answers) = (Some((false, rolled(today, 30, calendar))), self.answers + 1);
                }
                may
            }
        }
    }

    fn ask(&mut self, today: NaiveDate) -> bool {
        if !["delivered", "closed"].contains(&self.at) {
            return false;
        }
        if self.is_final {
            // Answered at once: three levels are at an end (REG-43).
            return true;
        }
        let Some((second, _)) = self.remedy else { return false };
        let (before, clock) = (self.at, Counting::new(today, 30));
        let (result, issued_on) = (ReviewResult::Upheld, today);
        self.review = Some(UnderReview { second, before, clock, hearing: None, result, issued_on });
        self.at = "under_review";
        true
    }

    fn go_on_with_review(&mut self, chosen: &Move, today: NaiveDate, calendar: &Calendar) -> bool {
        let Some(review) = &mut self.review else { return false };
        match (chosen, self.at) {
            (Move::Hear(after, days), "under_review") => {
                let hearing = hearing_days(today, *after, *days);
                let days = u32::try_from((hearing.1 - hearing.0).num_days() + 1).expect("few");
                if days == 0 || days > 30 || review.hearing == Some(hearing) {
                    return false;
                }
                review.hearing = Some(hearing);
                if review.second {
                    review.clock.heard = days;
                    review.clock.overdue &= today > review.clock.last(calendar);
                }
                true
            }
            (Move::DeclineAsLate, "under_review") => {
                let asked_late = self.remedy.is_some_and(|(_, until)| review.clock.from > until);
                if asked_late {
                    self.at = review.before;
                    self.review = None;
                }
                asked_late
            }
            (Move::Propose(result), "under_review") => {
                review.result = *result;
                self.go(true, "review_proposed")
            }
            (Move::Return, "review_proposed") => self.go(true, "under_review"),
            (Move::Approve, "review_proposed") => {
                review.issued_on = today;
                self.go(true, "review_answered")
            }
            (Move::Deliver, "review_answered") => {
                let Some(review) = self.review.take() else { return false };
                if review.result == ReviewResult::Redo {
                    let days = if self.wide { 60 } else { 30 };
                    self.handling = Counting::new(review.issued_on, days);
                    (self.remedy, self.is_final) = (None, false);
                    return self.go(true, "accepted");
                }
                (self.remedy, self.is_final) =
                    if review.second { (None, true) } else { (Some((true, rolled(today, 30, calendar))), false) };
                // Decided otherwise, the unit carries it out: what was closed is open again.
                self.go(true, if review.result == ReviewResult::Upheld { review.before } else { "delivered" })
            }
            _ => false,
        }
    }

    fn resume(&mut self, today: NaiveDate) -> bool {
        let Some((back, since)) = self.rested.filter(|(_, since)| today < *since + Days::new(15)) else { return false };
        if self.at != "withdrawn" {
            return false;
        }
        let days = u32::try_from((today - since).num_days()).expect("time goes forward");
        if let Some(review) = &mut self.review
            && ["under_review", "review_proposed"].contains(&back)
            && !review.clock.overdue
        {
            review.clock.rested += days;
        }
        if back == "accepted" && !self.handling.overdue {
            self.handling.rested += days;
        }
        self.go(true, back)
    }

    fn lapse(&mut self, today: NaiveDate) -> bool {
        let over = self.rested.is_some_and(|(_, since)| today >= since + Days::new(15));
        if self.at != "withdrawn" || !over {
            return false;
        }
        if let Some(review) = self.review.take() {
            // Only the review is over; what had been answered stays answered.
            return self.go(true, review.before);
        }
        (self.remedy, self.is_final) = (None, false);
        self.go(true, "closed")
    }

    fn go(&mut self, may: bool, to: &'static str) -> bool {
        if may {
            self.at = to;
        }
        may
    }

    fn body(&self) -> &'static str {
        if self.review.as_ref().is_some_and(|review| review.second) { REEXAMINER } else { REVIEWER }
    }
}

/// From so many days after today on; `days` of 0 end before they begin.
fn hearing_days(today: NaiveDate, after: u32, days: u32) -> (NaiveDate, NaiveDate) {
    let from = today + Days::new(after.into());
    (from, from + Days::new(days.into()) - Days::new(1))
}

/// Gives the move to the case.
fn give(world: &mut World, model: &Model, chosen: &Move, today: NaiveDate) -> Result<(), Refusal> {
    let deciders = [Role::UnitHead, Role::MainLeader];
    let (examiner, decider) = (reviewer(model.body(), &[Role::Officer]), reviewer(model.body(), &deciders));
    let mut one = |actor: &Actor, command: Command| world.give(actor, &command).map(drop);
    match chosen {
        Move::Wait(_) => Ok(()),
        Move::Ask => {
            let second = model.remedy.is_some_and(|(second, _)| second);
            let superior = Some(unit(if second { REEXAMINER } else { REVIEWER }));
            one(&Actor::Petitioner, Command::AskReview { superior })
        }
        Move::Hear(after, days) => {
            let (from, to) = hearing_days(today, *after, *days);
            one(&examiner, Command::HoldHearing(Hearing { from, to, note: "听取双方意见".to_owned() }))
        }
        Move::DeclineAsLate => {
            let (code, text) = ("review_too_late".to_owned(), "超过30日".to_owned());
            one(&examiner, Command::DeclineReview { code, text })
        }
        Move::Propose(result) => one(&examiner, Command::ProposeReview(review_opinion(*result))),
        Move::Return => one(&decider, Command::Return { reason: "依据不足".to_owned() }),
        Move::Approve => one(&decider, Command::Approve),
        Move::Deliver => {
            let command = Command::Deliver { means: "当面".to_owned(), delivered_at: world.now, receipt: None };
            world.give(&examiner, &command).map(drop)
        }
        Move::Close if model.at == "delivered" => {
            world.steps_to_end();
            world.give(&officer(), &Command::Close).map(drop)
        }
        Move::Close => one(&officer(), Command::Close),
        Move::Withdraw => {
            let command = withdraw(world);
            world.give(&Actor::Petitioner, &command).map(drop)
        }
        Move::Resume => one(&Actor::Petitioner, Command::Resume),
        Move::Lapse => one(&rule(), Command::Lapse),
        Move::Due => {
            let kind = if model.at == "accepted" { DeadlineKind::Handling } else { review_kind(model) };
            let generation = world.case.clock(kind).map_or(0, |clock| clock.generation);
            world.give(&rule(), &Command::Mark { kind, mark: Mark::Due, generation, leaders: nobody() }).map(drop)
        }
        Move::Extend(days) => {
            one(&main_leader(), Command::Extend { days: *days, kind: Grade::Wide, reason: "鉴定".to_owned() })
        }
        Move::Widen => one(&head(), Command::ChangeGrade { grade: Grade::Wide, reason: "多户".to_owned() }),
        Move::AnswerAnew if model.at == "accepted" => {
            answer(world, model.answers);
            Ok(())
        }
        Move::AnswerAnew => one(&head(), super::commands::assign_command()),
    }
}

fn review_kind(model: &Model) -> DeadlineKind {
    if model.body() == REEXAMINER { DeadlineKind::Reexamination } else { DeadlineKind::Review }
}

/// The whole way from acceptance to delivery in one day, with an opinion unlike those before.
fn answer(world: &mut World, nth: usize) {
    world.assign();
    world.investigate();
    let mut opinion = proposal(Outcome::Supported);
    opinion.opinion = format!("第{nth}次研究，限期修复");
    world.must(&officer(), &Command::Propose(opinion));
    world.must(&main_leader(), &Command::Approve);
    world.reply();
    world.deliver();
}

fn told(clock: &Clock) -> (NaiveDate, bool) {
    (clock.deadline.last_day, clock.state == DeadlineState::Overdue)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// D-4, REG-24, REG-40, REG-41, REG-42, REG-43, REG-44: what is taken up, where the case stands, which remedy is open and when each
    /// answer is due, all as the model says, whatever comes after whatever.
    #[test]
    fn any_life_after_the_answer_is_as_the_model_says(moves in moves()) {
        let mut world = World::registered("street-office", PetitionClass::Request, morning("2025-11-20"));
        world.accept(Grade::Ordinary);
        answer(&mut world, 0);
        let mut model = Model::answered(local_date(world.now).expect("in range"), &world.calendar);
        for chosen in &moves {
            if let Move::Wait(days) = chosen {
                world.now += TimeDelta::days(i64::from(*days));
            }
            let today = local_date(world.now).expect("in range");
            let given = give(&mut world, &model, chosen, today);
            let from = model.at;
            let taken = model.take(chosen, today, &world.calendar);
            prop_assert_eq!(given.is_ok(), taken, "{:?} in {}: {:?}", chosen, from, given.err());
            prop_assert_eq!(world.state().name(), model.at, "{:?} in {}", chosen, from);
            if let Some(review) = model.review.as_ref().filter(|_| model.at != "withdrawn" && model.at != "review_answered") {
                let clock = world.case.clock(review_kind(&model)).expect("runs");
                prop_assert_eq!(told(clock), (review.clock.last(&world.calendar), review.clock.overdue), "{:?}", chosen);
            }
            if world.state() == StateKind::Accepted {
                let clock = world.case.clock(DeadlineKind::Handling).expect("runs");
                prop_assert_eq!(told(clock), (model.handling.last(&world.calendar), model.handling.overdue), "{:?}", chosen);
            }
            if ["delivered", "closed"].contains(&model.at) {
                let open = model.remedy.map(|(second, until)| {
                    Remedy::Open(if second { ReviewLevel::Reexamination } else { ReviewLevel::Review }, until)
                });
                prop_assert_eq!(world.case.remedy(), open.or(model.is_final.then_some(Remedy::Ended)), "{:?}", chosen);
            }
        }
    }
}
