//! Why a file is not archived, or not touched any more.

use super::Missing;
use crate::domain::Told;

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
        }
    }
}
