//! A refusal in words: what is so, and what to do next.

use huiyin_contracts::casework::Grade;
use huiyin_kernel::Role;

use super::Refusal;

/// A refusal as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Machine code.
    pub code: &'static str,
    /// The rule behind it.
    pub rule: &'static str,
    /// What, and what to do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

const fn grade_zh(grade: Grade) -> &'static str {
    match grade {
        Grade::Ordinary => "一般",
        Grade::Complex => "复杂",
        Grade::Wide => "涉及面广、影响较大、一时难以处理",
    }
}

pub(in crate::domain) const fn role_words(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::IntakeClerk => ("登记员", "intake clerk"),
        Role::Officer => ("承办人", "officer"),
        Role::UnitHead => ("单位负责人", "head of unit"),
        Role::MainLeader => ("主要领导", "main leader"),
        Role::Leader => ("接访领导", "leader"),
        Role::Supervisor => ("督查员", "supervisor"),
        Role::ScheduleEditor => ("接访安排员", "schedule editor"),
        Role::Administrator => ("系统管理员", "administrator"),
    }
}

fn condition_zh(code: &str) -> &'static str {
    match code {
        "reasonable" => "诉求合理",
        "facts_clear" => "事实清楚",
        "lawful_basis" => "有法可依",
        "evidence_sufficient" => "证据充分",
        _ => "能够现场解决",
    }
}

impl Refusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, rule, zh: String, en: String| Told { code, rule, zh, en };
        match self {
            Self::WrongState { command, state } => told(
                "wrong_state",
                "REG-12",
                format!("当前状态为“{}”，不能{}。请刷新后查看可办事项。", state.zh(), command.zh()),
                format!("The case is {}; it cannot {} now. Reload to see what can be done.", state.name(), command.en()),
            ),
            Self::AccusationOnlyForwarded => told(
                "accusation_only_forwarded",
                "REG-22",
                "检举控告类事项只能转送纪检监察机关，不得交其他单位办理。".to_owned(),
                "An accusation can only be forwarded to a discipline body; no other unit handles it.".to_owned(),
            ),
            Self::NotAnAccusation => told(
                "not_an_accusation",
                "REG-11",
                "只有检举控告类事项转送纪检监察机关，请改用受理、告知或移交。".to_owned(),
                "Only accusations are forwarded; accept, point or hand over instead.".to_owned(),
            ),
            Self::NotDiscipline { unit } => told(
                "not_discipline",
                "REG-22",
                format!("{unit} 不是纪检监察机关，请选择纪检监察机关。"),
                format!("{unit} is not a discipline body; choose one."),
            ),
            Self::IsDiscipline { unit } => told(
                "is_discipline",
                "REG-11",
                format!("{unit} 是纪检监察机关，只办理检举控告，请选择其他单位。"),
                format!("{unit} is a discipline body and handles accusations alone; choose another unit."),
            ),
            Self::NotResponsible { unit } => told(
                "not_responsible",
                "WH-11",
                format!("本事项由 {unit} 负责，请由该单位办理，或先办理移交。"),
                format!("{unit} is responsible; act on its behalf, or have the case handed over first."),
            ),
            Self::ByRuleOnly { command } => told(
                "by_rule_only",
                "REG-24",
                format!("“{}”由系统按规则办理，不能手工操作。", command.zh()),
                format!("To {} follows from events and clocks alone.", command.en()),
            ),
            Self::RoleNeeded { roles, rule } => {
                let (zh, en): (Vec<_>, Vec<_>) = roles.iter().map(|role| role_words(*role)).unzip();
                told(
                    "role_needed",
                    rule,
                    format!("须由{}办理，请提请其办理。", zh.join("、")),
                    format!("This needs the {} of the responsible unit; please ask them.", en.join(" or ")),
                )
            }
            Self::ProposerCannotApprove => told(
                "proposer_cannot_approve",
                "REG-25",
                "拟定意见的人不能审批本人的意见，请由他人审批。".to_owned(),
                "Whoever proposed the opinion cannot approve it; ask someone else.".to_owned(),
            ),
            Self::StepsMissing { zh, en, .. } => told(
                "steps_missing",
                "JD-09",
                format!("以下步骤尚未完成：{zh}。请先办理并登记。"),
                format!("These steps are missing: {en}. Do and record them first."),
            ),
            Self::UnknownStep { step, known } => told(
                "unknown_step",
                "JD-09",
                format!("没有步骤“{step}”；可用：{}。", known.join("、")),
                format!("There is no step \"{step}\"; there are: {}.", known.join(", ")),
            ),
            Self::StepByOther { zh, en, by } => told(
                "step_by_other",
                "SZ-12",
                format!("“{zh}”须由{}办理，请提请其登记。", by.words().0),
                format!("\"{en}\" is recorded by {}; please ask them.", by.words().1),
            ),
            Self::StepNotAsked { zh, en } => told(
                "step_not_asked",
                "JD-09",
                format!("本事项不需要“{zh}”，无需登记。"),
                format!("\"{en}\" is not asked of this matter; nothing to record."),
            ),
            Self::StepNotWaivable { zh, en } => told(
                "step_not_waivable",
                "JD-09",
                format!("“{zh}”不是“原则上”的要求，不能免除，请先办理。"),
                format!("\"{en}\" does not hold in principle only and cannot be left out; do it first."),
            ),
            Self::TakenAlready => told(
                "taken_already",
                "WH-10",
                "本事项已有领导包案；需要更换的，请办理移交并说明理由。".to_owned(),
                "A leader has taken the case; to change that, hand it over with a reason.".to_owned(),
            ),
            Self::NoObjection => told(
                "no_objection",
                "REG-14",
                "没有可以提出异议的转送：异议须在收到转送之日起5个工作日内提出，已答复的不再提出。请依法受理，或者商请上一级机关确定。".to_owned(),
                "No transfer can be objected to any more: that is done within five working days of its receipt, once. Take the matter up, or ask the body above both.".to_owned(),
            ),
            Self::NothingObjected => told(
                "nothing_objected",
                "REG-14",
                "收到转送的单位没有提出异议，无需答复。".to_owned(),
                "The unit that received it has not objected; nothing to answer.".to_owned(),
            ),
            Self::SameUnit { unit } => told(
                "same_unit",
                "REG-10",
                format!("本事项已由 {unit} 负责，请选择其他单位。"),
                format!("{unit} is responsible already; choose another unit."),
            ),
            Self::StepHasOwnCommand { command } => told(
                "step_has_own_command",
                "JD-09",
                format!("该步骤通过“{}”完成，不单独登记。", command.zh()),
                format!("That step is done by the command to {}.", command.en()),
            ),
            Self::ConditionsMissing { missing } => told(
                "conditions_missing",
                "WH-04",
                format!(
                    "现场解决须五项条件同时具备，尚缺：{}。请改为出具承诺书或交办。",
                    missing.iter().map(|code| condition_zh(code)).collect::<Vec<_>>().join("、")
                ),
                format!("Settling on the spot needs all five conditions; missing: {}. Promise or assign instead.", missing.join(", ")),
            ),
            Self::OutcomeDoesNotSuit { .. } => told(
                "outcome_does_not_suit",
                "REG-20",
                "申诉求决类用“支持、解释说明、不支持”，建议意见类用“采纳、部分采纳、未采纳”。".to_owned(),
                "Requests end as supported, explained or not_supported; suggestions as adopted, partly_adopted or not_adopted.".to_owned(),
            ),
            Self::UnknownGround { code, known } => told(
                "unknown_ground",
                "REG-12",
                format!("不予受理的理由“{code}”不在法定清单内；可用：{}。", known.join("、")),
                format!("There is no ground \"{code}\" in the closed list; there are: {}.", known.join(", ")),
            ),
            Self::NotExtendable { allowed, is } => told(
                "not_extendable",
                "JD-10",
                format!(
                    "只有“{}”的事项可以延期，本事项为“{}”。",
                    allowed.iter().map(|grade| grade_zh(*grade)).collect::<Vec<_>>().join("”“"),
                    grade_zh(*is)
                ),
                format!("Only matters of grade {allowed:?} may be extended; this one is {is:?}."),
            ),
            Self::ExtensionBeyondCap { asked, left, cap } => told(
                "extension_beyond_cap",
                "REG-24",
                format!("累计延期不得超过{cap}日，还可延{left}日，不能延{asked}日。"),
                format!("All extensions together are at most {cap} days; {left} are left, {asked} were asked for."),
            ),
            Self::ExtensionTooLate => told(
                "extension_too_late",
                "REG-24",
                "办理期限已过，不能再延期，请尽快答复。".to_owned(),
                "The deadline has passed and cannot be extended; reply as soon as possible.".to_owned(),
            ),
            Self::OfficerElsewhere { unit } => told(
                "officer_elsewhere",
                "WH-11",
                format!("该承办人属于 {unit}，请填写该单位，或选择本单位承办人。"),
                format!("That officer belongs to {unit}; name that unit, or choose an officer of the responsible unit."),
            ),
            Self::NothingChanges => told(
                "nothing_changes",
                "WH-09",
                "与当前情况相同，无需办理。".to_owned(),
                "That is how it stands already; nothing to do.".to_owned(),
            ),
            Self::Recused => told(
                "recused",
                "REG-26",
                "您已回避本事项，不再参与办理，请交由其他工作人员办理。".to_owned(),
                "You are recused from this matter; please leave it to others.".to_owned(),
            ),
            Self::PersonRecused => told(
                "person_recused",
                "REG-26",
                "该工作人员已回避本事项，请另选他人。".to_owned(),
                "That person is recused from this matter; please choose somebody else.".to_owned(),
            ),
            Self::RecusedByHead => told(
                "recused_by_head",
                "REG-26",
                "要求他人回避，由承办单位负责人决定；本人回避可以自己提出。".to_owned(),
                "Of others the head of the unit decides; of yourself you say so yourself.".to_owned(),
            ),
            Self::ReplyIncomplete { missing } => told(
                "reply_incomplete",
                "REG-25",
                format!("处理意见书须载明投诉请求、事实和理由、处理意见、法律法规依据，尚缺：{}。", missing.join("、")),
                format!("A reply holds request, facts and reasons, opinion and legal basis; missing: {}.", missing.join(", ")),
            ),
            Self::DeliveryTime => told(
                "delivery_time",
                "REG-40",
                "送达时间不能早于答复时间，也不能晚于现在，请核对。".to_owned(),
                "The time of delivery lies between the reply and now; please check it.".to_owned(),
            ),
            Self::RestoreTooLate => told(
                "restore_too_late",
                "REG-12",
                "撤回已超过可以恢复的期限，可以提出新的信访事项。".to_owned(),
                "The time to take the withdrawal back is over; a new petition can be made.".to_owned(),
            ),
            Self::LapseTooEarly => told(
                "lapse_too_early",
                "REG-12",
                "撤回仍可恢复，尚不能办结。".to_owned(),
                "The withdrawal can still be taken back.".to_owned(),
            ),
            Self::PromiseExists => told(
                "promise_exists",
                "WH-05",
                "本事项已出具承诺书，一事一份。".to_owned(),
                "There is a promise letter for this matter already; there is one for each.".to_owned(),
            ),
            Self::VisitKnown => told(
                "visit_known",
                "WH-09",
                "该次接访结果已经记入。".to_owned(),
                "That visit has been taken into account already.".to_owned(),
            ),
            Self::NothingToReview => told(
                "nothing_to_review",
                "REG-40",
                "本事项没有书面处理意见，不适用复查；有新的事实或者理由的，可以提出新的信访事项。".to_owned(),
                "There is no written opinion to review; new facts or reasons can be put as a new petition.".to_owned(),
            ),
            Self::ReviewInTime => told(
                "review_in_time",
                "REG-40",
                "申请在期限内提出，不能以超过期限为由不予受理，请办理复查复核。".to_owned(),
                "It was asked for in time and cannot be declined as late; take it up.".to_owned(),
            ),
            Self::ReviewOutcome { needed } => told(
                "review_outcome",
                "REG-44",
                if *needed {
                    "变更或者撤销原处理意见时，须同时写明本事项的处理结果。".to_owned()
                } else {
                    "维持或者责令重新办理时，不另写处理结果，请去掉该项。".to_owned()
                },
                if *needed {
                    "Say how the matter is decided when the opinion is changed or set aside.".to_owned()
                } else {
                    "Leave the outcome out when the opinion is upheld or the matter ordered anew.".to_owned()
                },
            ),
            Self::SameOpinionAgain => told(
                "same_opinion_again",
                "REG-44",
                "复查复核机关已责令重新办理，不能再作出与原处理意见相同的意见，请重新核查后拟定。".to_owned(),
                "The matter was ordered to be handled anew; the opinion set aside cannot be given again.".to_owned(),
            ),
            Self::HearingDays { most } => told(
                "hearing_days",
                "REG-42",
                format!("听证自申请复查复核之后开始，不超过{most}日，开始日期不能晚于结束日期，请核对。"),
                format!("A hearing begins after the request, ends on or after its first day and lasts at most {most} days."),
            ),
            Self::StaleMark => told(
                "stale_mark",
                "REG-24",
                "该期限节点已失效。".to_owned(),
                "That mark of the deadline no longer holds.".to_owned(),
            ),
            Self::Simple(refusal) => refusal.told(),
            Self::Settlement(refusal) => refusal.told(),
            Self::Part(refusal) => refusal.told(),
            Self::Deferral(refusal) => refusal.told(),
            Self::Library(refusal) => refusal.told(),
            Self::Evaluation(refusal) => refusal.told(),
            Self::Archive(refusal) => refusal.told(),
            Self::Appointment(refusal) => refusal.told(),
            Self::ReturnVisit(refusal) => refusal.told(),
            Self::Routing(refusal) => refusal.told(),
            Self::Link(refusal) => refusal.told(),
            Self::Supervision(refusal) => refusal.told(),
            Self::Date(_) => told(
                "date_out_of_range",
                "REG-24",
                "日期超出可以计算的范围，请核对。".to_owned(),
                "The date lies outside what can be reckoned; please check it.".to_owned(),
            ),
        }
    }
}
