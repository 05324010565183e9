//! The written reply, its delivery, and the end.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use huiyin_calendar::deadline_or_provisional;

use super::{Decision, Given};
use crate::domain::{Delivery, Event, Refusal, Reply, ReplyManner, SimpleRefusal, State};

impl Given<'_> {
    /// REG-25, A9: the document holds the petitioner's request, which intake keeps, and the approved opinion's three parts. In the simple
    /// procedure the same is told in any manner (REG-33); what is told by word of mouth has arrived.
    pub(super) fn reply(self, request: &str, manner: ReplyManner) -> Result<Decision, Refusal> {
        if !manner.is_written() && !self.case.is_simple() {
            return Err(SimpleRefusal::InWriting.into());
        }
        let proposal = self.case.state.proposal();
        let part = |of: fn(&crate::domain::Proposal) -> &String| proposal.map(of).cloned().unwrap_or_default();
        let reply = Reply {
            facts_and_reasons: part(|p| &p.facts_found),
            opinion: part(|p| &p.opinion),
            legal_basis: part(|p| &p.legal_basis),
            unit: self.case.responsible_unit.clone(),
            issued_at: self.now,
            manner,
            paper_given_at: None,
        };
        let missing = reply.missing(request);
        if !missing.is_empty() {
            return Err(Refusal::ReplyIncomplete { missing });
        }
        let mut events = vec![Event::Replied { reply: Box::new(reply) }];
        if manner.is_heard_at_once() {
            let rule = self.policy.clocks.review_request.to_calendar();
            let review_until = deadline_or_provisional(self.now, &rule, self.calendar)?.last_day;
            let means = format!("{}答复", manner.zh());
            let delivery = Delivery { means, delivered_at: self.now, receipt: None, review_until };
            events.push(Event::Delivered { delivery });
        }
        Ok(events)
    }

    /// Records when the reply reached the petitioner; the time to ask for a review runs from then (REG-40).
    pub(super) fn deliver(
        self,
        means: &str,
        delivered_at: DateTime<Utc>,
        receipt: Option<&str>,
    ) -> Result<Decision, Refusal> {
        if let State::ReviewAnswered { review, opinion, issued_at } = &self.case.state {
            return self.deliver_review(review, opinion, *issued_at, (means, delivered_at, receipt));
        }
        let issued_at = self.case.state.reply().map_or(self.now, |(reply, _)| reply.issued_at);
        let delivered_at = self.delivered(issued_at, delivered_at)?;
        let rule = self.policy.clocks.review_request.to_calendar();
        let review_until = deadline_or_provisional(delivered_at, &rule, self.calendar)?.last_day;
        let receipt = receipt.map(str::to_owned);
        let delivery = Delivery { means: means.to_owned(), delivered_at, receipt, review_until };
        Ok(vec![Event::Delivered { delivery }])
    }

    /// The instant of a delivery, between issue and now. People write minutes: the minute of the issue is not before it.
    pub(super) fn delivered(self, issued_at: DateTime<Utc>, at: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        let whole_minute = issued_at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(issued_at);
        if at < whole_minute || at > self.now {
            return Err(Refusal::DeliveryTime);
        }
        Ok(at.max(issued_at))
    }

    /// WH-11: only a delivered reply can be closed; the table has no other way here.
    pub(super) fn close(self) -> Result<Decision, Refusal> {
        if let (State::Delivered { .. }, Some(outcome)) = (&self.case.state, self.case.outcome()) {
            return Ok(vec![Event::Closed { outcome }]);
        }
        let (command, state) = (crate::domain::CommandKind::Close, self.case.state.kind());
        Err(Refusal::WrongState { command, state })
    }
}
