//! Loads a whole city from one file, in one transaction.

use std::collections::BTreeMap;

use huiyin_authz::{Permission, Sight};
use huiyin_journal::{Change, Tx, record};
use huiyin_kernel::Actor;
use uuid::Uuid;

use super::{Context, Error, context::authorise};
use crate::domain::{City, Outcome, Refusal, Surroundings};
use crate::events::outgoing::{Act, Place, district_changed, staff_changed, unit_changed};
use crate::store::{self, Kept};

const EVERYTHING: i64 = 1_000_000;

/// What loading a city changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Districts added or changed.
    pub districts: usize,
    /// Units added or changed.
    pub units: usize,
    /// Staff added or changed.
    pub staff: usize,
}

/// Adds and changes what the file says; what the file does not name stays as it is, and an account once disabled
/// stays disabled. The same file again changes nothing. All or nothing.
pub async fn load_city(context: &Context, actor: &Actor, city: &City) -> Result<Loaded, Error> {
    for district in &city.districts {
        authorise(actor, Permission::ManageUnits, &district.code)?;
    }
    authorise_staff(actor, city)?;
    let mut tx = context.db.begin_as(&Sight::of(actor)).await?;
    let mut changes = Vec::new();
    let loaded = Loaded {
        districts: districts(context, actor, city, &mut tx, &mut changes).await?,
        units: units(context, actor, city, &mut tx, &mut changes).await?,
        staff: staff(context, actor, city, &mut tx, &mut changes).await?,
    };
    // Someone who signed in to do this must not be the last who could.
    let nobody = huiyin_kernel::StaffId::from(Uuid::nil());
    if actor.staff_id().is_some() && store::staff::other_administrators(&mut tx, nobody).await? == 0 {
        return Err(Refusal::LastAdministrator.into());
    }
    record(&mut tx, changes).await?;
    tx.commit().await?;
    Ok(loaded)
}

fn authorise_staff(actor: &Actor, city: &City) -> Result<(), Error> {
    match city.districts.first() {
        Some(district) if !city.staff.is_empty() => authorise(actor, Permission::ManageStaff, &district.code),
        Some(_) | None => Ok(()),
    }
}

/// The act that changes one thing, its place, and its ids.
fn begin(
    context: &Context,
    actor: &Actor,
    what: &str,
    key: &str,
    known: Option<Place>,
) -> (Act, Place, huiyin_kernel::IdSequence) {
    let act = context.act(actor, what, key, known.map_or(0, |place| place.version));
    let mut ids = context.ids_of(&act);
    let place = known.unwrap_or_else(|| Place { id: ids.next(act.at), version: 0 });
    (act, place, ids)
}

async fn districts(
    context: &Context,
    actor: &Actor,
    city: &City,
    tx: &mut Tx,
    changes: &mut Vec<Change>,
) -> Result<usize, Error> {
    let known = store::districts::list(tx, "", "", EVERYTHING).await?;
    let known: BTreeMap<_, _> = known.into_iter().map(|kept| (kept.value.code.clone(), kept)).collect();
    let mut rows = Vec::new();
    for district in &city.districts {
        let current = known.get(&district.code);
        if district.put(current.map(|kept| &kept.value), false)? == Outcome::Unchanged {
            continue;
        }
        let place = current.map(|kept| Place { id: kept.id, version: kept.version });
        let (act, place, mut ids) = begin(context, actor, "district", district.code.as_str(), place);
        changes.push(district_changed(&act, place, district, &mut ids));
        rows.push(Kept { id: place.id, version: place.version + 1, value: district.clone() });
    }
    store::districts::save(tx, &rows).await?;
    Ok(rows.len())
}

async fn units(
    context: &Context,
    actor: &Actor,
    city: &City,
    tx: &mut Tx,
    changes: &mut Vec<Change>,
) -> Result<usize, Error> {
    let known = store::units::list(tx, store::units::Filter::default(), "", EVERYTHING).await?;
    let known: BTreeMap<_, _> = known.into_iter().map(|kept| (kept.value.code.clone(), kept)).collect();
    let mut rows = Vec::new();
    for unit in &city.units {
        let current = known.get(&unit.code);
        if unit.put(current.map(|kept| &kept.value), &Surroundings::default())? == Outcome::Unchanged {
            continue;
        }
        let place = current.map(|kept| Place { id: kept.id, version: kept.version });
        let (act, place, mut ids) = begin(context, actor, "unit", unit.code.as_str(), place);
        changes.push(unit_changed(&act, place, unit, &mut ids));
        rows.push(Kept { id: place.id, version: place.version + 1, value: unit.clone() });
    }
    store::units::save(tx, &rows).await?;
    Ok(rows.len())
}

async fn staff(
    context: &Context,
    actor: &Actor,
    city: &City,
    tx: &mut Tx,
    changes: &mut Vec<Change>,
) -> Result<usize, Error> {
    let known = store::staff::list(tx, store::staff::Filter::default(), "", EVERYTHING).await?;
    let known: BTreeMap<_, _> = known.into_iter().map(|row| (row.staff.login.as_str().to_owned(), row)).collect();
    let districts: BTreeMap<_, _> = city.units.iter().map(|unit| (&unit.code, &unit.district)).collect();
    let (mut rows, mut stale) = (Vec::new(), Vec::<Uuid>::new());
    for entry in &city.staff {
        let current = known.get(&entry.login);
        let place = current.map(|row| Place { id: row.staff.staff_id.uuid(), version: row.version });
        let (act, place, mut ids) = begin(context, actor, "staff", &entry.login, place);
        let wanted = entry.with_id(place.id.into(), current.is_none_or(|row| row.staff.active))?;
        if current.is_some_and(|row| row.staff == wanted) {
            continue;
        }
        let district = districts.get(&wanted.unit).ok_or(Error::NotFound)?;
        if current.is_some_and(|row| wanted.tokens_are_stale(&row.staff)) {
            stale.push(place.id);
        }
        changes.push(staff_changed(&act, place.version, &wanted, district, &mut ids));
        rows.push((place.version + 1, wanted));
    }
    store::staff::save(tx, &rows).await?;
    store::sessions::end_all(tx, &stale, context.infra.now()).await?;
    Ok(rows.len())
}
