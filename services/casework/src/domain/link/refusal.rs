//! Why matters are not linked, or not closed together.

use huiyin_kernel::PetitionNumber;

use super::MOST_LINKS;
use crate::domain::Told;

/// A command about links was refused; nothing changed on either side.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// The actor's unit takes no part in the matter.
    #[error("the unit takes no part in {number}")]
    TakesNoPart { number: PetitionNumber },
    /// A matter is not linked with itself.
    #[error("a matter is not linked with itself")]
    Itself,
    /// They are linked already.
    #[error("linked with {number} already")]
    LinkedAlready { number: PetitionNumber },
    /// They are not linked.
    #[error("they are not linked")]
    NotLinked,
    /// Too many to close together.
    #[error("a matter has at most {MOST_LINKS} links")]
    TooMany,
    /// Of those to be closed together one cannot be closed.
    #[error("{number} cannot be closed: {}", told.code)]
    OneStaysOpen { number: PetitionNumber, told: Box<Told> },
}

impl LinkRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, zh: String, en: String| Told { code, rule: "QL-09", zh, en };
        match self {
            Self::TakesNoPart { number } => told(
                "takes_no_part",
                format!("本单位不参与办理 {number}，请由参与办理两件事项的单位关联。"),
                format!("Your unit takes no part in {number}; a unit that takes part in both links them."),
            ),
            Self::Itself => told(
                "links_itself",
                "不能与本事项自身关联，请核对编号。".to_owned(),
                "A matter is not linked with itself; please check the number.".to_owned(),
            ),
            Self::LinkedAlready { number } => told(
                "linked_already",
                format!("已与 {number} 关联，需要改变的，请先解除。"),
                format!("Linked with {number} already; undo that first to change it."),
            ),
            Self::NotLinked => told(
                "not_linked",
                "没有这样的关联，无需解除。请刷新后查看。".to_owned(),
                "There is no such link; reload to see how it stands.".to_owned(),
            ),
            Self::TooMany => told(
                "too_many_links",
                format!("一件事项最多关联{MOST_LINKS}件，请改为与其中一件关联。"),
                format!("A matter has at most {MOST_LINKS} links; link to one of them instead."),
            ),
            Self::OneStaysOpen { number, told: why } => told(
                "one_stays_open",
                format!("{number} 还不能办结：{}各件均未办结。", why.zh),
                format!("{number} cannot be closed yet: {} None was closed.", why.en),
            ),
        }
    }
}
