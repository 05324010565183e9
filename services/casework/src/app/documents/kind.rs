//! Which documents a case has.

use chrono::NaiveDate;
use huiyin_contracts::casework::Outcome;
use huiyin_kernel::CITY_ZONE;

use crate::app::read::Moment;
use crate::domain::{Answer, Case, Event};

/// The kinds of documents that follow from what happened to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 承诺书 (WH-05)
    PromiseLetter,
    /// 转送告知书: the matter went to another unit (REG-12).
    TransferNotice,
    /// 受理告知书 (REG-14)
    AcceptanceNotice,
    /// 不予受理告知书, 不再受理告知书 (A6)
    RefusalNotice,
    /// 告知书: another body is competent (REG-12).
    PointerNotice,
    /// 延期告知书 (REG-24)
    ExtensionNotice,
    /// 信访处理意见书 (REG-25)
    Reply,
    /// 送达回证 (A9)
    DeliveryReceipt,
    /// 办结报告 (REG-10)
    ClosingReport,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::PromiseLetter => "promise_letter",
            Self::TransferNotice => "transfer_notice",
            Self::AcceptanceNotice => "acceptance_notice",
            Self::RefusalNotice => "refusal_notice",
            Self::PointerNotice => "pointer_notice",
            Self::ExtensionNotice => "extension_notice",
            Self::Reply => "reply",
            Self::DeliveryReceipt => "delivery_receipt",
            Self::ClosingReport => "closing_report",
        }
    }

    /// Begins the document's number, before the petition's.
    const fn letters(self) -> &'static str {
        match self {
            Self::PromiseLetter => "CN",
            Self::TransferNotice => "ZS",
            Self::AcceptanceNotice => "SL",
            Self::RefusalNotice => "BSL",
            Self::PointerNotice => "GZ",
            Self::ExtensionNotice => "YQ",
            Self::Reply => "CL",
            Self::DeliveryReceipt => "SD",
            Self::ClosingReport => "BJ",
        }
    }

    const fn is_repeated(self) -> bool {
        matches!(self, Self::TransferNotice | Self::ExtensionNotice)
    }

    fn of(event: &Event, case: &Case) -> Option<Self> {
        Some(match event {
            Event::Promised { .. } => Self::PromiseLetter,
            Event::HandedOver { unit, from, .. } if unit != from => Self::TransferNotice,
            Event::Accepted { .. } => Self::AcceptanceNotice,
            Event::Declined { outcome: Outcome::Pointed, .. } | Event::Pointed { .. } => Self::PointerNotice,
            Event::Declined { .. } => Self::RefusalNotice,
            Event::Extended { .. } => Self::ExtensionNotice,
            Event::Replied { .. } => Self::Reply,
            Event::Delivered { .. } => Self::DeliveryReceipt,
            // What was only pointed elsewhere, declined or withdrawn has no result to report.
            Event::Closed { .. } | Event::SettledOnSpot { .. } if reports(case) => Self::ClosingReport,
            _ => return None,
        })
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
    ended: bool,
}

impl Document {
    /// Its name in addresses.
    pub(crate) fn name(&self) -> String {
        if self.kind.is_repeated() { format!("{}-{}", self.kind.name(), self.nth) } else { self.kind.name().to_owned() }
    }

    /// Its title in Chinese.
    pub(crate) const fn title_zh(&self) -> &'static str {
        match self.kind {
            Kind::PromiseLetter => "承诺书（一式两份）",
            Kind::TransferNotice => "转送告知书",
            Kind::AcceptanceNotice => "受理告知书",
            Kind::RefusalNotice if self.ended => "不再受理告知书",
            Kind::RefusalNotice => "不予受理告知书",
            Kind::PointerNotice => "告知书（向有权机关提出）",
            Kind::ExtensionNotice => "延期办理告知书",
            Kind::Reply => "信访处理意见书",
            Kind::DeliveryReceipt => "送达回证",
            Kind::ClosingReport => "办结报告",
        }
    }

    /// Its title in English.
    pub(crate) const fn title_en(&self) -> &'static str {
        match self.kind {
            Kind::PromiseLetter => "Promise letter, two copies",
            Kind::TransferNotice => "Notice of transfer",
            Kind::AcceptanceNotice => "Notice of acceptance",
            Kind::RefusalNotice => "Notice of refusal",
            Kind::PointerNotice => "Notice of the competent body",
            Kind::ExtensionNotice => "Notice of extension",
            Kind::Reply => "Written reply",
            Kind::DeliveryReceipt => "Receipt of delivery",
            Kind::ClosingReport => "Closing report",
        }
    }

    /// 不再受理: three levels are at an end (REG-43).
    pub(super) const fn is_ended(&self) -> bool {
        self.ended
    }

    /// Addressed to the petitioner; the others are the office's own.
    pub(crate) fn is_for_petitioner(&self) -> bool {
        !matches!(self.kind, Kind::DeliveryReceipt | Kind::ClosingReport)
    }
}

/// The documents of a case in the order in which they came about. An accusation has none: how it is looked into, and what is written about it, is
/// the discipline body's own affair (REG-22).
pub(super) fn of(life: &[Moment]) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for (at, moment) in life.iter().enumerate().filter(|(_, moment)| !moment.case.is_accusation()) {
        let Some(kind) = Kind::of(&moment.event, &moment.case) else { continue };
        let before = documents.iter().filter(|document| document.kind == kind).count();
        if before > 0 && !kind.is_repeated() {
            continue;
        }
        let nth = before + 1;
        let petition = &moment.case.facts.number;
        let number = match &moment.event {
            Event::Promised { promise } => promise.number.clone(),
            Event::Delivered { delivery } if delivery.receipt.is_some() => delivery.receipt.clone().unwrap_or_default(),
            _ if kind.is_repeated() => format!("{}{nth}-{petition}", kind.letters()),
            _ => format!("{}-{petition}", kind.letters()),
        };
        let on = moment.row.occurred_at.with_timezone(&CITY_ZONE).date_naive();
        let ended = matches!(&moment.event, Event::Declined { code, .. } if code == "finally_reviewed");
        documents.push(Document { kind, nth, number, on, moment: at, ended });
    }
    documents
}
