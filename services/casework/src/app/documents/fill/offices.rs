//! Papers of the offices among themselves and for the file.

use chrono::NaiveDate;
use huiyin_contracts::intake::PetitionClass;
use huiyin_forms::{
    Approval, AssignmentOrder, ClosingReport, ClosingSheet, FileCatalogue, FiledPaper, Form, HearingRecord, Imprint,
    LeaderDuty, SupervisionOrder,
};

use super::kind::{self, Kind};
use super::notices::time;
use super::{Desk, day, decided, due_on};
use crate::app::read::is_told;
use crate::domain::{Answer, ArchiveEvent, Event, SupervisionEvent, term_zh, words};

impl Desk<'_> {
    pub(super) fn assignment_order(&self) -> Option<Form> {
        let Event::Transferred { unit, from, demand: Some(demand), report, .. } = &self.moment.event else {
            return None;
        };
        Some(Form::AssignmentOrder(Box::new(AssignmentOrder {
            imprint: self.imprint(from),
            to_unit: self.unit(unit),
            matter_number: self.case().facts.number.to_string(),
            registered_on: day(self.case().facts.registered_at),
            demand: demand.clone(),
            due_on: report.as_ref().map(|clock| clock.deadline.last_day).or_else(|| due_on(self.case())),
            feedback: Some("书面报送办结报告".to_owned()),
            signer: None,
        })))
    }

    /// With the day and the answer as they are now, should the office have been asked again.
    pub(super) fn supervision_order(&self) -> Option<Form> {
        let Event::Supervision(SupervisionEvent::Ordered { order, clock }) = &self.moment.event else { return None };
        let newest = self.life.last()?.case.supervision.iter().find(|other| other.number == order.number)?;
        let later = self.life.get(self.document.moment + 1..)?.iter().map(|moment| &moment.event);
        let returned = later
            .take_while(|event| !matches!(event, Event::Supervision(SupervisionEvent::Ordered { .. })))
            .filter_map(|event| match event {
                Event::Supervision(SupervisionEvent::Returned { clock, .. }) => Some(clock),
                _ => None,
            });
        let unit = self.moment.row.actor.0.unit().map(|unit| self.unit(unit)).unwrap_or_default();
        Some(Form::SupervisionOrder(Box::new(SupervisionOrder {
            imprint: Imprint { number: order.number.clone(), unit, date: self.document.on },
            to_unit: self.unit(&order.target_unit),
            matter_number: self.case().facts.number.to_string(),
            ground: self.naming.ground(order.ground.code()).0.to_owned(),
            demand: order.demand.clone(),
            reply_due_on: returned.last().unwrap_or(clock).deadline.last_day,
            reply: newest.answer().map(|answer| {
                let when = answer.will_be_done_on.map(|on| format!("\n预计{}办结。", zh(on))).unwrap_or_default();
                format!("{}{when}\n（{}反馈）", answer.done, zh(day(answer.answered_at)))
            }),
        })))
    }

    /// DW-18, the part that is about the matter, told by class and number alone: the letter is shown about.
    pub(super) fn leader_duty(&self) -> Option<Form> {
        let Event::TakenByLeader { leader, .. } = &self.moment.event else { return None };
        let (case, facts) = (self.case(), &self.case().facts);
        let class = match facts.class {
            PetitionClass::Suggestion => "建议意见类",
            PetitionClass::Request => "申诉求决类",
            PetitionClass::Accusation => return None,
        };
        let (registered, unit) = (zh(day(facts.registered_at)), self.unit(&case.responsible_unit));
        let duties = ["掌握事项情况；", "协调解决问题；", "说明政策和办理情况，督促按期书面答复并落实。"];
        Some(Form::LeaderDuty(Box::new(LeaderDuty {
            imprint: self.imprint(self.moment.row.actor.0.unit().unwrap_or(&case.responsible_unit)),
            leader: self.person(*leader),
            post: None,
            matter_number: facts.number.to_string(),
            matter_summary: format!("{class}信访事项，{registered}登记，由{unit}负责办理。"),
            duties: duties.map(str::to_owned).to_vec(),
            // Overdue, the term is for whoever signs to write in.
            until: due_on(case).filter(|day| *day >= self.document.on),
        })))
    }

    /// What was said is written in by hand; what came of it is known.
    pub(super) fn hearing_record(&self) -> Option<Form> {
        let Event::HearingHeld { hearing, .. } = &self.moment.event else { return None };
        Some(Form::HearingRecord(Box::new(HearingRecord {
            imprint: self.imprint(&self.case().open_review()?.unit),
            matter_number: self.case().facts.number.to_string(),
            subject: self.heard()?,
            time: time(hearing),
            place: None,
            chair: None,
            clerk: None,
            panel: Vec::new(),
            participants: Vec::new(),
            speeches: Vec::new(),
            finding: Some(hearing.note.clone()),
        })))
    }

    pub(super) fn closing_report(&self) -> Option<Form> {
        let case = self.case();
        let closing = case.state.closing()?;
        let ended = self.ended()?;
        let decided = decided(closing.outcome).map(|word| format!("{word}。\n")).unwrap_or_default();
        let course =
            self.life.get(..self.document.moment)?.iter().filter(|moment| is_told(moment)).map(|moment| {
                format!("{}：{}。", zh(day(moment.row.occurred_at)), words(&moment.event, self.naming).0)
            });
        // REG-10: to whoever handed it down; else for the file.
        let demanded = case.transfer.as_ref().filter(|transfer| transfer.stands() && transfer.demand.is_some());
        Some(Form::ClosingReport(Box::new(ClosingReport {
            imprint: self.imprint(&case.responsible_unit),
            to_unit: demanded.map(|transfer| self.unit(&transfer.from)),
            matter: self.matter(&case.responsible_unit),
            course: course.collect(),
            facts_found: ended.facts,
            result: format!("{decided}{}", ended.result),
            legal_basis: ended.basis,
            closed_on: day(closing.closed_at),
        })))
    }

    pub(super) fn closing_sheet(&self) -> Option<Form> {
        let unit = &self.case().responsible_unit;
        let ended = self.ended()?;
        Some(Form::ClosingSheet(Box::new(ClosingSheet {
            imprint: self.imprint(unit),
            matter: self.matter(unit),
            result: ended.result,
            legal_basis: ended.basis,
            replied_on: ended.replied_on,
            petitioner_word: None,
            approvals: self.approvals(),
        })))
    }

    /// WH-15: the papers that came about before it, by number and day; who petitioned stands in them and not here.
    pub(super) fn file_catalogue(&self) -> Option<Form> {
        let Event::Archive(ArchiveEvent::Archived { file }) = &self.moment.event else { return None };
        let case = self.case();
        let before = kind::of(self.life).into_iter().filter(|document| document.moment < self.document.moment);
        let papers = before.map(|document| FiledPaper {
            title: document.title_zh().to_owned(),
            receipt: None,
            number: document.number,
            on: document.on,
        });
        let mut papers: Vec<FiledPaper> = papers.collect();
        // Put into the file with the archiving: it belongs to the delivery that was recorded without it.
        let delivery = papers.iter_mut().rfind(|paper| paper.title == Kind::DeliveryReceipt.zh());
        if let (Some(delivery), Some(receipt)) = (delivery, &file.receipt) {
            delivery.receipt = Some(receipt.clone());
        }
        Some(Form::FileCatalogue(Box::new(FileCatalogue {
            imprint: self.imprint(self.moment.row.actor.0.unit().unwrap_or(&case.responsible_unit)),
            matter_number: case.facts.number.to_string(),
            responsible_unit: self.unit(&case.responsible_unit),
            registered_on: day(case.facts.registered_at),
            closed_on: day(case.state.closing()?.closed_at),
            retention: term_zh(file.term),
            keep_until: file.keep_until,
            papers,
        })))
    }

    fn ended(&self) -> Option<Ended> {
        let told = |result: &str| Ended { facts: None, result: result.to_owned(), basis: None, replied_on: None };
        match &self.case().state.closing()?.answer {
            Answer::Written { reply, .. } => {
                let written = (&reply.facts_and_reasons, &reply.opinion, &reply.legal_basis);
                // Carried out is what the reviewing body decided, where one did.
                let (facts, result, basis) = self
                    .case()
                    .deciding_review()
                    .map_or(written, |review| (&review.facts_found, &review.opinion, &review.legal_basis));
                Some(Ended {
                    facts: Some(facts.clone()),
                    result: result.clone(),
                    basis: Some(basis.clone()),
                    replied_on: Some(day(reply.issued_at)),
                })
            }
            Answer::OnSpot(on_spot) => Some(told(&on_spot.result)),
            Answer::Explained(explanation) => Some(told(&explanation.summary)),
            Answer::Pointed { .. } | Answer::Declined { .. } | Answer::Forwarded { .. } | Answer::Withdrawn => None,
        }
    }

    /// Those of the opinion that was issued.
    fn approvals(&self) -> Vec<Approval> {
        let before = self.life.get(..self.document.moment).unwrap_or_default();
        let approved = before.iter().rposition(|moment| moment.event == Event::Approved).unwrap_or_default();
        let before = before.get(..approved).unwrap_or_default();
        let proposed = before.iter().rposition(|moment| matches!(moment.event, Event::Proposed { .. }));
        let since = proposed.and_then(|at| before.get(at..)).unwrap_or_default();
        let approval = |moment: &super::Moment| match &moment.event {
            Event::ApprovalGiven { by, role } => Some(Approval {
                role: huiyin_authz::role_name(*role).0.to_owned(),
                name: self.person(*by).unwrap_or_default(),
                on: Some(day(moment.row.occurred_at)),
            }),
            _ => None,
        };
        since.iter().filter_map(approval).collect()
    }
}

/// What came of the matter.
struct Ended {
    facts: Option<String>,
    result: String,
    basis: Option<String>,
    replied_on: Option<NaiveDate>,
}

fn zh(day: NaiveDate) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}
