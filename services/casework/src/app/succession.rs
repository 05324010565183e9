//! What an abolished unit still answers for goes to its successor (REG-16): a batch at a time, each case once.

use std::collections::BTreeMap;

use huiyin_kernel::{Actor, CaseId, Service, StaffId, UnitCode};
use uuid::Uuid;

use super::carry_out::{Happened, Occasion, carry_out_all, derived};
use super::context::Context;
use super::error::Failure;
use crate::domain::{Successor, succeed};
use crate::store::{cases, directory, succession};

const ACTOR: Actor = Actor::System { service: Service::Casework };

/// How far a round over the abolished units has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// The unit whose matters are being moved.
    pub(crate) unit: Option<UnitCode>,
    /// The last of them that was looked at.
    pub(crate) after: Option<CaseId>,
}

/// The next cases of the round with whoever carries on for their unit; none when it is over.
pub(crate) async fn next_batch(
    ctx: &Context,
    round: &Round,
    limit: i64,
) -> Result<Option<(Successor, Vec<CaseId>)>, Failure> {
    let mut tx = ctx.worker.read().await?;
    let from = round.unit.as_ref().map_or("", |unit| unit.as_str());
    for successor in succession::successors(&mut tx, from).await? {
        let after = round.after.filter(|_| round.unit.as_ref() == Some(&successor.from));
        let held = succession::held_by(&mut tx, &successor.from, after, limit).await?;
        if !held.is_empty() {
            return Ok(Some((successor, held)));
        }
    }
    Ok(None)
}

/// Moves cases together in one transaction; when one of them cannot be, each by itself, and the others are done.
pub(crate) async fn move_batch(ctx: &Context, successor: &Successor, cases: &[CaseId]) -> Result<usize, Failure> {
    let error = match move_together(ctx, successor, cases).await {
        Ok(moved) => return Ok(moved),
        Err(error) if cases.len() == 1 => return Err(error),
        Err(error) => error,
    };
    tracing::warn!(%error, "a batch of an abolished unit's matters is moved one by one");
    let (mut moved, mut failed) = (0, None);
    for case in cases {
        match move_together(ctx, successor, std::slice::from_ref(case)).await {
            Ok(one) => moved += one,
            Err(error) => {
                tracing::error!(alarm = true, case.id = %case, %error, "an abolished unit's matter cannot be moved to its successor");
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(moved), Err)
}

async fn move_together(ctx: &Context, successor: &Successor, ids: &[CaseId]) -> Result<usize, Failure> {
    let at = ctx.clock.now();
    let mut tx = ctx.worker.begin().await?;
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let cases = cases::lock_all(&mut tx, &ids).await?;
    let mut officers: BTreeMap<StaffId, bool> = BTreeMap::new();
    let mut moves = Vec::with_capacity(cases.len());
    for case in cases.values() {
        let stays = match case.state.officer() {
            None => false,
            Some(officer) => {
                if let Some(stays) = officers.get(&officer) {
                    *stays
                } else {
                    let unit = directory::unit_of_staff(&mut tx, officer, &["officer"]).await?;
                    let stays = unit.as_ref() == Some(&successor.to);
                    officers.insert(officer, stays);
                    stays
                }
            }
        };
        let events = succeed(case, successor, stays);
        if !events.is_empty() {
            let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
            let cause = derived(case.facts.case_id, "succeed", case.version);
            moves.push((case, events, policy, Occasion { actor: ACTOR, cause, at }));
        }
    }
    let happened = moves.iter().map(|(case, events, policy, occasion)| Happened {
        before: Some(case),
        events,
        policy,
        occasion,
        trace: None,
    });
    let moved = carry_out_all(ctx, &mut tx, happened.collect()).await?.len();
    tx.commit().await?;
    Ok(moved)
}
