//! A unit is abolished, merged or split: what it still answered for in a matter goes to its successor (机构撤并承继; REG-16, Art. 24(2)). By
//! rule, part by part; the clocks run on, what was done stands, and it is no passing on (DW-19). Accusations go to a discipline body or
//! wait for a decision (REG-22).

use huiyin_contracts::casework::{DeadlineKind, Outcome};
use huiyin_kernel::UnitCode;
use serde::{Deserialize, Serialize};

use super::RoutingEvent;
use crate::domain::{Case, Decision, Event, Naming, OpenReview, Part, State, StateKind, SupervisionOrder, clock_of};

/// Who carries on for an abolished unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// The abolished unit.
    pub from: UnitCode,
    /// The unit that carries on: the last of the line, where successors were abolished in their turn.
    pub to: UnitCode,
    /// Named by the committee or government of its level, as it was unclear who carries on.
    pub is_designated: bool,
    /// That unit is a discipline body: it has no part in ordinary matters.
    pub is_discipline: bool,
    /// Where accusations go.
    pub accusations_to: Option<UnitCode>,
    /// The office above the successor: it reviews and decides where the successor would judge itself.
    pub above: Option<UnitCode>,
}

/// One part of a unit in a matter, taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succeeded {
    /// Which part.
    pub part: Part,
    /// Who had it.
    pub from: UnitCode,
    /// Who has it now.
    pub to: UnitCode,
    /// By designation.
    pub is_designated: bool,
    /// The handling officer went over to the successor and keeps the matter.
    pub officer_stays: bool,
}

/// What a successor takes over in a matter: nothing when the abolished unit owes nothing in it. `officer_stays`: the handling officer belongs
/// to the successor now.
pub fn succeed(case: &Case, successor: &Successor, officer_stays: bool) -> Decision {
    if case.is_accusation() {
        return forwarded(case, successor);
    }
    if successor.is_discipline || (case.state.kind() == StateKind::Closed && case.owes_nothing()) {
        return Vec::new();
    }
    let Successor { from, to, is_designated, .. } = successor;
    let answers = case.responsible_unit == *from;
    let responsible = if answers { to } else { &case.responsible_unit };
    // Nobody reviews or decides its own: then the office above does.
    let judge = |part_of: &UnitCode| {
        let heir = if part_of == from { to } else { part_of };
        if heir == responsible { successor.above.as_ref().unwrap_or(heir) } else { heir }.clone()
    };
    let mut parts: Vec<(Part, UnitCode, UnitCode)> = Vec::new();
    if answers {
        parts.push((Part::Responsible, from.clone(), to.clone()));
    }
    if let Some(unit) = case.live_review().map(|review| &review.unit).filter(|unit| judge(unit) != **unit) {
        parts.push((Part::Reviewing, unit.clone(), judge(unit)));
    }
    if let Some(question) = case.open_competence().filter(|question| judge(&question.decider) != question.decider) {
        parts.push((Part::Deciding, question.decider.clone(), judge(&question.decider)));
    }
    let others = [
        (Part::Supervised, case.supervised_units().contains(&from)),
        (Part::Sender, case.transfer.as_ref().is_some_and(|sent| sent.from == *from)),
        (Part::Assisting, case.assisting().contains(from) || case.open_parts().any(|part| part.unit == *from)),
    ];
    parts.extend(others.into_iter().filter(|(_, is)| *is).map(|(part, _)| (part, from.clone(), to.clone())));
    let succeeded = |(part, from, to)| {
        let officer_stays = officer_stays && part == Part::Responsible;
        Event::Routing(RoutingEvent::Succeeded {
            succeeded: Succeeded { part, from, to, is_designated: *is_designated, officer_stays },
        })
    };
    parts.into_iter().map(succeeded).collect()
}

/// REG-11, REG-22: an accusation that an abolished office still held is forwarded to the discipline body named for it, and to nobody else.
fn forwarded(case: &Case, successor: &Successor) -> Decision {
    let is_held = case.responsible_unit == successor.from && case.state.kind() == StateKind::Received;
    let body = successor.accusations_to.as_ref().filter(|_| is_held);
    let Some(unit) = body else { return Vec::new() };
    vec![Event::Forwarded { unit: unit.clone() }, Event::Closed { outcome: Outcome::Forwarded }]
}

impl State {
    /// The state that counts: of a matter that rests, the one it goes back to.
    fn live_mut(&mut self) -> &mut Self {
        match self {
            Self::Withdrawn(resting) => resting.before.live_mut(),
            other => other,
        }
    }
}

impl Case {
    /// The state that counts.
    fn live(&self) -> &State {
        let mut state = &self.state;
        while let State::Withdrawn(resting) = state {
            state = &resting.before;
        }
        state
    }

    /// The review under way, also while the matter rests.
    fn live_review(&self) -> Option<&OpenReview> {
        match self.live() {
            State::UnderReview(review)
            | State::ReviewProposed { review, .. }
            | State::ReviewAnswered { review, .. } => Some(review),
            _ => None,
        }
    }

    /// Closed, no date runs, and no order or advice is open.
    fn owes_nothing(&self) -> bool {
        self.next_due_at().is_none() && self.supervised_units().is_empty()
    }

    /// Carries a succession out; total, as [`Case::apply`] is.
    pub(super) fn succeeded(&mut self, succeeded: &Succeeded) {
        let Succeeded { part, from, to, officer_stays, .. } = succeeded;
        match part {
            Part::Responsible => {
                self.responsible_unit = to.clone();
                if let Some(transfer) = self.transfer.as_mut().filter(|transfer| transfer.to == *from) {
                    transfer.to = to.clone();
                }
                let state = self.state.live_mut();
                // As with a hand-over, the successor names an officer of its own, unless the officer came along.
                if !officer_stays && matches!(state, State::Assigned { .. } | State::Investigating { .. }) {
                    *state = State::Accepted;
                }
            }
            Part::Reviewing => match self.state.live_mut() {
                State::UnderReview(review)
                | State::ReviewProposed { review, .. }
                | State::ReviewAnswered { review, .. } => review.unit = to.clone(),
                _ => {}
            },
            Part::Deciding => {
                if let Some(question) = &mut self.competence {
                    question.decider = to.clone();
                }
            }
            Part::Supervised => {
                let open = |order: &&mut SupervisionOrder| order.is_open() || order.open_advice().is_some();
                let measures = self.supervision.iter_mut().flat_map(|order| &mut order.measures);
                measures.filter(|one| one.is_owed() && one.unit == *from).for_each(|one| one.unit = to.clone());
                for order in self.supervision.iter_mut().filter(open).filter(|order| order.target_unit == *from) {
                    order.target_unit = to.clone();
                }
            }
            Part::Sender => {
                if let Some(transfer) = &mut self.transfer {
                    transfer.from = to.clone();
                }
            }
            Part::Assisting => {
                let parts = self.parts.iter_mut().filter(|part| part.end.is_none() && part.unit == *from);
                parts.for_each(|part| part.unit = to.clone());
                let decided = self.competence.as_mut().and_then(|question| question.decided.as_mut());
                if let Some(decided) = decided {
                    decided.assisting.iter_mut().filter(|unit| *unit == from).for_each(|unit| *unit = to.clone());
                    decided.assisting.sort();
                    decided.assisting.dedup();
                }
            }
            Part::Registered | Part::ForwardedTo => {}
        }
        let (responsible, competence) = (&self.responsible_unit, &mut self.competence);
        if let Some(question) = competence {
            for party in question.parties.iter_mut().filter(|party| *party == from) {
                *party = to.clone();
            }
            if let Some(decided) = &mut question.decided {
                decided.assisting.retain(|unit| unit != responsible);
            }
        }
        // Sender and receiver in one: nobody reports to itself.
        if self.transfer.as_ref().is_some_and(|sent| sent.from == self.responsible_unit) {
            self.lift(DeadlineKind::DemandedReport);
        }
    }
}

impl Succeeded {
    /// The duty it speaks of: of a reviewing body, the review's.
    pub(in crate::domain) fn about(&self, case: &Case) -> Option<DeadlineKind> {
        case.live_review().filter(|_| self.part == Part::Reviewing).map(|review| clock_of(review.level))
    }

    /// The petitioner hears who handles or reviews the matter, and nothing of what offices are to each other.
    pub const fn is_for_petitioner(&self) -> bool {
        matches!(self.part, Part::Responsible | Part::Reviewing)
    }

    /// What happened, in Chinese and in English.
    pub(super) fn words(&self, naming: &Naming) -> (String, String) {
        let (from, to) = (naming.unit(&self.from), naming.unit(&self.to));
        let (how_zh, how_en) = if self.is_designated { ("经指定，", ", as designated,") } else { ("", "") };
        let (part_zh, part_en) = part_words(self.part);
        (
            format!("因机构调整，原由{from}承担的{part_zh}，{how_zh}由{to}承继，期限不变"),
            format!("{from} was abolished; {to}{how_en} takes over: {part_en}; deadlines unchanged"),
        )
    }
}

const fn part_words(part: Part) -> (&'static str, &'static str) {
    match part {
        Part::Responsible => ("办理工作", "the handling"),
        Part::Registered => ("登记工作", "the registration"),
        Part::Supervised => ("督办反馈", "the answer to supervision"),
        Part::ForwardedTo => ("检举控告办理", "the accusation"),
        Part::Sender => ("转送、交办工作", "the sender's part"),
        Part::Reviewing => ("复查复核工作", "the review"),
        Part::Deciding => ("管辖确定工作", "the decision on competence"),
        Part::Assisting => ("协办工作", "the assistance"),
    }
}
