//! Reception sessions of the next two weeks, announced, and a few bookings.

use anyhow::Context;
use chrono::Days;
use huiyin_kernel::{Role, Service};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Seed;
use super::cases::Known;
use crate::demo::agenda::{OfficeHours, at, day_of};
use crate::demo::data::Venue;
use crate::demo::office::id;

/// Working days with a session in the city's hall.
const DAYS: u32 = 10;
const EDITOR: &str = "city-xfj.schedule";

/// Adds the reception places, plans a session for every coming working day in the city's hall and one a week in each street that has
/// petitions here, and announces them all.
pub(super) async fn publish(seed: &Seed) -> anyhow::Result<Vec<Uuid>> {
    let mut sessions = Vec::new();
    for (nth, venue) in places(seed).enumerate() {
        let venue_id = add(seed, venue).await?;
        let hours = OfficeHours::new();
        let is_city = venue.district == seed.city.city.code;
        let leaders = leaders(seed, &venue.district);
        let tomorrow = day_of(seed.now) + Days::new(1);
        for turn in 0..if is_city { DAYS } else { 2 } {
            let day = hours.after(tomorrow, if is_city { turn } else { turn * 5 + nth as u32 });
            let leader = leaders.get(turn as usize % leaders.len().max(1)).context("a place without a leader")?;
            let key = format!("seed/session/{}/{day}", venue.code);
            let body = json!({
                "district": venue.district, "venue_id": venue_id, "kind": "regular",
                "leader": seed.office.staff_id(leader)?,
                "starts_at": at(day, 9, 0), "ends_at": at(day, 12, 0), "capacity": 6, "slot_minutes": 30,
            });
            let drafted = seed.office.post(EDITOR, Service::Scheduling, "/sessions", &key, &body).await?;
            sessions.push(id(&drafted, "session_id")?);
        }
    }
    let body = json!({ "session_ids": sessions });
    let published =
        seed.office.try_post(EDITOR, Service::Scheduling, "/sessions/publish", "seed/publish", &body).await?;
    published.done_or("already_published")?;
    Ok(sessions)
}

/// The city's hall first, then the streets whose petitions are loaded.
fn places(seed: &Seed) -> impl Iterator<Item = &Venue> {
    let wanted =
        |venue: &&Venue| venue.district == seed.city.city.code || super::STREETS.contains(&venue.district.as_str());
    seed.city.venue.iter().filter(wanted)
}

fn leaders(seed: &Seed, district: &str) -> Vec<String> {
    let unit = if district == seed.city.city.code { Some("city-gov") } else { seed.city.petition_unit(district) };
    let receives = |p: &&crate::demo::data::Person| Some(p.unit.as_str()) == unit && p.roles.contains(&Role::Leader);
    seed.city.staff.iter().filter(receives).map(|p| p.login.clone()).collect()
}

async fn add(seed: &Seed, venue: &Venue) -> anyhow::Result<Uuid> {
    let body = json!({
        "district": venue.district, "name": venue.name, "address": venue.address, "phone": venue.phone,
        "accessible": venue.accessible, "hours": venue.hours,
    });
    let key = format!("seed/venue/{}", venue.code);
    let added = seed.office.post(EDITOR, Service::Scheduling, "/venues", &key, &body).await?;
    id(&added, "venue_id")
}

/// Books a few petitions into the first sessions.
pub(super) async fn book(seed: &Seed, sessions: &[Uuid], petitions: &[Known]) -> anyhow::Result<()> {
    let invited = petitions.iter().filter(|p| seed.matters[p.index].petition.class == "request").step_by(9);
    for (petition, session) in invited.zip(sessions) {
        let key = format!("seed/booking/{}", seed.matters[petition.index].petition.reference);
        let body: Value = json!({ "petition_id": petition.petition_id });
        let path = format!("/sessions/{session}/bookings");
        seed.office.post("city-xfj.clerk1", Service::Scheduling, &path, &key, &body).await?;
    }
    Ok(())
}
