//! The journal re-applied gives the case as it is stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use huiyin_casework::domain::{Case, Event};
use serde_json::Value;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::report::{Examined, Violation};
use super::sql;

const CHECK: &str = "case.replay";

/// When something happened, and what, as the journal keeps it.
type Entry = (DateTime<Utc>, Vec<u8>);

pub(super) async fn check(conn: &mut PgConnection) -> Result<Examined, sqlx::Error> {
    let stored = sql::rows(conn, "select case_id, number, body from casework.case order by case_id".to_owned()).await?;
    let rows = sql::rows(
        conn,
        "select aggregate_id, occurred_at, body from casework.journal where aggregate_kind = 'case'
         order by aggregate_id, version"
            .to_owned(),
    )
    .await?;
    let mut journals = BTreeMap::<Uuid, Vec<Entry>>::new();
    for row in rows {
        journals.entry(row.try_get(0)?).or_default().push((row.try_get(1)?, row.try_get(2)?));
    }
    let mut broken = Vec::new();
    for row in &stored {
        let (case_id, number, body): (Uuid, String, Value) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let journal = journals.remove(&case_id).unwrap_or_default();
        if let Err(why) = compare(&journal, &body) {
            broken.push(format!("{number}: {why}"));
        }
    }
    broken.extend(journals.keys().map(|case_id| format!("{case_id} has a journal and no case")));
    Ok(Examined {
        check: CHECK,
        zh: "台账重放等于现状",
        en: "every journal re-applied gives the case as stored",
        examined: stored.len() as i64,
        broken: broken.len() as i64,
        violations: broken
            .into_iter()
            .take(5)
            .map(|what| Violation {
                check: CHECK,
                what,
                remedy: "the journal is the record: a row of casework.case was changed by something else than a command",
                settles: false,
            })
            .collect(),
    })
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
