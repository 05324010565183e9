//! The ledger as a spreadsheet (SZ-18): the same filters, every row, ids as text.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use huiyin_authz::{Permission, Sight};
use huiyin_documents::{Cell, Sheet, write_xlsx};
use huiyin_web::{Problem, Query, StaffActor};

use super::list::Asked;
use super::storage;
use super::token::Token;
use crate::app::context::Context;
use crate::app::page::page;
use crate::domain::row::COLUMNS;
use crate::store::list::{Cursor, matters};

const BATCH: i64 = 500;
/// More rows than this are asked for in parts, by period.
const MOST: usize = 20_000;

/// Every matter that fits the filters, as XLSX.
#[utoipa::path(get, path = "/matters/export.xlsx", params(Asked), security(("staff" = [])),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (status = 404, body = Problem)))]
pub(crate) async fn xlsx(
    State(ctx): State<Context>,
    staff: StaffActor,
    token: Token,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    staff.require(Permission::ExportLedger)?;
    let filter = asked.filter(&mut *ctx.api.read_as(&Sight::of(&staff.0)).await.map_err(storage)?, &staff).await?;
    let mut cells: Vec<Vec<Cell>> = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let found = {
            let mut conn = ctx.api.read_as(&Sight::of(&staff.0)).await.map_err(storage)?;
            matters(&mut conn, &filter, after, BATCH).await.map_err(storage)?
        };
        let last =
            found.last().and_then(|m| Some(Cursor { registered_at: m.registered_at?, petition_id: m.petition_id }));
        let full = found.len() == usize::try_from(BATCH).unwrap_or_default();
        let rows = page(&ctx, &token.0, found).await?;
        cells.extend(rows.iter().map(|row| row.cells().into_iter().map(Cell::Text).collect()));
        if cells.len() > MOST {
            return Err(Problem::refused(
                "too_many_rows",
                None,
                format!("一次最多导出{MOST}行。"),
                format!("At most {MOST} rows are exported at once."),
            )
            .next("请用起止日期分段导出。", "Please export in parts, by from and to."));
        }
        match (full, last) {
            (true, Some(cursor)) => after = Some(cursor),
            _ => break,
        }
    }
    let sheet = Sheet { name: "工作台账".to_owned(), header: COLUMNS.map(str::to_owned).to_vec(), rows: cells };
    let file = write_xlsx(&[sheet]).map_err(|error| Problem::internal(&error))?;
    let headers = [
        (CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"ledger.xlsx\"; filename*=UTF-8''%E5%B7%A5%E4%BD%9C%E5%8F%B0%E8%B4%A6.xlsx",
        ),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, file).into_response())
}
