use huiyin_authz::Sight;
use huiyin_journal::record;
use huiyin_kernel::{Actor, DistrictCode, PetitionId, Text};

use super::{
    Context, Failure, Resolved, resolve,
    story::{Happening, sealed_field},
    view::{fields, in_sight},
};
use crate::{
    domain::{Document, PetitionEvent},
    store,
    vault::JOURNAL,
};

/// All matters of a petitioner who stands at the counter and shows the document they were handed in with (DOMAIN part D): for
/// the petitioner, not about the petitioner. Each of them keeps in its journal that it was looked up, by whom and why.
pub async fn own_matters(
    context: &Context,
    actor: Actor,
    district: &DistrictCode,
    document_number: &str,
    reason: &Text,
) -> Result<Vec<Resolved>, Failure> {
    let Some(number) = Document::one_spelling(document_number) else { return Ok(Vec::new()) };
    let known = context.known().await?;
    let indexes: Vec<Vec<u8>> = known
        .districts
        .keys()
        .filter(|inside| district.contains(inside))
        .map(|inside| context.vault.document_index(inside, &number))
        .collect();
    let mut tx = context.api.begin_as(&Sight::of(&actor)).await?;
    let ids = store::petitioner::find_by_document(&mut tx, &indexes).await?;
    let mut seen: Vec<PetitionId> = Vec::new();
    let mut changes = Vec::new();
    let mut mine = in_sight(context, &known, &mut tx, &actor, &ids).await?;
    mine.retain(|one| one.may_identify);
    let petitions: Vec<_> = mine.iter().map(|one| &one.stored.petition).collect();
    if !store::petition::save_versions(&mut tx, &petitions).await? {
        return Err(Failure::Changed);
    }
    for one in &mine {
        let before = &one.stored.petition;
        let id = before.snapshot.petition_id;
        let reason = fields(context, &one.stored)?.seal(JOURNAL, "reason", reason.as_str())?;
        let event = PetitionEvent::IdentityShown { sealed: vec![sealed_field("reason", &reason)] };
        let at = context.clock.now();
        let (cause, mut id_source) = context.ids_for_change(id, before.version, "own-matters");
        let happening = Happening {
            before,
            event: &event,
            event_id: id_source.next(at),
            actor: actor.clone(),
            cause,
            at,
            outgoing: Vec::new(),
        };
        changes.push(happening.change()?);
        seen.push(id);
    }
    if !changes.is_empty() {
        record(&mut tx, changes).await?;
    }
    tx.commit().await?;
    resolve(context, &actor, &seen).await
}
