//! Which documents a case has.

use chrono::NaiveDate;
use huiyin_contracts::casework::{Outcome, ReviewLevel};
use huiyin_policy::rules::DeclineReason;

use super::day;
use crate::app::read::Moment;
use crate::domain::{Answer, ArchiveEvent, Case, Event, SettlementEvent, SupervisionEvent};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $letters:literal, $zh:literal, $en:literal;)+) => {
        /// The kinds of documents that follow from what happened to a case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind { $($(#[$doc])* $name,)+ }

        impl Kind {
            /// In addresses.
            const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// At the beginning of its number, before the petition's.
            const fn letters(self) -> &'static str {
                match self { $(Self::$name => $letters,)+ }
            }

            pub(super) const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh,)+ }
            }

            const fn en(self) -> &'static str {
                match self { $(Self::$name => $en,)+ }
            }
        }
    };
}

kinds! {
    /// 登记告知书 (REG-12)
    RegistrationNotice = "registration_notice", "DJ", "登记告知书", "Notice of registration";
    /// 承诺书 (WH-05)
    PromiseLetter = "promise_letter", "CN", "承诺书（一式两份）", "Promise letter, two copies";
    /// 转送告知书: the matter went to another unit (REG-12).
    TransferNotice = "transfer_notice", "ZS", "转送告知书", "Notice of transfer";
    /// 交办告知书: it went there with a demanded result (REG-10, REG-12).
    AssignmentNotice = "assignment_notice", "JBG", "交办告知书", "Notice of handing down";
    /// 交办单 (C4): to the unit it was handed down to.
    AssignmentOrder = "assignment_order", "JB", "交办单", "Order to handle and report";
    /// 受理告知书 (REG-14)
    AcceptanceNotice = "acceptance_notice", "SL", "受理告知书", "Notice of acceptance";
    /// 不予受理告知书 (A6)
    RefusalNotice = "refusal_notice", "BSL", "不予受理告知书", "Notice of refusal";
    /// 不再受理告知书: three levels are at an end (REG-43).
    FinalRefusalNotice = "final_refusal_notice", "BZ", "不再受理告知书", "Notice that three levels are at an end";
    /// 告知书: another body is competent (REG-12).
    PointerNotice = "pointer_notice", "GZ", "告知书（向有权机关提出）", "Notice of the competent body";
    /// 延期告知书 (REG-24)
    ExtensionNotice = "extension_notice", "YQ", "延期办理告知书", "Notice of extension";
    /// 信访处理意见书 (REG-25)
    Reply = "reply", "CL", "信访处理意见书", "Written reply";
    /// 调解协议书, 和解协议书 (REG-27)
    Agreement = "agreement", "XY", "调解、和解协议书", "Agreement";
    /// 送达回证 (A9)
    DeliveryReceipt = "delivery_receipt", "SD", "送达回证", "Receipt of delivery";
    /// 复查申请告知书: the review is not taken up (A6).
    ReviewRefusalNotice = "review_refusal_notice", "FCG", "复查申请告知书", "Notice on the request for review";
    /// 复核申请告知书: the re-examination is not taken up (A6).
    ReexaminationRefusalNotice = "reexamination_refusal_notice", "FHG", "复核申请告知书", "Notice on the request for re-examination";
    /// 听证通知书 (REG-42)
    HearingNotice = "hearing_notice", "TZ", "听证通知书", "Notice of hearing";
    /// 听证笔录 (REG-42)
    HearingRecord = "hearing_record", "TB", "听证笔录", "Record of hearing";
    /// 复查意见书 (REG-40)
    Review = "review", "FC", "复查意见书", "Opinion on review";
    /// 复核意见书 (REG-41)
    Reexamination = "reexamination", "FH", "复核意见书", "Opinion on re-examination";
    /// 包案领导责任书 (WH-10)
    LeaderDuty = "leader_duty", "ZR", "包案领导责任书", "Leader's letter of responsibility";
    /// 督办单, with the office's answer once there is one (REG-50).
    SupervisionOrder = "supervision_order", "DB", "督办单", "Supervision order";
    /// 办结报告 (REG-10)
    ClosingReport = "closing_report", "BJ", "办结报告", "Closing report";
    /// 办结单 (C4)
    ClosingSheet = "closing_sheet", "BJD", "办结单", "Closing sheet";
    /// 案卷目录: what the archived file holds, in order (WH-15).
    FileCatalogue = "file_catalogue", "DA", "案卷目录", "Catalogue of the file";
}

impl Kind {
    /// Addressed to the petitioner; the others are the offices' own.
    const fn is_for_petitioner(self) -> bool {
        match self {
            Self::RegistrationNotice
            | Self::PromiseLetter
            | Self::TransferNotice
            | Self::AssignmentNotice
            | Self::AcceptanceNotice
            | Self::RefusalNotice
            | Self::FinalRefusalNotice
            | Self::PointerNotice
            | Self::ExtensionNotice
            | Self::Reply
            | Self::Agreement
            | Self::ReviewRefusalNotice
            | Self::ReexaminationRefusalNotice
            | Self::HearingNotice
            | Self::Review
            | Self::Reexamination => true,
            Self::AssignmentOrder
            | Self::DeliveryReceipt
            | Self::HearingRecord
            | Self::LeaderDuty
            | Self::SupervisionOrder
            | Self::ClosingReport
            | Self::FileCatalogue
            | Self::ClosingSheet => false,
        }
    }

    /// Holds nothing of the petitioner beyond the matter's number.
    const fn is_nameless(self) -> bool {
        matches!(self, Self::AssignmentOrder | Self::LeaderDuty | Self::SupervisionOrder | Self::FileCatalogue)
    }

    /// The documents of an event of that day. Every event is spelt out: a new one asks for its document.
    fn of(event: &Event, after: &Case, on: NaiveDate) -> &'static [Self] {
        match event {
            Event::Opened(_) => &[Self::RegistrationNotice],
            Event::Accepted { .. } => &[Self::AcceptanceNotice],
            Event::Declined { outcome: Outcome::Pointed, .. } | Event::Pointed { .. } => &[Self::PointerNotice],
            Event::Declined { code, .. } if code == DeclineReason::FinallyReviewed.code() => {
                &[Self::FinalRefusalNotice]
            }
            Event::Declined { .. } => &[Self::RefusalNotice],
            Event::Transferred { demand: None, .. } => &[Self::TransferNotice],
            Event::Transferred { demand: Some(_), .. } => &[Self::AssignmentNotice, Self::AssignmentOrder],
            Event::HandedOver { unit, from, .. } if unit != from => &[Self::TransferNotice],
            Event::Promised { .. } => &[Self::PromiseLetter],
            Event::Extended { .. } => &[Self::ExtensionNotice],
            Event::Replied { .. } => &[Self::Reply],
            Event::Delivered { .. } | Event::PaperGiven { .. } | Event::ReviewDelivered { .. } => &[Self::DeliveryReceipt],
            Event::Settlement(SettlementEvent::Recorded { .. }) => &[Self::Agreement],
            Event::ReviewDeclined { level: ReviewLevel::Review, .. } => &[Self::ReviewRefusalNotice],
            Event::ReviewDeclined { level: ReviewLevel::Reexamination, .. } => &[Self::ReexaminationRefusalNotice],
            // Told before its first day it is fixed or moved, later it is recorded.
            Event::HearingHeld { hearing, .. } if on < hearing.from => &[Self::HearingNotice],
            Event::HearingHeld { .. } => &[Self::HearingRecord],
            Event::ReviewAnswered => match after.open_review().map(|review| review.level) {
                Some(ReviewLevel::Review) => &[Self::Review],
                Some(ReviewLevel::Reexamination) => &[Self::Reexamination],
                None => &[],
            },
            Event::TakenByLeader { .. } => &[Self::LeaderDuty],
            Event::Archive(ArchiveEvent::Archived { .. }) => &[Self::FileCatalogue],
            Event::Supervision(event) => match event {
                SupervisionEvent::Ordered { .. } => &[Self::SupervisionOrder],
                // The answer stands on the order; advice and visits have no form of their own.
                SupervisionEvent::Answered { .. }
                | SupervisionEvent::Returned { .. }
                | SupervisionEvent::Concluded { .. }
                | SupervisionEvent::Advised { .. }
                | SupervisionEvent::AdviceAnswered { .. }
                | SupervisionEvent::MeasureTaken { .. }
                | SupervisionEvent::RectificationReported { .. }
                | SupervisionEvent::SiteVisited { .. } => &[],
            },
            // What was only pointed elsewhere, declined or withdrawn has no result to report.
            Event::Closed { .. } | Event::SettledOnSpot { .. } if reports(after) => {
                &[Self::ClosingReport, Self::ClosingSheet]
            }
            // What becomes of a file stands in the history and in the register.
            Event::Archive(_)
            | Event::Closed { .. }
            | Event::SettledOnSpot { .. }
            | Event::HandedOver { .. }
            | Event::Forwarded { .. }
            | Event::Evaluation(_)
            | Event::ReturnVisit(_)
            | Event::Objected { .. }
            | Event::ObjectionAnswered { .. }
            | Event::Assigned { .. }
            | Event::StepDone { .. }
            | Event::Recused { .. }
            | Event::StepWaived { .. }
            | Event::Proposed { .. }
            | Event::ApprovalGiven { .. }
            | Event::Approved
            | Event::Returned { .. }
            | Event::ReliefReferred
            | Event::ReceivedByLeader { .. }
            | Event::Explained { .. }
            | Event::GradeChanged { .. }
            | Event::DueSoon { .. }
            | Event::Overdue { .. }
            | Event::Withdrawn { .. }
            | Event::Resumed { .. }
            | Event::DeadlineMoved { .. }
            | Event::DeadlineKept { .. }
            | Event::ReviewAsked { .. }
            | Event::ReviewProposed { .. }
            | Event::ReviewReturned { .. }
            | Event::ReviewWithdrawn
            | Event::Noted { .. }
            // Of these offices and petitioner are told by message and on their pages.
            | Event::ConvertedToOrdinary { .. }
            | Event::Settlement(SettlementEvent::DutyDone { .. })
            | Event::Routing(_)
            | Event::Part(_)
            | Event::Deferral(_)
            | Event::Library(_)
            | Event::Appointment(_)
            | Event::Link(_) => &[],
        }
    }
}

fn reports(case: &Case) -> bool {
    let answer = case.state.closing().map(|closing| &closing.answer);
    answer.is_some_and(|answer| matches!(answer, Answer::Written { .. } | Answer::OnSpot(_) | Answer::Explained(_)))
}

/// One document of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// Which kind.
    pub(crate) kind: Kind,
    /// The first, second … of its kind.
    nth: usize,
    /// Its number (文号).
    pub(crate) number: String,
    /// The day it bears.
    pub(crate) on: NaiveDate,
    /// The journal entry it follows from, counted from nought.
    pub(super) moment: usize,
}

impl Document {
    /// Its name in addresses; it stays the same whatever happens later.
    pub(crate) fn name(&self) -> String {
        let word = self.kind.word();
        if self.nth > 1 { format!("{word}-{}", self.nth) } else { word.to_owned() }
    }

    /// Its title in Chinese.
    pub(crate) const fn title_zh(&self) -> &'static str {
        self.kind.zh()
    }

    /// Its title in English.
    pub(crate) const fn title_en(&self) -> &'static str {
        self.kind.en()
    }

    /// Addressed to the petitioner; the others are the offices' own.
    pub(crate) const fn is_for_petitioner(&self) -> bool {
        self.kind.is_for_petitioner()
    }

    /// Holds nothing of the petitioner: for everybody who may read the case.
    pub(super) const fn is_nameless(&self) -> bool {
        self.kind.is_nameless()
    }
}

/// The documents of a case in the order in which they came about. An accusation has none: how it is looked into, and what is written about it, is
/// the discipline body's own affair (REG-22).
pub(super) fn of(life: &[Moment]) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for (at, moment) in life.iter().enumerate().filter(|(_, moment)| !moment.case.is_accusation()) {
        let on = day(moment.row.occurred_at);
        for &kind in Kind::of(&moment.event, &moment.case, on) {
            let nth = documents.iter().filter(|document| document.kind == kind).count() + 1;
            documents.push(Document { kind, nth, number: number(moment, kind, nth), on, moment: at });
        }
    }
    documents
}

/// The number given when it came about, or one made of the petition's.
fn number(moment: &Moment, kind: Kind, nth: usize) -> String {
    let given = match &moment.event {
        Event::Promised { promise } => Some(&promise.number),
        Event::Delivered { delivery } | Event::PaperGiven { delivery } => delivery.receipt.as_ref(),
        Event::ReviewDelivered { delivery, .. } => delivery.receipt.as_ref(),
        Event::Supervision(SupervisionEvent::Ordered { order, .. }) => Some(&order.number),
        Event::Archive(ArchiveEvent::Archived { file }) => Some(&file.number),
        _ => None,
    };
    let nth = if nth > 1 { nth.to_string() } else { String::new() };
    given.cloned().unwrap_or_else(|| format!("{}{nth}-{}", kind.letters(), moment.case.facts.number))
}
