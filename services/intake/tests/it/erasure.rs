//! S7: personal data is destroyed by two persons together, and what is left still holds.

use anyhow::{Context as _, Result};
use axum::http::StatusCode;
use huiyin_contracts::casework::{self, ArchiveSnapshot, CaseSnapshot, CaseState, DestructionSnapshot};
use huiyin_intake::app::open_alarms;
use huiyin_journal::verify_chains;
use huiyin_kernel::{CaseId, Role, Service, StaffId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::watchdog::{case, hear, heard};
use crate::world::{Answer, ID_NUMBER, World, access, id_of, petition};

const ASKED: &str = "select count(*) from intake.journal where event_type = 'erasure_asked'";
const CONFIRMED: &str = "select count(*) from intake.journal where event_type = 'copies_erased'";
const KEYS: &str = "select count(*) from intake.data_key where wrapped is not null";
const INDEXES: &str = "select count(*) from intake.petitioner where document_index is not null";

#[tokio::test]
async fn two_persons_destroy_the_key_and_every_copy_is_noise() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let kept = world.hand_in("k2", &petition()).await?;
    let path = format!("/petitions/{}/erasure", receipt.text("petition_id"));
    let body = json!({ "ground": "petitioner_asks" });
    let supervisor = world.token_of(1, "d1-xfj", "990101", &[Role::Supervisor]);
    let leader = world.token_of(2, "d1-xfj", "990101", &[Role::MainLeader]);

    let early = world.staff("POST", &path, &supervisor, &body).await?;
    assert_eq!((early.status, early.text("code")), (StatusCode::UNPROCESSABLE_ENTITY, "matter_open".to_owned()));
    world.post("/petitions/withdraw", &access(&receipt)).await?;

    assert_eq!(world.staff("POST", &path, &world.clerk(), &body).await?.status, StatusCode::FORBIDDEN);
    let foreign = world.token_of(3, "d2-xfj", "990102", &[Role::Supervisor]);
    assert_eq!(world.staff("POST", &path, &foreign, &body).await?.status, StatusCode::NOT_FOUND);
    let asked = world.staff("POST", &path, &supervisor, &body).await?;
    assert_eq!((asked.status, asked.text("state")), (StatusCode::OK, "asked".to_owned()), "{asked:?}");
    let alone = world.staff("POST", &path, &supervisor, &body).await?;
    assert_eq!(
        (alone.status, alone.text("code")),
        (StatusCode::UNPROCESSABLE_ENTITY, "second_person_needed".to_owned())
    );
    assert_eq!((world.count(ASKED).await?, world.count(KEYS).await?, world.count(INDEXES).await?), (1, 2, 2));

    let contact = "select key_id::text from intake.data_key where petition_id::text = ";
    let key: String = world.text(&format!("{contact}'{}'", receipt.text("petition_id"))).await?;
    let unwrap = json!({ "key_ids": [key] });
    let given = async || world.service(Service::Notification, "/internal/keys/unwrap", &unwrap).await;
    assert_eq!(given().await?.body["keys"].as_array().map(Vec::len), Some(1));
    let done = world.staff("POST", &path, &leader, &body).await?;
    assert_eq!((done.status, done.text("state")), (StatusCode::OK, "erased".to_owned()), "{done:?}");
    assert_eq!((world.count(KEYS).await?, world.count(INDEXES).await?), (1, 1));

    // Nobody opens anything of it any more: not staff, not the petitioner, not notification; the other petition is untouched.
    let page = format!("/petitions/{}", receipt.text("petition_id"));
    assert_eq!(world.staff("GET", &page, &supervisor, &Value::Null).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post("/petitions/query", &access(&receipt)).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post("/petitions/query", &access(&kept)).await?.status, StatusCode::OK);
    assert_eq!(given().await?.body, json!({ "keys": [] }));
    let mine = json!({ "document_number": ID_NUMBER, "reason": "本人到场查询" });
    let mine =
        world.staff("POST", "/petitions/own", &world.token_of(4, "d1-xfj", "990101", &[Role::Officer]), &mine).await?;
    assert!(!mine.body.to_string().contains(&receipt.text("number")), "{mine:?}");
    // Asked again it is done already; confirmed once every holder of copies has said so, and nobody else can say it.
    assert_eq!(world.staff("POST", &path, &leader, &body).await?.text("state"), "erased");
    assert_eq!(open_alarms(&world.context).await?.unconfirmed_erasures, 1);
    let gone = json!({ "petition_ids": [receipt.text("petition_id"), kept.text("petition_id")] });
    let confirm = async |holder| world.service(holder, "/internal/erasures/confirm", &gone).await;
    assert_eq!(confirm(Service::Ledger).await?.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        assert_eq!(confirm(Service::Notification).await?.status, StatusCode::OK);
    }
    assert_eq!(world.staff("POST", &path, &leader, &body).await?.text("state"), "confirmed");
    assert_eq!((world.count(CONFIRMED).await?, open_alarms(&world.context).await?.unconfirmed_erasures), (1, 0));
    // The journal's chain holds, tombstone included.
    let mut admin = world.admin().await?;
    let report = verify_chains(&mut admin, Service::Intake, None).await.context("the chains are read")?;
    assert!(report.rows >= 6 && report.broken.is_empty(), "{report:?}");
    Ok(())
}

/// The database itself refuses what one person alone wants.
#[tokio::test]
async fn the_database_destroys_no_key_for_one_person_alone() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let pool = world.db.pool("intake_api").await?;
    for attempt in [
        format!("select intake.destroy_key('{}')", receipt.text("petition_id")),
        format!("update intake.data_key set wrapped = null where petition_id = '{}'", receipt.text("petition_id")),
        "insert into intake.erasure values (gen_random_uuid(), 'retention_over', '00000000-0000-0000-0000-000000000001', now(),
             '00000000-0000-0000-0000-000000000001', now())"
            .to_owned(),
    ] {
        let refused = sqlx::Executor::execute(&pool, sqlx::AssertSqlSafe(attempt.clone())).await;
        assert!(refused.is_err(), "{attempt}");
    }
    pool.close().await;
    assert_eq!(world.count(KEYS).await?, 1);
    Ok(())
}

/// A11: with the file of its matter the personal data is destroyed, by the two persons who agreed there, once however often it is told; also
/// where somebody had only asked for it, and not where it was destroyed before.
#[tokio::test]
async fn a11_with_the_file_the_key_is_destroyed_once() -> Result<()> {
    let world = World::new().await?;
    let (first, second) = (world.hand_in("k1", &petition()).await?, world.hand_in("k2", &petition()).await?);
    let end = DestructionSnapshot {
        at: world.time.now(),
        appraised_by: StaffId::from(Uuid::from_u128(21)),
        approved_by: StaffId::from(Uuid::from_u128(22)),
    };
    let archive = ArchiveSnapshot {
        number: "DA-1".to_owned(),
        keep_years: Some(10),
        keep_until: None,
        destroyed: Some(end.clone()),
    };
    let told = |receipt: &Answer, id: u128| -> Result<_> {
        let closed = case(id_of(receipt)?, &receipt.text("number"), 9, CaseState::Closed)?;
        let case_id = CaseId::from(Uuid::from_u128(id));
        let case = CaseSnapshot { case_id, archive: Some(archive.clone()), ..closed };
        heard(casework::DESTROYED, case_id.uuid(), 9, &case)
    };
    let asked = format!(
        "insert into intake.erasure values ('{}', 'petitioner_asks', '{}', now())",
        second.text("petition_id"),
        Uuid::from_u128(22)
    );
    sqlx::Executor::execute(&world.db.admin_pool().await?, sqlx::AssertSqlSafe(asked)).await?;
    for _ in 0..2 {
        hear(&world, &[told(&first, 5)?, told(&second, 6)?]).await?;
    }
    assert_eq!((world.count(KEYS).await?, world.count(INDEXES).await?), (0, 0));
    let erased =
        "select count(*) from intake.journal where event_type = 'identity_erased' and actor ->> 'service' = 'casework'";
    let published = "select count(*) from intake.publication where event_type like '%.erased.%'";
    let by_both = format!(
        "select count(*) from intake.erasure where ground = 'retention_over' and asked_by = '{}' and done_by = '{}'",
        end.appraised_by, end.approved_by
    );
    assert_eq!((world.count(erased).await?, world.count(published).await?, world.count(&by_both).await?), (2, 2, 2));
    assert_eq!(open_alarms(&world.context).await?.unconfirmed_erasures, 2, "the holders of copies are waited for");
    Ok(())
}
