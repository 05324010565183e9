//! Why competence is not decided, or nothing is reported.

use chrono::NaiveDate;
use huiyin_kernel::UnitCode;

use crate::domain::Told;
use crate::domain::wording::day;

/// A command about competence or reports was refused; nothing changed.
#[expect(missing_docs, reason = "the fields are what the message names")]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoutingRefusal {
    /// A demanded result needs a day.
    #[error("a demanded result needs the day of its report")]
    ReportDayMissing,
    /// A day without a demand, in the past, or beyond the matter's own limit.
    #[error("the report is due between tomorrow and {latest}")]
    ReportDay { latest: NaiveDate },
    /// Nothing was transferred, or it is signed for already.
    #[error("there is nothing to sign for")]
    NothingToSignFor,
    /// No report is owed.
    #[error("no report is demanded")]
    NothingDemanded,
    /// Another unit's to do.
    #[error("{unit} does that")]
    NotYours { unit: UnitCode },
    /// The question is put already.
    #[error("the question of competence is put already")]
    ReferredAlready,
    /// No question of competence is open.
    #[error("no question of competence is open")]
    NothingReferred,
    /// No other unit is named.
    #[error("a question of competence names another unit")]
    NobodyElse,
    /// No office of the city stands above all of them.
    #[error("no office stands above all units concerned")]
    NoCommonSuperior,
    /// The responsible unit does not assist itself.
    #[error("{unit} cannot assist itself")]
    AssistsItself { unit: UnitCode },
    /// Only a request is led into another procedure (REG-23).
    #[error("only a request is led into a procedure of another law")]
    RoadOfRequests,
    /// Reported on a day that is not over or lies before the registration.
    #[error("the day of the report does not fit")]
    ReportedOn,
}

impl RoutingRefusal {
    /// The refusal in words.
    pub fn told(&self) -> Told {
        let told = |code, rule, zh: String, en: String| Told { code, rule, zh, en };
        let plain = |code, rule, zh: &str, en: &str| told(code, rule, zh.to_owned(), en.to_owned());
        match self {
            Self::ReportDayMissing => plain(
                "report_day_missing",
                "REG-10",
                "交办须写明报送办结报告的期限，请填写日期；只转送不要求报告结果的，不填要求。",
                "A demanded result needs the day of its report; give one, or leave the demand out.",
            ),
            Self::NothingToSignFor => plain(
                "nothing_to_sign_for",
                "REG-14",
                "没有待签收的转送，或者已经签收，无需再签收。",
                "There is no transfer to sign for, or it is signed for already.",
            ),
            Self::ReportDay { latest } => told(
                "report_day",
                "REG-10",
                format!(
                    "报送办结报告的期限须在明天至{}之间，不得晚于本事项的法定办理期限；只转送的不填日期。",
                    day(*latest)
                ),
                format!(
                    "The report is due between tomorrow and {latest}, the legal limit of the matter; a plain transfer has no such day."
                ),
            ),
            Self::NothingDemanded => plain(
                "nothing_demanded",
                "REG-10",
                "本事项没有待报送的办结报告，无需报送。",
                "No report is owed on this matter; nothing to report.",
            ),
            Self::NotYours { unit } => told(
                "not_yours",
                "REG-15",
                format!("这一步由 {unit} 办理，请提请该单位办理。"),
                format!("{unit} does that; please ask them."),
            ),
            Self::ReferredAlready => plain(
                "referred_already",
                "REG-15",
                "已经报请确定管辖，请等待决定。",
                "The question of competence has been put; wait for the decision.",
            ),
            Self::NothingReferred => plain(
                "nothing_referred",
                "REG-15",
                "没有待确定的管辖争议，无需决定。",
                "No question of competence is open; nothing to decide.",
            ),
            Self::NobodyElse => plain(
                "nobody_else",
                "REG-15",
                "请写明另一有关单位；没有争议的，请直接受理、转送或者移交。",
                "Name the other unit concerned; without a dispute take the matter up, transfer it or hand it over.",
            ),
            Self::NoCommonSuperior => plain(
                "no_common_superior",
                "REG-15",
                "本市没有这些单位共同的上一级信访机构，请提请共同的信访工作联席会议协调。",
                "No petition office of the city stands above all of these units; put it to their joint conference.",
            ),
            Self::AssistsItself { unit } => told(
                "assists_itself",
                "REG-15",
                format!("{unit} 是主办单位，不能同时协办，请去掉。"),
                format!("{unit} handles the matter and cannot assist itself; leave it out."),
            ),
            Self::RoadOfRequests => plain(
                "road_of_requests",
                "REG-23",
                "只有申诉求决类事项导入其他法定途径；建议意见请不选途径，告知有权处理的机关。",
                "Only a request is led into another procedure; of a suggestion name the competent body alone.",
            ),
            Self::ReportedOn => plain(
                "reported_on",
                "REG-17",
                "报告日期不能早于登记日期，也不能晚于今天，请核对。",
                "The day of the report lies between the registration and today; please check it.",
            ),
        }
    }
}
