//! Plans as Postgres really ran them (`auto_explain`), statement by statement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::local::LocalServers;
use crate::verify::sql;

/// Buffers beyond which a statement counts as more costly than before: a page more here and there says nothing.
const MORE: f64 = 1.5;
const SLACK: f64 = 16.0;
/// As much of a statement as a table shows.
const SHOWN: usize = 86;

/// The database tells its plans in its log.
#[derive(Debug)]
pub(super) struct Telling {
    /// Where the log stood.
    from: usize,
}

impl Telling {
    /// For sessions that begin from now on.
    pub(super) async fn begin(servers: &LocalServers) -> anyhow::Result<Self> {
        let from = fs::metadata(servers.postgres.log()).map_or(0, |log| log.len() as usize);
        let settings = [
            ("session_preload_libraries", "auto_explain"),
            ("auto_explain.log_min_duration", "0"),
            ("auto_explain.log_analyze", "on"),
            ("auto_explain.log_timing", "off"),
            ("auto_explain.log_buffers", "on"),
            ("auto_explain.log_format", "json"),
        ];
        let mut conn = PgConnection::connect(&servers.admin_url()).await.context("the database lets nobody in")?;
        sql::execute(&mut conn, "load 'auto_explain'").await.context("auto_explain is not installed")?;
        for (name, value) in settings {
            sql::execute(&mut conn, format!("alter database huiyin set {name} = '{value}'")).await?;
        }
        conn.close().await.context("the connection did not end well")?;
        Ok(Self { from })
    }

    /// Reads what was told, and ends it.
    pub(super) async fn end(self, servers: &LocalServers) -> anyhow::Result<Plans> {
        let mut conn = PgConnection::connect(&servers.admin_url()).await.context("the database lets nobody in")?;
        sql::execute(&mut conn, "alter database huiyin reset all").await?;
        conn.close().await.context("the connection did not end well")?;
        let log = fs::read(servers.postgres.log()).context("the log of Postgres")?;
        Ok(Plans::told(&String::from_utf8_lossy(log.get(self.from..).unwrap_or_default())))
    }
}

/// A statement as it was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Ran {
    /// Its ways through tables and indexes, in the order of the plan; more than one when it was planned in different ways.
    ways: BTreeSet<String>,
    times: u64,
    /// Most pages touched in one run.
    buffers: u64,
}

/// All statements of a measurement.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plans(BTreeMap<String, Ran>);

impl Plans {
    /// Reads the entries of a log.
    fn told(log: &str) -> Self {
        let mut plans = Self::default();
        let mut entry: Option<String> = None;
        // A line of an entry begins with a tab; the first other one ends it.
        for line in log.lines().chain([""]) {
            match &mut entry {
                Some(text) if line.starts_with('\t') => text.push_str(line),
                _ => {
                    if let Some(plan) = entry.take().and_then(|text| serde_json::from_str::<Value>(&text).ok()) {
                        plans.add(&plan);
                    }
                    entry = line.ends_with("  plan:").then(String::new);
                }
            }
        }
        plans
    }

    fn add(&mut self, told: &Value) {
        let Some(statement) = told["Query Text"].as_str() else { return };
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_of_a_service =
            statement.contains('.') && !statement.contains("pg_catalog") && !statement.contains("_sqlx");
        if !is_of_a_service {
            return;
        }
        let plan = &told["Plan"];
        let mut way = Vec::new();
        walk(plan, &mut way);
        let pages = |name: &str| plan[name].as_u64().unwrap_or(0);
        let ran = self.0.entry(statement).or_insert(Ran { ways: BTreeSet::new(), times: 0, buffers: 0 });
        ran.ways.insert(way.join(" › "));
        ran.times += 1;
        ran.buffers = ran.buffers.max(pages("Shared Hit Blocks") + pages("Shared Read Blocks"));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Statements that go another way than before, or touch far more pages.
    pub(super) fn turned_against(&self, earlier: &Self) -> BTreeSet<String> {
        let turned = |(statement, ran): &(&String, &Ran)| {
            earlier.0.get(*statement).is_some_and(|before| {
                let is_new_way = !ran.ways.is_subset(&before.ways);
                is_new_way || ran.buffers as f64 > before.buffers as f64 * MORE + SLACK
            })
        };
        self.0.iter().filter(turned).map(|(statement, _)| statement.clone()).collect()
    }

    pub(super) fn table(&self, turned: Option<&BTreeSet<String>>) -> String {
        let mut rows: Vec<(&String, &Ran)> = self.0.iter().collect();
        rows.sort_by_key(|(_, ran)| std::cmp::Reverse(ran.buffers));
        let mut table = String::new();
        for (statement, ran) in rows {
            let mark = if turned.is_some_and(|turned| turned.contains(statement)) { "✗" } else { " " };
            let shown: String = statement.chars().take(SHOWN).collect();
            let _ = writeln!(table, "{mark}{:>8} pages {:>5}×  {shown}", ran.buffers, ran.times);
            for way in &ran.ways {
                let _ = writeln!(table, "                          {way}");
            }
        }
        table
    }

    pub(super) fn to_json(&self) -> Value {
        json!(self.0)
    }

    /// From the JSON of a measurement.
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let json: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
        match json.get("plans") {
            Some(plans) => Ok(Self(serde_json::from_value(plans.clone())?)),
            None => bail!("{} holds no plans: measure with --explain --json", file.display()),
        }
    }
}

/// The names of nodes that touch a table.
fn walk(plan: &Value, way: &mut Vec<String>) {
    let text = |name: &str| plan[name].as_str();
    let node = text("Node Type").unwrap_or_default();
    if let Some(index) = text("Index Name") {
        way.push(format!("{node} {}", without_year(index)));
    } else if let Some(table) = text("Relation Name").filter(|_| node.ends_with("Scan")) {
        way.push(format!("{node} {}", without_year(table)));
    }
    for child in plan["Plans"].as_array().into_iter().flatten() {
        walk(child, way);
    }
    way.dedup();
}

/// Partitions of the years are one table: `journal_2026_pkey` is `journal_pkey`.
fn without_year(index: &str) -> String {
    let parts: Vec<&str> = index
        .split('_')
        .filter(|part| !(part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit())) && *part != "default")
        .collect();
    parts.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "2026-01-01 00:00:00.000 UTC [1] LOG:  duration: 0.031 ms  plan:\n\t{\n\t  \"Query Text\": \"select version from \
        casework.journal\\n where aggregate_id = $1\",\n\t  \"Plan\": { \"Node Type\": \"Append\", \"Shared Hit Blocks\": 7,\n\t \"Shared Read Blocks\": 1, \
        \"Plans\": [{ \"Node Type\": \"Index Scan\", \"Index Name\": \"journal_2026_pkey\", \"Relation Name\": \"journal_2026\" },\n\t \
        { \"Node Type\": \"Index Scan\", \"Index Name\": \"journal_default_pkey\", \"Relation Name\": \"journal_default\" }] }\n\t}\n\
        2026-01-01 00:00:00.000 UTC [1] LOG:  something else\n";

    #[test]
    fn plans_are_read_from_the_log() {
        let plans = Plans::told(LOG);
        let ran = &plans.0["select version from casework.journal where aggregate_id = $1"];
        assert_eq!((ran.times, ran.buffers), (1, 8));
        assert_eq!(ran.ways, BTreeSet::from(["Index Scan journal_pkey".to_owned()]));
    }

    #[test]
    fn a_plan_that_turned_is_found() {
        let small = Plans::told(LOG);
        let large = Plans::told(&LOG.replace("Index Scan", "Seq Scan"));
        assert!(small.turned_against(&small).is_empty());
        assert_eq!(large.turned_against(&small).len(), 1);
        let more = Plans::told(&LOG.replace("Blocks\": 7", "Blocks\": 700"));
        assert_eq!(more.turned_against(&small).len(), 1);
    }
}
