//! Many documents at once: made in the background, sealed, given to their owner alone, told what became of each.

use std::io::{Cursor, Read as _};
use std::time::Instant;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_testkit::Network;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{BOSS, COLLEAGUE, NEIGHBOUR, OFFICER, Person, SUPERVISOR, World};

/// 32 bytes: `A` and `B` all through.
const KEY: &str = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
const OTHER_KEY: &str = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";

const NOTICE: &str = "registration_notice";

async fn ask(
    world: &World,
    process: &Router,
    person: Person,
    key: &str,
    wanted: &[(Uuid, &str)],
) -> Result<(StatusCode, Value)> {
    let documents: Vec<Value> = wanted.iter().map(|(case, kind)| json!({ "case_id": case, "kind": kind })).collect();
    let body = json!({ "documents": documents, "key": KEY });
    let to = ("POST", "/document-batches");
    let (status, answer) = world.ask_process(process, person, to, ("idempotency-key", key), &body).await?;
    Ok((status, serde_json::from_slice(&answer)?))
}

async fn begin(world: &World, person: Person, key: &str, wanted: &[(Uuid, &str)]) -> Result<String> {
    let (status, body) = ask(world, &world.router, person, key, wanted).await?;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    Ok(format!("/document-batches/{}", body["batch_id"].as_str().context("an id")?))
}

async fn download(
    world: &World,
    process: &Router,
    person: Person,
    batch: &str,
    key: &str,
) -> Result<(StatusCode, Vec<u8>)> {
    let (path, header) = (format!("{batch}/file"), ("huiyin-batch-key", key));
    world.ask_process(process, person, ("GET", &path), header, &Value::Null).await
}

async fn delete(world: &World, person: Person, batch: &str) -> Result<StatusCode> {
    Ok(world.ask_process(&world.router, person, ("DELETE", batch), ("x-none", "-"), &Value::Null).await?.0)
}

async fn make_all(world: &World) -> Result<()> {
    while world.run_task("document-batches").await? > 0 {}
    Ok(())
}

/// Names and contents, in the order of the archive.
fn unpacked(zip: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip))?;
    let count = archive.len();
    let one = |at| {
        let mut file = archive.by_index(at)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((file.name()?.into_owned(), bytes))
    };
    (0..count).map(one).collect()
}

async fn requests(world: &World, count: u32) -> Result<Vec<Uuid>> {
    let mut cases = Vec::new();
    for n in 1..=count {
        cases.push(world.street_request(n).await?);
    }
    Ok(cases)
}

/// Made one after the other while a single print goes before; in the order asked, each once, each the very paper of a single print.
#[tokio::test]
async fn a_batch_is_made_in_the_background_and_comes_as_one_archive_in_the_order_asked() -> Result<()> {
    let world = World::new().await?;
    let mut cases = requests(&world, 16).await?;
    cases.reverse();
    world.must(OFFICER, cases[3], "accept", &json!({ "grade": "ordinary" })).await?;
    let mut wanted: Vec<(Uuid, &str)> = cases.iter().map(|case| (*case, NOTICE)).collect();
    wanted.insert(1, (cases[3], "acceptance_notice"));
    wanted.push((cases[0], NOTICE));
    wanted.push((cases[5], "reply"));
    wanted.push((Uuid::from_u128(404), NOTICE));
    let batch = begin(&world, OFFICER, "once", &wanted).await?;
    let told = world.get(OFFICER, &batch).await?.body;
    assert_eq!((&told["state"], &told["total"], &told["done"]), (&json!("running"), &json!(19), &json!(0)));
    let (status, early) = download(&world, &world.router, OFFICER, &batch, KEY).await?;
    assert_eq!((status, String::from_utf8_lossy(&early).contains("共19份")), (StatusCode::CONFLICT, true));

    for _ in 0..3 {
        assert_eq!(world.run_task("document-batches").await?, 1);
    }
    assert_eq!(world.get(OFFICER, &batch).await?.body["done"], 3);
    let single = format!("/cases/{}/documents/{NOTICE}", cases[0]);
    let alone = async {
        let (status, ..) = world.file(OFFICER, &single).await?;
        anyhow::Ok((status, world.get(OFFICER, &batch).await?.body))
    };
    let (all, meanwhile) = tokio::join!(make_all(&world), alone);
    all?;
    let (status, then) = meanwhile?;
    assert_eq!(
        (status, &then["state"]),
        (StatusCode::OK, &json!("running")),
        "a single print does not wait for the batch: {then}"
    );

    let told = world.get(OFFICER, &batch).await?.body;
    assert_eq!((&told["state"], &told["done"]), (&json!("finished"), &json!(17)));
    let failed = told["failed"].as_array().context("a list")?;
    assert_eq!(failed.len(), 2);
    assert_eq!((&failed[0]["number"], &failed[0]["kind"]), (&json!("HY-2026-0000-0011-X"), &json!("reply")), "{told}");
    assert!(failed[0]["reason"].as_str().is_some_and(|reason| reason.contains("没有这份文书")), "{told}");
    assert_eq!(failed[1]["number"], Value::Null, "of a matter that is not seen, nothing is told");

    let (status, zip) = download(&world, &world.router, OFFICER, &batch, KEY).await?;
    assert_eq!(status, StatusCode::OK);
    let files = unpacked(zip)?;
    let mut order = vec![(cases[0], NOTICE), (cases[3], "acceptance_notice")];
    order.extend(cases[1..].iter().map(|case| (*case, NOTICE)));
    assert_eq!(files.len(), order.len());
    for ((name, pdf), (case, kind)) in files.iter().zip(order) {
        assert!(name.ends_with(&format!("-{kind}.pdf")), "{name}");
        let (_, headers, alone) = world.file(OFFICER, &format!("/cases/{case}/documents/{kind}")).await?;
        assert!(*pdf == alone, "{name}: the same paper as a single print");
        let number = name.trim_end_matches(&format!("-{kind}.pdf"));
        assert!(headers["content-disposition"].to_str()?.contains(number), "{name}");
    }
    // Nothing is written unsealed.
    let open =
        "select count(*) from casework.document_batch_piece where position(convert_to('PDF', 'utf8') in sealed) > 0";
    let sealed = "select count(*) from casework.document_batch_piece where length(sealed) > 5000";
    assert_eq!((world.count(open).await?, world.count(sealed).await?), (0, 17));
    Ok(())
}

/// D-6, D-7: a batch is its owner's alone, opens with its own key alone, and holds what a single print would.
#[tokio::test]
async fn a_batch_is_its_owners_alone_and_holds_no_more_than_single_prints() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    let batch = begin(&world, OFFICER, "mine", &[(case, NOTICE)]).await?;
    make_all(&world).await?;
    for other in [COLLEAGUE, SUPERVISOR, BOSS] {
        let hidden = world.get(other, &batch).await?;
        assert_eq!((hidden.status, hidden.code()), (StatusCode::NOT_FOUND, "batch_gone"), "{}", other.n);
        assert_eq!(download(&world, &world.router, other, &batch, KEY).await?.0, StatusCode::NOT_FOUND);
        assert_eq!(delete(&world, other, &batch).await?, StatusCode::NOT_FOUND);
    }
    let (status, refused) = download(&world, &world.router, OFFICER, &batch, OTHER_KEY).await?;
    assert_eq!(
        (status, String::from_utf8_lossy(&refused).contains("batch_key")),
        (StatusCode::UNPROCESSABLE_ENTITY, true)
    );
    assert_eq!(download(&world, &world.router, OFFICER, &batch, "short").await?.0, StatusCode::BAD_REQUEST);
    let named = unpacked(download(&world, &world.router, OFFICER, &batch, KEY).await?.1)?;

    // Who may not open identities gets the masked name.
    let batch = begin(&world, SUPERVISOR, "masked", &[(case, NOTICE)]).await?;
    make_all(&world).await?;
    let masked = unpacked(download(&world, &world.router, SUPERVISOR, &batch, KEY).await?.1)?;
    let alone = world.file(SUPERVISOR, &format!("/cases/{case}/documents/{NOTICE}")).await?.2;
    assert!(masked[0].1 == alone && masked[0].1 != named[0].1);

    // REG-22: the unit complained about gets none, not even where it handles the case.
    world.must(BOSS, case, "hand-over", &json!({ "unit": "990102002-office", "reason": "属地调整" })).await?;
    let batch = begin(&world, NEIGHBOUR, "accused", &[(case, NOTICE)]).await?;
    make_all(&world).await?;
    let told = world.get(NEIGHBOUR, &batch).await?.body;
    assert_eq!((&told["done"], &told["failed"][0]["kind"]), (&json!(0), &json!(NOTICE)));
    let (status, empty) = download(&world, &world.router, NEIGHBOUR, &batch, KEY).await?;
    assert_eq!((status, String::from_utf8_lossy(&empty).contains("batch_empty")), (StatusCode::CONFLICT, true));
    Ok(())
}

/// The same request twice, at whichever process, is one batch; a person has one at a time; what was asked wrongly is told.
#[tokio::test]
async fn a_request_is_one_batch_whichever_process_hears_it() -> Result<()> {
    let world = World::new().await?;
    let cases = requests(&world, 2).await?;
    let (first, both) = ([(cases[0], NOTICE)], [(cases[0], NOTICE), (cases[1], NOTICE)]);
    let other = world.another_process().await?;
    let batch = begin(&world, OFFICER, "one", &first).await?;
    let (status, again) = ask(&world, &other, OFFICER, "one", &first).await?;
    assert_eq!(
        (status, format!("/document-batches/{}", again["batch_id"].as_str().unwrap_or_default())),
        (StatusCode::ACCEPTED, batch.clone())
    );
    let (status, reused) = ask(&world, &other, OFFICER, "one", &both).await?;
    assert_eq!((status, &reused["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("idempotency_key_reused")));
    let (status, busy) = ask(&world, &other, OFFICER, "two", &both).await?;
    assert_eq!((status, &busy["code"]), (StatusCode::CONFLICT, &json!("batch_running")));
    assert!(busy["next"].as_str().is_some_and(|next| next.contains("取消")), "{busy}");
    make_all(&world).await?;
    assert_eq!(world.count("select count(*) from casework.document_batch_piece").await?, 1, "made once");
    let (status, zip) = download(&world, &other, OFFICER, &batch, KEY).await?;
    assert_eq!((status, unpacked(zip)?.len()), (StatusCode::OK, 1), "the other process gives it out too");

    assert_eq!(world.get(COLLEAGUE, "/document-batches").await?.body, json!([]));

    // A later one takes its place.
    let later = begin(&world, OFFICER, "two", &both).await?;
    assert_eq!(world.get(OFFICER, &batch).await?.body["state"], "replaced");
    let mine = world.get(OFFICER, "/document-batches").await?.body;
    assert_eq!((&mine[0]["state"], &mine[1]["state"], &mine[2]), (&json!("running"), &json!("replaced"), &Value::Null));
    assert_eq!(download(&world, &world.router, OFFICER, &batch, KEY).await?.0, StatusCode::CONFLICT);
    assert_eq!(world.run_task("document-batches").await?, 1);
    // Cancelled in the middle: nothing of it is left, and a next one can be asked for.
    assert_eq!(delete(&world, OFFICER, &later).await?, StatusCode::NO_CONTENT);
    assert_eq!(delete(&world, OFFICER, &later).await?, StatusCode::NO_CONTENT);
    make_all(&world).await?;
    assert_eq!(world.get(OFFICER, &later).await?.body["state"], "cancelled");
    assert_eq!(world.count("select count(*) from casework.document_batch_piece").await?, 0);
    begin(&world, OFFICER, "three", &both).await?;

    let too_many: Vec<(Uuid, &str)> = (0..1_001).map(|n| (Uuid::from_u128(n), NOTICE)).collect();
    for (wanted, field) in
        [(&too_many[..], "documents"), (&[], "documents"), (&[(cases[0], "../reply")], "documents[0].kind")]
    {
        let (status, wrong) = ask(&world, &world.router, OFFICER, "wrong", wanted).await?;
        assert_eq!((status, &wrong["fields"][0]["field"]), (StatusCode::BAD_REQUEST, &json!(field)));
    }
    Ok(())
}

/// A process that dies, a token that ends, an hour that is over: each is told as what it is.
#[tokio::test]
async fn what_ends_a_batch_early_is_told() -> Result<()> {
    let world = World::new().await?;
    let cases = requests(&world, 3).await?;
    let wanted: Vec<(Uuid, &str)> = cases.iter().map(|case| (*case, NOTICE)).collect();
    let batch = begin(&world, OFFICER, "dies", &wanted).await?;
    world.run_task("document-batches").await?;
    // No sign of life any more: its process is gone.
    world.execute("update casework.document_batch set seen_at = seen_at - interval '61 seconds'").await?;
    let told = world.get(OFFICER, &batch).await?.body;
    assert_eq!((&told["state"], &told["done"]), (&json!("stopped"), &json!(1)));
    let (status, zip) = download(&world, &world.router, OFFICER, &batch, KEY).await?;
    assert_eq!((status, unpacked(zip)?.len()), (StatusCode::OK, 1), "what was made can be had");

    // The next one can be asked for; the old one, should its process wake, is not made on.
    let next = begin(&world, OFFICER, "ends", &wanted).await?;
    assert_eq!(world.run_task("document-batches").await?, 1);
    world.machine_time_goes_on(TimeDelta::minutes(5));
    make_all(&world).await?;
    assert_eq!(world.get(OFFICER, &batch).await?.body["state"], "replaced");
    let told = world.get(OFFICER, &next).await?.body;
    assert_eq!((&told["state"], &told["done"]), (&json!("finished"), &json!(1)));
    let failed = told["failed"].as_array().context("a list")?;
    assert_eq!(failed.len(), 2);
    for one in failed {
        assert!(
            one["reason"].as_str().is_some_and(|reason| reason.contains("到期") && reason.contains("重新生成")),
            "{one}"
        );
        assert!(one["number"].as_str().is_some_and(|number| number.starts_with("HY-2026-")), "{one}");
    }

    world.execute("update casework.document_batch set seen_at = seen_at - interval '1 hour'").await?;
    let gone = world.get(OFFICER, &next).await?;
    assert_eq!((gone.status, gone.code()), (StatusCode::NOT_FOUND, "batch_gone"), "also before it is swept away");
    world.run_task("document-batches-gone").await?;
    let left =
        "select (select count(*) from casework.document_batch) + (select count(*) from casework.document_batch_piece)";
    assert_eq!(world.count(left).await?, 0);
    Ok(())
}

/// Intake goes away in the middle: the batch waits, and is made whole when intake is back. Away for too long, the document at hand is told as not
/// made, and holds up no other.
#[tokio::test]
async fn a_batch_waits_while_intake_is_away_and_ends_whole() -> Result<()> {
    let world = World::new().await?;
    let cases = requests(&world, 3).await?;
    let wanted: Vec<(Uuid, &str)> = cases.iter().map(|case| (*case, NOTICE)).collect();
    let batch = begin(&world, OFFICER, "waits", &wanted).await?;
    assert_eq!(world.run_task("document-batches").await?, 1);
    world.intake.set(Network::Cut);
    for _ in 0..5 {
        assert_eq!(world.run_task("document-batches").await?, 0, "nothing to do but to wait");
    }
    let told = world.get(OFFICER, &batch).await?.body;
    assert_eq!((&told["state"], &told["done"], &told["failed"]), (&json!("running"), &json!(1), &json!([])), "{told}");
    world.intake.set(Network::Open);
    make_all(&world).await?;
    let told = world.get(OFFICER, &batch).await?.body;
    assert_eq!((&told["state"], &told["done"], &told["failed"]), (&json!("finished"), &json!(3), &json!([])), "{told}");
    let (status, zip) = download(&world, &world.router, OFFICER, &batch, KEY).await?;
    assert_eq!(status, StatusCode::OK);
    let files = unpacked(zip)?;
    assert_eq!(files.len(), 3);
    for ((name, pdf), case) in files.iter().zip(&cases) {
        let alone = world.file(OFFICER, &format!("/cases/{case}/documents/{NOTICE}")).await?.2;
        assert!(*pdf == alone, "{name}: the same paper as a single print");
    }

    let next = begin(&world, OFFICER, "too-long", &wanted).await?;
    world.intake.set(Network::Cut);
    let mut waits = 0;
    while world.run_task("document-batches").await? == 0 {
        waits += 1;
        assert!(waits < 100, "a batch that never goes on");
    }
    world.intake.set(Network::Open);
    make_all(&world).await?;
    let told = world.get(OFFICER, &next).await?.body;
    assert_eq!((&told["state"], &told["done"]), (&json!("finished"), &json!(2)), "{told}");
    let failed = told["failed"].as_array().context("a list")?;
    assert_eq!((failed.len(), waits), (1, 20), "{told}");
    assert!(failed[0]["number"].as_str().is_some_and(|number| number.starts_with("HY-2026-")), "{told}");
    Ok(())
}

/// While a batch is made, single prints are answered all the time. `HUIYIN_TEST_BATCH=1000` makes the largest there may be, for `docs/PERFORMANCE.md`.
#[tokio::test]
async fn single_prints_go_on_beside_a_batch_however_large() -> Result<()> {
    let world = World::new().await?;
    let count: u32 = std::env::var("HUIYIN_TEST_BATCH").map_or(Ok(12), |count| count.parse())?;
    let cases = requests(&world, count).await?;
    let wanted: Vec<(Uuid, &str)> = cases.iter().map(|case| (*case, NOTICE)).collect();
    let single = format!("/cases/{}/documents/{NOTICE}", cases[0]);
    let begun = Instant::now();
    world.file(OFFICER, &single).await?;
    let (fonts, begun) = (begun.elapsed(), Instant::now());
    let batch = begin(&world, OFFICER, "thousand", &wanted).await?;
    let beside = async {
        let mut waits = Vec::new();
        while world.get(OFFICER, &batch).await?.body["state"] == "running" {
            let asked = Instant::now();
            assert_eq!(world.file(OFFICER, &single).await?.0, StatusCode::OK);
            waits.push(asked.elapsed());
        }
        waits.sort_unstable();
        anyhow::Ok(waits)
    };
    let (made, waits) = tokio::join!(make_all(&world), beside);
    made?;
    let (took, waits) = (begun.elapsed(), waits?);
    let begun = Instant::now();
    let (status, zip) = download(&world, &world.router, OFFICER, &batch, KEY).await?;
    assert_eq!(status, StatusCode::OK);
    let (packed, size) = (begun.elapsed(), zip.len());
    let files = unpacked(zip)?;
    assert_eq!(files.len(), cases.len());
    assert!(!waits.is_empty(), "single prints were answered while the batch was made");
    let numbers: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert!(numbers.is_sorted(), "in the order asked");
    let (p50, p95, max) = (waits[waits.len() / 2], waits[waits.len() * 95 / 100], waits[waits.len() - 1]);
    println!(
        "first print with fonts {fonts:?}; {count} in {took:?}; beside them {} single prints, p50 {p50:?}, p95 {p95:?}, max {max:?}; packed in {packed:?}, {size} bytes",
        waits.len()
    );
    Ok(())
}
