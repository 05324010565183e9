//! The year's table (日程安排表; C7): imported whole, announced from today on, held on its days.

use anyhow::{Context, ensure};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use huiyin_kernel::{Role, Service};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{concluded, editor, record};
use crate::demo::agenda::{at, day_of};
use crate::demo::data::CALENDAR;
use crate::demo::life::Life;
use crate::demo::office::{id, text};

/// The year the table is for.
const YEAR: i32 = 2022;

/// A session of the table.
#[derive(Clone, Debug)]
pub(crate) struct Sitting {
    pub(crate) session_id: Uuid,
    pub(crate) leader: String,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    /// Matters invited, with their visits.
    pub(crate) invited: Vec<(usize, Uuid)>,
}

/// Imports the table and gives its sessions and what the import found.
pub(crate) async fn import_table(life: &Life, hall: Uuid) -> anyhow::Result<(Vec<Sitting>, Value)> {
    let editor = editor(life, "city-xfj")?;
    let logins: Vec<String> = (1..=10).map(|n| format!("city-gov.leader{n:02}")).collect();
    let leaders = logins.iter().map(|login| life.office.staff_id(login)).collect::<Result<Vec<_>, _>>()?;
    let leaders = leaders.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    let query = [
        ("year", YEAR.to_string()),
        ("district", life.city.city.code.clone()),
        ("venue_id", hall.to_string()),
        ("leaders", leaders),
    ];
    let call = life.office.call(&editor, Method::POST, Service::Scheduling, "/imports/calendar").await?;
    let call = call.query(&query).idempotency("calendar-2022").body("text/csv", CALENDAR.as_bytes().to_vec());
    let report: Value = call.read().await.map_err(|error| anyhow::anyhow!("the table is not imported: {error}"))?;
    let ids = report.get("session_ids").and_then(Value::as_array).context("the import names no sessions")?;
    let dates = dates()?;
    ensure!(ids.len() == dates.len(), "the table has {} dates, and {} sessions were made", dates.len(), ids.len());
    let sittings = ids.iter().zip(dates).map(|(session, (row, day))| {
        let session_id = session.as_str().unwrap_or_default().parse().context("a session id")?;
        let leader = logins.get(row).cloned().context("a row without a leader")?;
        Ok(Sitting { session_id, leader, starts_at: at(day, 9, 0), ends_at: at(day, 12, 0), invited: Vec::new() })
    });
    Ok((sittings.collect::<anyhow::Result<_>>()?, report))
}

/// Row and date of every cell that is filled, row by row.
fn dates() -> anyhow::Result<Vec<(usize, NaiveDate)>> {
    let mut dates = Vec::new();
    for (row, line) in csv::Reader::from_reader(CALENDAR.as_bytes()).records().enumerate() {
        for (cell, text) in line?.iter().skip(2).enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            let (month, day) = (cell as u32 / 2 + 1, text.trim().parse().context("a day number")?);
            dates.push((row, NaiveDate::from_ymd_opt(YEAR, month, day).context("a date that does not exist")?));
        }
    }
    Ok(dates)
}

/// Announces the sessions still to come until `until`; gives those.
pub(crate) async fn publish_table(
    life: &Life,
    sittings: Vec<Sitting>,
    until: DateTime<Utc>,
) -> anyhow::Result<Vec<Sitting>> {
    let editor = editor(life, "city-xfj")?;
    let now = life.now();
    let mut coming: Vec<Sitting> = sittings.into_iter().filter(|s| s.starts_at > now && s.ends_at < until).collect();
    coming.sort_by_key(|s| (s.starts_at, s.session_id));
    let ids: Vec<Uuid> = coming.iter().map(|s| s.session_id).collect();
    let body = json!({ "session_ids": ids });
    life.office.post(&editor, Service::Scheduling, "/sessions/publish", "publish-table", &body).await?;
    Ok(coming)
}

/// Invites a petitioner to the first session that is at least three days away and has room; false when there is none.
pub(crate) async fn invite(life: &Life, index: usize) -> anyhow::Result<bool> {
    let matter = &life.matters[index];
    let petition_id = life.petition_id(index).await?;
    let editor = editor(life, "city-xfj")?;
    let earliest = life.now() + TimeDelta::days(3);
    let mut sittings = life.sittings.lock().await;
    let Some(sitting) = sittings.iter_mut().find(|s| s.starts_at >= earliest && s.invited.len() < 4) else {
        return Ok(false);
    };
    let path = format!("/sessions/{}/bookings", sitting.session_id);
    let key = format!("invite/{}", matter.petition.reference);
    let body = json!({ "petition_id": petition_id });
    let booked = life.office.post(&editor, Service::Scheduling, &path, &key, &body).await?;
    sitting.invited.push((index, id(&booked, "visit_id")?));
    Ok(true)
}

/// Receives everyone who was invited, one after the other.
pub(crate) async fn begin_sitting(life: &Life, nth: usize) -> anyhow::Result<()> {
    let Some(sitting) = life.sittings.lock().await.get(nth).cloned() else { return Ok(()) };
    let clerk = life.city.with_role("city-xfj", Role::IntakeClerk).context("the city has no clerk")?;
    for (index, visit) in &sitting.invited {
        let matter = &life.matters[*index];
        let path = format!("/visits/{visit}/arrival");
        let arrived =
            life.office.post(clerk, Service::Scheduling, &path, &format!("arrival/{visit}"), &Value::Null).await?;
        ensure!(text(&arrived, "visit_id")? == visit.to_string(), "another visitor arrived");
        concluded(life, &sitting.leader, *visit, &record(life, matter)).await?;
    }
    Ok(())
}

/// Closes a session of the table.
pub(crate) async fn end_sitting(life: &Life, nth: usize) -> anyhow::Result<()> {
    let Some(sitting) = life.sittings.lock().await.get(nth).cloned() else { return Ok(()) };
    let path = format!("/sessions/{}/close", sitting.session_id);
    let key = format!("close/{}/{}", day_of(sitting.starts_at), sitting.session_id);
    life.office.post(&editor(life, "city-xfj")?, Service::Scheduling, &path, &key, &Value::Null).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_143_dates() {
        let dates = dates().expect("a table");
        assert_eq!(dates.len(), 143);
        assert!(dates.contains(&(5, NaiveDate::from_ymd_opt(2022, 12, 9).expect("a date"))));
    }
}
