use huiyin_authz::Sight;
use huiyin_journal::record;
use huiyin_kernel::{Actor, PetitionId, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Context, Failure,
    story::{Happening, sealed_field},
    view::{fields, in_sight},
};
use crate::{
    domain::{PetitionEvent, Representative},
    store,
    vault::{JOURNAL, PETITION, PETITIONER},
};

/// Who petitioned, open.
#[derive(Serialize, ToSchema)]
pub struct Identity {
    /// 姓名 or 名称
    pub name: String,
    /// As stated.
    pub gender: Option<String>,
    /// The kind of document shown.
    pub document_kind: String,
    /// Its number.
    pub document_number: Option<String>,
    /// Normalised.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// 代表
    #[schema(value_type = Vec<Object>)]
    pub representatives: Vec<Representative>,
    /// 随访人 or co-signers.
    pub companions: Vec<String>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity([redacted])")
    }
}

/// Opens who petitioned. The journal keeps who looked and why before anything is shown (S5).
pub async fn reveal_identity(
    context: &Context,
    actor: Actor,
    id: PetitionId,
    reason: &Text,
) -> Result<Identity, Failure> {
    let known = context.known().await?;
    let mut tx = context.api.begin_as(&Sight::of(&actor)).await?;
    store::petition::lock(&mut tx, id).await?;
    let one = in_sight(context, &known, &mut tx, &actor, &[id]).await?.pop().ok_or(Failure::Unknown)?;
    if !one.may_identify {
        return Err(Failure::Unknown);
    }
    let identity = store::petitioner::load(&mut tx, &[id]).await?.remove(&id).ok_or(Failure::Unknown)?;
    let fields = fields(context, &one.stored)?;
    let before = &one.stored.petition;
    let reason = fields.seal(JOURNAL, "reason", reason.as_str())?;
    let event = PetitionEvent::IdentityShown { sealed: vec![sealed_field("reason", &reason)] };
    if !store::petition::save_versions(&mut tx, &[before]).await? {
        return Err(Failure::Changed);
    }
    let at = context.clock.now();
    let (cause, mut ids) = context.ids_for_change(id, before.version, "identity");
    let happening = Happening {
        before,
        event: &event,
        event_id: ids.next(at),
        actor: actor.clone(),
        cause,
        at,
        outgoing: Vec::new(),
    };
    record(&mut tx, vec![happening.change()?]).await?;
    tx.commit().await?;
    metrics::counter!("huiyin_intake_identity_shown_total").increment(1);
    let open = |column, sealed: &Option<Vec<u8>>| fields.open_some(PETITIONER, column, sealed.as_deref());
    let representatives = fields.open_some(PETITION, "representatives", one.stored.text.representatives.as_deref())?;
    let companions = fields.open_some(PETITION, "companions", one.stored.text.companions.as_deref())?;
    Ok(Identity {
        name: fields.open(PETITIONER, "name", &identity.name)?.as_str().to_owned(),
        gender: open("gender", &identity.gender)?,
        document_kind: fields.open(PETITIONER, "document_kind", &identity.document_kind)?.as_str().to_owned(),
        document_number: open("document_number", &identity.document_number)?,
        phone: open("phone", &identity.phone)?,
        email: open("email", &identity.email)?,
        address: open("address", &identity.address)?,
        representatives: representatives.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default(),
        companions: companions.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default(),
    })
}
