//! S4, D-7: the key that wraps the keys is changed while petitions come in.

use std::{fs, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use axum::http::StatusCode;
use huiyin_intake::app::Rewrap;
use huiyin_runtime::Reconciler as _;
use huiyin_testkit::scratch_dir;
use serde_json::{Value, json};

use crate::world::{World, petition};

const KINDS_OF_WRAPPING: &str = "select count(distinct substring(wrapped from 1 for 8)) from intake.data_key";

async fn hand_in(world: &World, keys: std::ops::Range<u32>, of: &str) -> Result<Vec<Value>> {
    let mut receipts = Vec::new();
    for key in keys {
        let answer = world.hand_in(&format!("{of}-{key}"), &petition()).await?;
        ensure!(answer.status == StatusCode::CREATED, "{answer:?}");
        receipts.push(answer.body);
    }
    Ok(receipts)
}

async fn rewrap(world: &World) -> Result<usize> {
    let task = Rewrap(Arc::clone(&world.context));
    let mut done = 0;
    loop {
        match task.run().await.map_err(|error| anyhow::anyhow!(error))? {
            0 => return Ok(done),
            more => done += more,
        }
    }
}

#[tokio::test]
async fn the_field_key_is_changed_while_petitions_come_in_and_the_old_one_can_then_go() -> Result<()> {
    let old = World::new().await?;
    let mut receipts = hand_in(&old, 0..30, "before").await?;
    let dir = scratch_dir()?;
    let file = dir.path().join("field-key");
    fs::write(&file, "5a".repeat(32))?;
    let new_key = format!("[secrets.files]\nfield_key = {file:?}\n");
    let both =
        World::with_secrets(Arc::clone(&old.db), &format!("{new_key}[secrets.retired]\nfield_key = [\"derived\"]\n"))
            .await?;
    // One process already has the new key, another one not yet; keys are wrapped anew beneath both.
    let (by_new, by_old, rewrapped) =
        tokio::try_join!(hand_in(&both, 0..30, "new"), hand_in(&old, 0..30, "old"), rewrap(&both))?;
    receipts.extend(by_new.into_iter().chain(by_old));
    let rewrapped = rewrapped + rewrap(&both).await?;
    ensure!(rewrapped == 60, "{rewrapped} keys were wrapped anew instead of the sixty under the old one");
    ensure!(both.count(KINDS_OF_WRAPPING).await? == 1, "a key is still wrapped under the old one");

    let only_new = World::with_secrets(Arc::clone(&old.db), &new_key).await?;
    for receipt in &receipts {
        let access = json!({ "number": receipt["number"], "code": receipt["query_code"] });
        let seen = only_new.post("/petitions/query", &access).await?;
        ensure!(seen.status == StatusCode::OK && seen.body["title"].is_string(), "{seen:?}");
    }
    Ok(())
}

/// An old key that is still needed and was taken away too early is a refusal that names it, not a wrong answer.
#[tokio::test]
async fn without_the_old_key_nothing_is_opened_wrongly() -> Result<()> {
    let old = World::new().await?;
    let receipt = hand_in(&old, 0..1, "k").await?.pop().context("a receipt")?;
    let dir = scratch_dir()?;
    let file = dir.path().join("field-key");
    fs::write(&file, "5a".repeat(32))?;
    let early = World::with_secrets(Arc::clone(&old.db), &format!("[secrets.files]\nfield_key = {file:?}\n")).await?;
    let access = json!({ "number": receipt["number"], "code": receipt["query_code"] });
    let seen = early.post("/petitions/query", &access).await?;
    ensure!(seen.status == StatusCode::INTERNAL_SERVER_ERROR && !seen.body.to_string().contains("拆迁"), "{seen:?}");
    ensure!(rewrap(&early).await.is_err(), "a key was wrapped anew without having been opened");
    Ok(())
}
