//! Making the next document of the batches of this process.

use std::collections::BTreeMap;

use huiyin_authz::Sight;
use huiyin_journal::DbError;
use huiyin_web::{CallError, Problem};
use uuid::Uuid;

use super::queue::Job;
use super::{column, place};
use crate::app::context::Context;
use crate::app::documents::{self, Printed};
use crate::app::error::Failure;
use crate::store::batches as store;

/// What a batch may hold, in bytes.
const MOST_BYTES: usize = 128 << 20;

/// How often a document is tried while another service is away, with a second or more between.
const MOST_TRIES: u32 = 20;

/// Why the rest of a batch is not made, in Chinese and in English.
type Reason = (String, String);

/// Makes one document of the batch whose turn it is; answers nought when there is none, or when it must wait for another service.
pub(crate) async fn make_next(ctx: &Context) -> Result<usize, Failure> {
    let asked = ctx.batches.ids();
    if asked.is_empty() {
        return Ok(0);
    }
    let mut tx = ctx.worker.begin().await?;
    let wanted = store::beat(&mut tx, &asked).await?;
    tx.commit().await?;
    ctx.batches.keep(&asked, &wanted);
    let Some(mut job) = ctx.batches.take() else { return Ok(0) };
    let done = make_one(ctx, &mut job).await;
    if job.next < job.wanted.len() {
        ctx.batches.put(job);
    }
    done
}

async fn make_one(ctx: &Context, job: &mut Job) -> Result<usize, Failure> {
    if ctx.batches.clock.now() >= job.until {
        return refuse_rest(ctx, job, expired()).await;
    }
    let (case_id, kind) = &job.wanted[job.next];
    match documents::print_in_background(ctx, &job.actor, job.token.expose(), *case_id, kind).await {
        Ok(printed) if job.bytes + printed.pdf.len() > MOST_BYTES => refuse_rest(ctx, job, too_large()).await,
        Ok(printed) => keep(ctx, job, &printed).await,
        // Hardly the document's fault: it is tried again after a pause, and in the end it does not hold up the others.
        Err(Failure::Call(CallError::Down { .. })) if job.tries < MOST_TRIES => {
            job.tries += 1;
            Ok(0)
        }
        Err(failure) => {
            let until = job.next + 1;
            refuse(ctx, job, until, reason(failure)).await
        }
    }
}

async fn keep(ctx: &Context, job: &mut Job, printed: &Printed) -> Result<usize, Failure> {
    let (position, (case_id, kind)) = (position(job.next), &job.wanted[job.next]);
    let column = column(position);
    let sealed = job.key.seal(place(job.batch_id, &column, &job.district), &printed.pdf);
    let sealed = sealed.map_err(|error| DbError::Unreadable(format!("a document that cannot be sealed: {error}")))?;
    let mut tx = ctx.worker.begin().await?;
    if store::beat(&mut tx, &[job.batch_id]).await?.is_empty() {
        job.next = job.wanted.len();
        return Ok(1);
    }
    store::keep(&mut tx, job.batch_id, position, *case_id, kind, &printed.document.number, &sealed).await?;
    if job.next + 1 == job.wanted.len() {
        store::finish(&mut tx, job.batch_id).await?;
    }
    tx.commit().await?;
    job.bytes += printed.pdf.len();
    (job.next, job.tries) = (job.next + 1, 0);
    Ok(1)
}

async fn refuse_rest(ctx: &Context, job: &mut Job, reason: Reason) -> Result<usize, Failure> {
    let until = job.wanted.len();
    refuse(ctx, job, until, reason).await
}

/// Writes down why the documents from the next one on, as far as `until`, were not made.
async fn refuse(ctx: &Context, job: &mut Job, until: usize, reason: Reason) -> Result<usize, Failure> {
    let numbers = numbers(ctx, job, until).await?;
    let refused: Vec<store::Refused<'_>> = (job.next..until)
        .map(|at| {
            let (case_id, kind) = &job.wanted[at];
            let number = numbers.get(&case_id.uuid()).map(String::as_str);
            store::Refused { position: position(at), case_id: *case_id, kind, number }
        })
        .collect();
    let mut tx = ctx.worker.begin().await?;
    if store::beat(&mut tx, &[job.batch_id]).await?.is_empty() {
        job.next = job.wanted.len();
        return Ok(1);
    }
    store::refuse(&mut tx, job.batch_id, &refused, (&reason.0, &reason.1)).await?;
    if until == job.wanted.len() {
        store::finish(&mut tx, job.batch_id).await?;
    }
    tx.commit().await?;
    (job.next, job.tries) = (until, 0);
    Ok(1)
}

/// A person finds a matter by its number; of one that is not seen it is not told.
async fn numbers(ctx: &Context, job: &Job, until: usize) -> Result<BTreeMap<Uuid, String>, Failure> {
    let cases: Vec<Uuid> = job.wanted[job.next..until].iter().map(|(case_id, _)| case_id.uuid()).collect();
    let mut tx = ctx.api.look_up_as(&Sight::of(&job.actor)).await?;
    Ok(store::numbers(&mut tx, &cases).await?.into_iter().collect())
}

fn position(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}

fn reason(failure: Failure) -> Reason {
    if matches!(failure, Failure::NotFound) {
        return (
            "没有这份文书，或您无权打印。请打开该件核对。".to_owned(),
            "There is no such document, or not for you. Please look at the matter.".to_owned(),
        );
    }
    let problem = Problem::from(failure);
    let ((zh, en), (next, next_en)) = (problem.title(), problem.next_step());
    (format!("{zh}{next}"), format!("{en} {next_en}"))
}

fn expired() -> Reason {
    (
        "登录凭证在生成途中到期，这一份没有生成。请就未生成的各份重新生成一批。".to_owned(),
        "Your token ended while the batch was being made. Please ask for what is missing again.".to_owned(),
    )
}

fn too_large() -> Reason {
    (
        "这一批已达128兆字节，这一份没有生成。请下载后就未生成的各份另生成一批。".to_owned(),
        "The batch has reached 128 MiB. Please download it and ask for what is missing again.".to_owned(),
    )
}

/// Deletes what is older than an hour.
pub(crate) async fn sweep(ctx: &Context) -> Result<(), Failure> {
    let mut tx = ctx.worker.begin().await?;
    store::sweep(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
