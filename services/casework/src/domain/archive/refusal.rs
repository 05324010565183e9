//! Why a file is not archived, or not touched any more.

use chrono::NaiveDate;

use super::{MOST_YEARS, Missing};
use crate::domain::Told;
use crate::domain::wording::day;

/// The archive does not allow it; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveRefusal {
    /// Something is missing; everything is named.
    #[error("the file is not complete")]
    Incomplete { missing: Vec<Missing> },
    /// Only the petition office archives (信访部门).
    #[error("the petition office archives")]
    NotPetitionOffice,
    /// It is archived already.
    #[error("the file is archived as {number}")]
    Already { number: String },
    /// Archived, the matter is read only.
    #[error("the file is archived as {number} and is read only")]
    ReadOnly { number: String },
    /// Nothing becomes of a file that is not archived.
    #[error("the file is not archived")]
    NotArchived,
    /// Its time is not over; none when it is kept for ever.
    #[error("the time of the file is not over")]
    NotDue { until: Option<NaiveDate> },
    /// Kept on for no time at all, or for too long.
    #[error("a file is kept on into the future, by at most {MOST_YEARS} years")]
    TooShort,
    /// Nobody has proposed to destroy it.
    #[error("nobody has proposed to destroy the file")]
    NotAppraised,
    /// Who proposes it does not agree to it.
    #[error("who proposed the destruction cannot agree to it")]
    SamePerson,
    /// It was destroyed.
    #[error("the file {number} was destroyed")]
    Destroyed { number: String },
}

impl ArchiveRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        match self {
            Self::Incomplete { missing } => {
                let words: Vec<(String, String)> = missing.iter().map(Missing::words).collect();
                let zh = words.iter().map(|(zh, _)| zh.as_str()).collect::<Vec<_>>().join("；");
                let en = words.iter().map(|(_, en)| en.as_str()).collect::<Vec<_>>().join("; ");
                Told {
                    code: "file_incomplete",
                    rule: "WH-15",
                    zh: format!("案卷还不完整，暂不能归档：{zh}。请逐项办完后再归档。"),
                    en: format!("The file is not complete: {en}. Archive it once all of this is done."),
                }
            }
            Self::NotPetitionOffice => Told {
                code: "archived_by_petition_office",
                rule: "WH-15",
                zh: "案卷由信访部门归档，请告知本地信访部门。".to_owned(),
                en: "The petition office archives files; please tell the one of the place.".to_owned(),
            },
            Self::Already { number } => Told {
                code: "archived_already",
                rule: "WH-15",
                zh: format!("案卷已经归档（{number}），无需再归档。"),
                en: format!("The file is archived already ({number})."),
            },
            Self::ReadOnly { number } => Told {
                code: "archived_read_only",
                rule: "WH-15",
                zh: format!(
                    "案卷已归档（{number}），只能查阅。信访人申请复查复核的，案卷随之调出；有新的事实和理由的，请另行登记。"
                ),
                en: format!(
                    "The file is archived ({number}) and is read only. A request for review takes it out; register new facts as a new petition."
                ),
            },
            Self::NotArchived
            | Self::NotDue { .. }
            | Self::TooShort
            | Self::NotAppraised
            | Self::SamePerson
            | Self::Destroyed { .. } => self.of_end(),
        }
    }

    /// What stands against the end of a file (A11).
    fn of_end(&self) -> Told {
        let told = |code, zh: String, en: String| Told { code, rule: "A11", zh, en };
        match self {
            Self::NotDue { until: Some(until) } => told(
                "retention_not_over",
                format!("案卷保管至{}，期满前不得销毁，也无需鉴定。请于期满后办理。", day(*until)),
                format!("The file is kept until {until}; it is appraised after that day."),
            ),
            Self::NotDue { until: None } => told(
                "kept_for_ever",
                "案卷为永久保管，不得销毁。".to_owned(),
                "The file is kept for ever; it is never destroyed.".to_owned(),
            ),
            Self::TooShort => told(
                "kept_on_too_short",
                format!("继续保管的期限应晚于今天，且不超过{MOST_YEARS}年；需要更久的，请选择永久保管。"),
                format!("Keep it on beyond today and by at most {MOST_YEARS} years, or for ever."),
            ),
            Self::NotAppraised => told(
                "not_appraised",
                "案卷尚未鉴定。请先由档案管理人员鉴定并提出销毁建议，再由另一人批准。".to_owned(),
                "The file has not been appraised: one person proposes its destruction, another one agrees.".to_owned(),
            ),
            Self::SamePerson => told(
                "same_person",
                "销毁须两人办理：提出销毁建议的人不能自己批准，请由另一人批准。".to_owned(),
                "Destruction takes two persons: please let somebody else agree to what you proposed.".to_owned(),
            ),
            Self::Destroyed { number } => told(
                "file_destroyed",
                format!("案卷（{number}）已按规定销毁，只能在销毁清册中查到。"),
                format!("The file {number} was destroyed; only the register of destroyed files knows of it."),
            ),
            _ => told(
                "not_archived",
                "案卷尚未归档。请先归档；保管期满后再鉴定。".to_owned(),
                "The file is not archived; archive it first, and appraise it when its time is over.".to_owned(),
            ),
        }
    }
}
