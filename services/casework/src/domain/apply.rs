//! Carrying an event out. Total: any event on any state gives a state, so that no journal is ever unreadable. An event
//! that does not fit the state changes only what it can.

use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade, Outcome};
use huiyin_kernel::{StaffId, UnitCode};

use super::{
    Answer, Approval, Case, Clock, Closing, Event, FoundBy, OpenReview, Opened, Resting, Review, ReviewEnd, Simple,
    State, Transfer, clock_of,
};

impl Case {
    /// The case as it is opened.
    pub fn opened(opened: &Opened) -> Self {
        Self {
            facts: opened.facts.clone(),
            responsible_unit: opened.responsible_unit.clone(),
            leader: None,
            taken_by_leader: false,
            leader_found_by: None,
            session_id: opened.session_id,
            grade: Grade::Ordinary,
            simple: None,
            steps: Vec::new(),
            waived: Vec::new(),
            clocks: vec![opened.acceptance.clone()],
            transfer: None,
            competence: None,
            reported_up: Vec::new(),
            links: Vec::new(),
            parts: Vec::new(),
            deferral: None,
            library: None,
            appointment: None,
            consultation: None,
            recusals: Vec::new(),
            plan: None,
            instructions: Vec::new(),
            promise: None,
            explained: None,
            relief_referral: false,
            visits: Vec::new(),
            reviews: Vec::new(),
            set_aside: None,
            settlement: None,
            evaluation: None,
            return_visits: Vec::new(),
            no_return_visit: false,
            archive: None,
            rests: 0,
            supervision: Vec::new(),
            passed_on_by: Vec::new(),
            state: State::Received,
            version: 1,
        }
    }

    /// A journal from its beginning. `None` when it does not begin with the opening.
    pub fn replay<'a>(mut journal: impl Iterator<Item = (&'a Event, DateTime<Utc>)>) -> Option<Self> {
        let (Event::Opened(opened), _) = journal.next()? else { return None };
        Some(journal.fold(Self::opened(opened), |case, (event, at)| case.apply(event, at)))
    }

    /// The case after `event`, which happened at `at`.
    #[must_use]
    pub fn apply(mut self, event: &Event, at: DateTime<Utc>) -> Self {
        self.version += 1;
        self.pass_on(event);
        match event {
            Event::Opened(opened) => return Self { version: self.version, ..Self::opened(opened) },
            Event::Accepted { grade, handling, simple } => {
                self.meet(DeadlineKind::Acceptance, at);
                self.grade = *grade;
                // Whoever takes it up, is competent.
                self.competence = self.competence.filter(|question| question.decided.is_some());
                self.simple = simple.map(|admission| Simple { admission, converted_at: None });
                self.set_clock(handling);
                self.state = State::Accepted;
            }
            Event::ConvertedToOrdinary { handling, .. } => {
                if let Some(simple) = &mut self.simple {
                    simple.converted_at = Some(at);
                }
                self.set_clock(handling);
            }
            Event::Pointed { to_body, text, .. } => {
                self.answer(Answer::Pointed { to_body: to_body.clone(), text: text.clone() }, Outcome::Pointed, at);
            }
            Event::Declined { code, article, text, where_to_go, outcome } => {
                let answer = Answer::Declined {
                    code: code.clone(),
                    article: article.clone(),
                    text: text.clone(),
                    where_to_go: where_to_go.clone(),
                };
                self.answer(answer, *outcome, at);
            }
            Event::Forwarded { unit } => {
                self.answer(Answer::Forwarded { unit: unit.clone() }, Outcome::Forwarded, at);
            }
            Event::Transferred { unit, from, demand, objection_until, acceptance, report } => {
                let (from, to, demand) = (from.clone(), unit.clone(), demand.clone());
                let objection_until = *objection_until;
                let transfer =
                    Transfer { from, to, at, objection_until, demand, objection: None, signed: None, report: None };
                self.transferred(transfer, acceptance, report.as_deref());
            }
            Event::Objected { reason } => self.objected(reason, at),
            Event::ObjectionAnswered { agreed, .. } => self.objection_answered(*agreed),
            Event::Assigned { officer, unit } => self.assign(*officer, unit),
            Event::HandedOver { unit, leader, .. } => self.hand_over(unit, *leader),
            Event::StepDone { step, .. } => {
                if !self.steps.contains(step) {
                    self.steps.push(step.clone());
                }
                if let State::Assigned { officer } = self.state {
                    self.state = State::Investigating { officer };
                }
            }
            Event::Recused { recusal } => self.recused(recusal),
            Event::StepWaived { step, .. } => self.waived.push(step.clone()),
            Event::Proposed { proposal } => {
                if let Some(officer) = self.state.officer() {
                    self.state = State::Proposed { officer, proposal: (**proposal).clone(), approvals: Vec::new() };
                }
            }
            Event::ApprovalGiven { by, role } => {
                if let State::Proposed { approvals, .. } | State::ReviewProposed { approvals, .. } = &mut self.state {
                    approvals.push(Approval { by: *by, role: *role });
                }
            }
            Event::Approved => {
                if let State::Proposed { officer, proposal, .. } = self.state {
                    self.state = State::Approved { officer, proposal };
                }
            }
            Event::Returned { .. } => {
                if let State::Proposed { officer, .. } = self.state {
                    self.state = State::Investigating { officer };
                }
            }
            Event::Replied { reply } => {
                self.meet(DeadlineKind::Handling, at);
                if let State::Approved { officer, proposal } = self.state {
                    self.state = State::Replied { officer, proposal, reply: (**reply).clone() };
                }
            }
            Event::Delivered { delivery } => {
                if let State::Replied { officer, proposal, reply } = self.state {
                    self.state = State::Delivered { officer, proposal, reply, delivery: delivery.clone() };
                }
            }
            Event::PaperGiven { delivery } => self.paper_given(delivery),
            Event::ReliefReferred => self.relief_referral = true,
            Event::ReceivedByLeader { visit_id, session_id, leader } => {
                self.visits.push(*visit_id);
                self.session_id = Some(*session_id);
                self.leader = Some(*leader);
                self.leader_found_by = Some(FoundBy::FirstReceiver);
            }
            Event::Promised { promise } => self.promise = Some(promise.clone()),
            Event::Explained { explanation } => self.explained = Some(explanation.clone()),
            Event::SettledOnSpot { on_spot } => {
                self.meet(DeadlineKind::Handling, at);
                self.answer(Answer::OnSpot((**on_spot).clone()), Outcome::SettledOnSpot, at);
            }
            Event::Extended { handling, .. } => self.set_clock(handling),
            Event::GradeChanged { grade, handling, .. } => {
                self.grade = *grade;
                self.set_clock(handling);
            }
            Event::ReviewAsked { .. }
            | Event::ReviewDeclined { .. }
            | Event::HearingHeld { .. }
            | Event::ReviewProposed { .. }
            | Event::ReviewReturned { .. }
            | Event::ReviewAnswered
            | Event::ReviewDelivered { .. }
            | Event::ReviewWithdrawn => self.review(event, at),
            Event::DueSoon { .. } | Event::Noted { .. } => {}
            Event::Overdue { kind } => {
                if let Some(clock) = self.clock_mut(*kind) {
                    clock.state = DeadlineState::Overdue;
                }
            }
            Event::TakenByLeader { leader, found_by } => {
                // Who takes it again as its first receiver, or by an answer, stays found as before.
                if self.leader != Some(*leader) || found_by.is_some() {
                    self.leader_found_by = *found_by;
                }
                self.leader = Some(*leader);
                self.taken_by_leader = true;
            }
            Event::Withdrawn { until } => self.rest(*until, at),
            Event::Resumed { clocks } => {
                if let State::Withdrawn(resting) = self.state {
                    self.state = resting.before;
                }
                self.clocks.clone_from(clocks);
            }
            Event::DeadlineMoved { clock, .. } | Event::DeadlineKept { clock } => self.set_clock(clock),
            Event::Supervision(event) => self.supervise(event, at),
            Event::Settlement(event) => self.settle(event, at),
            Event::Routing(event) => self.route(event, at),
            Event::Link(event) => self.linked(event),
            Event::Part(event) => self.divide(event, at),
            Event::Deferral(event) => self.put_off(event, at),
            Event::Appointment(event) => self.appoint(event, at),
            Event::Library(event) => self.keep_in_library(event, at),
            Event::Evaluation(event) => self.evaluated(event, at),
            Event::Archive(event) => self.archived(event),
            Event::ReturnVisit(event) => self.return_visited(event, at),
            Event::Closed { outcome } => self.close(*outcome, at),
        }
        self.drop_parts();
        self.drop_asking();
        self.drop_plan();
        self
    }

    /// What happens to a review (REG-40…43).
    fn review(&mut self, event: &Event, at: DateTime<Utc>) {
        match event {
            Event::ReviewAsked { level, unit, late, clock } => {
                let before = std::mem::replace(&mut self.state, State::Received);
                let (level, unit, late) = (*level, unit.clone(), *late);
                let review = OpenReview { level, unit, asked_at: at, late, hearing: None, before };
                self.state = State::UnderReview(Box::new(review));
                if let Some(file) = &mut self.archive {
                    // What was proposed for a file at rest no longer fits.
                    (file.taken_out, file.appraisal) = (true, None);
                }
                self.set_clock(clock);
            }
            Event::ReviewDeclined { level, ground, late } => {
                self.meet(clock_of(*level), at);
                let end = ReviewEnd::Declined(ground.clone());
                if self.open_review().is_some() {
                    self.end_review(end);
                } else {
                    let (level, late) = (*level, *late);
                    self.reviews.push(Review { level, unit: None, asked_at: at, late, hearing: None, end });
                }
            }
            Event::HearingHeld { hearing, clock } => {
                if let State::UnderReview(review) = &mut self.state {
                    review.hearing = Some(hearing.clone());
                }
                if let Some(clock) = clock {
                    self.set_clock(clock);
                }
            }
            Event::ReviewProposed { opinion } => self.turn_review(|review| State::ReviewProposed {
                review,
                opinion: opinion.clone(),
                approvals: Vec::new(),
            }),
            Event::ReviewReturned { .. } => self.turn_review(State::UnderReview),
            Event::ReviewAnswered => {
                if let Some(level) = self.open_review().map(|review| review.level) {
                    self.meet(clock_of(level), at);
                }
                self.state = match std::mem::replace(&mut self.state, State::Received) {
                    State::ReviewProposed { review, opinion, .. } => {
                        State::ReviewAnswered { review, opinion, issued_at: at }
                    }
                    other => other,
                };
            }
            Event::ReviewDelivered { delivery, then } => {
                if let State::ReviewAnswered { opinion, issued_at, .. } = &self.state {
                    let (opinion, issued_at, delivery) = (opinion.clone(), *issued_at, delivery.clone());
                    self.end_review(ReviewEnd::Answered { opinion, issued_at, delivery });
                    self.after_review(then);
                }
            }
            Event::ReviewWithdrawn => self.end_review(ReviewEnd::Withdrawn),
            _ => {}
        }
    }

    /// Moves the review under way on; without one nothing changes.
    fn turn_review(&mut self, to: impl FnOnce(Box<OpenReview>) -> State) {
        self.state = match std::mem::replace(&mut self.state, State::Received) {
            State::UnderReview(review) | State::ReviewProposed { review, .. } => to(review),
            other => other,
        };
    }

    fn clock_mut(&mut self, kind: DeadlineKind) -> Option<&mut Clock> {
        self.clocks.iter_mut().find(|clock| clock.kind == kind)
    }

    pub(super) fn set_clock(&mut self, clock: &Clock) {
        match self.clock_mut(clock.kind) {
            Some(old) => *old = clock.clone(),
            None => self.clocks.push(clock.clone()),
        }
    }

    pub(super) fn meet(&mut self, kind: DeadlineKind, at: DateTime<Utc>) {
        if let Some(clock) = self.clock_mut(kind) {
            clock.met(at);
        }
    }

    pub(super) fn lift(&mut self, kind: DeadlineKind) {
        if let Some(clock) = self.clock_mut(kind) {
            clock.lift();
        }
    }

    /// Every road to the end tells the petitioner whether the case is taken up, so the acceptance clock is met with it.
    fn answer(&mut self, answer: Answer, outcome: Outcome, at: DateTime<Utc>) {
        self.meet(DeadlineKind::Acceptance, at);
        // What offices owe each other is owed after the end, too: the petitioner does not wait for it, nor does it for the petitioner.
        self.clocks.iter_mut().filter(|clock| !clock.kind.is_between_offices()).for_each(Clock::lift);
        let officer = self.state.officer();
        self.state = State::Closed(Box::new(Closing { outcome, closed_at: at, officer, answer }));
    }

    fn assign(&mut self, officer: StaffId, unit: &UnitCode) {
        self.responsible_unit = unit.clone();
        self.state = if let State::Investigating { .. } = self.state {
            State::Investigating { officer }
        } else {
            State::Assigned { officer }
        };
    }

    fn hand_over(&mut self, unit: &UnitCode, leader: Option<StaffId>) {
        let other_unit = *unit != self.responsible_unit;
        self.responsible_unit = unit.clone();
        if leader.is_some() && leader != self.leader {
            self.leader_found_by = None;
        }
        self.leader = leader.or(self.leader);
        if other_unit && self.state.officer().is_some() {
            self.state = State::Accepted;
        }
    }

    /// DW-19: hand-overs to another unit in a row; whatever is done for the matter ends the row.
    fn pass_on(&mut self, event: &Event) {
        if let Event::HandedOver { unit, from, .. } = event {
            if unit != from {
                self.passed_on_by.push(from.clone());
            }
        } else if matches!(event, Event::Accepted { .. } | Event::StepDone { .. } | Event::Proposed { .. }) {
            self.passed_on_by.clear();
        }
    }

    fn rest(&mut self, until: DateTime<Utc>, since: DateTime<Utc>) {
        self.rests += 1;
        let clocks = self.clocks.clone();
        self.clocks.iter_mut().for_each(Clock::lift);
        let before = std::mem::replace(&mut self.state, State::Received);
        self.state = State::Withdrawn(Box::new(Resting { since, until, before, clocks }));
    }

    /// The answer reached the petitioner once more, on paper; whatever runs from its receipt runs from now.
    fn paper_given(&mut self, paper: &super::Delivery) {
        let answered = match &mut self.state {
            State::Delivered { reply, delivery, .. } => Some((reply, delivery)),
            State::Closed(closing) => match &mut closing.answer {
                Answer::Written { reply, delivery, .. } => Some((&mut **reply, delivery)),
                _ => None,
            },
            _ => None,
        };
        if let Some((reply, delivery)) = answered {
            reply.paper_given_at = Some(paper.delivered_at);
            *delivery = paper.clone();
        }
    }

    /// Events that answer have closed the case already; here it is a written reply, an explanation or a lapse.
    fn close(&mut self, outcome: Outcome, at: DateTime<Utc>) {
        let officer = self.state.officer();
        let answer = match std::mem::replace(&mut self.state, State::Received) {
            State::Delivered { proposal, reply, delivery, .. } => {
                Answer::Written { proposal: Box::new(proposal), reply: Box::new(reply), delivery }
            }
            State::Withdrawn(_) => Answer::Withdrawn,
            closed @ State::Closed(_) => {
                self.state = closed;
                return;
            }
            open @ (State::Received
            | State::Accepted
            | State::Assigned { .. }
            | State::Investigating { .. }
            | State::Proposed { .. }
            | State::Approved { .. }
            | State::Replied { .. }
            | State::UnderReview(_)
            | State::ReviewProposed { .. }
            | State::ReviewAnswered { .. }) => {
                let Some(explanation) = self.explained.clone() else {
                    self.state = open;
                    return;
                };
                self.meet(DeadlineKind::Acceptance, at);
                self.meet(DeadlineKind::Handling, at);
                Answer::Explained(explanation)
            }
        };
        self.state = State::Closed(Box::new(Closing { outcome, closed_at: at, officer, answer }));
    }
}
