//! Why something said of the handling is not taken down.

use chrono::NaiveDate;

use crate::domain::Told;
use crate::domain::wording::day;

/// An evaluation was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationRefusal {
    /// Nothing was answered yet, or another procedure answers for it (A8).
    #[error("there is nothing to rate")]
    NothingToRate,
    /// The time for it is over.
    #[error("the last day was {until}")]
    Over { until: NaiveDate },
    /// Rated once, and the pack lets it stand.
    #[error("it was rated already")]
    RatedAlready,
    /// No rating of the pack's scale.
    #[error("that rating is not on the scale")]
    NotOnScale,
    /// Said already, and the office is being called to account for it.
    #[error("that was said already and is being looked into")]
    DisputedAlready,
}

impl EvaluationRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, zh: &str, en: &str| Told { code, rule: "REG-07", zh: zh.to_owned(), en: en.to_owned() };
        match self {
            Self::NothingToRate => told(
                "nothing_to_rate",
                "本事项目前没有可以评价的答复。请在收到答复或者办结后评价；依法由其他程序处理的事项不作评价。",
                "There is no answer to rate. Rate it once it is answered or closed; what another procedure answers for is not rated.",
            ),
            Self::Over { until } => Told {
                code: "evaluation_over",
                rule: "REG-07",
                zh: format!("评价截止日期{}已过。仍有意见的，可以另行提出信访事项。", day(*until)),
                en: format!("The last day to rate was {until}. Hand in a new petition if something is still amiss."),
            },
            Self::RatedAlready => told(
                "rated_already",
                "已经评价过，按规定不再更改。事情没有落实的，仍可反映。",
                "It was rated already and stands. That it was not carried out can still be said.",
            ),
            Self::NotOnScale => told(
                "not_on_scale",
                "没有这个评价等次，请从所列等次中选择。",
                "There is no such rating; please choose one of those listed.",
            ),
            Self::DisputedAlready => told(
                "disputed_already",
                "您反映的情况已经收到，正在督办，请等待责任单位答复。",
                "That is known and is being looked into; please wait for the office's answer.",
            ),
        }
    }
}
