//! One try of one message: render, find the address, send. Runs outside any transaction.

use huiyin_contracts::intake::Contact;
use huiyin_contracts::notification::MessageChannel;
use huiyin_kernel::{PetitionId, Service, StaffId};
use huiyin_sealing::{DataKey, Place};
use huiyin_web::CallError;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::context::Context;
use crate::domain::attempt::Tried;
use crate::domain::template::{Rendered, render};
use crate::store::messages::Claimed;
use crate::store::recipients;

/// Tries one message; the text is given back for the inbox.
pub(crate) async fn send(ctx: &Context, message: &Claimed) -> (Tried, Option<Rendered>) {
    let text = match text(ctx, message).await {
        Ok(text) => text,
        Err(tried) => return (tried, None),
    };
    let tried = match message.channel {
        MessageChannel::Inbox => Tried::Sent,
        MessageChannel::Email => match email(ctx, message, &text).await {
            Ok(tried) | Err(tried) => tried,
        },
    };
    (tried, Some(text))
}

/// The rendered text, with the words that only casework has.
async fn text(ctx: &Context, message: &Claimed) -> Result<Rendered, Tried> {
    let mut data = message.data.as_object().cloned().unwrap_or_default();
    if let Some(case) = message.case_id.filter(|_| message.template.needs_notice()) {
        let path = format!("/internal/cases/{case}/notices/{}", message.about_event);
        let notice: Map<String, Value> = ctx.http.get(Service::Casework, &path).await.map_err(|e| later(&e))?;
        data.extend(notice.into_iter().filter(|(_, value)| !value.is_null()));
    }
    render(message.template, &Value::Object(data)).map_err(|error| {
        tracing::error!(template = message.template.name(), %error, "a template lacks a value");
        Tried::Later("the text cannot be put together yet".to_owned())
    })
}

async fn email(ctx: &Context, message: &Claimed, text: &Rendered) -> Result<Tried, Tried> {
    let to = match (message.staff_id, message.petition_id) {
        (Some(staff), _) => office_address(ctx, staff).await?,
        (None, Some(petition)) => petitioners_address(ctx, petition).await?,
        (None, None) => None,
    };
    match (&ctx.mail, to) {
        (Some(mail), Some(address)) => Ok(mail.send(message.message_id, &address, text).await),
        _ => Ok(Tried::NoRoute),
    }
}

async fn office_address(ctx: &Context, staff: StaffId) -> Result<Option<String>, Tried> {
    let mut conn = ctx.worker.read().await.map_err(|e| later(&e))?;
    recipients::office_email(&mut conn, staff).await.map_err(|e| later(&e))
}

/// The petitioner's address, in the open for this moment only.
async fn petitioners_address(ctx: &Context, petition: PetitionId) -> Result<Option<String>, Tried> {
    let route = {
        let mut conn = ctx.worker.read().await.map_err(|e| later(&e))?;
        recipients::route(&mut conn, petition).await.map_err(|e| later(&e))?
    };
    let Some(route) = route else {
        return Err(Tried::Later("the petition is not known yet".to_owned()));
    };
    let Some(contact) = route.contact else {
        // The contact travels apart from the registration and may come later.
        return if route.can_be_told { Err(Tried::Later("the contact is not known yet".to_owned())) } else { Ok(None) };
    };
    let key = key(ctx, contact.key_id).await?;
    let place = Place::contact(petition, &contact.district);
    let broken = |_| Tried::Refused("the contact cannot be opened".to_owned());
    let open = key.open_base64(place, &contact.sealed).map_err(broken)?;
    let contact: Contact =
        serde_json::from_slice(&open).map_err(|_| Tried::Refused("the contact cannot be read".to_owned()))?;
    Ok(contact.email)
}

async fn key(ctx: &Context, key_id: Uuid) -> Result<DataKey, Tried> {
    /// What intake answers.
    #[derive(Deserialize)]
    struct Unwrapped {
        key: String,
    }
    let answer: Unwrapped =
        ctx.http.post(Service::Intake, "/internal/keys/unwrap", &json!({ "key_id": key_id })).await.map_err(
            |error| match error {
                CallError::NotFound { .. } => Tried::NoRoute, // the key was destroyed with the petition's personal data
                error @ (CallError::Down { .. } | CallError::Refused { .. } | CallError::Unreadable { .. }) => {
                    later(&error)
                }
            },
        )?;
    DataKey::from_base64(&answer.key).map_err(|_| Tried::Refused("the key cannot be read".to_owned()))
}

fn later(error: &(dyn std::error::Error + 'static)) -> Tried {
    Tried::Later(error.to_string())
}
