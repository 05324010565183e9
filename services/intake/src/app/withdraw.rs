use huiyin_kernel::Text;

use super::{Access, Context, Failure, admit, amend::finish, story::sealed_field};
use crate::{
    domain::{CaseStanding, Decision, Petition, PetitionEvent},
    events::outgoing,
    store,
    vault::PETITION,
};

/// Withdraws a petition: the petitioner's own act, taken back within the time the policy gives. Doing it twice is doing it
/// once.
pub async fn withdraw(context: &Context, access: &Access, reason: Option<&Text>) -> Result<Petition, Failure> {
    let mut tx = context.api.begin().await?;
    let id = admit(context, &mut tx, access).await?.petition.snapshot.petition_id;
    store::petition::lock(&mut tx, id).await?;
    let stored = store::petition::find(&mut tx, id).await?.ok_or(Failure::Unknown)?;
    let case = store::case_status::find(&mut tx, id).await?;
    let Decision::Changed = stored.petition.withdraw(CaseStanding::of(case.as_ref()))? else {
        return Ok(stored.petition);
    };
    let policy = context.policy(&stored.policy_pack);
    let (restorable_until, _) = context.due(context.clock.now(), &policy.petition.withdrawal_reversible);
    let wrapped = stored.wrapped_key.as_deref().ok_or(Failure::Unknown)?;
    let fields = context.vault.fields(id, &stored.petition.snapshot.district, stored.key_id, wrapped)?;
    let reason = reason.map(|reason| fields.seal(PETITION, "withdrawal", reason.as_str())).transpose()?;
    store::petition::save_withdrawal(&mut tx, id, reason.as_deref()).await?;
    let sealed = reason.iter().map(|reason| sealed_field("withdrawal", reason)).collect();
    let event = PetitionEvent::Withdrawn { restorable_until, sealed };
    let petition = stored.petition.clone().apply(&event);
    let (cause, mut ids) = context.ids_for_change(id, stored.petition.version, "withdraw");
    let told = outgoing::withdrawn(&petition.snapshot)?;
    finish(context, tx, &stored, &petition, &event, (cause, &mut ids), told).await?;
    Ok(petition)
}
