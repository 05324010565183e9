//! The journal re-applied gives the case as it is stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use huiyin_casework::domain::{Case, Event};
use serde_json::Value;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::check::EXAMPLES;
use super::report::{Examined, Violation};
use super::{Watch, sql};

const CHECK: &str = "case.replay";

/// Cases re-applied at once.
const PAGE: i64 = 500;

/// When something happened, and what, as the journal keeps it.
type Entry = (DateTime<Utc>, Vec<u8>);

/// A page of cases at a time, however many there are.
pub(super) async fn check(conn: &mut PgConnection, watch: Watch) -> Result<Examined, sqlx::Error> {
    let mut examined = Examined {
        check: CHECK,
        zh: "台账重放等于现状",
        en: "every journal re-applied gives the case as stored",
        examined: 0,
        broken: 0,
        violations: Vec::new(),
    };
    let mut after = Uuid::nil();
    loop {
        let stored = sql::rows(
            conn,
            format!("select case_id, number, body from casework.case where case_id > '{after}' and body is not null order by case_id limit {PAGE}"),
        )
        .await?;
        let Some(last) = stored.last() else { break };
        let first: Uuid = stored[0].try_get(0)?;
        after = last.try_get(0)?;
        let mut journals = journals(conn, first, after).await?;
        for row in &stored {
            let (case_id, number, body): (Uuid, String, Value) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let journal = journals.remove(&case_id).unwrap_or_default();
            if let Err(why) = compare(&journal, &body) {
                note(&mut examined, format!("{number}: {why}"));
            }
        }
        examined.examined += stored.len() as i64;
        if examined.examined % 50_000 == 0 {
            watch.tell(CHECK, examined.examined);
        }
    }
    let orphans = sql::rows(
        conn,
        "select j.aggregate_id from casework.journal j left join casework.case c on c.case_id = j.aggregate_id
         where j.aggregate_kind = 'case' and j.version = 1 and c.case_id is null order by 1 limit 100"
            .to_owned(),
    )
    .await?;
    for row in orphans {
        let case_id: Uuid = row.try_get(0)?;
        note(&mut examined, format!("{case_id} has a journal and no case"));
    }
    Ok(examined)
}

fn note(examined: &mut Examined, what: String) {
    examined.broken += 1;
    if examined.violations.len() < EXAMPLES {
        examined.violations.push(Violation {
            check: CHECK,
            what,
            remedy: "the journal is the record: a row of casework.case was changed by something else than a command",
            settles: false,
        });
    }
}

async fn journals(conn: &mut PgConnection, first: Uuid, last: Uuid) -> Result<BTreeMap<Uuid, Vec<Entry>>, sqlx::Error> {
    let rows = sql::rows(
        conn,
        format!(
            "select aggregate_id, occurred_at, body from casework.journal
             where aggregate_kind = 'case' and aggregate_id between '{first}' and '{last}' order by aggregate_id, version"
        ),
    )
    .await?;
    let mut journals = BTreeMap::<Uuid, Vec<Entry>>::new();
    for row in rows {
        journals.entry(row.try_get(0)?).or_default().push((row.try_get(1)?, row.try_get(2)?));
    }
    Ok(journals)
}

fn compare(journal: &[(DateTime<Utc>, Vec<u8>)], stored: &Value) -> Result<(), String> {
    let mut events = Vec::with_capacity(journal.len());
    for (at, body) in journal {
        let event: Event = serde_json::from_slice(body).map_err(|error| format!("an entry cannot be read: {error}"))?;
        events.push((event, *at));
    }
    let case = Case::replay(events.iter().map(|(event, at)| (event, *at)))
        .ok_or_else(|| "its journal does not begin with its opening".to_owned())?;
    // Compared as values of the domain, so that the spelling of numbers and times does not matter.
    let stored: Case = serde_json::from_value(stored.clone()).map_err(|error| format!("cannot be read: {error}"))?;
    if case == stored { Ok(()) } else { Err(differing(&case, &stored)) }
}

fn differing(replayed: &Case, stored: &Case) -> String {
    let (Ok(Value::Object(replayed)), Ok(Value::Object(stored))) =
        (serde_json::to_value(replayed), serde_json::to_value(stored))
    else {
        return "differs from its journal".to_owned();
    };
    let fields: Vec<&str> =
        replayed.iter().filter(|(key, value)| stored.get(*key) != Some(value)).map(|(key, _)| key.as_str()).collect();
    format!("differs from its journal in {}", fields.join(", "))
}
