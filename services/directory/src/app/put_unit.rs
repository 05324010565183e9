//! Adds or changes a unit.

use huiyin_authz::{Permission, Sight};
use huiyin_calendar::local_date;
use huiyin_contracts::directory::UnitKind;
use huiyin_journal::{Tx, record};
use huiyin_kernel::{Actor, UnitCode};

use super::{Context, Error, context::authorise};
use crate::domain::{Outcome, Refusal, Surroundings, Unit};
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
    let around = surroundings(context, &mut tx, &unit).await?;
    let outcome = unit.put(current.as_ref().map(|kept| &kept.value), &around)?;
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

/// What the abolition of a unit depends on; a unit that stays asks for nothing. The successor is locked, so that it is not abolished meanwhile.
async fn surroundings(context: &Context, tx: &mut Tx, unit: &Unit) -> Result<Surroundings, Error> {
    if unit.active {
        return Ok(Surroundings::default());
    }
    let succession = unit.succession.as_ref();
    Ok(Surroundings {
        has_staff: store::units::has_staff(tx, &unit.code).await?,
        petition_unit_of: store::units::takes_petitions_of(tx, &unit.code).await?,
        successor: kind_of(tx, succession.map(|succession| &succession.unit)).await?,
        accusations_to: kind_of(tx, succession.and_then(|succession| succession.accusations_to.as_ref())).await?,
        today: local_date(context.clock.now()),
    })
}

async fn kind_of(tx: &mut Tx, unit: Option<&UnitCode>) -> Result<Option<UnitKind>, Error> {
    let Some(unit) = unit else { return Ok(None) };
    let kept = store::units::lock(tx, unit).await?;
    Ok(kept.map(|kept| kept.value).filter(|unit| unit.active).map(|unit| unit.kind))
}
