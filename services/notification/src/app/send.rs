//! One try of one message: render and send. Runs outside any transaction.

use huiyin_contracts::notification::MessageChannel;
use huiyin_kernel::Service;
use serde_json::{Map, Value};

use super::addresses::Addresses;
use super::context::Context;
use crate::domain::attempt::Tried;
use crate::domain::template::{Rendered, render};
use crate::store::messages::Claimed;

/// Tries one message; the text is given back for the inbox.
pub(crate) async fn send(ctx: &Context, addresses: &Addresses, message: &Claimed) -> (Tried, Option<Rendered>) {
    let text = match text(ctx, message).await {
        Ok(text) => text,
        Err(tried) => return (tried, None),
    };
    let tried = match message.channel {
        MessageChannel::Inbox => Tried::Sent,
        MessageChannel::Email => email(ctx, addresses, message, &text).await,
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

async fn email(ctx: &Context, addresses: &Addresses, message: &Claimed, text: &Rendered) -> Tried {
    match (&ctx.mail, addresses.of(message)) {
        (_, Err(tried)) => tried,
        (Some(mail), Ok(Some(address))) => mail.send(message.message_id, address, text).await,
        (None, Ok(_)) | (_, Ok(None)) => Tried::NoRoute,
    }
}

pub(super) fn later(error: &(dyn std::error::Error + 'static)) -> Tried {
    Tried::Later(error.to_string())
}
