//! D-1, D2, D3, O2: recording.

use anyhow::Result;
use huiyin_contracts::intake;
use huiyin_journal::{Idempotency, IdempotencyHit, RecordError, history, record};
use huiyin_kernel::Service;
use sqlx::Executor;

use crate::support::{World, change, event_id, id, is_conflict};

/// O2: versions and sequences are gapless however changes are batched; a body is stored as it was given.
#[tokio::test]
async fn versions_and_sequences_are_gapless_for_each_audience() -> Result<()> {
    let world = World::new().await?;
    let both = [intake::AMENDED, intake::CONTACT];
    let mut tx = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    record(
        &mut tx,
        vec![change(id(2), 0, 2, &both), change(id(1), 0, 1, &[]), change(id(2), 2, 1, &[intake::CONTACT])],
    )
    .await?;
    tx.commit().await?;
    let mut tx = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    record(&mut tx, vec![change(id(2), 3, 1, &both), change(id(1), 1, 1, &[intake::AMENDED])]).await?;
    tx.commit().await?;
    let told: Vec<(String, Vec<i64>)> = world
        .ask(&format!(
            "select audience, array_agg(sequence order by sequence) from intake.publication where aggregate_id = '{}' group by 1 order by 1",
            id(2)
        ))
        .await?;
    assert_eq!(told, [("private".to_owned(), vec![1, 2, 3, 4]), ("public".to_owned(), vec![1, 2, 3])]);
    let rows =
        history(&mut *world.intake.read_as(&huiyin_authz::Sight::everything()).await?, Service::Intake, id(2)).await?;
    assert_eq!(rows.iter().map(|r| r.version).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(rows[3].body, "{\"version\": 4, \"文\": \"补充\"}".as_bytes());
    assert_eq!(rows[3].event_id, event_id(id(2), 4));
    assert_eq!(world.count("intake.pending").await?, 8);
    assert_eq!(world.count("intake.journal_unsealed").await?, 6);
    Ok(())
}

/// D3: a refused change leaves nothing of itself, in no table.
#[tokio::test]
async fn two_writers_of_one_aggregate_meet_and_one_of_them_decides_again() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 1).await?;
    let mut stale = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    assert!(is_conflict(&record(&mut stale, vec![change(id(1), 0, 1, &[intake::AMENDED])]).await));
    stale.rollback().await?;
    // Both have read version 1.
    let (mut first, mut second) = (
        world.intake.begin_as(&huiyin_authz::Sight::everything()).await?,
        world.intake.begin_as(&huiyin_authz::Sight::everything()).await?,
    );
    record(&mut first, vec![change(id(1), 1, 1, &[intake::AMENDED])]).await?;
    let later = async {
        let result = record(&mut second, vec![change(id(7), 0, 1, &[]), change(id(1), 1, 1, &[intake::AMENDED])]).await;
        second.rollback().await?;
        anyhow::Ok(result)
    };
    let (committed, result) = tokio::join!(first.commit(), later);
    committed?;
    assert!(is_conflict(&result?));
    assert_eq!(world.count("intake.journal").await?, 2);
    assert_eq!(world.count("intake.publication").await?, 2);
    Ok(())
}

#[tokio::test]
async fn an_event_of_another_service_cannot_be_told() -> Result<()> {
    let world = World::new().await?;
    let mut tx = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    let foreign = record(&mut tx, vec![change(id(1), 0, 1, &[huiyin_contracts::casework::OPENED])]).await;
    assert!(matches!(foreign, Err(RecordError::Malformed { .. })), "{foreign:?}");
    Ok(())
}

/// S6: not even the owner changes history by mistake; the services' logins have no right to.
#[tokio::test]
async fn history_cannot_be_changed_by_the_owner_nor_by_the_services_logins() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 1).await?;
    for login in ["intake_owner", "intake_api", "intake_worker"] {
        let pool = world.db.pool(login).await?;
        for statement in [
            "update intake.journal set body = ''",
            "delete from intake.journal",
            "truncate intake.journal",
            "truncate intake.journal_2026",
            "update intake.journal_2026 set body = ''",
            "delete from intake.journal_default",
            "update intake.publication set body = ''",
            "delete from intake.publication",
            "delete from intake.publication_2026",
            "truncate intake.publication",
            "update intake.seal set root = ''",
            "delete from intake.incarnation",
        ] {
            let result = pool.execute(statement).await;
            let touched = result.as_ref().map_or(0, sqlx::postgres::PgQueryResult::rows_affected);
            // The owner may name an empty partition; there is nothing a row trigger could refuse.
            let harmless = login == "intake_owner"
                && (statement.contains("_default") || statement.contains(".seal"))
                && touched == 0;
            assert!(result.is_err() || harmless, "{login}: {statement}");
        }
    }
    assert_eq!(world.count("intake.journal").await?, 1);
    Ok(())
}

/// D2: one key, one answer, however often and from how many sides it comes.
#[tokio::test]
async fn equal_requests_at_once_take_effect_once_and_get_one_answer() -> Result<()> {
    let world = World::new().await?;
    let request = Idempotency::new("420102/register", "key-1", b"body");
    let attempts = (0..6).map(|n| {
        let (db, request) = (world.intake.clone(), request.clone());
        async move {
            let mut tx = db.begin_as(&huiyin_authz::Sight::everything()).await?;
            match request.lookup(&mut tx).await? {
                IdempotencyHit::Fresh => {
                    let answer = format!("answer of {n}").into_bytes();
                    record(&mut tx, vec![change(id(n), 0, 1, &[])]).await?;
                    request.store(&mut tx, 201, &answer).await?;
                    tx.commit().await?;
                    Ok((201, answer))
                }
                IdempotencyHit::Replay { status, body } => Ok((status, body)),
                IdempotencyHit::Conflict => anyhow::bail!("the same body was taken for another"),
            }
        }
    });
    let answers = futures::future::try_join_all(attempts).await?;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(world.count("intake.journal").await?, 1);
    let mut tx = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    let other = Idempotency::new("420102/register", "key-1", b"another body");
    assert_eq!(other.lookup(&mut tx).await?, IdempotencyHit::Conflict);
    let elsewhere = Idempotency::new("420103/register", "key-1", b"another body");
    assert_eq!(elsewhere.lookup(&mut tx).await?, IdempotencyHit::Fresh);
    Ok(())
}
