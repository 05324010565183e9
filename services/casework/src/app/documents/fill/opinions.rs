//! Decisions and how they reached the petitioner.

use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{ReviewResult as Decided, SettlementKind};
use huiyin_forms::{
    Agreement, DeliveryReceipt, EarlierOpinion, Form, Matter, MediationAgreement, Party, Reexamination, Reply, Review,
    ReviewResult,
};

use super::{Desk, Document, contact, day, decided, printed_title};
use crate::domain::{Duty, Event, OpenReview, ReviewOpinion, SettlementEvent, State, day_zh};

impl Desk<'_> {
    pub(super) fn reply(&self) -> Option<Form> {
        let Event::Replied { reply } = &self.moment.event else { return None };
        Some(Form::Reply(Box::new(Reply {
            imprint: self.imprint(&reply.unit),
            matter: self.matter(&reply.unit),
            facts_and_reasons: reply.facts_and_reasons.clone(),
            outcome: self.case().state.proposal().and_then(|proposal| decided(proposal.outcome)).map(str::to_owned),
            opinion: reply.opinion.clone(),
            legal_basis: reply.legal_basis.clone(),
            review_body: None,
            copies_to: Vec::new(),
            contact: contact(),
        })))
    }

    pub(super) fn review(&self) -> Option<Form> {
        let (review, opinion) = self.answered()?;
        Some(Form::Review(Box::new(Review {
            imprint: self.imprint(&review.unit),
            matter: self.asked_of_review(review.asked_at),
            earlier: self.earlier(),
            facts: opinion.facts_found.clone(),
            result: result(opinion.result),
            outcome: opinion.outcome.and_then(decided).map(str::to_owned),
            opinion: opinion.opinion.clone(),
            legal_basis: opinion.legal_basis.clone(),
            next_body: None,
            contact: contact(),
        })))
    }

    pub(super) fn reexamination(&self) -> Option<Form> {
        let (review, opinion) = self.answered()?;
        Some(Form::Reexamination(Box::new(Reexamination {
            imprint: self.imprint(&review.unit),
            matter: self.asked_of_review(review.asked_at),
            earlier: self.earlier(),
            heard_on: review.hearing.as_ref().map(|hearing| hearing.from),
            facts: opinion.facts_found.clone(),
            result: result(opinion.result),
            outcome: opinion.outcome.and_then(decided).map(str::to_owned),
            opinion: opinion.opinion.clone(),
            legal_basis: opinion.legal_basis.clone(),
            contact: contact(),
        })))
    }

    fn answered(&self) -> Option<(&OpenReview, &ReviewOpinion)> {
        match &self.case().state {
            State::ReviewAnswered { review, opinion, .. } => Some((review, opinion)),
            _ => None,
        }
    }

    /// The matter as it came to the reviewing body: with the words in which the review was asked for.
    pub(super) fn asked_of_review(&self, at: DateTime<Utc>) -> Matter {
        let words = self.petitioner.review_requests.iter().rfind(|request| request.at <= at);
        Matter {
            number: self.case().facts.number.to_string(),
            petitioner: self.petitioner.name.clone(),
            organisation: self.petitioner.organisation,
            request: words.map_or_else(|| self.petitioner.request.clone(), |request| request.text.clone()),
            received_on: day(at),
            received_from: None,
        }
    }

    fn earlier(&self) -> Vec<EarlierOpinion> {
        let opinion = |document: Document| {
            let moment = self.life.get(document.moment)?;
            let unit = match &moment.event {
                Event::Replied { reply } => &reply.unit,
                _ => &moment.case.open_review()?.unit,
            };
            Some(EarlierOpinion {
                title: printed_title(&document).to_owned(),
                unit: self.unit(unit),
                on: document.on,
                number: document.number,
            })
        };
        self.opinions().filter_map(opinion).collect()
    }

    /// The receipt of the opinion given out last.
    /// The petitioner and, in a settlement, the unit; whom the petitioner agreed with before a mediator stands in no journal and is written in by hand.
    pub(super) fn agreement(&self) -> Option<Form> {
        let Event::Settlement(SettlementEvent::Recorded { settlement, proposal, .. }) = &self.moment.event else {
            return None;
        };
        let unit = &self.case().responsible_unit;
        let (agreement, other, mediator) = match settlement.kind {
            SettlementKind::Mediation => (Agreement::Mediated, None, self.person(settlement.signed_by)),
            SettlementKind::Settlement => (Agreement::Settled, Some(self.unit(unit)), None),
        };
        let party = |name| Party { name, contact: None };
        let duty = |duty: &Duty| format!("{}前：{}", day_zh(duty.due_on), duty.text);
        let performance: Vec<String> = settlement.duties.iter().map(duty).collect();
        Some(Form::MediationAgreement(Box::new(MediationAgreement {
            imprint: self.imprint(unit),
            matter_number: self.case().facts.number.to_string(),
            agreement,
            parties: vec![party(Some(self.petitioner.name.clone())), party(other)],
            dispute: proposal.facts_found.clone(),
            terms: proposal.opinion.lines().map(str::to_owned).collect(),
            performance: (!performance.is_empty()).then(|| performance.join("\n")),
            mediator,
        })))
    }

    pub(super) fn delivery_receipt(&self) -> Option<Form> {
        let (means, delivered_at, unit) = match &self.moment.event {
            Event::Delivered { delivery } | Event::PaperGiven { delivery } => {
                (&delivery.means, delivery.delivered_at, &self.case().responsible_unit)
            }
            Event::ReviewDelivered { delivery, .. } => {
                (&delivery.means, delivery.delivered_at, &self.before()?.open_review()?.unit)
            }
            _ => return None,
        };
        let opinion = self.opinions().next_back()?;
        Some(Form::DeliveryReceipt(Box::new(DeliveryReceipt {
            imprint: self.imprint(unit),
            matter_number: self.case().facts.number.to_string(),
            document: printed_title(&opinion).to_owned(),
            document_number: opinion.number,
            recipient: self.petitioner.name.clone(),
            place: None,
            means: Some(means.clone()),
            delivered_on: Some(day(delivered_at)),
            delivered_by: None,
            note: None,
        })))
    }
}

const fn result(result: Decided) -> ReviewResult {
    match result {
        Decided::Upheld => ReviewResult::Upheld,
        Decided::Changed => ReviewResult::Amended,
        Decided::Withdrawn => ReviewResult::Revoked,
        Decided::Redo => ReviewResult::DoneAgain,
    }
}
