//! The file of a closed matter (案卷归档; WH-15, XY-02): complete, or refused with everything that is missing. Archived, the matter is read
//! only; a review takes the file out, and it is archived again when that has ended.

mod destruction;
mod event;
mod refusal;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use huiyin_calendar::local_date;
use huiyin_contracts::casework::{ArchiveSnapshot, ReviewLevel};
use huiyin_kernel::StaffId;
use huiyin_policy::Policy;
use huiyin_policy::rules::Term;
use serde::{Deserialize, Serialize};

use super::{Answer, Case, CommandKind, Remedy, level_words};

pub use destruction::{Appraisal, Destruction, Finding, MOST_YEARS};
pub use event::ArchiveEvent;
pub(super) use event::words;
pub use refusal::ArchiveRefusal;

/// An archived file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// `DA-<petition number>` (档号).
    pub number: String,
    /// How long it is kept (保管期限).
    pub term: Term,
    /// The last day on which it is kept; none when for ever.
    pub keep_until: Option<NaiveDate>,
    /// The receipt of delivery put into the file, where it was not recorded before (送达回证).
    pub receipt: Option<String>,
    /// When.
    pub archived_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
    /// Taken out for a review, to be archived again.
    #[serde(default)]
    pub taken_out: bool,
    /// Its destruction was proposed and waits for a second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appraisal: Option<Appraisal>,
    /// It was destroyed. Nobody reads such a case: what it held is gone from the tables with the same commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destruction: Option<Destruction>,
}

/// What a file lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The receipt of delivery of the written reply (送达回证).
    Receipt,
    /// Duties of an agreement that are not done (REG-27).
    Duties,
    /// What was put off and is not settled yet, with the day on which it is looked at again (XT-21).
    Deferral(NaiveDate),
    /// The rectification that is still to be reported (REG-53).
    Rectification,
    /// The demanded report (REG-10).
    Report,
    /// A supervision order that is not concluded, with its number.
    Supervision(String),
    /// Advice that is not answered (REG-51).
    Advice,
    /// A return visit that was not made (XT-10).
    ReturnVisit,
    /// The petitioner can still rate it, until that day (REG-07).
    Evaluation(NaiveDate),
    /// A review or re-examination can still be asked for, until that day.
    Review(ReviewLevel, NaiveDate),
}

impl Missing {
    /// In Chinese and in English.
    pub fn words(&self) -> (String, String) {
        let day = super::wording::day;
        let plain = super::wording::plain;
        match self {
            Self::Receipt => plain(
                "缺处理意见书的送达回证（请填写回证编号）",
                "the receipt of delivery of the reply (give its number)",
            ),
            Self::Duties => plain("协议约定的事项尚未全部履行", "duties of the agreement are not done"),
            Self::Deferral(on) => (
                format!("暂缓解决的事项尚未解决，{}再次研究", day(*on)),
                format!("what was put off is not settled; looked at again on {on}"),
            ),
            Self::Rectification => plain("限期整改尚未报告", "the rectification is not reported"),
            Self::Report => plain("上级要求的办结报告尚未报送", "the demanded report was not given"),
            Self::Supervision(number) => (
                format!("督办单{number}尚未反馈、办结"),
                format!("supervision order {number} is not answered and concluded"),
            ),
            Self::Advice => plain("改进建议尚未反馈", "advice is not answered"),
            Self::ReturnVisit => plain("尚未回访", "the return visit was not made"),
            Self::Evaluation(until) => {
                (format!("信访人在{}以前可以评价", day(*until)), format!("the petitioner can rate it until {until}"))
            }
            Self::Review(level, until) => {
                let (zh, en) = level_words(*level);
                (format!("信访人在{}以前可以申请{zh}", day(*until)), format!("{en} can be asked for until {until}"))
            }
        }
    }
}

impl Case {
    /// The file, while it is archived.
    pub fn file(&self) -> Option<&Archived> {
        self.archive.as_deref().filter(|file| !file.taken_out)
    }

    /// Archived, only a review, a link, what runs by itself, and what becomes of the file goes on; destroyed, nothing does.
    pub(super) fn archive_allows(&self, command: CommandKind) -> Result<(), ArchiveRefusal> {
        use CommandKind::{
            AppraiseFile, Archive, AskReview, DestroyFile, LinkMatters, Mark, Note, Reckon, UnlinkMatters,
        };
        match (self.file(), command) {
            (Some(file), _) if file.destruction.is_some() => {
                Err(ArchiveRefusal::Destroyed { number: file.number.clone() })
            }
            (Some(file), Archive) => Err(ArchiveRefusal::Already { number: file.number.clone() }),
            (Some(file), DestroyFile) if file.appraisal.is_none() => Err(ArchiveRefusal::NotAppraised),
            (None, AppraiseFile | DestroyFile) => Err(ArchiveRefusal::NotArchived),
            (None, _)
            | (Some(_), AskReview | LinkMatters | UnlinkMatters | Mark | Note | Reckon | AppraiseFile | DestroyFile) => {
                Ok(())
            }
            (Some(file), _) => Err(ArchiveRefusal::ReadOnly { number: file.number.clone() }),
        }
    }

    /// Everything its file lacks on a day. The answer with its approvals is there by the road itself: without it no matter is closed (WH-11).
    pub(super) fn missing_from_file(&self, receipt: Option<&str>, policy: &Policy, today: NaiveDate) -> Vec<Missing> {
        let mut missing = Vec::new();
        let written = self.state.closing().and_then(|closing| match &closing.answer {
            Answer::Written { reply, delivery, .. } if reply.manner.is_written() => Some(delivery),
            _ => None,
        });
        if written.is_some_and(|delivery| delivery.receipt.is_none()) && receipt.is_none() {
            missing.push(Missing::Receipt);
        }
        if self.settlement.as_ref().is_some_and(|agreed| agreed.next_due_on().is_some()) {
            missing.push(Missing::Duties);
        }
        missing.extend(self.open_deferral().map(|deferral| Missing::Deferral(deferral.look_again_on)));
        if self.open_rectification().is_some() {
            missing.push(Missing::Rectification);
        }
        if self.owes_report() {
            missing.push(Missing::Report);
        }
        missing.extend(self.open_order().map(|order| Missing::Supervision(order.number.clone())));
        if self.advised_order().is_some() {
            missing.push(Missing::Advice);
        }
        if self.awaits_return_visit() {
            missing.push(Missing::ReturnVisit);
        }
        missing.extend(self.evaluable_until(policy).filter(|until| today <= *until).map(Missing::Evaluation));
        if let Some(Remedy::Open(level, until)) = self.remedy().filter(|_| self.state.closing().is_some()) {
            missing.extend((today <= until).then_some(Missing::Review(level, until)));
        }
        missing
    }

    /// A11: by a leader's instruction and by whether there was a result; for ever where the pack has no rule.
    pub(super) fn term(&self, has_result: bool, policy: &Policy) -> Term {
        let Some(rule) = &policy.retention else { return Term::Permanent };
        let instructed =
            self.taken_by_leader || !self.instructions.is_empty() || self.promise.is_some() || !self.visits.is_empty();
        match (has_result, instructed) {
            (true, true) => rule.instructed,
            (true, false) => rule.with_result,
            (false, _) => rule.without_result,
        }
    }

    /// As others are told.
    pub(super) fn archive_told(&self) -> Option<ArchiveSnapshot> {
        let file = self.file()?;
        let keep_years = match file.term {
            Term::Permanent => None,
            Term::Years(years) => Some(years),
        };
        Some(ArchiveSnapshot {
            number: file.number.clone(),
            keep_years,
            keep_until: file.keep_until,
            destroyed: file.destruction.as_ref().map(Destruction::told),
        })
    }
}

/// The last day on which a file of a matter that ended then is kept: counted from the first day of the next year.
pub(super) fn keep_until(term: Term, closed_at: DateTime<Utc>) -> Option<NaiveDate> {
    let Term::Years(years) = term else { return None };
    let year = local_date(closed_at)?.year().checked_add(i32::try_from(years).ok()?)?;
    NaiveDate::from_ymd_opt(year, 12, 31)
}

/// In Chinese.
pub fn term_zh(term: Term) -> String {
    match term {
        Term::Permanent => "永久".to_owned(),
        Term::Years(years) => format!("{years}年"),
    }
}
