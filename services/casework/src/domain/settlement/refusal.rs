//! Why an agreement, or the carrying out of one, is not recorded.

use crate::domain::Told;

/// A command about an agreement was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettlementRefusal {
    /// Only requests are mediated or settled (Art. 33).
    #[error("only requests end by agreement")]
    RequestsOnly,
    /// The day of the agreement lies before the registration or in the future.
    #[error("the day of the agreement does not fit")]
    AgreedOn,
    /// A duty's day is over already.
    #[error("the day of a duty is over")]
    DueOn,
    /// Whoever signed neither heads nor leads the unit.
    #[error("the agreement is signed for the unit by its head or main leader")]
    MayNotSign,
    /// There is no agreement.
    #[error("there is no agreement")]
    NoAgreement,
    /// Everything is done already.
    #[error("every duty is done")]
    AllDone,
    /// No such duty, or it is done already.
    #[error("there is no open duty {nth}")]
    NoSuchDuty { nth: usize },
    /// It was done before the agreement or in the future.
    #[error("the day of doing does not fit")]
    DoneOn,
}

impl SettlementRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, zh: &str, en: &str| Told { code, rule: "REG-27", zh: zh.to_owned(), en: en.to_owned() };
        match self {
            Self::RequestsOnly => told(
                "settles_requests_only",
                "只有申诉求决类事项可以调解、和解，请按本类事项答复。",
                "Only requests are mediated or settled; answer this one by its own class.",
            ),
            Self::AgreedOn => told(
                "agreed_on",
                "达成协议的日期不能早于登记日期，也不能晚于今天，请核对。",
                "The day of the agreement lies between the registration and today; please check it.",
            ),
            Self::DueOn => told(
                "due_on",
                "约定的履行日期已经过去。已经履行的事项不必列入，请写在协议内容里。",
                "That day is over. What is done already need not be listed; say it among the terms.",
            ),
            Self::MayNotSign => told(
                "may_not_sign",
                "协议须由责任单位负责人或者主要领导代表单位签署，请核对签署人。",
                "An agreement is signed for the responsible unit by its head or main leader; please check who signed.",
            ),
            Self::NoAgreement => told(
                "no_agreement",
                "本事项没有调解、和解协议。达成协议的，请先登记。",
                "There is no agreement on this matter; record it first if one was reached.",
            ),
            Self::AllDone => told(
                "all_done",
                "协议约定的事项已经全部履行，无需再登记。",
                "Every duty of the agreement is done; nothing to record.",
            ),
            Self::NoSuchDuty { nth } => Told {
                code: "no_such_duty",
                rule: "REG-27",
                zh: format!("协议没有待履行的第{nth}项，请核对。"),
                en: format!("The agreement has no open duty {nth}; please check."),
            },
            Self::DoneOn => told(
                "done_on",
                "履行日期不能早于协议日期，也不能晚于今天，请核对。",
                "The day of doing lies between the agreement and today; please check it.",
            ),
        }
    }
}
