//! The six roads of a request (申诉求决; REG-23, Art. 31). Five lead into a procedure that another law sets: the petitioner is told which, and
//! with which body, and the periods of that procedure run. Everything else is the sixth: handled here, with the 60 days of Art. 34.

use serde::{Deserialize, Serialize};

/// A procedure set by another law (导入法定途径).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Road {
    /// Court, procuratorate or police procedure.
    Judicial,
    /// Arbitration.
    Arbitration,
    /// A Party member's appeal or re-examination.
    PartyAppeal,
    /// Administrative reconsideration, ruling, confirmation, licence or penalty.
    Administrative,
    /// An offence to be dealt with, or another duty of an office to be done: done, or answered.
    Duty,
}

impl Road {
    /// All of them, in the order of the law.
    pub const ALL: [Self; 5] = [Self::Judicial, Self::Arbitration, Self::PartyAppeal, Self::Administrative, Self::Duty];

    /// Its name in answers and events.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Judicial => "judicial",
            Self::Arbitration => "arbitration",
            Self::PartyAppeal => "party_appeal",
            Self::Administrative => "administrative",
            Self::Duty => "duty",
        }
    }

    /// In Chinese and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Judicial => ("诉讼、公安司法程序", "court, procuratorate or police procedure"),
            Self::Arbitration => ("仲裁", "arbitration"),
            Self::PartyAppeal => ("党员申诉、复审", "a Party member's appeal"),
            Self::Administrative => ("行政复议、裁决、确认、许可、处罚", "an administrative procedure"),
            Self::Duty => ("查处违法、履行职责", "an office's own duty"),
        }
    }

    /// The article that leads there.
    pub const fn article(self) -> &'static str {
        match self {
            Self::Judicial => "信访工作条例第三十一条第一项",
            Self::Arbitration => "信访工作条例第三十一条第二项",
            Self::PartyAppeal => "信访工作条例第三十一条第三项",
            Self::Administrative => "信访工作条例第三十一条第四项",
            Self::Duty => "信访工作条例第三十一条第五项",
        }
    }
}
