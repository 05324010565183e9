//! What becomes of a file when its time is over (鉴定、销毁; A11, 档案法实施条例 Art. 24): it is looked at once more, and then kept longer, or
//! destroyed when a second person agrees.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use huiyin_contracts::casework::DestructionSnapshot;
use huiyin_kernel::StaffId;
use huiyin_policy::rules::Term;
use serde::{Deserialize, Serialize};

use super::{ArchiveRefusal, Archived};

/// The most years by which a file is kept longer at once.
pub const MOST_YEARS: u32 = 100;

/// What the appraisal of a file found (鉴定意见).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// Nothing in it is needed any more.
    Destroy,
    /// It is kept on, from the day on which its time ended.
    KeepOn(Term),
}

/// Somebody proposed that a file be destroyed; a second person has not agreed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appraisal {
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why nothing in it is needed any more.
    pub reason: String,
}

/// A destroyed file: what the register of destroyed files (销毁清册) keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destruction {
    /// Who proposed it, when and why.
    pub appraisal: Appraisal,
    /// Who agreed: never who proposed it.
    pub approved_by: StaffId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Destruction {
    /// As others are told.
    pub fn told(&self) -> DestructionSnapshot {
        DestructionSnapshot { at: self.at, appraised_by: self.appraisal.by, approved_by: self.approved_by }
    }
}

impl Archived {
    /// Only a file whose time is over is appraised; `today` in the place's own days.
    pub(in crate::domain) fn is_due(&self, today: NaiveDate) -> Result<NaiveDate, ArchiveRefusal> {
        match self.keep_until {
            Some(until) if until < today => Ok(until),
            until => Err(ArchiveRefusal::NotDue { until }),
        }
    }

    /// The last day when it is kept on for `term`.
    ///
    /// # Errors
    /// [`ArchiveRefusal::TooShort`] when that would be over already, or is longer than [`MOST_YEARS`].
    pub(in crate::domain) fn kept_on(&self, term: Term, today: NaiveDate) -> Result<Option<NaiveDate>, ArchiveRefusal> {
        let until = self.is_due(today)?;
        let Term::Years(years) = term else { return Ok(None) };
        let to = i32::try_from(years.min(MOST_YEARS + 1)).ok().and_then(|years| until.year().checked_add(years));
        let to = to.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
        match to.filter(|to| *to >= today && (1..=MOST_YEARS).contains(&years)) {
            Some(to) => Ok(Some(to)),
            None => Err(ArchiveRefusal::TooShort),
        }
    }
}
