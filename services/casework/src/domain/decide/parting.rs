//! Dividing a matter among units (JX-09), and what is settled later (XT-21).

use chrono::NaiveDate;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::DeadlineKind;
use huiyin_kernel::{StaffId, UnitCode};

use super::{Decision, Given};
use crate::domain::deferral::LONGEST_DEFERRAL;
use crate::domain::{
    Clock, Deferral, DeferralEvent, DeferralRefusal, DeferralSettled, Event, PartEnd, PartEvent, PartRefusal, Refusal,
    WorkPart,
};

/// What the day of a part rests on.
const PART: &str = "分解任务的期限 (JX-09)";
/// What the day of looking again rests on.
const LATER: &str = "适时解决，再次研究的日期 (XT-21)";

impl Given<'_> {
    /// A part to another unit, due on a working day or not, never after the matter itself.
    pub(super) fn give_part(
        self,
        unit: &UnitCode,
        text: &str,
        due_on: NaiveDate,
        is_discipline: bool,
    ) -> Result<Decision, Refusal> {
        if *unit == self.case.responsible_unit {
            return Err(PartRefusal::LeadsItself { unit: unit.clone() }.into());
        }
        if is_discipline {
            return Err(Refusal::IsDiscipline { unit: unit.clone() });
        }
        let handling = self.case.clock(DeadlineKind::Handling).filter(|clock| clock.is_open());
        let latest = handling.ok_or(PartRefusal::NoDeadline)?.deadline.last_day;
        // A matter that is overdue itself can still be divided, until today at the earliest.
        let today = local_date(self.now).unwrap_or(latest);
        let latest = latest.max(today);
        if due_on < today || latest < due_on {
            return Err(PartRefusal::DueOn { latest }.into());
        }
        let (text, given_at, by) = (text.to_owned(), self.now, self.acting_staff()?);
        let part = WorkPart { unit: unit.clone(), text, due_on, given_at, by, end: None };
        let mut parts = self.case.parts.clone();
        parts.push(part.clone());
        let clock = self.part_clock(&parts)?;
        Ok(vec![Event::Part(PartEvent::Given { part: Box::new(part), clock })])
    }

    /// The `nth` part, counted from 1 as people count, done by its unit.
    pub(super) fn report_part(self, nth: usize, done_on: NaiveDate, result: &str) -> Result<Decision, Refusal> {
        let (index, part) = self.open_part(nth)?;
        if self.actor.unit() != Some(&part.unit) {
            return Err(PartRefusal::NoSuchPart { nth }.into());
        }
        let (today, given) = (local_date(self.now), local_date(part.given_at));
        if given.is_some_and(|given| done_on < given) || today.is_some_and(|today| today < done_on) {
            return Err(PartRefusal::DoneOn.into());
        }
        let end = PartEnd::Done { done_on, result: result.to_owned(), reported_at: self.now, by: self.acting_staff()? };
        self.end_part(index, end)
    }

    /// No longer asked for.
    pub(super) fn take_part_back(self, nth: usize, reason: &str) -> Result<Decision, Refusal> {
        let (index, _) = self.open_part(nth)?;
        self.end_part(index, PartEnd::TakenBack { reason: reason.to_owned() })
    }

    fn open_part(&self, nth: usize) -> Result<(usize, &WorkPart), Refusal> {
        let index = nth.checked_sub(1);
        let found = index.and_then(|index| Some((index, self.case.parts.get(index)?)));
        let open = found.filter(|(_, part)| part.end.is_none());
        Ok(open.ok_or(PartRefusal::NoSuchPart { nth })?)
    }

    fn end_part(self, nth: usize, end: PartEnd) -> Result<Decision, Refusal> {
        let mut parts = self.case.parts.clone();
        if let Some(part) = parts.get_mut(nth) {
            part.end = Some(end.clone());
        }
        let clock = self.part_clock(&parts)?;
        Ok(vec![Event::Part(PartEvent::Ended { nth, end, clock })])
    }

    /// The clock of the open part that comes first, begun when that part was given; none while it is the one that runs already.
    fn part_clock(self, parts: &[WorkPart]) -> Result<Option<Box<Clock>>, Refusal> {
        let first = |parts: &[WorkPart]| {
            let open = parts.iter().enumerate().filter(|(_, part)| part.end.is_none());
            open.min_by_key(|(nth, part)| (part.due_on, *nth)).map(|(nth, _)| nth)
        };
        let now = first(parts);
        let Some(part) = now.filter(|_| now != first(&self.case.parts)).and_then(|nth| parts.get(nth)) else {
            return Ok(None);
        };
        let clock = Clock::until(DeadlineKind::Part, part.given_at, part.due_on, PART, self.calendar)?;
        Ok(Some(Box::new(clock.after(self.case.clock(DeadlineKind::Part)))))
    }

    /// Put off to a day that the petitioner is told.
    pub(super) fn defer(self, reason: &str, look_again_on: NaiveDate) -> Result<Decision, Refusal> {
        let today = local_date(self.now).unwrap_or(look_again_on);
        let latest = today.checked_add_days(chrono::Days::new(LONGEST_DEFERRAL)).unwrap_or(today);
        if look_again_on <= today || latest < look_again_on {
            return Err(DeferralRefusal::LookAgainOn { latest }.into());
        }
        let (reason, by) = (reason.to_owned(), self.acting_staff()?);
        let deferral = Deferral { reason, look_again_on, deferred_at: self.now, by, settled: None };
        let clock = Clock::until(DeadlineKind::Deferral, self.now, look_again_on, LATER, self.calendar)?;
        let clock = Box::new(clock.after(self.case.clock(DeadlineKind::Deferral)));
        Ok(vec![Event::Deferral(DeferralEvent::Deferred { deferral: Box::new(deferral), clock })])
    }

    /// Settled after all.
    pub(super) fn settle_deferred(self, done_on: NaiveDate, note: &str) -> Result<Decision, Refusal> {
        let open = self.case.open_deferral().ok_or(DeferralRefusal::NothingDeferred)?;
        let (today, first) = (local_date(self.now), local_date(open.deferred_at));
        if first.is_some_and(|first| done_on < first) || today.is_some_and(|today| today < done_on) {
            return Err(DeferralRefusal::DoneOn.into());
        }
        let settled =
            DeferralSettled { done_on, note: note.to_owned(), recorded_at: self.now, by: self.acting_staff()? };
        Ok(vec![Event::Deferral(DeferralEvent::Settled { settled })])
    }

    /// Whoever acts, for the record.
    pub(super) fn acting_staff(self) -> Result<StaffId, Refusal> {
        let responsible = || Refusal::NotResponsible { unit: self.case.responsible_unit.clone() };
        self.actor.staff_id().ok_or_else(responsible)
    }
}
