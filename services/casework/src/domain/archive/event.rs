//! What happened to a file, and what it changes.

use huiyin_contracts::EventType;
use huiyin_contracts::casework;
use serde::{Deserialize, Serialize};

use super::{Archived, term_zh};
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
}

impl ArchiveEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Archived { .. } => "archived",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Archived { .. } => casework::ARCHIVED,
        }
    }
}

impl Case {
    /// Carries an event of the archive out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn archived(&mut self, event: &ArchiveEvent) {
        match event {
            ArchiveEvent::Archived { file } => self.archive = Some(file.clone()),
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
    }
}
