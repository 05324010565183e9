//! Adds or changes a district.

use huiyin_authz::{Permission, Sight};
use huiyin_journal::record;
use huiyin_kernel::Actor;

use super::{Context, Error, context::authorise};
use crate::domain::{District, Outcome};
use crate::events::outgoing::{Place, district_changed};
use crate::store::{self, Kept};

/// Adds or changes a district; the same again changes nothing.
pub async fn put_district(context: &Context, actor: &Actor, district: District) -> Result<Outcome, Error> {
    authorise(actor, Permission::ManageUnits, &district.code)?;
    let mut tx = context.db.begin_as(&Sight::of(actor)).await?;
    let current = store::districts::lock(&mut tx, &district.code).await?;
    let has_units = store::districts::has_units(&mut tx, &district.code).await?;
    let outcome = district.put(current.as_ref().map(|kept| &kept.value), has_units)?;
    if outcome != Outcome::Unchanged {
        let version = current.as_ref().map_or(0, |kept| kept.version);
        let act = context.act(actor, "district", district.code.as_str(), version);
        let mut ids = context.ids_of(&act);
        let id = current.map_or_else(|| ids.next(act.at), |kept| kept.id);
        let change = district_changed(&act, Place { id, version }, &district, &mut ids);
        store::districts::save(&mut tx, &[Kept { id, version: version + 1, value: district }]).await?;
        record(&mut tx, vec![change]).await?;
    }
    tx.commit().await?;
    Ok(outcome)
}
