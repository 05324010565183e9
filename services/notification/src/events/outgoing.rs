//! What others are told of a message: that it was sent, or why not. Never to which address.

use chrono::{DateTime, Utc};
use huiyin_contracts::notification::{FAILED, MessageSnapshot, MessageState, Recipient, SENT, UNREACHABLE};
use huiyin_contracts::{AggregateKind, EventType};
use huiyin_journal::{Aggregate, Change, Entry, Outgoing};
use huiyin_kernel::{Actor, EventId, Service};

use crate::store::messages::Claimed;

/// The journal row and publication of a settled message.
pub(crate) fn settled(
    message: &Claimed,
    state: MessageState,
    event_id: EventId,
    at: DateTime<Utc>,
) -> Result<Change, serde_json::Error> {
    let event: EventType = match state {
        MessageState::Sent | MessageState::Pending => SENT,
        MessageState::Failed => FAILED,
        MessageState::Unreachable => UNREACHABLE,
    };
    let recipient = match (message.staff_id, message.petition_id) {
        (Some(staff_id), _) => Recipient::Staff { staff_id },
        (None, Some(petition_id)) => Recipient::Petitioner { petition_id },
        (None, None) => return Err(serde::de::Error::custom("a message without a recipient")),
    };
    let snapshot = MessageSnapshot {
        message_id: message.message_id,
        template: message.template.name().to_owned(),
        recipient,
        channel: message.channel,
        state,
        district: message.district.clone(),
        about_event: message.about_event,
        petition_id: message.petition_id,
        at,
    };
    let body = serde_json::to_vec(&snapshot)?;
    Ok(Change {
        aggregate: Aggregate {
            kind: AggregateKind::Message,
            id: message.message_id.uuid(),
            district: message.district.clone(),
            version: 0,
        },
        actor: Actor::System { service: Service::Notification },
        cause: message.about_event,
        at,
        entries: vec![Entry { event_id, event_type: event.name, body: body.clone() }],
        outgoing: vec![Outgoing { entry: 0, event, body }],
    })
}
