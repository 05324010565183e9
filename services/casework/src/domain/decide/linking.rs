//! Linking matters that belong together, one side at a time; both sides are decided in one transaction.

use huiyin_kernel::CaseId;

use super::{Decision, Given};
use crate::domain::{Event, Link, LinkEvent, LinkKind, LinkRefusal, Other, Refusal};

impl Given<'_> {
    /// By whoever takes part in both, with the reason.
    pub(super) fn link(self, other: &Other, kind: LinkKind, reason: &str) -> Result<Decision, Refusal> {
        let facts = &self.case.facts;
        if other.case_id == facts.case_id {
            return Err(LinkRefusal::Itself.into());
        }
        if self.case.link_to(other.case_id).is_some() {
            return Err(LinkRefusal::LinkedAlready { number: other.number.clone() }.into());
        }
        let no_part = || LinkRefusal::TakesNoPart { number: facts.number.clone() };
        let link = Link {
            case_id: other.case_id,
            number: other.number.clone(),
            kind,
            // Registered in the same instant, the number says which came first.
            is_earlier: (other.registered_at, other.number.as_str()) < (facts.registered_at, facts.number.as_str()),
            reason: reason.to_owned(),
            linked_at: self.now,
            by: self.actor.staff_id().ok_or_else(no_part)?,
        };
        Ok(vec![Event::Link(LinkEvent::Linked { link: Box::new(link) })])
    }

    /// As freely undone as done.
    pub(super) fn unlink(self, other: CaseId, reason: &str) -> Result<Decision, Refusal> {
        let link = self.case.link_to(other).ok_or(LinkRefusal::NotLinked)?;
        let (case_id, number, reason) = (link.case_id, link.number.clone(), reason.to_owned());
        Ok(vec![Event::Link(LinkEvent::Unlinked { case_id, number, reason })])
    }
}
