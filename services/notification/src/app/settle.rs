//! Writes down what a try came to: state, journal, publication, alarm, all in one transaction.

use huiyin_contracts::notification::{MessageChannel, MessageState};
use huiyin_journal::{DbError, RecordError, Tx, record_traced};
use huiyin_kernel::Role;
use serde_json::json;
use tracing::Instrument as _;

use super::context::Context;
use super::write_messages::{About, write_messages};
use crate::domain::attempt::{Next, Tried, next};
use crate::domain::message::{Addressee, Planned};
use crate::domain::template::{Rendered, Template};
use crate::events::outgoing;
use crate::store::messages::Claimed;
use crate::store::{alarms, messages};

/// The outcome could not be written; the message comes up again when its lease ends.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettleError {
    #[error("the database did not take the outcome")]
    Db(#[from] DbError),
    #[error("the database did not take the outcome")]
    Sql(#[from] sqlx::Error),
    #[error("the journal did not take the outcome")]
    Record(#[from] RecordError),
    #[error("the outcome cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// How a message ends.
struct Ending {
    state: MessageState,
    /// The state's name in the database.
    name: &'static str,
    why: Option<String>,
    /// Of a letter to a petitioner: somebody has to go there.
    alarm: Option<alarms::Kind>,
}

impl Ending {
    const SENT: Self = Self { state: MessageState::Sent, name: "sent", why: None, alarm: None };

    const fn failed(why: String) -> Self {
        Self { state: MessageState::Failed, name: "failed", why: Some(why), alarm: Some(alarms::Kind::GivenUp) }
    }

    const fn unreachable(why: Option<String>, alarm: Option<alarms::Kind>) -> Self {
        Self { state: MessageState::Unreachable, name: "unreachable", why, alarm }
    }
}

/// Writes down the outcomes of a batch.
pub(crate) async fn settle(ctx: &Context, tried: Vec<(Claimed, Tried, Option<Rendered>)>) -> Result<(), SettleError> {
    let infra_now = ctx.infra.now();
    let mut tx = ctx.worker.begin().await?;
    let mut changes = Vec::new();
    for (message, tried, text) in tried {
        let span =
            tracing::info_span!("settle message", message.id = %message.message_id, trace.id = tracing::field::Empty);
        huiyin_telemetry::continue_from(&span, message.traceparent.as_deref());
        let ending = match next(tried, message.attempts, infra_now, message.give_up_at) {
            Next::RetryAt(at, why) => {
                messages::retry(&mut tx, message.message_id, at, &why).await?;
                continue;
            }
            Next::Sent => Ending::SENT,
            Next::Failed(why) => Ending::failed(why),
            Next::Unreachable => Ending::unreachable(None, Some(alarms::Kind::NoRoute)),
            Next::Erased => Ending::unreachable(Some("the personal data was destroyed".to_owned()), None),
        };
        if end(ctx, &mut tx, &message, &ending, text.as_ref()).instrument(span).await? {
            let now = ctx.clock.now();
            let event_id = ctx.ids.for_cause(message.message_id.uuid()).next(now);
            changes.push((outgoing::settled(&message, ending.state, event_id, now)?, message.traceparent));
        }
    }
    if !changes.is_empty() {
        record_traced(&mut tx, changes).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends one message; false when another sender had ended it already.
async fn end(
    ctx: &Context,
    tx: &mut Tx,
    message: &Claimed,
    ending: &Ending,
    text: Option<&Rendered>,
) -> Result<bool, SettleError> {
    let why = ending.why.as_deref();
    if !messages::settle(tx, message.message_id, ending.name, text, why, ctx.clock.now()).await? {
        return Ok(false);
    }
    metrics::counter!("huiyin_notification_messages_total", "state" => ending.name, "template" => message.template.name())
        .increment(1);
    // Staff read their inbox; only a petitioner who cannot be reached needs somebody to go there.
    if let (Some(kind), None, MessageChannel::Email) = (ending.alarm, message.staff_id, message.channel) {
        tell_in_person(ctx, tx, message, kind, why.unwrap_or("no e-mail address"), text).await?;
    }
    Ok(true)
}

/// Raises the alarm and asks the clerks around to tell by phone, letter or in person (REG-13: a notice is owed).
async fn tell_in_person(
    ctx: &Context,
    tx: &mut Tx,
    message: &Claimed,
    kind: alarms::Kind,
    why: &str,
    text: Option<&Rendered>,
) -> Result<(), SettleError> {
    let detail = format!("{}: {why}", message.template.name());
    let alarm = alarms::New {
        kind,
        district: &message.district,
        unit: None,
        message: Some(message.message_id),
        petition: message.petition_id,
        detail: &detail,
    };
    alarms::raise(tx, alarm, ctx.clock.now()).await?;
    let title = text.map_or(message.template.name(), |t| t.title.as_str());
    let data = json!({ "number": message.data.get("number"), "message": title });
    let plan = Planned::staff(Template::StaffTellInPerson, Addressee::RoleInDistrict(Role::IntakeClerk), data);
    let about = About {
        event: message.message_id.uuid(),
        district: &message.district,
        petition: message.petition_id,
        case: message.case_id,
    };
    Ok(write_messages(ctx, tx, &about, vec![plan]).await?)
}
