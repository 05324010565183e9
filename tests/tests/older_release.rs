//! The release before works on the tables of this one (B2, N and N−1 side by side): every query it was compiled with must still be
//! understood, with the same parameters and the same columns.
//!
//! `tests/releases/<version>.json` holds a release's queries; `HUIYIN_WRITE_RELEASE=<version>` writes it when a release is made.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use huiyin::SERVICES;
use huiyin_testkit::TestDb;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Column as _, Connection as _, Executor as _, PgConnection, Statement as _, TypeInfo as _};

/// A query as it was compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Query {
    service: String,
    text: String,
    parameters: Vec<String>,
    columns: Vec<(String, String)>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `TextArray` and `TEXT[]` are one type.
fn type_name(name: &str) -> String {
    let element = name.strip_suffix("Array").map(|element| format!("{element}[]"));
    element.unwrap_or_else(|| name.to_owned()).to_ascii_uppercase()
}

/// The queries of this tree, from the descriptions that `script/sqlx` keeps.
fn present() -> Result<Vec<Query>> {
    let mut queries = Vec::new();
    for service in SERVICES.iter().map(|definition| definition.service().to_string()) {
        let folder = root().join("services").join(&service).join(".sqlx");
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let file: serde_json::Value = serde_json::from_str(&fs::read_to_string(entry?.path())?)?;
            let types = |value: &serde_json::Value| value.as_str().map(type_name);
            let columns = file["describe"]["columns"].as_array().context("columns")?;
            queries.push(Query {
                service: service.clone(),
                text: file["query"].as_str().context("a query")?.to_owned(),
                parameters: file["describe"]["parameters"]["Left"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(types)
                    .collect(),
                columns: columns
                    .iter()
                    .map(|column| Some((column["name"].as_str()?.to_owned(), types(&column["type_info"])?)))
                    .collect::<Option<_>>()
                    .context("a column")?,
            });
        }
    }
    queries.sort_by(|a, b| (&a.service, &a.text).cmp(&(&b.service, &b.text)));
    Ok(queries)
}

/// What the tables no longer understand as the query was compiled, in words.
async fn misunderstood(conn: &mut PgConnection, queries: &[Query]) -> Vec<String> {
    let mut faults = Vec::new();
    for query in queries {
        let text = AssertSqlSafe(query.text.clone());
        let now = match conn.prepare(sqlx::SqlSafeStr::into_sql_str(text)).await {
            Ok(statement) => statement,
            Err(error) => {
                faults.push(format!("{}: {error}: {}", query.service, query.text));
                continue;
            }
        };
        let parameters: Vec<String> =
            now.parameters().and_then(sqlx::Either::left).into_iter().flatten().map(|p| type_name(p.name())).collect();
        let columns: Vec<(String, String)> =
            now.columns().iter().map(|c| (c.name().to_owned(), type_name(c.type_info().name()))).collect();
        if (&parameters, &columns) != (&query.parameters, &query.columns) {
            faults.push(format!("{}: now {parameters:?} -> {columns:?}: {}", query.service, query.text));
        }
    }
    faults
}

async fn migrated() -> Result<(TestDb, PgConnection)> {
    let migrators: BTreeMap<&str, _> =
        SERVICES.iter().map(|definition| (definition.service().name(), definition.migrator())).collect();
    let all: Vec<_> = migrators.into_iter().collect();
    let db = TestDb::create(&all).await?;
    let conn = PgConnection::connect(&db.admin_url()).await?;
    Ok((db, conn))
}

/// Rule ids: B2.
#[tokio::test]
async fn the_tables_still_understand_every_query_of_the_release_before() -> Result<()> {
    let folder = root().join("tests/releases");
    if let Ok(version) = std::env::var("HUIYIN_WRITE_RELEASE") {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{version}.json")), serde_json::to_string_pretty(&present()?)?)?;
    }
    let (_db, mut conn) = migrated().await?;
    // Before the first release only this tree's own queries are there to be held against the tables.
    let mut releases = vec![("this tree".to_owned(), present()?)];
    for entry in fs::read_dir(&folder).into_iter().flatten() {
        let path = entry?.path();
        releases.push((path.display().to_string(), serde_json::from_str(&fs::read_to_string(&path)?)?));
    }
    for (release, queries) in releases {
        ensure!(queries.len() > 100, "only {} queries of {release}", queries.len());
        let faults = misunderstood(&mut conn, &queries).await;
        ensure!(faults.is_empty(), "{release} would fail on the tables of this tree:\n{}", faults.join("\n"));
    }
    Ok(())
}

/// A change that is no addition is noticed.
#[tokio::test]
async fn a_column_taken_away_or_turned_into_another_type_is_noticed() -> Result<()> {
    for change in [
        "alter table casework.participation rename column until to ended",
        "alter table casework.case alter column policy_hash type bytea using policy_hash::bytea",
    ] {
        let (_db, mut conn) = migrated().await?;
        conn.execute(change).await?;
        let faults = misunderstood(&mut conn, &present()?).await;
        ensure!(!faults.is_empty(), "not noticed: {change}");
        ensure!(faults.iter().all(|fault| fault.starts_with("casework")), "{faults:?}");
    }
    Ok(())
}
