//! Why nothing is changed in the library.

use huiyin_kernel::UnitCode;

use crate::domain::Told;

/// A command about the library, the plan or a leader asked was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryRefusal {
    /// It stands in the library.
    #[error("it stands in the library")]
    ListedAlready,
    /// It does not stand in the library.
    #[error("it does not stand in the library")]
    NotListed,
    /// The actor neither supervises nor leads, and the actor's unit does not answer for it.
    #[error("{unit} answers for the matter")]
    NotYours { unit: UnitCode },
    /// Asking leaders and publishing is the petition office's.
    #[error("supervisors ask leaders and publish")]
    SupervisorsOnly,
    /// Instructions are leaders'.
    #[error("leaders give instructions")]
    LeadersOnly,
    /// A leader has not answered yet.
    #[error("a leader has not answered yet")]
    AwaitsAnswer,
    /// A leader has it.
    #[error("a leader has the case")]
    HasLeader,
    /// Nobody is asked.
    #[error("no leader is asked")]
    NobodyAsked,
    /// Another leader is asked.
    #[error("another leader is asked")]
    AskedAnother,
    /// Published before the leader agreed (SZ-14).
    #[error("published only after the leader agreed")]
    NotAgreed,
    /// Published already.
    #[error("published already")]
    PublishedAlready,
    /// A quarter that is over, or too far off.
    #[error("leaders are asked for this quarter or the next")]
    Quarter,
    /// The day of the plan is over.
    #[error("the day of the plan is over")]
    PlanUntil,
    /// Nobody declines without a reason.
    #[error("declining needs a reason")]
    ReasonMissing,
}

impl LibraryRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, rule, zh: &str, en: &str| Told { code, rule, zh: zh.to_owned(), en: en.to_owned() };
        match self {
            Self::ListedAlready => told(
                "listed_already",
                "SZ-07",
                "本事项已在案件库中，无需再次列入。",
                "The matter stands in the library already.",
            ),
            Self::NotListed => told(
                "not_listed",
                "SZ-07",
                "本事项不在案件库中，请先列入案件库。",
                "The matter does not stand in the library; take it in first.",
            ),
            Self::NotYours { unit } => Told {
                code: "library_not_yours",
                rule: "SZ-07",
                zh: format!("由办理单位（{unit}）、包案领导或者信访部门列入案件库、制定方案。"),
                en: format!("{unit}, the leader of the case or the petition office does that."),
            },
            Self::SupervisorsOnly => told(
                "select_not_yours",
                "SZ-08",
                "由信访部门提请领导包案并公示，请联系本区县信访部门。",
                "The petition office asks leaders and publishes; please ask it.",
            ),
            Self::LeadersOnly => told(
                "leaders_only",
                "REG-03",
                "阅批由领导本人登记，请呈报领导。",
                "Leaders give instructions in person; please put the matter before one.",
            ),
            Self::AwaitsAnswer => told(
                "awaits_answer",
                "SZ-14",
                "已经提请一位领导包案，请等待答复。",
                "A leader has been asked; wait for the answer.",
            ),
            Self::HasLeader => told(
                "has_leader",
                "SZ-08",
                "本事项已有包案领导，无需再提请。",
                "A leader has the case; nobody else need be asked.",
            ),
            Self::NobodyAsked => told(
                "nobody_asked",
                "SZ-14",
                "没有待答复的包案提请，无需答复。",
                "No leader is asked at present; nothing to answer.",
            ),
            Self::AskedAnother => told(
                "asked_another",
                "SZ-14",
                "提请的是另一位领导，请由其本人答复。",
                "Another leader is asked and answers in person.",
            ),
            Self::NotAgreed => told(
                "not_agreed",
                "SZ-14",
                "领导同意包案以后才能公示，请等待领导答复。",
                "Published only after the leader agreed; wait for the answer.",
            ),
            Self::PublishedAlready => {
                told("published_already", "SZ-14", "本次包案已经公示，无需再次公示。", "Published already.")
            }
            Self::Quarter => told(
                "quarter",
                "SZ-14",
                "只能提请本季度或者下一季度的包案，请重新选择季度。",
                "Leaders are asked for this quarter or the next; choose one of them.",
            ),
            Self::PlanUntil => told(
                "plan_until",
                "JX-06",
                "方案的完成日期已经过去，请填写今天或者以后的日期。",
                "The day of the plan is over; give today or a later day.",
            ),
            Self::ReasonMissing => told(
                "decline_reason",
                "SZ-14",
                "不同意包案的，请写明原因，以便另行提请。",
                "Say why not, so that somebody else can be asked.",
            ),
        }
    }
}
