use chrono::{DateTime, Utc};
use huiyin_authz::Sight;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::CaseSnapshot;
use huiyin_contracts::directory::UnitKind;
use huiyin_contracts::intake::PetitionEvaluation;
use huiyin_journal::{Tx, record};
use huiyin_kernel::{Actor, PetitionId};

use super::{
    Access, Context, Failure, Known, admit,
    story::{Happening, sealed_field},
    view::in_sight,
};
use crate::{
    domain::{Decision, Petition, PetitionEvent, Refusal, Said},
    events::outgoing,
    store::{
        self,
        petition::Stored,
        supplement::{Purpose, Supplement},
    },
    vault::SUPPLEMENT,
};

/// The petitioner rates how the matter was handled, or says that it was not carried out (满意度评价; REG-07). Said twice alike, it is said
/// once.
pub async fn evaluate(context: &Context, access: &Access, said: &Said) -> Result<Petition, Failure> {
    let mut tx = context.api.begin().await?;
    let id = admit(context, &mut tx, access).await?.petition.snapshot.petition_id;
    store::petition::lock(&mut tx, id).await?;
    let stored = store::petition::find(&mut tx, id).await?.ok_or(Failure::Unknown)?;
    take_down(context, tx, stored, said, Actor::Petitioner).await
}

/// The same for one who phones or comes: a clerk of the petition office writes it down, never one of the unit that is rated.
pub async fn evaluate_for(context: &Context, actor: &Actor, id: PetitionId, said: &Said) -> Result<Petition, Failure> {
    let known = context.known().await?;
    let mut tx = context.api.begin_as(&Sight::of(actor)).await?;
    store::petition::lock(&mut tx, id).await?;
    let one = in_sight(context, &known, &mut tx, actor, &[id]).await?.pop().ok_or(Failure::Unknown)?;
    let case = store::case_status::find(&mut tx, id).await?;
    if !one.may_identify || !is_petition_office(&known, actor, &one.stored, case.as_ref()) {
        return Err(Refusal::NotPetitionOffice.into());
    }
    let stored = one.stored;
    take_down(context, tx, stored, said, actor.clone()).await
}

/// Does the actor belong to the petition office, and not to the unit that answered? What petitioners say of that unit is not for it.
pub(super) fn is_petition_office(known: &Known, actor: &Actor, stored: &Stored, case: Option<&CaseSnapshot>) -> bool {
    let Some(unit) = actor.unit() else { return false };
    let of_place = known.districts.get(&stored.petition.snapshot.district).map(|district| &district.petition_unit);
    let is_bureau = matches!(known.units.get(unit), Some(UnitKind::Bureau));
    (is_bureau || of_place == Some(unit)) && case.is_none_or(|case| case.responsible_unit != *unit)
}

async fn take_down(
    context: &Context,
    mut tx: Tx,
    stored: Stored,
    said: &Said,
    actor: Actor,
) -> Result<Petition, Failure> {
    let now = context.clock.now();
    let before = &stored.petition;
    let id = before.snapshot.petition_id;
    let case = store::case_status::find(&mut tx, id).await?;
    let today = local_date(now).ok_or(Failure::Unknown)?;
    if before.evaluate(said, case.as_ref(), today)? == Decision::AlreadySo {
        return Ok(stored.petition);
    }
    let sealed = words(context, &mut tx, &stored, said, now).await?;
    let evaluation = PetitionEvaluation {
        office: said.office,
        unit: said.unit,
        dispute: said.dispute,
        no_return_visit: said.no_return_visit,
        told_to_clerk: actor != Actor::Petitioner,
        at: now,
    };
    let event = PetitionEvent::Evaluated { evaluation, sealed: sealed.into_iter().collect() };
    let petition = before.clone().apply(&event);
    if !store::petition::save(&mut tx, before.version, &petition).await? {
        return Err(Failure::Changed);
    }
    let (cause, mut ids) = context.ids_for_change(id, before.version, "evaluate");
    let outgoing = outgoing::evaluated(&petition.snapshot)?;
    let event_id = ids.next(now);
    let happening = Happening { before, event: &event, event_id, actor, cause, at: now, outgoing };
    record(&mut tx, vec![happening.change()?]).await?;
    tx.commit().await?;
    Ok(petition)
}

/// Seals the words and keeps them among what was added; nothing when there are none, or they are the last ones said.
async fn words(
    context: &Context,
    tx: &mut Tx,
    stored: &Stored,
    said: &Said,
    now: DateTime<Utc>,
) -> Result<Option<crate::domain::SealedField>, Failure> {
    let Some(words) = &said.words else { return Ok(None) };
    let (id, district) = (stored.petition.snapshot.petition_id, &stored.petition.snapshot.district);
    let supplements = store::supplement::list(&mut *tx, id).await?;
    let text_mac = context.vault.body_mac(words.as_str().as_bytes()).to_vec();
    let last = supplements.last();
    if last.is_some_and(|last| last.purpose == Purpose::Evaluation && last.text_mac == text_mac) {
        return Ok(None);
    }
    let wrapped = stored.wrapped_key.as_deref().ok_or(Failure::Unknown)?;
    let fields = context.vault.fields(id, district, stored.key_id, wrapped)?;
    let text = fields.seal(SUPPLEMENT, "text", words.as_str())?;
    let field = sealed_field("supplement", &text);
    let ordinal = last.map_or(1, |last| last.ordinal + 1);
    let supplement = Supplement { ordinal, added_at: now, purpose: Purpose::Evaluation, text, text_mac };
    store::supplement::insert(&mut *tx, id, &supplement).await?;
    Ok(Some(field))
}
