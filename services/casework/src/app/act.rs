//! The shell of every command that a member of staff gives: load under lock, decide, carry out, commit.

use huiyin_authz::Sight;
use huiyin_journal::{Idempotency, IdempotencyHit, Tx};
use huiyin_kernel::{Actor, CaseId};
use huiyin_web::IdempotencyKey;

use super::carry_out::{Occasion, carry_out, derived};
use super::context::Context;
use super::error::Failure;
use super::read::since;
use crate::domain::{Case, Command, decide};
use crate::store;

/// A command with what came along.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Who.
    pub(crate) actor: Actor,
    /// To which case.
    pub(crate) case_id: CaseId,
    /// The version the actor saw, if told.
    pub(crate) expected_version: Option<i64>,
    /// So that a double click does it once.
    pub(crate) key: Option<IdempotencyKey>,
    /// The request's data as sent, to tell a repeated request from another one under the same key.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Where its answer is kept, so that the same request is answered once.
    pub(crate) fn idempotency(&self, scope: &str) -> Option<Idempotency> {
        let key = self.key.as_ref()?;
        Some(Idempotency::new(scope.to_owned(), &key.command_id(scope).to_string(), &self.body))
    }
}

/// The answer that was given to the same request before; another request under its key is refused.
pub(crate) async fn answered_before(
    tx: &mut Tx,
    idempotency: Option<&Idempotency>,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(idempotency) = idempotency else { return Ok(None) };
    match idempotency.lookup(tx).await? {
        IdempotencyHit::Fresh => Ok(None),
        IdempotencyHit::Replay { body, .. } => Ok(Some(body)),
        IdempotencyHit::Conflict => Err(Failure::KeyReused),
    }
}

/// Gives a command; the answer is the case's state and version afterwards, the same for a repeated request.
pub(crate) async fn act(ctx: &Context, request: &Request, command: &Command) -> Result<Vec<u8>, Failure> {
    let scope = format!("case/{}/{}", request.case_id, command.kind());
    let idempotency = request.idempotency(&scope);
    let mut tx = ctx.api.begin_as(&Sight::of(&request.actor)).await?;
    if let Some(body) = answered_before(&mut tx, idempotency.as_ref()).await? {
        return Ok(body);
    }
    // Boxed, as the whole case is held over every wait that follows.
    let case = store::cases::lock_as(&mut tx, request.case_id, &request.actor).await?;
    let case = Box::new(case.ok_or(Failure::NotFound)?);
    if let Some(expected) = request.expected_version.filter(|version| *version != case.version) {
        let since = since(&mut tx, request.case_id, expected).await?;
        return Err(Failure::Changed { version: case.version, since });
    }
    let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
    let at = ctx.clock.now();
    let events = decide(&case, command, &policy, &ctx.calendar, &request.actor, at)?;
    let by_state = || derived(request.case_id, command.kind().name(), case.version);
    let cause = request.key.as_ref().map_or_else(by_state, |key| key.command_id(&scope).uuid());
    let occasion = Occasion { actor: request.actor.clone(), cause, at };
    let after = Box::pin(carry_out(ctx, &mut tx, Some(&case), &events, &policy, &occasion)).await?;
    let answer = serde_json::to_vec(&Done::of(&after)).expect("words and numbers always serialise");
    if let Some(idempotency) = &idempotency {
        idempotency.store(&mut tx, 200, &answer).await?;
    }
    tx.commit().await?;
    Ok(answer)
}

/// The answer to a command.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Done {
    /// The case.
    #[schema(value_type = Uuid)]
    case_id: CaseId,
    /// Where it stands now.
    state: &'static str,
    /// To send as `expected_version` with the next command.
    version: i64,
    /// The nearest running deadline.
    next_due_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl Done {
    pub(super) fn of(case: &Case) -> Self {
        Self {
            case_id: case.facts.case_id,
            state: case.state.kind().name(),
            version: case.version,
            next_due_at: case.next_due_at(),
        }
    }
}
