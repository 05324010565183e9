//! From the life of a case to a form filled in.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeadlineKind, Outcome};
use huiyin_forms::{
    AcceptanceNotice, ClosingReport, Contact, DeliveryReceipt, Entrusting, ExtensionNotice, Form, Imprint, Matter,
    PromiseLetter, Refusal, RefusalNotice, Reply, TransferNotice,
};
use huiyin_kernel::{CITY_ZONE, UnitCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::kind::Document;
use crate::app::read::{Moment, is_told};
use crate::domain::{Answer, Case, Event, Naming, words};

/// Who petitioned and what for, as intake tells it for one document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Petitioner {
    /// 姓名 or 名称
    pub(crate) name: String,
    /// A legal person or other organisation.
    pub(crate) organisation: bool,
    /// 请求, in the petitioner's own words.
    pub(crate) request: String,
}

impl std::fmt::Debug for Petitioner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Petitioner([redacted])")
    }
}

struct Desk<'a> {
    naming: &'a Naming,
    document: &'a Document,
    moment: &'a Moment,
    petitioner: &'a Petitioner,
}

/// The form of a document. None when the journal does not hold what it says.
pub(super) fn form(life: &[Moment], naming: &Naming, document: &Document, petitioner: &Petitioner) -> Option<Form> {
    let (before, moment) = (document.moment.checked_sub(1).and_then(|at| life.get(at)), life.get(document.moment)?);
    let desk = Desk { naming, document, moment, petitioner };
    let case = &moment.case;
    Some(match &moment.event {
        Event::Promised { promise } => Form::PromiseLetter(Box::new(PromiseLetter {
            imprint: desk.imprint(&promise.held_by_unit),
            matter: desk.matter(),
            // A letter given before acceptance is dated by the deadline that began with it.
            due_on: due_on(case).or_else(|| due_on(&life.last()?.case)),
            contact: contact(),
        })),
        Event::HandedOver { unit, from, .. } => Form::TransferNotice(Box::new(TransferNotice {
            imprint: desk.imprint(from),
            matter: desk.matter(),
            entrusting: Entrusting::Forwarded,
            to_unit: desk.unit(unit),
            on: document.on,
            contact: contact(),
        })),
        Event::Accepted { handling, .. } => Form::AcceptanceNotice(Box::new(AcceptanceNotice {
            imprint: desk.imprint(&case.responsible_unit),
            matter: desk.matter(),
            accepted_on: document.on,
            due_on: handling.deadline.last_day,
            contact: contact(),
        })),
        Event::Declined { article, text, where_to_go, outcome, .. } => {
            let refusal = match outcome {
                Outcome::Pointed => Refusal::Pointed,
                _ if document.is_ended() => Refusal::NoLonger,
                _ => Refusal::Declined,
            };
            desk.refusal(refusal, text, article, where_to_go)
        }
        Event::Pointed { to_body, text } => {
            desk.refusal(Refusal::Pointed, text, "信访工作条例第二十三条第一款", &format!("请向{to_body}提出。"))
        }
        Event::Extended { days, reason, handling, .. } => Form::ExtensionNotice(Box::new(ExtensionNotice {
            imprint: desk.imprint(&case.responsible_unit),
            matter: desk.matter(),
            due_before: due_on(&before?.case)?,
            days: *days,
            due_on: handling.deadline.last_day,
            reason: reason.clone(),
            approved_by: None,
            contact: contact(),
        })),
        Event::Replied { reply } => Form::Reply(Box::new(Reply {
            imprint: desk.imprint(&reply.unit),
            matter: desk.matter(),
            facts_and_reasons: reply.facts_and_reasons.clone(),
            outcome: case.outcome().and_then(decided).map(str::to_owned),
            opinion: reply.opinion.clone(),
            legal_basis: reply.legal_basis.clone(),
            review_body: None,
            copies_to: Vec::new(),
            contact: contact(),
        })),
        Event::Delivered { delivery } => Form::DeliveryReceipt(Box::new(DeliveryReceipt {
            imprint: desk.imprint(&case.responsible_unit),
            matter_number: case.facts.number.to_string(),
            document: "信访处理意见书".to_owned(),
            document_number: super::kind::of(life)
                .into_iter()
                .find(|document| {
                    matches!(life.get(document.moment), Some(Moment { event: Event::Replied { .. }, .. }))
                })?
                .number,
            recipient: petitioner.name.clone(),
            place: None,
            means: Some(delivery.means.clone()),
            delivered_on: Some(day(delivery.delivered_at)),
            delivered_by: None,
            note: None,
        })),
        Event::Closed { .. } | Event::SettledOnSpot { .. } => desk.closing_report(life)?,
        _ => return None,
    })
}

impl Desk<'_> {
    fn unit(&self, unit: &UnitCode) -> String {
        self.naming.known(unit.as_str()).unwrap_or(unit.as_str()).to_owned()
    }

    fn imprint(&self, unit: &UnitCode) -> Imprint {
        Imprint { number: self.document.number.clone(), unit: self.unit(unit), date: self.document.on }
    }

    fn matter(&self) -> Matter {
        let facts = &self.moment.case.facts;
        Matter {
            number: facts.number.to_string(),
            petitioner: self.petitioner.name.clone(),
            organisation: self.petitioner.organisation,
            request: self.petitioner.request.clone(),
            received_on: day(facts.registered_at),
            received_from: None,
        }
    }

    fn refusal(&self, refusal: Refusal, reason: &str, article: &str, where_to_go: &str) -> Form {
        Form::RefusalNotice(Box::new(RefusalNotice {
            imprint: self.imprint(&self.moment.case.responsible_unit),
            matter: self.matter(),
            refusal,
            reason: reason.to_owned(),
            article: titled(article),
            where_to_go: where_to_go.to_owned(),
            contact: contact(),
        }))
    }

    fn closing_report(&self, life: &[Moment]) -> Option<Form> {
        let case = &self.moment.case;
        let closing = case.state.closing()?;
        let (facts_found, result, legal_basis) = match &closing.answer {
            Answer::Written { reply, .. } => {
                (Some(reply.facts_and_reasons.clone()), reply.opinion.clone(), Some(reply.legal_basis.clone()))
            }
            Answer::OnSpot(on_spot) => (None, on_spot.result.clone(), None),
            Answer::Explained(explanation) => (None, explanation.summary.clone(), None),
            _ => return None,
        };
        let decided = decided(closing.outcome).map(|word| format!("{word}。\n")).unwrap_or_default();
        let course = life[..self.document.moment].iter().filter(|moment| is_told(moment)).map(|moment| {
            let on = day(moment.row.occurred_at).format("%Y年%-m月%-d日");
            format!("{on}：{}。", words(&moment.event, self.naming).0)
        });
        Some(Form::ClosingReport(Box::new(ClosingReport {
            imprint: self.imprint(&case.responsible_unit),
            to_unit: None,
            matter: self.matter(),
            course: course.collect(),
            facts_found,
            result: format!("{decided}{result}"),
            legal_basis,
            closed_on: day(closing.closed_at),
        })))
    }
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&CITY_ZONE).date_naive()
}

fn due_on(case: &Case) -> Option<NaiveDate> {
    case.clock(DeadlineKind::Handling).map(|clock| clock.deadline.last_day)
}

/// Nobody within the office is named on a paper that goes out.
fn contact() -> Contact {
    Contact {
        person: None, phone: None, query: Some("凭信访编号和查询码，可以在网上查询办理进度和结果".to_owned())
    }
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
