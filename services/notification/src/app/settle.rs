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

/// Why nobody has to go there.
const ERASED: &str = "the personal data was destroyed";

/// Writes down the outcomes of a batch.
pub(crate) async fn settle(ctx: &Context, tried: Vec<(Claimed, Tried, Option<Rendered>)>) -> Result<(), SettleError> {
    let infra_now = ctx.infra.now();
    let mut tx = ctx.worker.begin().await?;
    let mut changes = Vec::new();
    for (message, tried, text) in tried {
        let span =
            tracing::info_span!("settle message", message.id = %message.message_id, trace.id = tracing::field::Empty);
        huiyin_telemetry::continue_from(&span, message.traceparent.as_deref());
        let (state, why) = match next(tried, message.attempts, infra_now, message.give_up_at) {
            Next::RetryAt(at, why) => {
                messages::retry(&mut tx, message.message_id, at, &why).await?;
                continue;
            }
            Next::Sent => (MessageState::Sent, None),
            Next::Failed(why) => (MessageState::Failed, Some(why)),
            Next::Unreachable => (MessageState::Unreachable, None),
            Next::Erased => (MessageState::Unreachable, Some(ERASED.to_owned())),
        };
        let state = end(ctx, &mut tx, &message, state, text.as_ref(), why.as_deref()).instrument(span).await?;
        if let Some(state) = state {
            let now = ctx.clock.now();
            let event_id = ctx.ids.for_cause(message.message_id.uuid()).next(now);
            changes.push((outgoing::settled(&message, state, event_id, now)?, message.traceparent));
        }
    }
    if !changes.is_empty() {
        record_traced(&mut tx, changes).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends one message; none when another sender had ended it already.
async fn end(
    ctx: &Context,
    tx: &mut Tx,
    message: &Claimed,
    state: MessageState,
    text: Option<&Rendered>,
    why: Option<&str>,
) -> Result<Option<MessageState>, SettleError> {
    let (name, kind) = match state {
        MessageState::Sent | MessageState::Pending => ("sent", None),
        MessageState::Failed => ("failed", Some(alarms::Kind::GivenUp)),
        MessageState::Unreachable => ("unreachable", Some(alarms::Kind::NoRoute)),
    };
    let now = ctx.clock.now();
    if !messages::settle(tx, message.message_id, name, text, why, now).await? {
        return Ok(None);
    }
    metrics::counter!("huiyin_notification_messages_total", "state" => name, "template" => message.template.name())
        .increment(1);
    // Staff read their inbox; only a petitioner who cannot be reached needs somebody to go there.
    if let (Some(kind), None, MessageChannel::Email) = (kind, message.staff_id, message.channel)
        && why != Some(ERASED)
    {
        tell_in_person(ctx, tx, message, kind, why.unwrap_or("no e-mail address"), text).await?;
    }
    Ok(Some(state))
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
