//! Why a call, or a reply to one, was refused.

use huiyin_kernel::UnitCode;

use crate::domain::Told;

/// Nothing was raised, or nothing was replied; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallRefusal {
    /// The place has no such rule.
    #[error("the place has no rule on calls")]
    NoRule,
    /// Another office asks.
    #[error("{office} raises calls")]
    NotTheOffice { office: UnitCode },
    /// No call is due in this quarter.
    #[error("no call is due in this quarter")]
    NotDue { quarters: Vec<u32> },
    /// The pack names no such platform.
    #[error("the pack names no such platform")]
    UnknownPlatform { known: Vec<(String, String)> },
    /// Nobody is asked.
    #[error("nobody is asked")]
    NobodyAsked,
    /// The platform asked in this quarter already.
    #[error("the platform asked in this quarter already")]
    RaisedAlready,
    /// The actor's unit is not asked.
    #[error("the unit is not asked")]
    NotAsked,
    /// The unit replied already.
    #[error("the unit replied already")]
    RepliedAlready,
    /// Neither matters nor a reason why there are none, or both.
    #[error("a reply names matters or says why there are none")]
    MattersOrReason,
}

impl CallRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, zh: &str, en: &str| Told { code, rule: "SZ-13", zh: zh.to_owned(), en: en.to_owned() };
        match self {
            Self::NoRule => told(
                "no_calls_here",
                "本地没有规定征集案件；事项可以直接在事项页面列入案件库。",
                "The place has no rule on calls; take matters into the library from their own pages.",
            ),
            Self::NotTheOffice { office } => Told {
                code: "call_not_yours",
                rule: "SZ-13",
                zh: format!("由本级信访部门（{office}）的业务平台发出征集通知，请与其联系。"),
                en: format!("The petition office, {office}, raises calls; please ask it."),
            },
            Self::NotDue { quarters } => Told {
                code: "call_not_due",
                rule: "SZ-13",
                zh: format!("本季度不征集案件；征集在第{}季度进行，届时再发。", joined(quarters, "、")),
                en: format!("No call is due in this quarter; raise it in quarter {}.", joined(quarters, ", ")),
            },
            Self::UnknownPlatform { known } => {
                let list = |join: &str, one: fn(&(String, String)) -> String| {
                    known.iter().map(one).collect::<Vec<_>>().join(join)
                };
                Told {
                    code: "platform_unknown",
                    rule: "SZ-13",
                    zh: format!("没有这个业务平台，请选择：{}。", list("、", |(code, zh)| format!("{zh}（{code}）"))),
                    en: format!("There is no such platform; choose one of: {}.", list(", ", |(code, _)| code.clone())),
                }
            }
            Self::NobodyAsked => told("nobody_asked_for_matters", "请至少选择一个单位。", "Choose at least one unit."),
            Self::RaisedAlready => told(
                "called_already",
                "该业务平台本季度的征集通知已经发出，请在案件库页面查看各单位的回复。",
                "That platform has called in this quarter; see the replies at the library.",
            ),
            Self::NotAsked => told(
                "not_asked",
                "本次征集没有发给您的单位，无需回复；事项可以直接列入案件库。",
                "Your unit is not asked; take matters into the library from their own pages.",
            ),
            Self::RepliedAlready => told(
                "replied_already",
                "您的单位已经回复。还有合适事项的，请在事项页面“列入案件库”。",
                "Your unit has replied; take further matters into the library from their own pages.",
            ),
            Self::MattersOrReason => told(
                "matters_or_reason",
                "请列出推荐的事项；没有合适事项的，请写明原因。两项只填一项。",
                "Name matters, or say why there are none; not both.",
            ),
        }
    }
}

fn joined(quarters: &[u32], by: &str) -> String {
    quarters.iter().map(u32::to_string).collect::<Vec<_>>().join(by)
}
