//! Why a part is not given, reported or taken back, or holds an opinion up.

use chrono::NaiveDate;
use huiyin_kernel::UnitCode;

use super::MOST_PARTS;
use crate::domain::Told;
use crate::domain::wording::day;

/// A command about parts was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartRefusal {
    /// Too many to keep in view.
    #[error("a matter has at most {MOST_PARTS} parts")]
    TooMany,
    /// Every part is done or taken back.
    #[error("no part is open")]
    NothingOpen,
    /// None of the open parts is the actor's unit's.
    #[error("no open part is yours")]
    NotYours,
    /// No such part, it is done, or it is another unit's.
    #[error("there is no open part {nth} of that unit")]
    NoSuchPart { nth: usize },
    /// The unit that leads does its own part without one.
    #[error("{unit} leads the matter")]
    LeadsItself { unit: UnitCode },
    /// A day that is over, or beyond the matter's own.
    #[error("a part is due between today and {latest}")]
    DueOn { latest: NaiveDate },
    /// Done before it was given or in the future.
    #[error("the day of doing does not fit")]
    DoneOn,
    /// The matter has no day of its own yet.
    #[error("the matter has no deadline to divide")]
    NoDeadline,
    /// An opinion waits for every part.
    #[error("parts are still open")]
    StillOpen { units: Vec<UnitCode> },
}

impl PartRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, zh: String, en: String| Told { code, rule: "JX-09", zh, en };
        let plain = |code, zh: &str, en: &str| told(code, zh.to_owned(), en.to_owned());
        match self {
            Self::TooMany => told(
                "too_many_parts",
                format!("一件事项最多分解为{MOST_PARTS}项，请合并后再交。"),
                format!("A matter is divided into at most {MOST_PARTS} parts; put some of them together."),
            ),
            Self::NothingOpen => {
                plain("no_open_part", "没有待完成的分解任务，无需登记。", "No part is open; nothing to record.")
            }
            Self::NotYours => plain(
                "part_not_yours",
                "本事项没有交给本单位的分解任务，请由承担任务的单位反馈。",
                "No open part of this matter is your unit's; the unit that has it reports.",
            ),
            Self::NoSuchPart { nth } => told(
                "no_such_part",
                format!("没有本单位可以处理的第{nth}项待完成任务，请核对。"),
                format!("There is no open part {nth} for your unit; please check."),
            ),
            Self::LeadsItself { unit } => told(
                "leads_itself",
                format!("{unit} 牵头办理本事项，自己的工作不必分解，请交给其他单位。"),
                format!("{unit} leads the matter and needs no part of its own; name another unit."),
            ),
            Self::DueOn { latest } => told(
                "part_due_on",
                format!("分解任务的期限须在今天至{}之间，不得晚于本事项的办理期限。", day(*latest)),
                format!("A part is due between today and {latest}, the day of the matter itself."),
            ),
            Self::DoneOn => plain(
                "part_done_on",
                "完成日期不能早于交任务的日期，也不能晚于今天，请核对。",
                "The day of doing lies between the day the part was given and today; please check it.",
            ),
            Self::NoDeadline => plain(
                "no_deadline",
                "本事项没有正在计算的办理期限，无法确定分解任务的期限。请先受理。",
                "No handling period runs, so a part can have no day; take the matter up first.",
            ),
            Self::StillOpen { units } => {
                let units = units.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
                told(
                    "parts_open",
                    format!("还有分解任务没有完成（{units}）。请等待反馈，或者写明原因撤回后再拟定意见。"),
                    format!("Parts are still open ({units}); wait for them or take them back with a reason."),
                )
            }
        }
    }
}
