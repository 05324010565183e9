use chrono::{DateTime, Utc};
use huiyin_authz::Sight;
use huiyin_kernel::{Actor, CaseId, PetitionId, PetitionNumber};
use huiyin_sealing::SealingError;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Context, Failure,
    view::{InSight, fields, in_sight},
};
use crate::{
    domain::likeness::{Among, Likeness, MOST, Signature, oldest_compared},
    store::{self, likeness::Unsigned},
    vault::{PETITION, SealedIdentity},
};

/// Read beyond what is offered, because sight is decided once more and more finely than the database does.
const READ: i64 = 20;

/// A matter that may be the same one put again. Nothing is linked by it: an officer looks, and decides.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LikelySame {
    /// The petition.
    #[schema(value_type = String)]
    pub petition_id: PetitionId,
    /// Its case, once heard of.
    #[schema(value_type = Option<String>)]
    pub case_id: Option<CaseId>,
    /// 信访编号
    #[schema(value_type = String)]
    pub number: PetitionNumber,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// 标题
    pub title: String,
    /// Where it stands: the case's state, or `registered` before there is a case.
    pub state: String,
    /// Why it may be the same, in Chinese.
    pub reason_zh: String,
    /// The same in English.
    pub reason_en: String,
    /// Proposed as the reason of a link: says nothing of who petitioned, because whoever works on either matter reads it.
    pub proposed_reason: String,
}

/// Matters of the same place, topic and nearly the same text as one that the actor may see; only such as the actor may see, too. The
/// document they were handed in with is a word beside these, for whoever may know who petitions, and finds nothing by itself (DOMAIN part D).
pub async fn likely_same(context: &Context, actor: &Actor, id: PetitionId) -> Result<Vec<LikelySame>, Failure> {
    let known = context.known().await?;
    let mut tx = context.api.look_up_as(&Sight::of(actor)).await?;
    let own = in_sight(context, &known, &mut tx, actor, &[id]).await?.pop().ok_or(Failure::Unknown)?;
    // Signed here and now: it may have been registered a moment ago.
    let signature = sign(context, &as_unsigned(&own)?)?;
    let Some(text) = &signature.text else { return Ok(Vec::new()) };
    let after = oldest_compared(context.clock.now());
    let alike = store::likeness::alike(&mut tx, id, after, (text, signature.place.as_ref()), READ).await?;
    let ids: Vec<PetitionId> = alike.iter().map(|one| one.petition_id).collect();
    let seen = in_sight(context, &known, &mut tx, actor, &ids).await?;
    let identities = store::petitioner::load(&mut tx, &[ids.as_slice(), &[id]].concat()).await?;
    drop(tx);
    let document = |of: &InSight<'_>| {
        let identity: &SealedIdentity = identities.get(&of.stored.petition.snapshot.petition_id)?;
        identity.document_index.as_ref().filter(|_| of.may_identify)
    };
    let mut found = Vec::with_capacity(MOST);
    for one in alike {
        let is_it = |other: &InSight<'_>| other.stored.petition.snapshot.petition_id == one.petition_id;
        // Not for this reader's eyes, or destroyed a moment ago.
        let Some(other) = seen.iter().find(|other| is_it(other) && other.stored.wrapped_key.is_some()) else {
            continue;
        };
        let same_document = document(&own).is_some_and(|own| document(other) == Some(own));
        let likeness = Likeness { agreeing: one.agreeing, same_place: one.same_place, same_document };
        if likeness.is_likely() {
            found.push(shown(context, other, likeness)?);
        }
        if found.len() == MOST {
            break;
        }
    }
    Ok(found)
}

fn shown(context: &Context, other: &InSight<'_>, likeness: Likeness) -> Result<LikelySame, Failure> {
    let (stored, case) = (&other.stored, other.case.as_ref());
    let snapshot = &stored.petition.snapshot;
    let level = snapshot.district.level();
    let (reason_zh, reason_en) = likeness.told(level);
    let state = case.and_then(|case| serde_json::to_value(case.state).ok()?.as_str().map(str::to_owned));
    Ok(LikelySame {
        petition_id: snapshot.petition_id,
        case_id: case.map(|case| case.case_id),
        number: snapshot.number.clone(),
        registered_at: snapshot.registered_at,
        title: fields(context, stored)?.open(PETITION, "title", &stored.text.title)?.as_str().to_owned(),
        state: state.unwrap_or_else(|| "registered".to_owned()),
        reason_zh,
        reason_en,
        proposed_reason: likeness.proposed(level),
    })
}

fn as_unsigned(own: &InSight<'_>) -> Result<Unsigned, Failure> {
    let stored = &own.stored;
    let snapshot = &stored.petition.snapshot;
    Ok(Unsigned {
        petition_id: snapshot.petition_id,
        district: snapshot.district.clone(),
        topic: snapshot.topic.clone(),
        class: snapshot.class,
        key_id: stored.key_id,
        // A destroyed key leaves nothing to compare.
        wrapped_key: stored.wrapped_key.clone().ok_or(Failure::Unknown)?,
        title: stored.text.title.clone(),
        request: stored.text.request.clone(),
        place: stored.text.place.clone(),
    })
}

/// Opens what a petition says and signs it.
pub(super) fn sign(context: &Context, one: &Unsigned) -> Result<Signature, SealingError> {
    let fields = context.vault.fields(one.petition_id, &one.district, one.key_id, &one.wrapped_key)?;
    let title = fields.open(PETITION, "title", &one.title)?;
    let request = fields.open(PETITION, "request", &one.request)?;
    let place = one.place.as_deref().map(|place| fields.open(PETITION, "place", place)).transpose()?;
    let among = Among { district: &one.district, topic: &one.topic, class: one.class };
    Ok(context.vault.likeness().sign(among, &title, &request, place.as_ref().map(|place| place.as_str())))
}
