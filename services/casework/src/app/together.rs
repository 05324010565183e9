//! Commands to several matters at once: all in one transaction, locked in the order of their ids, so that two such commands never wait for
//! each other crosswise. Either all are taken up or none.

use std::collections::BTreeMap;

use huiyin_authz::Sight;
use huiyin_journal::traceparent;
use huiyin_kernel::{CaseId, PetitionNumber};
use uuid::Uuid;

use super::act::{Done, Request, answered_before};
use super::carry_out::{Happened, Occasion, carry_out_all, derived};
use super::context::Context;
use super::error::Failure;
use super::read::{since, visible};
use crate::domain::{Case, Command, LinkKind, LinkRefusal, Refusal, StateKind, decide};
use crate::store;

/// Locked matters by id.
type Locked = BTreeMap<Uuid, Case>;

/// Links two matters, on both sides.
pub(crate) async fn link(
    ctx: &Context,
    request: &Request,
    number: &PetitionNumber,
    kind: LinkKind,
    reason: String,
) -> Result<Vec<u8>, Failure> {
    let mut tx = ctx.api.look_up_as(&Sight::of(&request.actor)).await?;
    let other = store::cases::with_number(&mut tx, number).await?.ok_or(Failure::Unknown { field: "number" })?;
    if !store::worklist::is_visible(&mut tx, other, &request.actor).await? {
        return Err(Failure::Unknown { field: "number" });
    }
    drop(tx);
    if other == request.case_id {
        return Err(Refusal::from(LinkRefusal::Itself).into());
    }
    let own = request.case_id.uuid();
    let to = |other: &Case| Command::LinkMatters { other: other.as_other(), kind, reason: reason.clone() };
    give(ctx, request, "link", &[other], |cases| {
        let (own_case, other_case) = (of(cases, own)?, of(cases, other.uuid())?);
        Ok(vec![(own, to(other_case)), (other.uuid(), to(own_case))])
    })
    .await
}

/// Undoes a link, on both sides.
pub(crate) async fn unlink(
    ctx: &Context,
    request: &Request,
    other: CaseId,
    reason: String,
) -> Result<Vec<u8>, Failure> {
    let own = request.case_id;
    if other == own {
        return Err(Refusal::from(LinkRefusal::NotLinked).into());
    }
    let from = |other| Command::UnlinkMatters { other, reason: reason.clone() };
    give(ctx, request, "unlink", &[other], |_| Ok(vec![(own.uuid(), from(other)), (other.uuid(), from(own))])).await
}

/// Closes a matter and those linked with it, each by its own reply and through the ordinary gates; what is closed already stays so.
pub(crate) async fn close_linked(ctx: &Context, request: &Request) -> Result<Vec<u8>, Failure> {
    let own = visible(ctx, &request.actor, request.case_id).await?;
    let others: Vec<CaseId> = own.links.iter().map(|link| link.case_id).collect();
    if others.is_empty() {
        return Err(Refusal::from(LinkRefusal::NotLinked).into());
    }
    give(ctx, request, "close-linked", &others, |cases| {
        let own = of(cases, request.case_id.uuid())?;
        // Linked or unlinked since it was read: whoever closes has to see that first.
        if own.links.len() != others.len() || !others.iter().all(|other| own.link_to(*other).is_some()) {
            return Err(Failure::Changed { version: own.version, since: Vec::new() });
        }
        let open = cases.iter().filter(|(_, case)| case.state.kind() != StateKind::Closed);
        let commands: Vec<_> = open.map(|(id, _)| (*id, Command::Close)).collect();
        if commands.is_empty() { Err(Refusal::NothingChanges.into()) } else { Ok(commands) }
    })
    .await
}

fn of(cases: &Locked, id: Uuid) -> Result<&Case, Failure> {
    cases.get(&id).ok_or(Failure::NotFound)
}

/// Gives each its command. The answer is the first matter's state and version, the same for a repeated request.
async fn give(
    ctx: &Context,
    request: &Request,
    word: &str,
    others: &[CaseId],
    commands: impl FnOnce(&Locked) -> Result<Vec<(Uuid, Command)>, Failure>,
) -> Result<Vec<u8>, Failure> {
    let scope = format!("case/{}/{word}", request.case_id);
    let idempotency = request.idempotency(&scope);
    let mut tx = ctx.api.begin_as(&Sight::of(&request.actor)).await?;
    if let Some(body) = answered_before(&mut tx, idempotency.as_ref()).await? {
        return Ok(body);
    }
    let ids: Vec<Uuid> = std::iter::once(request.case_id).chain(others.iter().copied()).map(CaseId::uuid).collect();
    tx.admit(&ids).await?;
    let cases = store::cases::lock_all(&mut tx, &ids).await?;
    // Seen by this actor as they stand under the lock; else as if they did not exist.
    for id in &ids {
        let is_there = cases.contains_key(id);
        if !is_there || !store::worklist::is_visible(&mut tx, CaseId::from(*id), &request.actor).await? {
            return Err(Failure::NotFound);
        }
    }
    let own = of(&cases, request.case_id.uuid())?;
    if let Some(expected) = request.expected_version.filter(|version| *version != own.version) {
        let since = since(&mut tx, request.case_id, expected).await?;
        return Err(Failure::Changed { version: own.version, since });
    }
    let at = ctx.clock.now();
    let mut decided = Vec::new();
    for (id, command) in commands(&cases)? {
        let case = of(&cases, id)?;
        let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
        let events = decide(case, &command, &policy, &ctx.calendar, &request.actor, at).map_err(|refusal| {
            // Of several closed together the one that stays open is named.
            if matches!(command, Command::Close) && id != request.case_id.uuid() {
                let (number, told) = (case.facts.number.clone(), Box::new(refusal.told()));
                Refusal::from(LinkRefusal::OneStaysOpen { number, told })
            } else {
                refusal
            }
        })?;
        let by_state = derived(CaseId::from(id), word, case.version);
        let cause = request.key.as_ref().map_or(by_state, |key| key.command_id(&format!("case/{id}/{word}")).uuid());
        let occasion = Occasion { actor: request.actor.clone(), cause, at };
        decided.push((id, events, policy, occasion));
    }
    let happened = decided.iter().map(|(id, events, policy, occasion)| Happened {
        before: cases.get(id),
        events,
        policy,
        occasion,
        trace: traceparent(),
    });
    let after = Box::pin(carry_out_all(ctx, &mut tx, happened.collect())).await?;
    let own = after.iter().find(|case| case.facts.case_id == request.case_id).or(cases.get(&request.case_id.uuid()));
    let answer =
        serde_json::to_vec(&Done::of(own.ok_or(Failure::NotFound)?)).expect("words and numbers always serialise");
    if let Some(idempotency) = &idempotency {
        idempotency.store(&mut tx, 200, &answer).await?;
    }
    tx.commit().await?;
    Ok(answer)
}
