//! Recusal (回避; REG-26, Art. 28(3)): who has a direct interest in the matter has no part in handling it. Said by themself, or by the head of the
//! unit whose turn it is. It is the matter that is kept clean: nothing is kept of the petitioner.

use chrono::{DateTime, Utc};
use huiyin_kernel::{Actor, Role, StaffId};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind, Refusal};

/// Somebody of an office has no part in it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recusal {
    /// Who.
    pub person: StaffId,
    /// What their interest is.
    pub reason: String,
    /// Who said so: themself, or the head.
    pub by: StaffId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Case {
    /// Is this person recused from it?
    pub fn is_recused(&self, person: StaffId) -> bool {
        self.recusals.iter().any(|recusal| recusal.person == person)
    }

    /// Of its officer and its leader, who is recused and was not replaced yet.
    pub fn recused_officer(&self) -> Option<StaffId> {
        self.state.officer().filter(|officer| self.is_recused(*officer))
    }

    /// Whoever is recused does nothing in it; the petitioner and the clocks go on.
    pub(super) fn recusal_allows(&self, command: CommandKind, actor: &Actor) -> Result<(), Refusal> {
        if actor.staff_id().is_some_and(|person| self.is_recused(person)) {
            return Err(Refusal::Recused);
        }
        let says = actor.unit() == Some(self.acting_unit()) || actor.staff_id() == self.leader;
        if command == CommandKind::Recuse && !says {
            return Err(Refusal::NotResponsible { unit: self.acting_unit().clone() });
        }
        Ok(())
    }

    /// Carries a recusal out: a leader loses the matter, which the unit still answers for; an officer is to be replaced.
    pub(super) fn recused(&mut self, recusal: &Recusal) {
        if self.leader == Some(recusal.person) {
            (self.leader, self.leader_found_by, self.taken_by_leader) = (None, None, false);
        }
        self.recusals.push(recusal.clone());
    }
}

/// May this actor say it of that person? Everybody of themself; of others the head of the unit whose turn it is.
pub(super) fn may_say(actor: &Actor, person: StaffId) -> bool {
    actor.staff_id() == Some(person) || actor.has_role(Role::UnitHead) || actor.has_role(Role::MainLeader)
}
