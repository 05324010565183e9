//! Adds or changes a unit.

use huiyin_authz::{Permission, Sight};
use huiyin_journal::record;
use huiyin_kernel::Actor;

use super::{Context, Error, context::authorise};
use crate::domain::{Outcome, Refusal, Unit};
use crate::events::outgoing::{Place, unit_changed};
use crate::store::{self, Kept};

/// Adds or changes a unit; the same again changes nothing.
pub async fn put_unit(context: &Context, actor: &Actor, unit: Unit) -> Result<Outcome, Error> {
    authorise(actor, Permission::ManageUnits, &unit.district)?;
    let mut tx = context.db.begin_as(&Sight::of(actor)).await?;
    let district = store::districts::lock(&mut tx, &unit.district).await?;
    if !district.is_some_and(|kept| kept.value.active) {
        return Err(Refusal::NoDistrict(unit.district).into());
    }
    let current = store::units::lock(&mut tx, &unit.code).await?;
    let has_staff = store::units::has_staff(&mut tx, &unit.code).await?;
    let outcome = unit.put(current.as_ref().map(|kept| &kept.value), has_staff)?;
    if outcome != Outcome::Unchanged {
        let version = current.as_ref().map_or(0, |kept| kept.version);
        let act = context.act(actor, "unit", unit.code.as_str(), version);
        let mut ids = context.ids_of(&act);
        let id = current.map_or_else(|| ids.next(act.at), |kept| kept.id);
        let change = unit_changed(&act, Place { id, version }, &unit, &mut ids);
        store::units::save(&mut tx, &[Kept { id, version: version + 1, value: unit }]).await?;
        record(&mut tx, vec![change]).await?;
    }
    tx.commit().await?;
    Ok(outcome)
}
