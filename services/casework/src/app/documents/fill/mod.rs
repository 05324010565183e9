//! From the life of a case to a form filled in.

mod notices;
mod offices;
mod opinions;

use chrono::NaiveDate;
use huiyin_contracts::casework::{DeadlineKind, Outcome};
use huiyin_forms::{Contact, Form, Imprint, Matter};
use huiyin_kernel::{StaffId, UnitCode};

use super::kind::{self, Document, Kind};
use super::{Petitioner, day};
use crate::app::read::Moment;
use crate::domain::{Case, Naming};

/// All that a form is filled in from.
struct Desk<'a> {
    life: &'a [Moment],
    naming: &'a Naming,
    document: &'a Document,
    /// What the document follows from, with the case right after it.
    moment: &'a Moment,
    petitioner: &'a Petitioner,
}

/// The form of a document. None when the journal does not hold what it says.
pub(super) fn form(life: &[Moment], naming: &Naming, document: &Document, petitioner: &Petitioner) -> Option<Form> {
    let desk = Desk { life, naming, document, moment: life.get(document.moment)?, petitioner };
    match document.kind {
        Kind::RegistrationNotice => desk.registration_notice(),
        Kind::PromiseLetter => desk.promise_letter(),
        Kind::TransferNotice | Kind::AssignmentNotice => desk.transfer_notice(),
        Kind::AssignmentOrder => desk.assignment_order(),
        Kind::AcceptanceNotice => desk.acceptance_notice(),
        Kind::RefusalNotice | Kind::FinalRefusalNotice | Kind::PointerNotice => desk.refusal_notice(),
        Kind::ExtensionNotice => desk.extension_notice(),
        Kind::Reply => desk.reply(),
        Kind::Agreement => desk.agreement(),
        Kind::DeliveryReceipt => desk.delivery_receipt(),
        Kind::ReviewRefusalNotice | Kind::ReexaminationRefusalNotice => desk.review_refusal_notice(),
        Kind::HearingNotice => desk.hearing_notice(),
        Kind::HearingRecord => desk.hearing_record(),
        Kind::Review => desk.review(),
        Kind::Reexamination => desk.reexamination(),
        Kind::LeaderDuty => desk.leader_duty(),
        Kind::SupervisionOrder => desk.supervision_order(),
        Kind::ClosingReport => desk.closing_report(),
        Kind::ClosingSheet => desk.closing_sheet(),
        Kind::FileCatalogue => desk.file_catalogue(),
    }
}

impl Desk<'_> {
    const fn case(&self) -> &Case {
        &self.moment.case
    }

    /// The case right before it.
    fn before(&self) -> Option<&Case> {
        self.life.get(self.document.moment.checked_sub(1)?).map(|moment| &moment.case)
    }

    fn unit(&self, unit: &UnitCode) -> String {
        self.naming.known(unit.as_str()).unwrap_or(unit.as_str()).to_owned()
    }

    fn person(&self, person: StaffId) -> Option<String> {
        self.naming.known(&person.to_string()).map(str::to_owned)
    }

    fn imprint(&self, unit: &UnitCode) -> Imprint {
        Imprint { number: self.document.number.clone(), unit: self.unit(unit), date: self.document.on }
    }

    /// The matter as that unit received it: from the petitioner, or from the unit that sent it there.
    fn matter(&self, of: &UnitCode) -> Matter {
        let facts = &self.case().facts;
        let transfer = self.case().transfer.as_ref().filter(|transfer| transfer.stands() && transfer.to == *of);
        Matter {
            number: facts.number.to_string(),
            petitioner: self.petitioner.name.clone(),
            organisation: self.petitioner.organisation,
            request: self.petitioner.request.clone(),
            received_on: day(transfer.map_or(facts.registered_at, |transfer| transfer.at)),
            received_from: transfer.map(|transfer| self.unit(&transfer.from)),
        }
    }

    /// The written opinions before it, oldest first.
    fn opinions(&self) -> impl DoubleEndedIterator<Item = Document> {
        let before = kind::of(self.life).into_iter().filter(|document| document.moment < self.document.moment);
        before.filter(|document| matches!(document.kind, Kind::Reply | Kind::Review | Kind::Reexamination))
    }
}

/// The title of an opinion as it is printed.
const fn printed_title(opinion: &Document) -> &'static str {
    match opinion.kind {
        Kind::Review => "信访事项复查意见书",
        Kind::Reexamination => "信访事项复核意见书",
        _ => "信访处理意见书",
    }
}

fn due_on(case: &Case) -> Option<NaiveDate> {
    case.clock(DeadlineKind::Handling).map(|clock| clock.deadline.last_day)
}

/// Nobody within the office is named on a paper that goes out.
fn contact() -> Contact {
    let query = "凭信访编号和查询码在网上查询进度和结果";
    Contact { person: None, phone: None, query: Some(query.to_owned()) }
}

/// An article as a paper cites it: packs name the regulation without its marks.
fn titled(article: &str) -> String {
    let bare = article.strip_prefix("信访工作条例");
    bare.map_or_else(|| article.to_owned(), |rest| format!("《信访工作条例》{rest}"))
}

/// The decision in one word (REG-25, QL-10); none where the result says it itself.
const fn decided(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Supported => Some("予以支持"),
        Outcome::Explained => Some("诉求合理但缺乏法律依据，解释说明如下"),
        Outcome::NotSupported => Some("不予支持"),
        Outcome::Adopted => Some("予以采纳"),
        Outcome::PartlyAdopted => Some("部分采纳"),
        Outcome::NotAdopted => Some("未予采纳，说明如下"),
        _ => None,
    }
}
