//! The file of a closed matter.

use huiyin_calendar::local_date;

use super::{Decision, Given, evaluating};
use crate::domain::archive::keep_until;
use crate::domain::{ArchiveEvent, ArchiveRefusal, Archived, CommandKind, Event, Refusal};

impl Given<'_> {
    /// WH-15, XY-02: by the petition office, complete or not at all.
    pub(super) fn archive(self, is_petition_office: bool, receipt: Option<&str>) -> Result<Decision, Refusal> {
        let (command, state) = (CommandKind::Archive, self.case.state.kind());
        let closing = self.case.state.closing().ok_or(Refusal::WrongState { command, state })?;
        let by = self.actor.staff_id().filter(|_| is_petition_office).ok_or(ArchiveRefusal::NotPetitionOffice)?;
        // A day that cannot be reckoned is one on which everything is still open.
        let today = local_date(self.now).unwrap_or(chrono::NaiveDate::MIN);
        let missing = self.case.missing_from_file(receipt, self.policy, today);
        if !missing.is_empty() {
            return Err(ArchiveRefusal::Incomplete { missing }.into());
        }
        let term = self.case.term(evaluating::is_carried_out(closing.outcome), self.policy);
        let file = Archived {
            number: format!("DA-{}", self.case.facts.number),
            term,
            keep_until: keep_until(term, closing.closed_at),
            receipt: receipt.map(str::to_owned),
            archived_at: self.now,
            by,
            taken_out: false,
        };
        Ok(vec![Event::Archive(ArchiveEvent::Archived { file: Box::new(file) })])
    }
}
