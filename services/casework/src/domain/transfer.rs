//! Sending a matter on to the competent body: transfer (转送) and handing down with a demanded result (交办), and the receiver's
//! objection (异议; REG-10…14; Art. 22, 23).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::DeadlineKind;
use huiyin_kernel::{StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Case, Clock, ResultReport};

/// The transfer that brought the matter to a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Who sent it.
    pub from: UnitCode,
    /// Who received it.
    pub to: UnitCode,
    /// When; the receiver's own 15 days start here (REG-14).
    pub at: DateTime<Utc>,
    /// The last day to object (REG-14).
    pub objection_until: NaiveDate,
    /// What result is demanded, when it was handed down (交办; REG-10).
    pub demand: Option<String>,
    /// The receiver's objection, at most one.
    pub objection: Option<Objection>,
    /// Who of the receiver signed for it (签收), and when; its time runs from the transfer, signed for or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
    /// What came of it, once reported (办结报告).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ResultReport>,
}

/// The receiver has the matter in hand (签收).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The receiver holds that another body is competent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the sender says: only with its consent does the matter go back (核实同意).
    pub agreed: Option<bool>,
}

impl Transfer {
    /// Not handed back.
    pub fn stands(&self) -> bool {
        self.objection.as_ref().and_then(|objection| objection.agreed) != Some(true)
    }

    /// Nobody of the receiver has signed for it yet.
    pub fn awaits_signing(&self) -> bool {
        self.stands() && self.signed.is_none()
    }

    /// An objection awaits the sender's answer.
    pub fn awaits_answer(&self) -> bool {
        self.objection.as_ref().is_some_and(|objection| objection.agreed.is_none())
    }
}

impl Case {
    /// Sent on; the receiver answers for it from now on, and has its own time to say whether it is taken up.
    pub(super) fn transferred(&mut self, transfer: Transfer, acceptance: &Clock, report: Option<&Clock>) {
        self.responsible_unit = transfer.to.clone();
        self.transfer = Some(transfer);
        self.set_clock(acceptance);
        // What an earlier sender demanded is not owed beside it.
        self.lift(DeadlineKind::DemandedReport);
        if let Some(report) = report {
            self.set_clock(report);
        }
    }

    pub(super) fn objected(&mut self, reason: &str, at: DateTime<Utc>) {
        if let Some(transfer) = &mut self.transfer {
            transfer.objection = Some(Objection { reason: reason.to_owned(), at, agreed: None });
        }
    }

    /// With the sender's consent the matter goes back, its clock running on (DW-17).
    pub(super) fn objection_answered(&mut self, agreed: bool) {
        let Some(transfer) = &mut self.transfer else { return };
        if let Some(objection) = &mut transfer.objection {
            objection.agreed = Some(agreed);
        }
        if agreed {
            self.responsible_unit = transfer.from.clone();
            self.lift(DeadlineKind::DemandedReport);
        }
    }
}
