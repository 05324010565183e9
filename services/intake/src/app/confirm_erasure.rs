use huiyin_journal::record;
use huiyin_kernel::{Actor, PetitionId, Service};

use super::{Context, Failure, story::Happening};
use crate::{
    domain::{Petition, PetitionEvent},
    store,
};

/// A service has destroyed its copies of what was destroyed here (D-7): kept in the journal of each petition. Told twice, it is kept once.
pub async fn confirm_erasure(context: &Context, holder: Service, ids: &[PetitionId]) -> Result<(), Failure> {
    let mut tx = context.worker.begin().await?;
    let news = store::erasure::confirm(&mut tx, ids, holder).await?;
    if news.is_empty() {
        return Ok(());
    }
    let stored = store::petition::load(&mut tx, &news).await?;
    let petitions: Vec<&Petition> = stored.iter().map(|stored| &stored.petition).collect();
    if !store::petition::save_versions(&mut tx, &petitions).await? {
        return Err(Failure::Changed);
    }
    let (event, at) = (PetitionEvent::CopiesErased { holder }, context.clock.now());
    let change = |before: &Petition| {
        let (cause, mut ids) = context.ids_for_change(before.snapshot.petition_id, before.version, event.name());
        let actor = Actor::System { service: holder };
        let outgoing = Vec::new();
        Happening { before, event: &event, event_id: ids.next(at), actor, cause, at, outgoing }.change()
    };
    record(&mut tx, petitions.into_iter().map(change).collect::<Result<_, _>>()?).await?;
    Ok(tx.commit().await?)
}
