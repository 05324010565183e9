//! Longer, shorter, near and past: everything about the dates of a case.

use huiyin_calendar::Rule;
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, Grade};
use huiyin_contracts::intake::PetitionClass;
use huiyin_policy::Policy;

use super::{Decision, Given};
use crate::domain::{Candidates, Case, Clock, Event, Extension, Mark, Refusal};

impl Case {
    /// The limits on handling, the law's first; the earlier binds (E-2). The law sets none for suggestions (REG-21): theirs
    /// is the same by analogy, so that every matter is answered.
    pub(super) fn handling_rules(&self, grade: Grade, at_field_visit: bool, policy: &Policy) -> Vec<Rule> {
        let mut statutory = policy.clocks.handling.to_calendar();
        if self.facts.class == PetitionClass::Suggestion {
            statutory.source.push_str("（建议意见类参照执行）");
        }
        std::iter::once(statutory)
            .chain(policy.clocks.local.get(&grade).map(huiyin_policy::Rule::to_calendar))
            .chain(
                policy.clocks.field_visit.get(&grade).filter(|_| at_field_visit).map(huiyin_policy::Rule::to_calendar),
            )
            .collect()
    }

    /// Taken up while a leader went down (HB-14)? Its clock then carries such a limit.
    pub(super) fn taken_up_at_field_visit(&self) -> bool {
        let clock = self.clock(DeadlineKind::Handling);
        clock.is_some_and(|clock| clock.rules.iter().any(|rule| rule.code.starts_with("clocks.field_visit.")))
    }
}

impl Given<'_> {
    /// REG-24, JD-10: matters of the kind the pack names, by its approver, within the cap in sum, before the deadline.
    pub(super) fn extend(self, days: u32, kind: Grade, reason: &str) -> Result<Decision, Refusal> {
        let allowed = &self.policy.extension.kinds.grades;
        if !allowed.contains(&kind) || kind != self.case.grade {
            let is = if allowed.contains(&kind) { self.case.grade } else { kind };
            return Err(Refusal::NotExtendable { allowed: allowed.clone(), is });
        }
        let mut clock = self.handling()?;
        if clock.deadline.is_late(self.now) {
            return Err(Refusal::ExtensionTooLate);
        }
        let cap = self.policy.extension.total.days();
        let left = self.policy.extension_days_left(clock.extended_days());
        if days == 0 || days > left {
            return Err(Refusal::ExtensionBeyondCap { asked: days, left, cap });
        }
        clock.extensions.push(Extension { days, source: self.policy.extension.total.source().to_owned() });
        let handling = Box::new(clock.reckoned(self.calendar)?);
        Ok(vec![Event::Extended { days, kind, reason: reason.to_owned(), handling }])
    }

    /// JD-10: another grade has another local limit, counted from the same acceptance. A complex or wide matter is not simple any more
    /// (REG-31).
    pub(super) fn change_grade(self, grade: Grade, reason: &str) -> Result<Decision, Refusal> {
        if grade == self.case.grade {
            return Err(Refusal::NothingChanges);
        }
        let (case, converted) = self.converted_for(reason)?;
        let mut clock = Given { case: &case, ..self }.handling()?;
        clock.rules = case.handling_rules(grade, case.taken_up_at_field_visit(), self.policy);
        let handling = Box::new(self.reckoned(clock)?);
        let changed = Event::GradeChanged { grade, reason: reason.to_owned(), handling };
        Ok(converted.into_iter().chain([changed]).collect())
    }

    /// A mark of a clock is reached. Each has its effect once; past the handling deadline, the leader whom the rule finds takes
    /// the case (WH-10, QD-01), and the office is called to account (REG-51).
    pub(super) fn mark(
        self,
        kind: DeadlineKind,
        mark: Mark,
        generation: i32,
        leaders: &Candidates,
    ) -> Result<Decision, Refusal> {
        let clock = self.case.clock(kind).ok_or(Refusal::StaleMark)?;
        if clock.state != DeadlineState::Running || clock.generation != generation {
            return Err(Refusal::StaleMark);
        }
        if let Mark::Warning(_) = mark {
            return Ok(vec![Event::DueSoon { kind, mark }]);
        }
        if !clock.deadline.is_late(self.now) {
            return Err(Refusal::StaleMark);
        }
        let mut events = vec![Event::Overdue { kind }];
        let takes = kind == DeadlineKind::Handling
            && self.policy.ownership.first_receiver_takes_overdue.value
            && !self.case.taken_by_leader;
        if let (true, Some((leader, found_by))) = (takes, self.case.find_leader(leaders, self.policy)) {
            events.push(Event::TakenByLeader { leader, found_by });
        }
        if kind == DeadlineKind::Handling {
            events.extend(self.order_when_overdue()?);
        }
        if kind == DeadlineKind::Acceptance {
            events.extend(self.order_when_not_told()?);
        }
        Ok(events)
    }

    /// T7: every open clock again, with the present calendar. Only dates that moved, or became certain, are told.
    pub(super) fn reckon(self) -> Result<Decision, Refusal> {
        let mut events = Vec::new();
        for clock in self.case.clocks.iter().filter(|clock| clock.is_open()) {
            if clock.deadline.calendar_version != self.calendar.version() {
                events.push(self.with_new_calendar(clock)?);
            }
        }
        if events.is_empty() { Err(Refusal::NothingChanges) } else { Ok(events) }
    }

    /// A date that moves, or is certain at last, is told. One that stays keeps its generation and with it its timers, certain or not.
    fn with_new_calendar(self, clock: &Clock) -> Result<Event, Refusal> {
        let mut reckoned = self.reckoned(clock.clone())?;
        let stays = (reckoned.deadline.due_at, reckoned.state) == (clock.deadline.due_at, clock.state);
        if stays {
            reckoned.generation = clock.generation;
        }
        Ok(if stays && reckoned.deadline.provisional == clock.deadline.provisional {
            Event::DeadlineKept { clock: Box::new(reckoned) }
        } else {
            Event::DeadlineMoved { from: Some(clock.deadline.last_day), clock: Box::new(reckoned) }
        })
    }

    /// Reckoned again. What is overdue stays so unless the new date is still to come; consequences already drawn stand.
    pub(super) fn reckoned(self, clock: Clock) -> Result<Clock, Refusal> {
        let mut clock = clock.reckoned(self.calendar)?;
        if clock.state == DeadlineState::Overdue && !clock.deadline.is_late(self.now) {
            clock.state = DeadlineState::Running;
        }
        Ok(clock)
    }

    fn handling(self) -> Result<Clock, Refusal> {
        self.case.clock(DeadlineKind::Handling).cloned().ok_or(Refusal::ExtensionTooLate)
    }
}
