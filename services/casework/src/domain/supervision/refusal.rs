//! Why a command of supervision is not taken up.

use chrono::NaiveDate;
use huiyin_kernel::{DistrictCode, UnitCode};

use crate::domain::Told;
use crate::domain::wording::day;

/// A command of supervision was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SupervisionRefusal {
    /// Accusations are the discipline bodies' affair (REG-22).
    #[error("an accusation is handled and supervised by discipline bodies")]
    Accusation,
    /// Neither supervisor nor main leader.
    #[error("supervision needs a supervisor or main leader")]
    NotSupervisor,
    /// The matter lies outside the actor's district.
    #[error("the matter lies in {district}")]
    OtherDistrict { district: DistrictCode },
    /// The order is addressed to another unit.
    #[error("the order is addressed to {unit}")]
    NotAddressed { unit: UnitCode },
    /// One order at a time.
    #[error("order {number} is not concluded")]
    OrderOpen { number: String },
    /// There is no order at all.
    #[error("there is no supervision order")]
    NoOrder,
    /// There is no order to answer or conclude.
    #[error("there is no open supervision order")]
    NoOpenOrder,
    /// An answer stands already.
    #[error("the order is answered already")]
    AlreadyAnswered,
    /// There is no answer to return or to be satisfied with.
    #[error("the order is not answered")]
    NotAnswered,
    /// Nobody judges an answer of their own.
    #[error("whoever answered cannot judge the answer")]
    OwnAnswer,
    /// One piece of advice at a time.
    #[error("earlier advice is not answered")]
    AdviceOpen,
    /// There is no advice to answer.
    #[error("there is no advice to answer")]
    NoOpenAdvice,
    /// The ground is not in the closed list (REG-51).
    #[error("there is no ground {code}")]
    UnknownGround { code: String, known: Vec<&'static str> },
    /// The matter is not done, and the answer does not say when it will be.
    #[error("the answer does not say when the matter will be done")]
    DayMissing,
    /// The day named is over.
    #[error("the day named is over")]
    DayOver,
    /// Advice is not adopted, and no reason is given (REG-51).
    #[error("advice that is not adopted needs reasons")]
    ReasonsMissing,
    /// Whoever headed the visit may not (SZ-11).
    #[error("a supervision visit is headed by a supervisor or main leader")]
    NotHead,
    /// A rectification needs a day to come; the other measures have none (REG-53).
    #[error("a rectification, and nothing else, has a day to come")]
    RectificationDay,
    /// One rectification at a time.
    #[error("a rectification until {until} is not reported")]
    RectificationOpen { until: NaiveDate },
    /// No rectification is owed.
    #[error("no rectification is owed")]
    NothingToRectify,
    /// The visit lies in the future, or before the matter.
    #[error("a visit lies between the registration and today")]
    VisitDay,
}

impl SupervisionRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, rule, zh: &str, en: &str| Told { code, rule, zh: zh.to_owned(), en: en.to_owned() };
        match self {
            Self::Accusation => told(
                "accusation_not_supervised",
                "REG-22",
                "检举控告由纪检监察机关办理和督促，不在这里督办。请转送纪检监察机关。",
                "An accusation is handled and supervised by discipline bodies, not here; forward it to one.",
            ),
            Self::NotSupervisor => told(
                "supervisor_needed",
                "REG-50",
                "督办由督查员或者主要领导办理，请提请其办理。",
                "Supervision is for a supervisor or main leader; please ask one.",
            ),
            Self::OtherDistrict { district } => Told {
                code: "supervisor_of_another_district",
                rule: "D-6",
                zh: format!("本事项属于区划 {district}，请由该区划或者上级的督查员督办。"),
                en: format!("The matter lies in {district}; ask a supervisor of that district or one above it."),
            },
            Self::NotAddressed { unit } => Told {
                code: "supervision_not_addressed",
                rule: "REG-50",
                zh: format!("督办单发给 {unit}，请由该单位反馈。"),
                en: format!("The order is addressed to {unit}; that unit answers it."),
            },
            Self::OrderOpen { number } => Told {
                code: "supervision_open",
                rule: "REG-50",
                zh: format!("督办单 {number} 尚未办结，一事同时只有一份。请先审核其反馈。"),
                en: format!("Order {number} is not concluded; there is one at a time. See to its answer first."),
            },
            Self::NoOrder => told(
                "supervision_missing",
                "REG-50",
                "本事项没有督办单，请先督办。",
                "There is no supervision order; make one first.",
            ),
            Self::NoOpenOrder => told(
                "supervision_not_open",
                "REG-50",
                "没有待办的督办单，无需办理。",
                "There is no open supervision order; nothing to do.",
            ),
            Self::AlreadyAnswered => told(
                "supervision_answered",
                "REG-50",
                "已经反馈，请等待督查员审核；被退回后可以重新反馈。",
                "It is answered; wait for the supervisor. If it is returned, answer again.",
            ),
            Self::NotAnswered => told(
                "supervision_not_answered",
                "DZ-10",
                "单位尚未反馈，请等待反馈后再审核。",
                "The unit has not answered; judge the answer once it is there.",
            ),
            Self::OwnAnswer => told(
                "supervision_own_answer",
                "DZ-10",
                "反馈人不能审核本人的反馈，请由其他督查员办理。",
                "Whoever answered cannot judge the answer; ask another supervisor.",
            ),
            Self::AdviceOpen => told(
                "advice_open",
                "REG-51",
                "上一条改进建议尚未反馈，请等待反馈后再提。",
                "Earlier advice is not answered yet; wait for that before giving more.",
            ),
            Self::NoOpenAdvice => told(
                "advice_not_open",
                "REG-51",
                "没有待反馈的改进建议，无需办理。",
                "There is no advice to answer; nothing to do.",
            ),
            Self::UnknownGround { code, known } => Told {
                code: "unknown_supervision_ground",
                rule: "REG-51",
                zh: format!("督办理由“{code}”不在清单内；可用：{}。", known.join("、")),
                en: format!("There is no ground \"{code}\" in the closed list; there are: {}.", known.join(", ")),
            },
            Self::DayMissing => told(
                "supervision_day_missing",
                "DZ-10",
                "事项尚未答复，请写明何时办结。",
                "The matter is not answered; say when it will be done.",
            ),
            Self::DayOver => told(
                "supervision_day_over",
                "DZ-10",
                "办结日期已经过去，请写今天或者以后的日期。",
                "The day named is over; name today or a later one.",
            ),
            Self::ReasonsMissing => told(
                "advice_reasons_missing",
                "REG-51",
                "不采纳改进建议的，必须说明理由。",
                "Advice that is not adopted needs reasons; give them.",
            ),
            Self::NotHead => told(
                "visit_head",
                "SZ-11",
                "实地督查由督查员或者主要领导带队，请填写其中一人。",
                "A supervision visit is headed by a supervisor or main leader; name one.",
            ),
            Self::RectificationDay => told(
                "rectification_day",
                "REG-53",
                "限期整改须写明今天以后的期限；约谈、通报、挂牌督办不填期限。",
                "A rectification needs a day after today; summons, bulletin and listing have none.",
            ),
            Self::RectificationOpen { until } => Told {
                code: "rectification_open",
                rule: "REG-53",
                zh: format!("上一次限期整改（{}前）尚未报告，请等待整改报告后再提出。", day(*until)),
                en: format!("A rectification until {until} is not reported; wait for its report before another."),
            },
            Self::NothingToRectify => told(
                "nothing_to_rectify",
                "REG-53",
                "没有待报告的限期整改，无需办理。",
                "No rectification is owed; nothing to do.",
            ),
            Self::VisitDay => told(
                "visit_day",
                "SZ-11",
                "督查日期应在登记之日以后，且不晚于今天，请核对。",
                "The day of a visit lies between the registration and today; please check it.",
            ),
        }
    }
}
