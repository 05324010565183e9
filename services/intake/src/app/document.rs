use std::time::Duration;

use axum::http::Method;
use chrono::{DateTime, Utc};
use huiyin_kernel::{DocumentKind, PetitionId, Service};
use huiyin_web::CallError;
use serde::Serialize;

use super::{Access, Context, Failure, admit, view::fields};
use crate::{
    domain::Document,
    store,
    store::supplement::Purpose,
    vault::{PETITION, PETITIONER, SUPPLEMENT},
};

/// A document is set while the petitioner waits; others may be before it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who petitioned and what for, as it is to stand on a document: casework, which sets it, keeps neither.
#[derive(Serialize)]
pub struct Addressee {
    #[serde(skip)]
    petition_id: PetitionId,
    name: String,
    organisation: bool,
    request: String,
    review_requests: Vec<ReviewRequest>,
}

/// Why a review was asked for, in the petitioner's words.
#[derive(Serialize)]
struct ReviewRequest {
    at: DateTime<Utc>,
    text: String,
}

impl std::fmt::Debug for Addressee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Addressee([redacted])")
    }
}

/// The petitioner whom this number and code belong to.
pub async fn addressee(context: &Context, access: &Access) -> Result<Addressee, Failure> {
    let mut tx = context.api.look_up().await?;
    let stored = admit(context, &mut tx, access).await?;
    let petition_id = stored.petition.snapshot.petition_id;
    let identity = store::petitioner::load(&mut tx, &[petition_id]).await?.remove(&petition_id);
    let supplements = store::supplement::list(&mut tx, petition_id).await?;
    drop(tx);
    let identity = identity.ok_or(Failure::Unknown)?;
    let fields = fields(context, &stored)?;
    let kind = fields.open(PETITIONER, "document_kind", &identity.document_kind)?;
    let mut review_requests = Vec::new();
    for added in supplements.iter().filter(|added| added.purpose == Purpose::Review) {
        let text = fields.open(SUPPLEMENT, "text", &added.text)?.as_str().to_owned();
        review_requests.push(ReviewRequest { at: added.added_at, text });
    }
    Ok(Addressee {
        petition_id,
        name: fields.open(PETITIONER, "name", &identity.name)?.as_str().to_owned(),
        organisation: kind.as_str() == Document::kind_name(DocumentKind::OrganisationCode),
        request: fields.open(PETITION, "request", &stored.text.request)?.as_str().to_owned(),
        review_requests,
    })
}

/// A document addressed to them, as PDF. `kind` is a name of casework's list.
pub async fn document(context: &Context, addressee: &Addressee, kind: &str) -> Result<Vec<u8>, CallError> {
    let path = format!("/internal/cases/by-petition/{}/documents/{kind}", addressee.petition_id);
    let call = context.http.call(Method::POST, Service::Casework, &path).json(addressee).deadline(PATIENCE);
    call.bytes().await.map(|(_, pdf)| pdf)
}
