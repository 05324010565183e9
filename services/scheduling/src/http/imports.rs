//! Importing a year's table of reception days (C7).

use std::sync::Arc;

use axum::extract::{Request as Received, State};
use axum::http::{StatusCode, header};
use chrono::NaiveTime;
use huiyin_authz::Permission;
use huiyin_kernel::{StaffId, VenueId};
use huiyin_web::{IdempotencyKey, Json, Problem, Query, StaffActor, read_body};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Api;
use super::input::Reader;
use crate::app::calendar_import::{ImportCalendar, ImportedCalendar};
use crate::app::{self, Request};

/// A table of 500 rows is far below this.
const LARGEST: usize = 256 << 10;

/// How to read the table.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    year: i32,
    district: String,
    #[param(value_type = uuid::Uuid)]
    venue_id: VenueId,
    /// The leaders' staff ids in the order of the rows, separated by commas; found by name when left out.
    leaders: Option<String>,
    /// When sessions begin by the clock on the wall; 09:00 when left out.
    starts: Option<String>,
    /// When they end; 12:00 when left out.
    ends: Option<String>,
    /// Slots of a session; 6 when left out.
    capacity: Option<u32>,
    /// 30 when left out.
    slot_minutes: Option<u32>,
    /// Look only.
    #[serde(default)]
    dry_run: bool,
}

/// Import a year's table: drafts of all its dates, or none with every bad cell named.
#[utoipa::path(post, path = "/imports/calendar", params(ImportQuery, ("Idempotency-Key" = String, Header)), request_body(content = String, content_type = "text/csv"),
    security(("staff" = [])),
    responses((status = 200, body = ImportedCalendar), (status = 201, body = ImportedCalendar), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn import_calendar(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    key: IdempotencyKey,
    Query(query): Query<ImportQuery>,
    received: Received,
) -> Result<(StatusCode, Json<ImportedCalendar>), Problem> {
    staff.require(Permission::PlanSessions)?;
    let media = received.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !media.to_ascii_lowercase().starts_with("text/csv") {
        return Err(Problem::unsupported_media_type("text/csv"));
    }
    let body = read_body(received.into_body(), LARGEST).await?;
    let mut reader = Reader::default();
    if !(2000..2100).contains(&query.year) {
        reader.refuse("year", "须为2000至2099", "must be 2000 to 2099", "2022");
    }
    let text = std::str::from_utf8(&body).map_or_else(
        |_| {
            reader.refuse("body", "应为 UTF-8 编码", "must be UTF-8", "序号,姓名,1月-1,…");
            String::new()
        },
        str::to_owned,
    );
    if text.contains('\0') {
        reader.refuse("body", "不得包含空字符（U+0000）", "must not contain the character U+0000", "14");
    }
    let hours = (
        time(&mut reader, "starts", query.starts.as_deref().unwrap_or("09:00")),
        time(&mut reader, "ends", query.ends.as_deref().unwrap_or("12:00")),
    );
    if hours.1 <= hours.0 {
        reader.refuse("ends", "须晚于 starts", "must come after `starts`", "12:00");
    }
    let leaders = query.leaders.as_deref().unwrap_or_default();
    let leaders = leaders.split(',').filter(|id| !id.is_empty()).map(str::parse::<StaffId>);
    let leaders = leaders.collect::<Result<Vec<_>, _>>().unwrap_or_else(|_| {
        reader.refuse(
            "leaders",
            "须为以逗号分隔的人员编号",
            "must be staff ids separated by commas",
            "0190a1b2-…,0190a1b3-…",
        );
        Vec::new()
    });
    let command = ImportCalendar {
        text,
        year: query.year,
        district: reader.district("district", &query.district),
        venue_id: query.venue_id,
        leaders,
        hours,
        capacity: reader.number("capacity", query.capacity.unwrap_or(6), 0..=500),
        slot_minutes: reader.number("slot_minutes", query.slot_minutes.unwrap_or(30), 1..=480),
        dry_run: query.dry_run,
    };
    let command = reader.done(command)?;
    let request = Request::keyed(staff.into(), &key, "POST /imports/calendar", &command);
    let status = if command.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    let imported = app::calendar_import::import_calendar(&api.app, &request, command).await?;
    Ok((status, Json(imported)))
}

fn time(reader: &mut Reader, field: &str, text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap_or_else(|_| {
        reader.refuse(field, "须为时:分", "must be hours and minutes", "09:00");
        NaiveTime::MIN
    })
}
