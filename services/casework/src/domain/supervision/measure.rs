//! Measures of the joint conference on an office (约谈、通报、挂牌督办、限期整改; REG-53, Art. 39(3)): where an order alone does not help. On
//! offices and the duty of those who lead them, in one matter; never on who petitioned (DOMAIN part D).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeadlineKind, MeasureKind, MeasureSnapshot};
use huiyin_kernel::{StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use crate::domain::Case;

/// A measure on an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Which.
    pub kind: MeasureKind,
    /// Why; never absent.
    pub reason: String,
    /// The office: the one called to account when it was taken.
    pub unit: UnitCode,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// By whom, for the conference.
    pub by: StaffId,
    /// The last day to report a rectification; none for the others.
    pub rectify_by: Option<NaiveDate>,
    /// What was put right, once reported.
    pub report: Option<RectificationReport>,
}

/// What an office put right (整改报告).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationReport {
    /// What was done, and what keeps it from happening again.
    pub done: String,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// By whom, for the office.
    pub by: StaffId,
}

impl Measure {
    /// A rectification whose report is still owed.
    pub const fn is_owed(&self) -> bool {
        matches!(self.kind, MeasureKind::Rectification) && self.report.is_none()
    }

    fn told(&self) -> MeasureSnapshot {
        MeasureSnapshot {
            kind: self.kind,
            unit: self.unit.clone(),
            taken_at: self.taken_at,
            rectify_by: self.rectify_by,
            reported_at: self.report.as_ref().map(|report| report.reported_at),
        }
    }
}

/// A kind in Chinese and in English.
pub const fn measure_words(kind: MeasureKind) -> (&'static str, &'static str) {
    match kind {
        MeasureKind::Summons => ("约谈", "summons"),
        MeasureKind::Bulletin => ("通报", "bulletin"),
        MeasureKind::Listing => ("挂牌督办", "listing"),
        MeasureKind::Rectification => ("限期整改", "rectification"),
    }
}

impl Case {
    /// The rectification whose report is owed; there is at most one.
    pub fn open_rectification(&self) -> Option<&Measure> {
        self.measures().find(|measure| measure.is_owed())
    }

    /// All measures in this matter, in order.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.supervision.iter().flat_map(|order| &order.measures)
    }

    /// As others are told.
    pub(super) fn measures_told(&self) -> Vec<MeasureSnapshot> {
        self.measures().map(Measure::told).collect()
    }

    /// Reported: nothing more is owed.
    pub(super) fn rectified(&mut self, report: &RectificationReport, at: DateTime<Utc>) {
        self.meet(DeadlineKind::Rectification, at);
        let measures = self.supervision.iter_mut().flat_map(|order| &mut order.measures);
        if let Some(measure) = measures.into_iter().find(|measure| measure.is_owed()) {
            measure.report = Some(report.clone());
        }
    }
}
