//! Supervision: orders by supervisors and by rule, answers, advice, visits.

use chrono::NaiveDate;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::{DeadlineKind, MeasureKind, Outcome, ReviewResult};
use huiyin_kernel::{StaffId, UnitCode};
use huiyin_policy::rules::SupervisionGround;

use super::{Decision, Given};
use crate::domain::{
    Advice, AdviceAnswer, Clock, Event, IssuedBy, Measure, RectificationReport, Refusal, ReviewOpinion, SiteVisit,
    Supervise, SupervisionAnswer, SupervisionConclusion, SupervisionEvent, SupervisionOrder, SupervisionRefusal,
};

/// What a rule demands of an office that did not answer in time.
const DEMAND_OVERDUE: &str = "请说明超期原因，抓紧办理，并告知何时答复信访人。";
/// What a rule demands of the office to which a matter was passed on and on.
const DEMAND_PASSED_ON: &str =
    "本事项接连移交，其间未办理。请现责任单位即行办理，并告知何时答复信访人；确不属职责范围的，书面说明依据。";

/// What a rule demands of an office that did not tell the petitioner in time.
const DEMAND_NOT_TOLD: &str = "请立即书面告知信访人是否受理，并说明未按期告知的原因。";
/// What a rule demands of an office whose refusal was set aside.
const DEMAND_SET_ASIDE: &str =
    "原处理意见未支持的请求，经复查复核予以支持。请说明原因，按复查复核意见执行，并告知何时执行完毕。";

impl Given<'_> {
    pub(super) fn supervise(self, command: &Supervise) -> Result<Decision, Refusal> {
        // Whoever gets past `permit` in supervision is staff.
        let by = self.actor.staff_id().ok_or(SupervisionRefusal::NotSupervisor)?;
        let event = match command {
            Supervise::Order { ground, demand } => self.ordered_by(ground, demand, by)?,
            Supervise::Answer { done, will_be_done_on } => self.answered(done, *will_be_done_on, by)?,
            Supervise::Return { reason } => {
                let clock = Box::new(self.fresh_clock(DeadlineKind::Supervision)?);
                SupervisionEvent::Returned { reason: reason.clone(), clock }
            }
            Supervise::Conclude { note } => {
                let conclusion = SupervisionConclusion { note: note.clone(), concluded_at: self.now, by };
                SupervisionEvent::Concluded { conclusion }
            }
            Supervise::Advise { text } => {
                let advice = Advice { text: text.clone(), given_at: self.now, by, answer: None };
                SupervisionEvent::Advised { advice, clock: Box::new(self.fresh_clock(DeadlineKind::Advice)?) }
            }
            Supervise::AnswerAdvice { is_adopted, text } => self.advice_answered(*is_adopted, text.as_deref(), by)?,
            Supervise::Measure { kind, reason, rectify_by } => self.measure_taken(*kind, reason, *rectify_by, by)?,
            Supervise::ReportRectification { done } => {
                let report = RectificationReport { done: done.clone(), reported_at: self.now, by };
                SupervisionEvent::RectificationReported { report }
            }
            Supervise::Visit { head, may_head, visited_on, finding } => {
                self.visited(*head, *may_head, *visited_on, finding)?
            }
        };
        Ok(vec![Event::Supervision(event)])
    }

    /// REG-50, REG-51: on a ground of the closed list, to the office responsible now.
    fn ordered_by(self, ground: &str, demand: &str, by: StaffId) -> Result<SupervisionEvent, Refusal> {
        let known = || {
            let all = SupervisionGround::ALL.iter().filter(|(one, _)| self.policy.supervision.knows(*one));
            all.map(|(_, code)| *code).collect()
        };
        let ground = SupervisionGround::with_code(ground)
            .filter(|ground| self.policy.supervision.knows(*ground))
            .ok_or_else(|| SupervisionRefusal::UnknownGround { code: ground.to_owned(), known: known() })?;
        self.ordered(ground, demand, &self.case.responsible_unit, Vec::new(), IssuedBy::Staff { staff_id: by })
    }

    /// REG-51: the handling deadline has passed. Nothing when the pack does not ask for it, or an order is open.
    pub(super) fn order_when_overdue(self) -> Result<Option<Event>, Refusal> {
        if !self.policy.supervision.order_when_overdue.value {
            return Ok(None);
        }
        self.by_rule(SupervisionGround::Overdue, DEMAND_OVERDUE, &self.case.responsible_unit, Vec::new())
    }

    /// DW-19: with this hand-over the matter was passed on so often in a row, with nothing done between. Asked of whoever has it now and can
    /// still put it right; those who passed it on are named.
    pub(super) fn order_when_passed_on(self, to: &UnitCode) -> Result<Option<Event>, Refusal> {
        let mut passed_on_by = self.case.passed_on_by.clone();
        passed_on_by.push(self.case.responsible_unit.clone());
        if !self.policy.supervision.order_after_hand_overs.reached_by(passed_on_by.len()) {
            return Ok(None);
        }
        self.by_rule(SupervisionGround::Evasion, DEMAND_PASSED_ON, to, passed_on_by)
    }

    /// REG-52: the petitioner was not told in time whether the petition is taken up (Art. 44).
    pub(super) fn order_when_not_told(self) -> Result<Option<Event>, Refusal> {
        if !self.policy.supervision.order_when_not_told.as_ref().is_some_and(|rule| rule.value) {
            return Ok(None);
        }
        self.by_rule(SupervisionGround::NotToldInTime, DEMAND_NOT_TOLD, &self.case.responsible_unit, Vec::new())
    }

    /// REG-52: a reviewing body supports what the office did not (Art. 45).
    pub(super) fn order_when_set_aside(self, opinion: &ReviewOpinion) -> Result<Option<Event>, Refusal> {
        let was_refused = matches!(self.case.outcome(), Some(Outcome::NotSupported | Outcome::Explained));
        let is_set_aside = matches!(opinion.result, ReviewResult::Changed | ReviewResult::Withdrawn)
            && opinion.outcome == Some(Outcome::Supported);
        if !was_refused
            || !is_set_aside
            || !self.policy.supervision.order_when_set_aside.as_ref().is_some_and(|rule| rule.value)
        {
            return Ok(None);
        }
        self.by_rule(SupervisionGround::NotSupported, DEMAND_SET_ASIDE, &self.case.responsible_unit, Vec::new())
    }

    /// REG-53: on the office called to account; a rectification has its day and its report, one at a time.
    fn measure_taken(
        self,
        kind: MeasureKind,
        reason: &str,
        rectify_by: Option<NaiveDate>,
        by: StaffId,
    ) -> Result<SupervisionEvent, Refusal> {
        let order = self.case.newest_order().ok_or(SupervisionRefusal::NoOrder)?;
        let needs_day = kind == MeasureKind::Rectification;
        let is_to_come = |day: NaiveDate| local_date(self.now).is_some_and(|today| today < day);
        if needs_day != rectify_by.is_some() || !rectify_by.is_none_or(is_to_come) {
            return Err(SupervisionRefusal::RectificationDay.into());
        }
        let open = self.case.open_rectification().filter(|_| needs_day).and_then(|measure| measure.rectify_by);
        if let Some(until) = open {
            return Err(SupervisionRefusal::RectificationOpen { until }.into());
        }
        let (unit, reason) = (order.target_unit.clone(), reason.to_owned());
        let clock = rectify_by.map(|day| self.rectification_clock(day)).transpose()?;
        let measure = Measure { kind, reason, unit, taken_at: self.now, by, rectify_by, report: None };
        Ok(SupervisionEvent::MeasureTaken { measure: Box::new(measure), clock })
    }

    /// The day as the conference set it: not moved, whatever day of the week it is.
    fn rectification_clock(self, day: NaiveDate) -> Result<Box<Clock>, Refusal> {
        let kind = DeadlineKind::Rectification;
        let source = "联席会议限期整改，信访工作条例第三十九条第三款 (REG-53)";
        let clock = Clock::until(kind, self.now, day, source, self.calendar)?;
        Ok(Box::new(clock.after(self.case.clock(kind))))
    }

    pub(super) fn by_rule(
        self,
        ground: SupervisionGround,
        demand: &str,
        target: &UnitCode,
        passed_on_by: Vec<UnitCode>,
    ) -> Result<Option<Event>, Refusal> {
        if self.case.is_accusation() || self.case.open_order().is_some() {
            return Ok(None);
        }
        self.ordered(ground, demand, target, passed_on_by, IssuedBy::Rule).map(Event::Supervision).map(Some)
    }

    fn ordered(
        self,
        ground: SupervisionGround,
        demand: &str,
        target: &UnitCode,
        passed_on_by: Vec<UnitCode>,
        issued_by: IssuedBy,
    ) -> Result<SupervisionEvent, Refusal> {
        let order = SupervisionOrder {
            number: self.case.next_order_number(),
            ground,
            demand: demand.to_owned(),
            target_unit: target.clone(),
            passed_on_by,
            issued_at: self.now,
            issued_by,
            answers: Vec::new(),
            conclusion: None,
            advice: Vec::new(),
            visits: Vec::new(),
            measures: Vec::new(),
        };
        let clock = self.fresh_clock(DeadlineKind::Supervision)?;
        Ok(SupervisionEvent::Ordered { order: Box::new(order), clock: Box::new(clock) })
    }

    /// A new period, past every generation used before, so that no timer of an earlier one has an effect (T4).
    fn fresh_clock(self, kind: DeadlineKind) -> Result<Clock, Refusal> {
        let rules = vec![self.policy.supervision.answer.to_calendar()];
        Ok(Clock::start(kind, rules, self.now, self.calendar)?.after(self.case.clock(kind)))
    }

    /// DZ-10: what was done, and as long as the petitioner waits, when it will be.
    fn answered(
        self,
        done: &str,
        will_be_done_on: Option<NaiveDate>,
        by: StaffId,
    ) -> Result<SupervisionEvent, Refusal> {
        let is_answered = self.case.state.closing().is_some() || self.case.state.reply().is_some();
        match will_be_done_on {
            None if !is_answered => return Err(SupervisionRefusal::DayMissing.into()),
            Some(day) if local_date(self.now).is_some_and(|today| day < today) => {
                return Err(SupervisionRefusal::DayOver.into());
            }
            Some(_) | None => {}
        }
        let done = done.to_owned();
        let answer = SupervisionAnswer { done, will_be_done_on, answered_at: self.now, by, returned: None };
        Ok(SupervisionEvent::Answered { answer })
    }

    /// REG-50, REG-51: adopted or not; if not, with reasons.
    fn advice_answered(self, is_adopted: bool, text: Option<&str>, by: StaffId) -> Result<SupervisionEvent, Refusal> {
        if !is_adopted && text.is_none_or(|text| text.trim().is_empty()) {
            return Err(SupervisionRefusal::ReasonsMissing.into());
        }
        let text = text.map(str::to_owned);
        Ok(SupervisionEvent::AdviceAnswered { answer: AdviceAnswer { is_adopted, text, answered_at: self.now, by } })
    }

    /// SZ-11: headed by a supervisor or main leader, on a day since the registration.
    fn visited(
        self,
        head: StaffId,
        may_head: bool,
        visited_on: NaiveDate,
        finding: &str,
    ) -> Result<SupervisionEvent, Refusal> {
        if !may_head {
            return Err(SupervisionRefusal::NotHead.into());
        }
        let is_over = local_date(self.now).is_some_and(|today| visited_on <= today);
        let is_since = local_date(self.case.facts.registered_at).is_some_and(|first| first <= visited_on);
        if !is_over || !is_since {
            return Err(SupervisionRefusal::VisitDay.into());
        }
        let visit = SiteVisit { head, visited_on, finding: finding.to_owned(), recorded_at: self.now };
        Ok(SupervisionEvent::SiteVisited { visit })
    }
}
