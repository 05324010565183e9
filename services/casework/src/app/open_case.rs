//! Opening a case for a registered petition, in the pack in force in its district at that time.

use std::sync::Arc;

use huiyin_contracts::intake::{PetitionClass, PetitionSnapshot};
use huiyin_journal::{HandleError, Tx};
use huiyin_kernel::{Actor, DistrictLevel, Service, UnitCode};
use huiyin_policy::Policy;
use uuid::Uuid;

use super::carry_out::{Occasion, carry_out};
use super::context::Context;
use super::receive::receive;
use crate::domain::{CaseFacts, PolicyRef, open};
use crate::store::directory::{self, Home};
use crate::store::{cases, early_visits, packs};

/// Opens the case; a petition that has one is left as it is.
pub(crate) async fn open_case(
    ctx: &Context,
    tx: &mut Tx,
    petition: &PetitionSnapshot,
    cause: Uuid,
) -> Result<(), HandleError> {
    if cases::lock_by_petition(tx, petition.petition_id).await?.is_some() {
        return Ok(());
    }
    let homes = directory::homes(tx, &petition.district).await?;
    let unknown = || HandleError::Retry(format!("the directory has not told of {}", petition.district).into());
    let home = homes.first().ok_or_else(unknown)?;
    let policy = pack_of(ctx, home)?;
    packs::keep(tx, &policy).await?;
    let responsible_unit = responsible_unit(tx, petition, &homes).await?.ok_or_else(unknown)?;
    let at = petition.registered_at;
    let facts = CaseFacts {
        case_id: ctx.ids.for_cause(petition.petition_id.uuid()).next(at),
        petition_id: petition.petition_id,
        number: petition.number.clone(),
        channel: petition.channel,
        class: petition.class,
        topic: petition.topic.clone(),
        district: petition.district.clone(),
        registered_at: at,
        registered_by: petition.registered_by.clone(),
        policy: PolicyRef { pack: policy.id().to_owned(), hash: policy.version_hash().to_owned() },
    };
    let opened = open(facts, responsible_unit, petition.session_id, &policy, &ctx.calendar)
        .map_err(|refusal| HandleError::Park { reason: refusal.to_string() })?;
    let occasion = Occasion { actor: Actor::System { service: Service::Casework }, cause, at };
    carry_out(ctx, tx, None, &[opened], &policy, &occasion).await?;
    for early in early_visits::take(tx, petition.petition_id).await? {
        receive(ctx, tx, &early).await?;
    }
    Ok(())
}

fn pack_of(ctx: &Context, home: &Home) -> Result<Arc<Policy>, HandleError> {
    let lost = || HandleError::Park {
        reason: format!("district {} names the pack {}, which is not there", home.district, home.policy_pack),
    };
    ctx.packs.for_new_case(&home.policy_pack).ok_or_else(lost)
}

/// The unit that registered it, if it takes in petitions for that very district; else the district's petition unit. An
/// accusation is never with a street office, which may be the one accused (REG-22): with the petition unit of the county
/// or city.
async fn responsible_unit(
    tx: &mut Tx,
    petition: &PetitionSnapshot,
    homes: &[Home],
) -> Result<Option<UnitCode>, HandleError> {
    if petition.class == PetitionClass::Accusation {
        let above = |home: &&Home| {
            matches!(home.district.level(), DistrictLevel::County | DistrictLevel::City | DistrictLevel::Province)
        };
        return Ok(homes.iter().find(above).or(homes.last()).map(|home| home.petition_unit.clone()));
    }
    if let Some(registered_by) = &petition.registered_by {
        let unit = directory::unit(tx, registered_by).await?;
        if unit.is_some_and(|unit| unit.takes_petitions_of(&petition.district)) {
            return Ok(Some(registered_by.clone()));
        }
    }
    Ok(homes.first().map(|home| home.petition_unit.clone()))
}
