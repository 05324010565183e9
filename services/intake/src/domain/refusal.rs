use chrono::{DateTime, NaiveDate, Utc};

/// Why a petitioner's wish is not carried out. Not a fault: the user may read it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing can be added to a matter that has ended.
    #[error("the matter has been closed")]
    Closed,
    /// It was withdrawn; take the withdrawal back first.
    #[error("the petition has been withdrawn")]
    Withdrawn,
    /// Its personal data is still needed.
    #[error("the matter is still being handled")]
    StillOpen,
    /// Whoever asked for the erasure cannot also carry it out.
    #[error("another person must confirm")]
    SamePerson,
    /// There is no written answer yet that could be reviewed.
    #[error("there is no written answer to review")]
    NotAnswered,
    /// A review is under way already.
    #[error("a review is under way")]
    UnderReview,
    /// An application for an appointment is under way (QD-02).
    #[error("an application for an appointment is under way")]
    AppointmentAsked,
    /// Nobody applies for an appointment here, or not now (QD-02).
    #[error("no appointment can be asked for")]
    NoAppointment,
    /// Nothing was answered yet, or another procedure answers for it: there is nothing to rate (REG-07).
    #[error("there is nothing to rate")]
    NothingToRate,
    /// The last day to rate has passed.
    #[error("the last day to rate was {until}")]
    EvaluationOver {
        /// The last day.
        until: NaiveDate,
    },
    /// The rating is not one of those there are to choose from.
    #[error("that rating is not on the scale")]
    NotOnScale,
    /// Rated once, and it stands.
    #[error("it was rated already")]
    RatedAlready,
    /// Only the petition office takes down what a petitioner says of the handling, never the unit that is rated.
    #[error("only the petition office takes a rating down")]
    NotPetitionOffice,
    /// The time for taking the withdrawal back has passed.
    #[error("the withdrawal could be taken back until {until}")]
    TooLate {
        /// The first instant that is too late.
        until: DateTime<Utc>,
    },
}

impl Refusal {
    /// A word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Closed => "case_closed",
            Self::Withdrawn => "petition_withdrawn",
            Self::StillOpen => "matter_open",
            Self::SamePerson => "second_person_needed",
            Self::NotAnswered => "not_answered",
            Self::UnderReview => "under_review",
            Self::AppointmentAsked => "appointment_asked",
            Self::NoAppointment => "no_appointment",
            Self::NothingToRate => "nothing_to_rate",
            Self::EvaluationOver { .. } => "evaluation_over",
            Self::NotOnScale => "not_on_scale",
            Self::RatedAlready => "rated_already",
            Self::NotPetitionOffice => "not_petition_office",
            Self::TooLate { .. } => "restore_too_late",
        }
    }

    /// What is so and what to do next, in Chinese and English.
    pub const fn words(&self) -> [&'static str; 4] {
        match self {
            Self::Closed => [
                "该信访事项已办结",
                "The matter has been closed",
                "如有新的请求，请另行提出；对答复不服的，可在答复书所载期限内申请复查",
                "Hand in a new petition, or ask for a review within the time stated in the reply",
            ],
            Self::Withdrawn => [
                "该信访件已撤回",
                "The petition has been withdrawn",
                "请先恢复该信访件，再补充内容",
                "Take the withdrawal back first, then add to it",
            ],
            Self::StillOpen => [
                "该信访事项仍在办理",
                "The matter is still being handled",
                "请待事项办结或撤回后，再申请销毁个人信息",
                "Ask again once the matter is closed or withdrawn",
            ],
            Self::SamePerson => [
                "销毁个人信息须由两人办理",
                "Two persons are needed to destroy personal data",
                "您已提出申请，请由另一位有此权限的人员确认",
                "You have asked for it; another person with this permission must confirm",
            ],
            Self::NotAnswered => [
                "该信访事项还没有书面处理意见，不能申请复查复核",
                "There is no written opinion yet that could be reviewed",
                "请等收到书面处理意见后再申请；想补充情况的，请用“补充材料”",
                "Ask once the written opinion has been issued; use “add to it” to add something",
            ],
            Self::UnderReview => [
                "该信访事项的复查复核正在办理",
                "A review of the matter is under way",
                "请等收到复查复核意见；想补充情况的，请用“补充材料”",
                "Wait for its opinion; use “add to it” to add something",
            ],
            Self::AppointmentAsked => [
                "您已经申请约访，正在安排",
                "An appointment has been asked for and is being arranged",
                "时间地点确定后会通知您；想补充情况的，请用“补充材料”",
                "You will be told time and place; use “add to it” to add something",
            ],
            Self::NoAppointment => [
                "这件信访目前不能申请约访",
                "No appointment can be asked for with this petition at present",
                "您可以在领导接待日直接到场反映，不用预约，日程见“领导接访”",
                "You may come to any reception day without a booking; see the schedule",
            ],
            Self::NothingToRate => [
                "本事项目前没有可以评价的答复",
                "There is no answer to rate",
                "请在收到答复或者办结后再评价；依法由其他程序处理的事项不作评价",
                "Rate it once it is answered or closed; what another procedure answers for is not rated",
            ],
            Self::EvaluationOver { .. } => [
                "评价期限已过",
                "The time to rate has passed",
                "仍有问题没有解决的，可以提出新的信访事项，或者到信访接待场所反映",
                "Hand in a new petition, or come to the reception, if something is still amiss",
            ],
            Self::NotOnScale => [
                "没有这个评价等次",
                "There is no such rating",
                "请从页面所列的等次中选择",
                "Please choose one of those on the page",
            ],
            Self::RatedAlready => [
                "已经评价过，按规定不再更改",
                "It was rated already and stands",
                "事情没有落实的，仍可反映“未落实”",
                "That it was not carried out can still be said",
            ],
            Self::NotPetitionOffice => [
                "评价由信访部门代为登记，被评价的单位不能登记",
                "The petition office takes ratings down, never the unit that is rated",
                "请信访人凭编号和查询码在网上评价，或者向信访部门口头提出",
                "Ask the petitioner to rate on the net, or to tell the petition office",
            ],
            Self::TooLate { .. } => [
                "撤回已超过可恢复的期限",
                "The time for taking the withdrawal back has passed",
                "如仍需反映，请重新提交信访件",
                "Hand in a new petition if you still wish to",
            ],
        }
    }
}
