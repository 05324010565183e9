//! A message to be sent, and to whom.

use chrono::TimeDelta;
use huiyin_contracts::notification::MessageChannel;
use huiyin_kernel::{Role, StaffId, UnitCode};
use serde_json::{Value, json};

use super::template::Template;

/// To whom, before the staff list is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Addressee {
    /// The petitioner of the event's petition.
    Petitioner,
    /// One member of staff.
    Staff(StaffId),
    /// Whoever holds the role in the unit; nobody there is an alarm.
    RoleInUnit(Role, UnitCode),
    /// Whoever holds the role in the event's district or above it; nobody there is an alarm.
    RoleInDistrict(Role),
}

/// One message the plan asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Planned {
    pub(crate) template: Template,
    pub(crate) addressee: Addressee,
    pub(crate) channels: &'static [MessageChannel],
    /// What the template shows; nothing personal.
    pub(crate) data: Value,
    /// Waits a little for others of its kind to the same person and goes out as one with them: their lists [`GATHERED`] are joined.
    pub(crate) is_gathered: bool,
}

/// The list in the data of a gathered message.
pub(crate) const GATHERED: &str = "cases";
/// How long the first waits for the others.
pub(crate) const GATHERING: TimeDelta = TimeDelta::minutes(5);

/// Read on the petition's page or the staff console.
pub(crate) const INBOX: &[MessageChannel] = &[MessageChannel::Inbox];
/// Also sent to where the recipient is.
pub(crate) const INBOX_AND_DIRECT: &[MessageChannel] = &[MessageChannel::Inbox, MessageChannel::Email];

impl Planned {
    /// To the petitioner: on the page of the petition and directly.
    pub(crate) fn petitioner(template: Template, data: Value) -> Self {
        Self { template, addressee: Addressee::Petitioner, channels: INBOX_AND_DIRECT, data, is_gathered: false }
    }

    /// To staff, on the console.
    pub(crate) fn staff(template: Template, addressee: Addressee, data: Value) -> Self {
        Self { template, addressee, channels: INBOX, data, is_gathered: false }
    }

    /// To staff, on the console and by office e-mail, because it cannot wait for the next sign-in.
    pub(crate) fn urgent(template: Template, addressee: Addressee, data: Value) -> Self {
        Self { template, addressee, channels: INBOX_AND_DIRECT, data, is_gathered: false }
    }

    /// To staff, on the console, together with others of its kind.
    pub(crate) fn gathered(template: Template, addressee: Addressee, one: &Value) -> Self {
        Self { template, addressee, channels: INBOX, data: json!({ GATHERED: [one] }), is_gathered: true }
    }
}
