//! Petitions on their way in: citizens over the net, clerks at the counter, day files for letters, calls and faxes; and what
//! petitioners do afterwards.

use anyhow::{Context, ensure};
use huiyin_kernel::{Role, Service};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::data::{Petition, import_file};
use super::life::Life;
use super::office::{id, text};
use super::officer::File;
use super::road::Plan;

fn some(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}

/// What is sent to register a petition.
pub(crate) fn body(petition: &Petition) -> Value {
    let representatives: Vec<Value> = petition
        .representatives
        .split('；')
        .filter(|name| !name.trim().is_empty())
        .map(|name| json!({ "name": name.trim() }))
        .collect();
    json!({
        "channel": petition.channel, "class": petition.class, "topic": petition.topic, "district": petition.district,
        "kind": petition.kind, "title": petition.title, "request": petition.request, "facts": some(&petition.facts),
        "place": some(&petition.place),
        "petitioner": {
            "name": petition.name, "gender": some(&petition.gender), "document_kind": petition.document_kind,
            "document_number": some(&petition.document_number), "phone": some(&petition.phone),
            "email": some(&petition.email), "address": some(&petition.address),
        },
        "people_count": petition.people_count.parse::<i64>().ok(),
        "representatives": if representatives.is_empty() { Value::Null } else { json!(representatives) },
        "concerned_unit": some(&petition.concerned_unit), "assistance": some(&petition.assistance),
        "external_ref": petition.reference,
    })
}

/// A citizen hands a petition in over the net.
pub(super) async fn hand_in(life: &Life, index: usize) -> anyhow::Result<()> {
    let petition = &life.matters[index].petition;
    let receipt = life.office.citizen_post(Service::Intake, "/petitions", &petition.reference, &body(petition)).await?;
    keep(life, index, &receipt).await
}

/// A clerk registers a visitor at the counter.
pub(super) async fn register_visit(life: &Life, index: usize, session: Option<Uuid>) -> anyhow::Result<()> {
    let matter = &life.matters[index];
    let mut body = body(&matter.petition);
    body["received_at"] = json!(matter.received_at);
    body["session_id"] = json!(session);
    let clerk = life.clerk(&matter.petition.district)?;
    let receipt = life.office.post(&clerk, Service::Intake, "/petitions", &matter.petition.reference, &body).await?;
    keep(life, index, &receipt).await
}

/// Keeps the receipt and plans the road.
async fn keep(life: &Life, index: usize, receipt: &Value) -> anyhow::Result<()> {
    let matter = &life.matters[index];
    let unit = life.city.first_unit(&matter.petition).context("a district nobody serves")?;
    let plan = Plan::of(matter, life.now(), life.seed, &life.hours);
    let file = File::new(
        id(receipt, "petition_id")?,
        text(receipt, "number")?,
        text(receipt, "query_code")?,
        plan,
        unit.to_owned(),
    );
    *life.files[index].lock().await = Some(file);
    Ok(())
}

/// A bureau's day file: tried first, then taken in whole.
pub(super) async fn import_day(life: &Life, district: &str, indices: &[usize]) -> anyhow::Result<()> {
    let bureau = format!("{district}-xfj");
    let clerk = life.city.with_role(&bureau, Role::IntakeClerk).context("a bureau without a clerk")?;
    let file = import_file(indices.iter().map(|index| life.matters[*index].petition.reference.as_str()))?;
    if life.story.lock().await.try_spoiled_file() {
        spoiled(life, clerk, &file).await?;
    }
    let tried = import(life, clerk, file.clone(), true).await?;
    ensure!(tried["refused"] == json!(0) && tried["stored"] == json!(false), "a day file is not right: {tried}");
    let report = import(life, clerk, file, false).await?;
    ensure!(report["stored"] == json!(true), "a day file was not taken in: {report}");
    let rows = report.get("results").and_then(Value::as_array).context("an import without rows")?;
    ensure!(rows.len() == indices.len(), "{} rows for {} petitions", rows.len(), indices.len());
    for (row, index) in rows.iter().zip(indices) {
        ensure!(text(row, "ref")? == life.matters[*index].petition.reference, "the rows come in another order");
        keep(life, *index, row).await?;
    }
    let mut story = life.story.lock().await;
    story.files += 1;
    story.rows += rows.len();
    Ok(())
}

/// The first file is tried once with two cells spoiled: both are named, and nothing is stored.
async fn spoiled(life: &Life, clerk: &str, file: &[u8]) -> anyhow::Result<()> {
    let mut reader = csv::Reader::from_reader(file);
    let headers = reader.headers()?.clone();
    let column =
        |name: &str| headers.iter().position(|header| header == name).with_context(|| format!("no column {name}"));
    let (topic, people) = (column("topic")?, column("people_count")?);
    let mut wrong = csv::Writer::from_writer(Vec::new());
    wrong.write_record(&headers)?;
    for (nth, row) in reader.records().enumerate() {
        let row = row?;
        let spoil = |(at, cell): (usize, &str)| match at {
            at if nth == 0 && at == topic => "no_such_topic".to_owned(),
            at if nth == 0 && at == people => "-3".to_owned(),
            _ => cell.to_owned(),
        };
        wrong.write_record(row.iter().enumerate().map(spoil))?;
    }
    let wrong = wrong.into_inner().map_err(|error| anyhow::anyhow!("a file cannot be written: {error}"))?;
    let report = import(life, clerk, wrong, false).await?;
    ensure!(report["stored"] == json!(false) && report["refused"] == json!(1), "a spoiled file was taken in: {report}");
    let rows = report.get("results").and_then(Value::as_array).context("an import without rows")?;
    let mut story = life.story.lock().await;
    for problem in rows.iter().filter_map(|row| row.get("problems").and_then(Value::as_array)).flatten() {
        *story.faults.entry(text(problem, "field")?).or_default() += 1;
    }
    Ok(())
}

async fn import(life: &Life, clerk: &str, file: Vec<u8>, dry_run: bool) -> anyhow::Result<Value> {
    let call = life.office.call(clerk, Method::POST, Service::Intake, "/imports").await?;
    let query = [("dry_run", dry_run.to_string()), ("format", "csv".to_owned())];
    let answer = call.query(&query).body("text/csv", file).read().await;
    answer.map_err(|error| anyhow::anyhow!("{clerk}: the import fails: {error}"))
}

/// What a petitioner shows: number and code.
async fn access(life: &Life, index: usize) -> anyhow::Result<(String, String)> {
    let file = life.files[index].lock().await;
    let file = file.as_ref().context("a petition that is not registered")?;
    Ok((file.number.clone(), file.code.clone()))
}

async fn as_petitioner(life: &Life, index: usize, act: &str, more: Value) -> anyhow::Result<()> {
    let (number, code) = access(life, index).await?;
    let mut body = json!({ "number": number, "code": code });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    let key = format!("{}/{act}", life.matters[index].petition.reference);
    life.office.citizen_post(Service::Intake, &format!("/petitions/{act}"), &key, &body).await?;
    Ok(())
}

/// The petitioner adds to the petition.
pub(super) async fn amend(life: &Life, index: usize) -> anyhow::Result<()> {
    as_petitioner(life, index, "amend", json!({ "text": "补充：相关照片和单据已备齐，可随时提供。" })).await?;
    life.story.lock().await.amended += 1;
    Ok(())
}

/// The petitioner withdraws.
pub(super) async fn withdraw(life: &Life, index: usize) -> anyhow::Result<()> {
    as_petitioner(life, index, "withdraw", json!({ "reason": "正在自行协商" })).await?;
    life.story.lock().await.withdrawn += 1;
    Ok(())
}

/// The petitioner takes the withdrawal back.
pub(super) async fn restore(life: &Life, index: usize) -> anyhow::Result<()> {
    as_petitioner(life, index, "restore", json!({})).await?;
    life.story.lock().await.restored += 1;
    Ok(())
}

/// The petitioner asks for a review of the written answer, or for a re-examination after one.
pub(super) async fn ask_review(life: &Life, index: usize) -> anyhow::Result<()> {
    let mut asked = life.files[index].lock().await.as_ref().map_or(0, |file| file.asked);
    let review = life.matters[index].turn.reviews.get(asked).context("a review that is in no plan")?;
    asked += 1;
    as_petitioner(life, index, "ask-review", json!({ "reason": review.reason })).await?;
    if let Some(file) = life.files[index].lock().await.as_mut() {
        file.asked = asked;
    }
    Ok(())
}
