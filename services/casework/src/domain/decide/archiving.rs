//! The file of a closed matter.

use huiyin_calendar::local_date;

use super::{Decision, Given};
use crate::domain::archive::keep_until;
use crate::domain::{
    Appraisal, ArchiveEvent, ArchiveRefusal, Archived, CommandKind, Destruction, Event, Finding, Refusal,
};

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
        let term = self.case.term(closing.outcome.answers_the_matter(), self.policy);
        let file = Archived {
            number: format!("DA-{}", self.case.facts.number),
            term,
            keep_until: keep_until(term, closing.closed_at),
            receipt: receipt.map(str::to_owned),
            archived_at: self.now,
            by,
            taken_out: false,
            appraisal: None,
            destruction: None,
        };
        Ok(vec![Event::Archive(ArchiveEvent::Archived { file: Box::new(file) })])
    }

    /// A11: looked at once more when its time is over, by the petition office.
    pub(super) fn appraise(
        self,
        is_petition_office: bool,
        finding: Finding,
        reason: &str,
    ) -> Result<Decision, Refusal> {
        let by = self.actor.staff_id().filter(|_| is_petition_office).ok_or(ArchiveRefusal::NotPetitionOffice)?;
        let file = self.case.file().ok_or(ArchiveRefusal::NotArchived)?;
        let today = local_date(self.now).unwrap_or(chrono::NaiveDate::MIN);
        let event = match finding {
            Finding::Destroy => {
                file.is_due(today)?;
                let appraisal = Appraisal { by, at: self.now, reason: reason.to_owned() };
                ArchiveEvent::DestructionProposed { appraisal }
            }
            Finding::KeepOn(term) => {
                let keep_until = file.kept_on(term, today)?;
                ArchiveEvent::KeptOn { term, keep_until, by, reason: reason.to_owned() }
            }
        };
        Ok(vec![Event::Archive(event)])
    }

    /// A11: destroyed once a second person of the petition office agrees.
    pub(super) fn destroy(self, is_petition_office: bool) -> Result<Decision, Refusal> {
        let by = self.actor.staff_id().filter(|_| is_petition_office).ok_or(ArchiveRefusal::NotPetitionOffice)?;
        let file = self.case.file().ok_or(ArchiveRefusal::NotArchived)?;
        file.is_due(local_date(self.now).unwrap_or(chrono::NaiveDate::MIN))?;
        let appraisal = file.appraisal.clone().ok_or(ArchiveRefusal::NotAppraised)?;
        if appraisal.by == by {
            return Err(ArchiveRefusal::SamePerson.into());
        }
        let destruction = Destruction { appraisal, approved_by: by, at: self.now };
        Ok(vec![Event::Archive(ArchiveEvent::Destroyed { destruction })])
    }
}
