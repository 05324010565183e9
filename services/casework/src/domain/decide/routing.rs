//! Routing: transfer, handing down, objection, competence, reports (REG-10…17).

use chrono::NaiveDate;
use huiyin_calendar::{deadline_or_provisional, local_date};
use huiyin_contracts::casework::{DeadlineKind, ReportLevel};
use huiyin_kernel::UnitCode;

use super::{Decision, Given};
use crate::domain::{
    Clock, Competence, CompetenceDecided, Event, Refusal, ReportedUp, ResultReport, RoutingEvent, RoutingRefusal,
    Signed, Transfer,
};

impl Given<'_> {
    /// REG-10, REG-12, REG-14: to the competent body, told to the petitioner; the receiver's 15 days and its five working days to
    /// object start with its own receipt.
    pub(super) fn transfer(
        self,
        unit: &UnitCode,
        demand: Option<&str>,
        report_by: Option<NaiveDate>,
        is_discipline: bool,
    ) -> Result<Decision, Refusal> {
        if is_discipline {
            return Err(Refusal::IsDiscipline { unit: unit.clone() });
        }
        if *unit == self.case.responsible_unit {
            return Err(Refusal::SameUnit { unit: unit.clone() });
        }
        let clocks = &self.policy.clocks;
        let objection = deadline_or_provisional(self.now, &clocks.objection.to_calendar(), self.calendar)?;
        let rules = clocks.notice_rules();
        let before = self.case.clock(DeadlineKind::Acceptance);
        let acceptance = Clock::start(DeadlineKind::Acceptance, rules, self.now, self.calendar)?.after(before);
        let report = match (demand, report_by) {
            (Some(_), None) => return Err(RoutingRefusal::ReportDayMissing.into()),
            (_, Some(day)) => Some(self.report_clock(day, &acceptance)?).filter(|_| demand.is_some()),
            (None, None) => None,
        };
        Ok(vec![Event::Transferred {
            unit: unit.clone(),
            from: self.case.responsible_unit.clone(),
            demand: demand.map(str::to_owned),
            objection_until: objection.last_day,
            acceptance: Box::new(acceptance),
            report,
        }])
    }

    /// Once, while nothing was done with it: whoever takes it up has it in hand anyway.
    pub(super) fn sign_for(self) -> Result<Decision, Refusal> {
        let sent_here = |sent: &Transfer| sent.awaits_signing() && sent.to == self.case.responsible_unit;
        let unsigned = self.case.transfer.as_ref().is_some_and(sent_here);
        let by = self.actor.staff_id().filter(|_| unsigned).ok_or(RoutingRefusal::NothingToSignFor)?;
        Ok(vec![Event::Routing(RoutingEvent::SignedFor { signed: Signed { by, at: self.now } })])
    }

    /// REG-14: within five working days of its receipt, with reasons, once.
    pub(super) fn object(self, reason: &str) -> Result<Decision, Refusal> {
        let transfer = self.case.transfer.as_ref().filter(|transfer| transfer.objection.is_none());
        let today = local_date(self.now);
        let in_time = transfer.is_some_and(|transfer| today.is_some_and(|today| today <= transfer.objection_until));
        if in_time { Ok(vec![Event::Objected { reason: reason.to_owned() }]) } else { Err(Refusal::NoObjection) }
    }

    /// REG-14, REG-15: the sender verifies and agrees; or says why not, and then the office above both decides. Until it does, and where
    /// there is none, the receiver has the matter.
    pub(super) fn answer_objection(self, agreed: bool, reason: &str, decider: Option<&UnitCode>) -> Decision {
        let mut events = vec![Event::ObjectionAnswered { agreed, reason: reason.to_owned() }];
        let decider = decider.filter(|_| !agreed && self.case.open_competence().is_none());
        if let (Some(decider), Some(transfer)) = (decider, &self.case.transfer) {
            events.push(self.referred(vec![transfer.to.clone(), transfer.from.clone()], reason, decider));
        }
        events
    }
}

impl Given<'_> {
    /// REG-10: by a day that lies before the latest on which the matter itself can be due: taken up on the last day, answered on the last.
    fn report_clock(self, day: NaiveDate, acceptance: &Clock) -> Result<Box<Clock>, Refusal> {
        let taken_up_last = acceptance.deadline.due_at - chrono::TimeDelta::microseconds(1);
        let rules = self.case.handling_rules(self.case.grade, false, self.policy);
        let latest = Clock::start(DeadlineKind::Handling, rules, taken_up_last, self.calendar)?.deadline.last_day;
        if day > latest || local_date(self.now).is_none_or(|today| day <= today) {
            return Err(RoutingRefusal::ReportDay { latest }.into());
        }
        let kind = DeadlineKind::DemandedReport;
        let clock = Clock::until(
            kind,
            self.now,
            day,
            "交办单位规定的办结报告期限，信访工作条例第二十二条第一款 (REG-10)",
            self.calendar,
        )?;
        Ok(Box::new(clock.after(self.case.clock(kind))))
    }

    /// REG-15: the office above all units concerned decides.
    pub(super) fn refer_competence(
        self,
        others: &[UnitCode],
        reason: &str,
        decider: Option<&UnitCode>,
    ) -> Result<Decision, Refusal> {
        let own = &self.case.responsible_unit;
        let mut parties = vec![own.clone()];
        parties.extend(others.iter().filter(|unit| *unit != own).cloned());
        if parties.len() < 2 {
            return Err(RoutingRefusal::NobodyElse.into());
        }
        let decider = decider.ok_or(RoutingRefusal::NoCommonSuperior)?;
        Ok(vec![self.referred(parties, reason, decider)])
    }

    fn referred(self, parties: Vec<UnitCode>, reason: &str, decider: &UnitCode) -> Event {
        let (decider, reason) = (decider.clone(), reason.to_owned());
        let competence = Box::new(Competence { decider, parties, reason, referred_at: self.now, decided: None });
        Event::Routing(RoutingEvent::CompetenceReferred { competence })
    }

    /// REG-15: one unit answers for the matter, others assist; the petitioner's time runs on.
    pub(super) fn decide_competence(
        self,
        unit: &UnitCode,
        assisting: &[UnitCode],
        reason: &str,
        discipline: Option<&UnitCode>,
    ) -> Result<Decision, Refusal> {
        if let Some(unit) = discipline {
            return Err(Refusal::IsDiscipline { unit: unit.clone() });
        }
        if assisting.contains(unit) {
            return Err(RoutingRefusal::AssistsItself { unit: unit.clone() }.into());
        }
        let mut assisting = assisting.to_vec();
        assisting.sort();
        assisting.dedup();
        let (unit, reason) = (unit.clone(), reason.to_owned());
        let decided = CompetenceDecided { unit, assisting, reason, decided_at: self.now };
        Ok(vec![Event::Routing(RoutingEvent::CompetenceDecided { decided })])
    }

    /// REG-10: 办结报告, what was found and what was done.
    pub(super) fn report_result(self, found: &str, done: &str) -> Result<Decision, Refusal> {
        let by = self.own_staff()?;
        let (found, done) = (found.to_owned(), done.to_owned());
        let report = ResultReport { found, done, reported_at: self.now, by };
        Ok(vec![Event::Routing(RoutingEvent::ResultReported { report })])
    }

    /// REG-17. Whoever received first keeps the matter (WH-09); what is major is not simple (REG-31).
    pub(super) fn report_up(self, level: ReportLevel, reported_on: NaiveDate, text: &str) -> Result<Decision, Refusal> {
        let by = self.own_staff()?;
        let is_over = local_date(self.now).is_some_and(|today| reported_on <= today);
        let is_since = local_date(self.case.facts.registered_at).is_some_and(|first| first <= reported_on);
        if !is_over || !is_since {
            return Err(RoutingRefusal::ReportedOn.into());
        }
        let (_, converted) = self.converted_for("作为重大、紧急信访事项报告，不再适用简易办理")?;
        let report = ReportedUp { level, reported_on, text: text.to_owned(), recorded_at: self.now, by };
        let reported = Event::Routing(RoutingEvent::ReportedUp { report });
        Ok(converted.into_iter().chain([reported]).collect())
    }

    fn own_staff(self) -> Result<huiyin_kernel::StaffId, Refusal> {
        let not_responsible = || Refusal::NotResponsible { unit: self.case.responsible_unit.clone() };
        self.actor.staff_id().ok_or_else(not_responsible)
    }
}
