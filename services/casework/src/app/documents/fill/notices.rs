//! Notices to the petitioner.

use huiyin_contracts::casework::{Outcome, ReviewLevel};
use huiyin_contracts::intake::PetitionClass;
use huiyin_forms::{
    AcceptanceNotice, Asked, Entrusting, ExtensionNotice, Form, HearingNotice, HearingStage, HearingTime,
    PromiseLetter, Refusal, RefusalNotice, RegistrationNotice, TransferNotice,
};
use huiyin_policy::rules::DeclineReason;

use super::{Desk, Kind, contact, due_on, printed_title, titled};
use crate::domain::{Event, Hearing, Road, level_words};

impl Desk<'_> {
    pub(super) fn registration_notice(&self) -> Option<Form> {
        let Event::Opened(opened) = &self.moment.event else { return None };
        let unit = opened.facts.registered_by.as_ref().unwrap_or(&opened.responsible_unit);
        let handled_by = self.unit(&opened.responsible_unit);
        let road = match opened.facts.class {
            PetitionClass::Suggestion => {
                format!("该事项属于建议意见类，由{handled_by}依照《信访工作条例》第二十九条研究论证，并答复。")
            }
            PetitionClass::Request => format!(
                "该事项属于申诉求决类，由{handled_by}审查后告知是否受理；受理的，依照《信访工作条例》第三十一条规定的途径和程序办理，并书面答复。"
            ),
            PetitionClass::Accusation => return None,
        };
        Some(Form::RegistrationNotice(Box::new(RegistrationNotice {
            imprint: self.imprint(unit),
            matter: self.matter(unit),
            road,
            answer_due_on: Some(opened.acceptance.deadline.last_day),
            query_code: None,
            contact: contact(),
        })))
    }

    pub(super) fn promise_letter(&self) -> Option<Form> {
        let Event::Promised { promise } = &self.moment.event else { return None };
        Some(Form::PromiseLetter(Box::new(PromiseLetter {
            imprint: self.imprint(&promise.held_by_unit),
            matter: self.matter(&promise.held_by_unit),
            // A letter given before acceptance is dated by the deadline that began with it.
            due_on: due_on(self.case()).or_else(|| due_on(&self.life.last()?.case)),
            contact: contact(),
        })))
    }

    /// Where it went, whether sent on, handed down or handed over.
    pub(super) fn transfer_notice(&self) -> Option<Form> {
        let (Event::Transferred { unit, from, .. } | Event::HandedOver { unit, from, .. }) = &self.moment.event else {
            return None;
        };
        let is_assigned = self.document.kind == Kind::AssignmentNotice;
        Some(Form::TransferNotice(Box::new(TransferNotice {
            imprint: self.imprint(from),
            matter: self.matter(from),
            entrusting: if is_assigned { Entrusting::Assigned } else { Entrusting::Forwarded },
            to_unit: self.unit(unit),
            on: self.document.on,
            contact: contact(),
        })))
    }

    pub(super) fn acceptance_notice(&self) -> Option<Form> {
        let Event::Accepted { handling, .. } = &self.moment.event else { return None };
        let unit = &self.case().responsible_unit;
        Some(Form::AcceptanceNotice(Box::new(AcceptanceNotice {
            imprint: self.imprint(unit),
            matter: self.matter(unit),
            accepted_on: self.document.on,
            due_on: handling.deadline.last_day,
            contact: contact(),
        })))
    }

    pub(super) fn refusal_notice(&self) -> Option<Form> {
        let unit = &self.case().responsible_unit;
        let (refusal, reason, article, where_to_go) = match &self.moment.event {
            Event::Declined { article, text, where_to_go, outcome, .. } => {
                let refusal = match outcome {
                    Outcome::Pointed => Refusal::Pointed,
                    _ if self.document.kind == Kind::FinalRefusalNotice => Refusal::NoLonger,
                    _ => Refusal::Declined,
                };
                (refusal, text, article.as_str(), where_to_go.clone())
            }
            Event::Pointed { to_body, text, road } => {
                let article = road.map_or("信访工作条例第二十三条第一款", Road::article);
                (Refusal::Pointed, text, article, format!("请向{to_body}提出。"))
            }
            _ => return None,
        };
        Some(Form::RefusalNotice(Box::new(RefusalNotice {
            imprint: self.imprint(unit),
            matter: self.matter(unit),
            asked: Asked::Matter,
            refusal,
            reason: reason.clone(),
            article: titled(article),
            where_to_go,
            contact: contact(),
        })))
    }

    pub(super) fn extension_notice(&self) -> Option<Form> {
        let Event::Extended { days, reason, handling, .. } = &self.moment.event else { return None };
        let unit = &self.case().responsible_unit;
        Some(Form::ExtensionNotice(Box::new(ExtensionNotice {
            imprint: self.imprint(unit),
            matter: self.matter(unit),
            due_before: due_on(self.before()?)?,
            days: *days,
            due_on: handling.deadline.last_day,
            reason: reason.clone(),
            approved_by: None,
            contact: contact(),
        })))
    }

    /// By the reviewing body; where no body of the city is competent, by the one that handled the matter.
    pub(super) fn review_refusal_notice(&self) -> Option<Form> {
        let Event::ReviewDeclined { level, ground, .. } = &self.moment.event else { return None };
        let before = self.before()?;
        let review = before.open_review();
        let unit = review.map_or(&before.responsible_unit, |review| &review.unit);
        let asked_at = review.map_or(self.moment.row.occurred_at, |review| review.asked_at);
        let refusal = match DeclineReason::with_code(&ground.code) {
            Some(DeclineReason::FinallyReviewed) => Refusal::NoLonger,
            Some(DeclineReason::OtherBody) => Refusal::Pointed,
            _ => Refusal::Declined,
        };
        Some(Form::RefusalNotice(Box::new(RefusalNotice {
            imprint: self.imprint(unit),
            matter: self.asked_of_review(asked_at),
            asked: match level {
                ReviewLevel::Review => Asked::Review,
                ReviewLevel::Reexamination => Asked::Reexamination,
            },
            refusal,
            reason: ground.text.clone(),
            article: titled(&ground.article),
            where_to_go: ground.where_to_go.clone(),
            contact: contact(),
        })))
    }

    /// The days alone are known: hour and place are written in by whoever prints it.
    pub(super) fn hearing_notice(&self) -> Option<Form> {
        let Event::HearingHeld { hearing, .. } = &self.moment.event else { return None };
        let review = self.case().open_review()?;
        Some(Form::HearingNotice(Box::new(HearingNotice {
            imprint: self.imprint(&review.unit),
            matter_number: self.case().facts.number.to_string(),
            recipient: self.petitioner.name.clone(),
            stage: match review.level {
                ReviewLevel::Review => HearingStage::Review,
                ReviewLevel::Reexamination => HearingStage::Reexamination,
            },
            subject: self.heard()?,
            time: time(hearing),
            place: None,
            chair: None,
            contact: contact(),
        })))
    }

    /// What a hearing is about: the opinion that the petitioner does not accept.
    pub(super) fn heard(&self) -> Option<String> {
        let (stage, _) = level_words(self.case().open_review()?.level);
        let opinion = self.opinions().next_back()?;
        Some(format!("信访人对《{}》（{}）提出的{stage}申请", printed_title(&opinion), opinion.number))
    }
}

pub(super) const fn time(hearing: &Hearing) -> HearingTime {
    HearingTime { from: hearing.from, to: hearing.to, begins: None }
}
