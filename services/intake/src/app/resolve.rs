use huiyin_authz::Sight;
use huiyin_contracts::intake::PetitionKind;
use huiyin_kernel::{Actor, CITY_ZONE, PetitionId, PetitionNumber};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Context, Failure,
    view::{MaskedIdentity, fields, in_sight, masked},
};
use crate::{domain::mask_name, store, vault::PETITION};

/// What another service shows of a petition beside its own rows.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Resolved {
    /// The petition.
    #[schema(value_type = String)]
    pub petition_id: PetitionId,
    /// Its number.
    #[schema(value_type = String)]
    pub number: PetitionNumber,
    /// 标题
    pub title: String,
    /// 请求
    pub request: String,
    /// 问题发生地
    pub place: Option<String>,
    /// 姓名, masked; absent for the unit complained about.
    pub name: Option<String>,
    /// Masked.
    pub phone: Option<String>,
    /// Masked.
    pub document_number: Option<String>,
    /// As stated.
    pub gender: Option<String>,
    /// In whole years, when the document tells it.
    pub age: Option<u32>,
    /// 住址, its beginning.
    pub address: Option<String>,
    /// 随访人, masked; the signers of a joint letter are not told (QL-04).
    pub companions: Vec<String>,
}

/// Text and masked identity of those of the petitions that the actor may see, in three statements however many.
pub async fn resolve(context: &Context, actor: &Actor, ids: &[PetitionId]) -> Result<Vec<Resolved>, Failure> {
    let known = context.known().await?;
    let today = context.clock.now().with_timezone(&CITY_ZONE).date_naive();
    let mut tx = context.api.look_up_as(&Sight::of(actor)).await?;
    let seen = in_sight(context, &known, &mut tx, actor, ids).await?;
    let mut identities = store::petitioner::load(&mut tx, ids).await?;
    drop(tx);
    let mut resolved = Vec::with_capacity(seen.len());
    for one in seen {
        // A destroyed key leaves nothing to show.
        if one.stored.wrapped_key.is_none() {
            continue;
        }
        let fields = fields(context, &one.stored)?;
        let snapshot = &one.stored.petition.snapshot;
        let identity: Option<MaskedIdentity> = match identities.remove(&snapshot.petition_id) {
            Some(identity) if one.may_identify => Some(masked(&fields, &identity, today)?),
            _ => None,
        };
        let companions = match &one.stored.text.companions {
            Some(sealed) if one.may_identify && snapshot.kind != PetitionKind::JointLetter => {
                serde_json::from_str(&fields.open(PETITION, "companions", sealed)?)?
            }
            _ => Vec::<String>::new(),
        };
        resolved.push(Resolved {
            petition_id: snapshot.petition_id,
            number: snapshot.number.clone(),
            title: fields.open(PETITION, "title", &one.stored.text.title)?.as_str().to_owned(),
            request: fields.open(PETITION, "request", &one.stored.text.request)?.as_str().to_owned(),
            place: fields.open_some(PETITION, "place", one.stored.text.place.as_deref())?,
            name: identity.as_ref().map(|identity| identity.name.clone()),
            phone: identity.as_ref().and_then(|identity| identity.phone.clone()),
            gender: identity.as_ref().and_then(|identity| identity.gender.clone()),
            age: identity.as_ref().and_then(|identity| identity.age),
            address: identity.as_ref().and_then(|identity| identity.address.clone()),
            document_number: identity.and_then(|identity| identity.document_number),
            companions: companions.iter().map(|name| mask_name(name)).collect(),
        });
    }
    Ok(resolved)
}
