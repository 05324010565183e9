//! What notification tells: that a message was sent, or why not. Never to which address.

use chrono::{DateTime, Utc};
use huiyin_kernel::{DistrictCode, MessageId, PetitionId, Service, StaffId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AggregateKind, EventType};

/// The message reached its channel.
pub const SENT: EventType = EventType::public(Service::Notification, AggregateKind::Message, "sent");
/// Given up after 24 hours of trying.
pub const FAILED: EventType = EventType::public(Service::Notification, AggregateKind::Message, "failed");
/// There is no route to the recipient: somebody has to go there.
pub const UNREACHABLE: EventType = EventType::public(Service::Notification, AggregateKind::Message, "unreachable");

/// For whom a message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Recipient {
    /// The petitioner of a petition.
    Petitioner {
        /// Which petition.
        petition_id: PetitionId,
    },
    /// A member of staff.
    Staff {
        /// Who.
        staff_id: StaffId,
    },
}

/// By which road a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageChannel {
    /// 站内信: read on the petition's page or the staff console.
    Inbox,
    /// 电子邮件
    Email,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Waiting, or being tried again.
    Pending,
    /// Reached its channel.
    Sent,
    /// Given up.
    Failed,
    /// No route.
    Unreachable,
}

/// A message with its current values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageSnapshot {
    /// The message.
    pub message_id: MessageId,
    /// The template, such as `case_accepted`.
    pub template: String,
    /// For whom.
    pub recipient: Recipient,
    /// By which road.
    pub channel: MessageChannel,
    /// Where it stands.
    pub state: MessageState,
    /// Whose matter it is about.
    pub district: DistrictCode,
    /// The event that caused it.
    pub about_event: Uuid,
    /// The petition it is about, if any.
    pub petition_id: Option<PetitionId>,
    /// When this state was reached.
    pub at: DateTime<Utc>,
}
