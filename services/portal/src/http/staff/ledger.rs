use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::IntoResponse;
use huiyin_authz::Permission;

use super::query_of;
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::citizen::sheet;
use crate::http::form::{Choice, Field, Posted};
use crate::http::seat::Seat;
use crate::http::{Answer, Frame, ok};
use crate::upstream::Known;
use crate::upstream::ledger::{self, Matter};

/// The ledger's own filters that the page offers.
const FILTERS: [&str; 8] = ["district", "class", "topic", "state", "outcome", "overdue", "from", "to"];

#[derive(Template)]
#[template(path = "staff/ledger.html")]
struct LedgerPage {
    frame: Frame,
    filters: Vec<Field>,
    matters: Vec<Matter>,
    next: Option<String>,
    /// The same filters as a sheet; none when not allowed.
    export: Option<String>,
}

impl LedgerPage {
    fn stands(matter: &Matter) -> String {
        words::case_state(matter.state.as_deref().unwrap_or_default()).to_owned()
    }

    fn is_filtered(&self) -> bool {
        self.filters.iter().any(|field| !field.value.is_empty())
    }

    fn due(matter: &Matter) -> String {
        matter.last_day.map(when::date).unwrap_or_default()
    }
}

fn asked(query: &Posted) -> Vec<(String, String)> {
    FILTERS.iter().filter_map(|name| Some(((*name).to_owned(), query.some(name)?.to_owned()))).collect()
}

fn address(path: &str, filters: &[(String, String)], after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filters);
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    format!("{path}?{}", query.finish())
}

/// The work ledger (工作台账) with its nine elements and filters.
pub(in crate::http) async fn list(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let filters = asked(&query);
    let mut wanted = filters.clone();
    wanted.extend(query.some("after").map(|after| ("after".to_owned(), after.to_owned())));
    let page = ledger::matters(&desk.http, &wanted, seat.token()).await?;
    let known = desk.reference.or_empty(&desk.http).await;
    Ok(ok(&LedgerPage {
        frame: Frame::of(&seat, "ledger"),
        filters: fields(&known, &query),
        matters: page.items,
        next: page.next.map(|next| address("/staff/ledger", &filters, Some(&next))),
        export: seat.may(Permission::ExportLedger).then(|| address("/staff/ledger/export.xlsx", &filters, None)),
    }))
}

fn fields(known: &Known, query: &Posted) -> Vec<Field> {
    let coded = |codes: &[&str], word: fn(&str) -> &str| {
        codes.iter().map(|code| Choice::new(*code, word(code))).collect::<Vec<_>>()
    };
    let mut district = sheet::district(known);
    district.required = false;
    "地点".clone_into(&mut district.label);
    "Place".clone_into(&mut district.label_en);
    let topics = known.topics.iter().map(|topic| Choice::new(&topic.code, &topic.name_zh)).collect();
    let states =
        ["received", "accepted", "assigned", "investigating", "proposed", "approved", "replied", "withdrawn", "closed"];
    let outcomes = [
        "supported",
        "explained",
        "not_supported",
        "settled_on_spot",
        "settled",
        "adopted",
        "partly_adopted",
        "not_adopted",
        "pointed",
        "declined",
        "forwarded",
        "withdrawn",
    ];
    let late = vec![Choice::new("true", "只看已超期"), Choice::new("false", "只看未超期")];
    let fields = vec![
        district,
        Field::select(coded(&["request", "suggestion", "accusation"], words::class), "class", "类别", "Class"),
        Field::select(topics, "topic", "问题类型", "Topic"),
        Field::select(coded(&states, words::case_state), "state", "办理状态", "State"),
        Field::select(coded(&outcomes, words::outcome), "outcome", "办理结果", "Outcome"),
        Field::select(late, "overdue", "期限", "Deadline"),
        Field::typed("date", "from", "登记日期从", "From"),
        Field::typed("date", "to", "到", "To"),
    ];
    fields
        .into_iter()
        .map(|field| {
            let value = query.get(&field.name).to_owned();
            field.value(&value)
        })
        .collect()
}

/// The same as a sheet to work with. The cells are the ledger's; here only the file passes through.
pub(in crate::http) async fn export(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let (told, file) = ledger::export(&desk.http, &asked(&query_of(&uri)), seat.token()).await?;
    let kind = told.get(header::CONTENT_TYPE).cloned().ok_or_else(Failure::not_found)?;
    let disposition = told
        .get(header::CONTENT_DISPOSITION)
        .cloned()
        .unwrap_or(HeaderValue::from_static("attachment; filename=\"ledger.xlsx\""));
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], file).into_response())
}
