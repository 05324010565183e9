//! Opening cases for registered petitions, each in the pack in force in its district at that time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use huiyin_contracts::intake::{PetitionClass, PetitionSnapshot};
use huiyin_journal::{HandleError, Tx};
use huiyin_kernel::{Actor, DistrictCode, DistrictLevel, Service, UnitCode};
use huiyin_policy::Policy;
use uuid::Uuid;

use super::carry_out::{Happened, Occasion, carry_out_all};
use super::context::Context;
use super::receive::receive;
use crate::domain::{CaseFacts, Event, PolicyRef, open};
use crate::store::directory::{self, Home, KnownUnit};
use crate::store::{cases, early_visits, packs};

/// A registered petition, and the event that told of it.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) petition: PetitionSnapshot,
    pub(crate) cause: Uuid,
    /// The trace that the case's publication continues.
    pub(crate) trace: Option<String>,
}

/// Opens the cases; a petition that has one is left as it is.
pub(crate) async fn open_cases(ctx: &Context, tx: &mut Tx, registered: &[Registered]) -> Result<(), HandleError> {
    let petitions: Vec<Uuid> = registered.iter().map(|one| one.petition.petition_id.uuid()).collect();
    let there = cases::opened_for(tx, &petitions).await?;
    let fresh: Vec<&Registered> =
        registered.iter().filter(|one| !there.contains(&one.petition.petition_id.uuid())).collect();
    let mut known = Known::default();
    let mut openings = Vec::with_capacity(fresh.len());
    for one in fresh {
        openings.push(known.opening(ctx, tx, one).await?);
    }
    let all = openings
        .iter()
        .map(|opening| Happened {
            before: None,
            events: std::slice::from_ref(&opening.event),
            policy: &opening.policy,
            occasion: &opening.occasion,
            trace: opening.trace.clone(),
        })
        .collect();
    carry_out_all(ctx, tx, all).await?;
    for early in early_visits::take(tx, &petitions).await? {
        receive(ctx, tx, &early).await?;
    }
    Ok(())
}

/// A case to open.
struct Opening {
    event: Event,
    policy: Arc<Policy>,
    occasion: Occasion,
    trace: Option<String>,
}

/// What the directory was asked for a batch, once.
#[derive(Default)]
struct Known {
    homes: BTreeMap<DistrictCode, Vec<Home>>,
    units: BTreeMap<UnitCode, Option<KnownUnit>>,
    packs: BTreeSet<String>,
}

impl Known {
    async fn opening(&mut self, ctx: &Context, tx: &mut Tx, one: &Registered) -> Result<Opening, HandleError> {
        let petition = &one.petition;
        let homes = self.homes(tx, &petition.district).await?;
        if let Some(unit) = petition.registered_by.as_ref().filter(|unit| !self.units.contains_key(*unit)) {
            self.units.insert(unit.clone(), directory::unit(tx, unit).await?);
        }
        let unknown = || HandleError::Retry(format!("the directory has not told of {}", petition.district).into());
        let home = homes.first().ok_or_else(unknown)?;
        let policy = pack_of(ctx, home)?;
        let responsible_unit = self.responsible_unit(petition, &homes).ok_or_else(unknown)?;
        if self.packs.insert(policy.version_hash().to_owned()) {
            packs::keep(tx, &policy).await?;
        }
        let at = petition.registered_at;
        let facts = CaseFacts {
            case_id: ctx.ids.for_cause(petition.petition_id.uuid()).next(at),
            petition_id: petition.petition_id,
            number: petition.number.clone(),
            channel: petition.channel,
            class: petition.class,
            kind: petition.kind,
            topic: petition.topic.clone(),
            district: petition.district.clone(),
            registered_at: at,
            registered_by: petition.registered_by.clone(),
            policy: PolicyRef { pack: policy.id().to_owned(), hash: policy.version_hash().to_owned() },
        };
        let event = open(facts, responsible_unit, petition.session_id, &policy, &ctx.calendar)
            .map_err(|refusal| HandleError::Park { reason: refusal.to_string() })?;
        let occasion = Occasion { actor: Actor::System { service: Service::Casework }, cause: one.cause, at };
        Ok(Opening { event, policy, occasion, trace: one.trace.clone() })
    }

    async fn homes(&mut self, tx: &mut Tx, place: &DistrictCode) -> Result<Vec<Home>, HandleError> {
        if let Some(homes) = self.homes.get(place) {
            return Ok(homes.clone());
        }
        let homes = directory::homes(tx, place).await?;
        self.homes.insert(place.clone(), homes.clone());
        Ok(homes)
    }

    /// The unit that registered it, if it takes in petitions for that very district; else the district's petition unit. An
    /// accusation is never with a street office, which may be the one accused (REG-22): with the petition unit of the county
    /// or city.
    fn responsible_unit(&self, petition: &PetitionSnapshot, homes: &[Home]) -> Option<UnitCode> {
        if petition.class == PetitionClass::Accusation {
            let above = |home: &&Home| {
                matches!(home.district.level(), DistrictLevel::County | DistrictLevel::City | DistrictLevel::Province)
            };
            return homes.iter().find(above).or(homes.last()).map(|home| home.petition_unit.clone());
        }
        let registered_by = petition.registered_by.as_ref().filter(|unit| {
            let known = self.units.get(*unit).and_then(Option::as_ref);
            known.is_some_and(|unit| unit.takes_petitions_of(&petition.district))
        });
        registered_by.or(homes.first().map(|home| &home.petition_unit)).cloned()
    }
}

fn pack_of(ctx: &Context, home: &Home) -> Result<Arc<Policy>, HandleError> {
    let lost = || HandleError::Park {
        reason: format!("district {} names the pack {}, which is not there", home.district, home.policy_pack),
    };
    ctx.packs.for_new_case(&home.policy_pack).ok_or_else(lost)
}
