//! Files whose time is over, and the register of those destroyed (到期案卷、销毁清册; A11).

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_calendar::local_date;
use huiyin_journal::DbError;
use huiyin_web::{Json, Page, PageLimit, Pages, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::cases::{Whose, place, scope};
use super::evaluation_view::{FileView, file, keepers};
use super::view::{CaseLine, line};
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::store::destruction::{self, Registered};
use crate::store::directory;
use crate::store::worklist::end_of_list;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilesFilter {
    /// `mine`, `unit` or `district`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "district")]
    scope: Whose,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// A file whose time is over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DueFile {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    line: CaseLine,
    /// The file, with what was proposed for it.
    file: FileView,
}

/// Files whose time is over, the oldest first: each is to be appraised, and kept on or destroyed.
#[utoipa::path(get, path = "/archive/due", params(FilesFilter), security(("staff" = [])),
    responses((status = 200, body = Page<DueFile>)))]
pub(crate) async fn due(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(filter): Query<FilesFilter>,
) -> Result<Json<Page<DueFile>>, Problem> {
    staff.require(Permission::ReadCase)?;
    let scope = scope(filter.scope, &staff.0)?;
    let pages = Pages { after: filter.after, limit: filter.limit };
    let (at, id) = place(pages.after.as_deref())?;
    let today = local_date(ctx.clock.now()).unwrap_or(NaiveDate::MIN);
    let mut tx = ctx.api.read_as(&Sight::of(&staff.0)).await?;
    let rows = destruction::due(&mut tx, &scope, today, (at.date_naive(), id), pages.limit() + 1)
        .await
        .map_err(|error: DbError| Problem::from(error))?;
    let persons: Vec<Uuid> = rows.iter().flat_map(|(_, case)| keepers(case)).map(Uuid::from).collect();
    let names = directory::names(&mut tx, &[], &persons).await.map_err(Failure::from)?.into_iter().collect();
    let cursor = |day: NaiveDate, id| {
        let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
        format!("{}.{id}", midnight.timestamp_micros())
    };
    let lines = rows.iter().filter_map(|(until, case)| {
        let file = file(case, &names)?;
        Some(DueFile { line: line(case, cursor(*until, case.facts.case_id)), file })
    });
    Ok(Json(Page::of(lines.collect(), &pages, |due: &DueFile| due.line.cursor.clone())))
}

/// A destroyed file, as the register keeps it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DestroyedFile {
    case_id: Uuid,
    /// The petition's number.
    number: String,
    /// 档号
    file_number: String,
    /// When the matter ended.
    closed_at: DateTime<Utc>,
    /// The last day of its time.
    keep_until: NaiveDate,
    /// Who proposed its destruction.
    appraised_by: Uuid,
    appraised_by_name: Option<String>,
    appraised_at: DateTime<Utc>,
    /// Why.
    reason: String,
    /// Who agreed.
    approved_by: Uuid,
    approved_by_name: Option<String>,
    /// When it was destroyed.
    destroyed_at: DateTime<Utc>,
}

impl From<Registered> for DestroyedFile {
    fn from(row: Registered) -> Self {
        Self {
            case_id: row.case_id,
            number: row.number,
            file_number: row.file_number,
            closed_at: row.closed_at,
            keep_until: row.keep_until,
            appraised_by: row.appraised_by,
            appraised_by_name: row.appraised_by_name,
            appraised_at: row.appraised_at,
            reason: row.reason,
            approved_by: row.approved_by,
            approved_by_name: row.approved_by_name,
            destroyed_at: row.destroyed_at,
        }
    }
}

/// The register of destroyed files (销毁清册), the newest first: by whom, when, why; nothing of what they held.
#[utoipa::path(get, path = "/archive/destroyed", params(FilesFilter), security(("staff" = [])),
    responses((status = 200, body = Page<DestroyedFile>)))]
pub(crate) async fn destroyed(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(filter): Query<FilesFilter>,
) -> Result<Json<Page<DestroyedFile>>, Problem> {
    staff.require(Permission::ReadCase)?;
    let scope = scope(filter.scope, &staff.0)?;
    let pages = Pages { after: filter.after, limit: filter.limit };
    let before = match pages.after.as_deref() {
        None => (end_of_list(), Uuid::max()),
        after => place(after)?,
    };
    let mut tx = ctx.api.read_as(&Sight::of(&staff.0)).await?;
    let rows = destruction::register(&mut tx, &scope, before, pages.limit() + 1).await.map_err(Failure::from)?;
    let lines = rows.into_iter().map(DestroyedFile::from).collect();
    Ok(Json(Page::of(lines, &pages, |file: &DestroyedFile| {
        format!("{}.{}", file.destroyed_at.timestamp_micros(), file.case_id)
    })))
}
