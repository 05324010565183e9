//! Why an appointment does not go on.

use huiyin_policy::rules::AppointmentStep;

use crate::domain::Told;

/// A command of an appointment was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppointmentRefusal {
    /// The pack knows no applications.
    #[error("nobody applies for appointments here")]
    NoneHere,
    /// An application is under way.
    #[error("an application is under way")]
    AskedAlready,
    /// Nobody applied.
    #[error("nobody applied for an appointment")]
    NotAsked,
    /// Steps before are missing (QD-02).
    #[error("steps are missing")]
    Missing { missing: Vec<AppointmentStep> },
    /// A day in the future, or before the application.
    #[error("the day of the consultation does not fit")]
    HeldOn,
}

impl AppointmentRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let plain = |code, zh: &str, en: &str| Told { code, rule: "QD-02", zh: zh.to_owned(), en: en.to_owned() };
        match self {
            Self::NoneHere => plain(
                "no_appointments",
                "本地没有申请约访的制度。信访人可以在领导接待日直接到场，不用预约。",
                "Nobody applies for appointments here; petitioners may come to any reception day without one.",
            ),
            Self::AskedAlready => plain(
                "appointment_asked",
                "本事项已有约访申请正在办理，无需再次申请。",
                "An application is under way; there is no need for another.",
            ),
            Self::NotAsked => plain(
                "appointment_not_asked",
                "本事项没有正在办理的约访申请，请先登记申请。",
                "No application is under way; record one first.",
            ),
            Self::Missing { missing } => {
                let join = |texts: Vec<&str>, with: &str| texts.join(with);
                let zh = join(missing.iter().map(|step| step.words().0).collect(), "、");
                let en = join(missing.iter().map(|step| step.words().1).collect(), "; ");
                Told {
                    code: "appointment_steps_missing",
                    rule: "QD-02",
                    zh: format!("约访的以下步骤尚未完成：{zh}。请先办理。"),
                    en: format!("These steps of the appointment come first: {en}."),
                }
            }
            Self::HeldOn => plain(
                "consulted_on",
                "协商会办的日期不能早于本事项登记，也不能晚于今天，请核对。",
                "The day lies between the registration of the matter and today; please check it.",
            ),
        }
    }
}
