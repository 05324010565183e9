//! Why a return visit is not recorded.

use crate::domain::Told;

/// A return visit was refused; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReturnVisitRefusal {
    /// The petitioner does not wish it.
    #[error("no return visit is wished")]
    NotWished,
    /// It was made before the end of the matter, or in the future.
    #[error("the day of the visit does not fit")]
    VisitDay,
    /// Nothing was to be carried out: no answer on the matter itself.
    #[error("there is nothing to ask about")]
    NothingToAsk,
}

impl ReturnVisitRefusal {
    /// The refusal in words.
    pub fn told(self) -> Told {
        let told = |code, zh: &str, en: &str| Told { code, rule: "XT-10", zh: zh.to_owned(), en: en.to_owned() };
        match self {
            Self::NotWished => told(
                "return_visit_not_wished",
                "信访人已表示不需要回访，请不要再联系，无需登记。",
                "No return visit is wished: please do not get in touch; there is nothing to record.",
            ),
            Self::VisitDay => told(
                "return_visit_day",
                "回访日期不能早于办结日期，也不能晚于今天，请核对。",
                "The day of the visit lies between the end of the matter and today; please check it.",
            ),
            Self::NothingToAsk => told(
                "nothing_to_ask",
                "本事项没有需要落实的处理意见，无需回访。",
                "There was no opinion to carry out; no return visit is needed.",
            ),
        }
    }
}
