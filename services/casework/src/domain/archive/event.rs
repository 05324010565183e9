//! What happened to a file, and what it changes.

use chrono::NaiveDate;
use huiyin_contracts::EventType;
use huiyin_contracts::casework;
use serde::{Deserialize, Serialize};

use huiyin_kernel::StaffId;
use huiyin_policy::rules::Term;

use super::{Appraisal, Archived, Destruction, term_zh};
use crate::domain::Case;
use crate::domain::wording::day;

/// One journal entry of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ArchiveEvent {
    /// The file was archived.
    Archived {
        /// The file.
        file: Box<Archived>,
    },
    /// Its time is over, and somebody proposed to destroy it.
    DestructionProposed {
        /// By whom, when and why.
        appraisal: Appraisal,
    },
    /// Its time is over, and it is kept on; a proposal to destroy it falls with that.
    KeptOn {
        /// From now on it is kept so long.
        term: Term,
        /// The last day; none when for ever.
        keep_until: Option<NaiveDate>,
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
    /// A second person agreed: the file was destroyed.
    Destroyed {
        /// By whom, when and why.
        destruction: Destruction,
    },
}

impl ArchiveEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Archived { .. } => "archived",
            Self::DestructionProposed { .. } => "destruction_proposed",
            Self::KeptOn { .. } => "file_kept_on",
            Self::Destroyed { .. } => "file_destroyed",
        }
    }

    /// The published type; `None` for a proposal, which nobody but who decides on it needs.
    pub const fn public_type(&self) -> Option<EventType> {
        match self {
            Self::Archived { .. } | Self::KeptOn { .. } => Some(casework::ARCHIVED),
            Self::DestructionProposed { .. } => None,
            Self::Destroyed { .. } => Some(casework::DESTROYED),
        }
    }
}

impl Case {
    /// Carries an event of the archive out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn archived(&mut self, event: &ArchiveEvent) {
        match (event, self.archive.as_deref_mut()) {
            (ArchiveEvent::Archived { file }, _) => self.archive = Some(file.clone()),
            (ArchiveEvent::DestructionProposed { appraisal }, Some(file)) => file.appraisal = Some(appraisal.clone()),
            (ArchiveEvent::KeptOn { term, keep_until, .. }, Some(file)) => {
                (file.term, file.keep_until, file.appraisal) = (*term, *keep_until, None);
            }
            (ArchiveEvent::Destroyed { destruction }, Some(file)) => file.destruction = Some(destruction.clone()),
            // Nothing becomes of a file that is not there.
            (
                ArchiveEvent::DestructionProposed { .. } | ArchiveEvent::KeptOn { .. } | ArchiveEvent::Destroyed { .. },
                None,
            ) => {}
        }
    }
}

/// What happened, in Chinese and in English.
pub(in crate::domain) fn words(event: &ArchiveEvent) -> (String, String) {
    match event {
        ArchiveEvent::Archived { file } => {
            let (until_zh, until_en) = file.keep_until.map_or_else(Default::default, |until| {
                (format!("，保管至{}", day(until)), format!(", kept until {until}"))
            });
            (
                format!("案卷已归档，档号{}，保管期限{}{until_zh}", file.number, term_zh(file.term)),
                format!("The file was archived as {}{until_en}", file.number),
            )
        }
        ArchiveEvent::DestructionProposed { appraisal } => (
            format!("保管期满，经鉴定建议销毁：{}", appraisal.reason),
            format!("The time of the file is over and its destruction was proposed: {}", appraisal.reason),
        ),
        ArchiveEvent::KeptOn { term, keep_until, reason, .. } => {
            let (until_zh, until_en) = keep_until
                .map_or_else(Default::default, |until| (format!("，保管至{}", day(until)), format!(" until {until}")));
            (
                format!("保管期满，经鉴定继续保管，期限{}{until_zh}：{reason}", term_zh(*term)),
                format!("The file is kept on{until_en}: {reason}"),
            )
        }
        ArchiveEvent::Destroyed { .. } => ("案卷已按规定销毁".to_owned(), "The file was destroyed".to_owned()),
    }
}
