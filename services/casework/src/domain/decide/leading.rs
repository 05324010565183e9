//! The library, the plan, and the leaders asked (SZ-07, SZ-08, SZ-14, JX-06).

use chrono::NaiveDate;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::{Grade, Quarter};
use huiyin_kernel::{Role, StaffId};

use super::{Decision, Given};
use crate::domain::{Event, LibraryEvent, LibraryRefusal, Plan, Refusal};

impl Given<'_> {
    /// Into the library, with its field and why it is fit.
    pub(super) fn add_to_library(self, field: &str, reason: &str) -> Result<Decision, Refusal> {
        let by = self.acting_staff()?;
        Ok(vec![Event::Library(LibraryEvent::Added { field: field.to_owned(), reason: reason.to_owned(), by })])
    }

    /// One plan for the matter; laid down anew, it takes the place of the one before.
    pub(super) fn set_plan(self, text: &str, until: NaiveDate) -> Result<Decision, Refusal> {
        if local_date(self.now).is_some_and(|today| until < today) {
            return Err(LibraryRefusal::PlanUntil.into());
        }
        let plan = Plan { text: text.to_owned(), until, set_at: self.now, by: self.acting_staff()? };
        Ok(vec![Event::Library(LibraryEvent::PlanSet { plan })])
    }

    /// Read by a leader, with what is to be done.
    pub(super) fn instruct(self, text: &str) -> Result<Decision, Refusal> {
        let leader = self.acting_staff()?;
        Ok(vec![Event::Library(LibraryEvent::Instructed { leader, text: text.to_owned() })])
    }

    /// For the quarter that runs, or the next one.
    pub(super) fn select_leader(self, leader: StaffId, quarter: Quarter) -> Result<Decision, Refusal> {
        let now = local_date(self.now).and_then(Quarter::of);
        let now = now.ok_or(LibraryRefusal::Quarter)?;
        if quarter != now && Some(quarter) != now.next() {
            return Err(LibraryRefusal::Quarter.into());
        }
        if self.case.is_recused(leader) {
            return Err(Refusal::PersonRecused);
        }
        Ok(vec![Event::Library(LibraryEvent::LeaderSelected { leader, quarter })])
    }

    /// A leader who agrees has the case from now on (包案); of a wide, hard one the main leader alone where the pack says so (XT-15).
    pub(super) fn answer_selection(self, agrees: bool, reason: Option<&str>) -> Result<Decision, Refusal> {
        let reason = reason.map(str::to_owned);
        if !agrees && reason.is_none() {
            return Err(LibraryRefusal::ReasonMissing.into());
        }
        let only_main = self.policy.ownership.wide_needs_main_leader.value && self.case.grade == Grade::Wide;
        if agrees && only_main && !self.actor.has_role(Role::MainLeader) {
            return Err(Refusal::RoleNeeded { roles: vec![Role::MainLeader], rule: "XT-15" });
        }
        let leader = self.acting_staff()?;
        // Somebody took it while the answer was awaited, by hand or when it was overdue (WH-10): nobody takes it from them by agreeing.
        if agrees && self.case.taken_by_leader && self.case.leader != Some(leader) {
            return Err(LibraryRefusal::HasLeader.into());
        }
        let answered = Event::Library(LibraryEvent::LeaderAnswered { agrees, reason });
        let taken = (agrees && !self.case.taken_by_leader).then_some(Event::TakenByLeader { leader, found_by: None });
        Ok(std::iter::once(answered).chain(taken).collect())
    }
}
