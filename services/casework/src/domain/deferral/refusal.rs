//! Why nothing is put off, or nothing settled.

use chrono::NaiveDate;

use crate::domain::Told;
use crate::domain::wording::day;

/// A command about what is settled later was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeferralRefusal {
    /// The answer leaves nothing to settle.
    #[error("the answer leaves nothing to settle")]
    NothingToSettle,
    /// Nothing is put off.
    #[error("nothing is put off")]
    NothingDeferred,
    /// The next day is missing, over, or too far off.
    #[error("looked at again between tomorrow and {latest}")]
    LookAgainOn { latest: NaiveDate },
    /// Settled before it was put off or in the future.
    #[error("the day of settling does not fit")]
    DoneOn,
}

impl DeferralRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, zh: String, en: String| Told { code, rule: "XT-21", zh, en };
        let plain = |code, zh: &str, en: &str| told(code, zh.to_owned(), en.to_owned());
        match self {
            Self::NothingToSettle => plain(
                "nothing_to_settle",
                "只有诉求合理、答复中予以支持或者解释说明的事项才能暂缓、适时解决。本事项按答复办理。",
                "Only what the answer supports, or explains as reasonable, is settled later; this matter stands as answered.",
            ),
            Self::NothingDeferred => plain(
                "nothing_deferred",
                "本事项没有暂缓解决的内容，无需登记。",
                "Nothing of this matter is put off; nothing to record.",
            ),
            Self::LookAgainOn { latest } => told(
                "look_again_on",
                format!(
                    "暂缓解决须写明再次研究的日期，在明天至{}之间。条件届时仍不具备的，可以再次登记。",
                    day(*latest)
                ),
                format!(
                    "Name the day on which it is looked at again, between tomorrow and {latest}; it can be put off once more then."
                ),
            ),
            Self::DoneOn => plain(
                "settled_on",
                "解决日期不能早于登记暂缓的日期，也不能晚于今天，请核对。",
                "The day of settling lies between the day it was put off and today; please check it.",
            ),
        }
    }
}
