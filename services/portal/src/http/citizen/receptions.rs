use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_kernel::DistrictCode;
use huiyin_web::CallError;

use super::sheet;
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::http::form::{Field, Posted};
use crate::http::{Answer, Frame, ok};
use crate::upstream::Known;
use crate::upstream::scheduling::{self, Session};

/// How far ahead the schedule looks unless asked otherwise.
const DAYS: i64 = 31;

/// A session as announced: the six fields of DW-10.
#[derive(Debug)]
pub(super) struct Announced {
    pub(super) day: String,
    pub(super) time: String,
    /// Local date and time for machines.
    pub(super) machine: String,
    pub(super) area: String,
    pub(super) place: String,
    pub(super) address: String,
    pub(super) leader: String,
    pub(super) post: String,
    pub(super) portfolio: String,
    pub(super) form: String,
    pub(super) topics: String,
    pub(super) note: String,
}

#[derive(Template)]
#[template(path = "citizen/receptions.html")]
struct ListPage {
    frame: Frame,
    district: Field,
    from: Field,
    /// What is shown, in words.
    shown: String,
    days: Vec<(String, Vec<Announced>)>,
    /// The street chosen, if any, for the printable board.
    board: String,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "citizen/board.html")]
struct BoardPage {
    frame: Frame,
    shown: String,
    sessions: Vec<Announced>,
    printed: String,
}

struct Wanted {
    district: Option<DistrictCode>,
    from: NaiveDate,
    after: Option<String>,
}

impl Wanted {
    fn read(query: &Posted, today: NaiveDate) -> Self {
        Self {
            district: sheet::district_of(query.get("district")),
            from: query.some("from").and_then(|text| text.parse().ok()).unwrap_or(today),
            after: query.some("after").map(str::to_owned),
        }
    }

    fn last_day(&self) -> NaiveDate {
        when::days_later(self.from, DAYS - 1)
    }

    async fn ask(&self, desk: &Desk) -> Result<(Vec<Session>, Option<String>), CallError> {
        let days = (self.from, self.last_day());
        let page = scheduling::announced(&desk.http, self.district.as_ref(), days, self.after.as_deref()).await?;
        Ok((page.items, page.next))
    }

    fn told(&self, known: &Known) -> String {
        let place = self.district.as_ref().map_or_else(|| "全市".to_owned(), |district| known.place(district.as_str()));
        format!("{place}，{} 至 {}", when::date(self.from), when::date(self.last_day()))
    }
}

/// Who receives, where and when (WH-14, DW-10). Only published sessions come from scheduling at all.
pub(in crate::http) async fn list(State(desk): State<Desk>, uri: axum::http::Uri) -> Answer {
    let query = query_of(&uri);
    let wanted = Wanted::read(&query, when::city_date(desk.clock.now()));
    let known = desk.reference.or_empty(&desk.http).await;
    let (sessions, next) = wanted.ask(&desk).await?;
    let mut days: BTreeMap<NaiveDate, Vec<Announced>> = BTreeMap::new();
    for session in sessions {
        days.entry(when::city_date(session.starts_at)).or_default().push(announced(&session, &known));
    }
    let mut district = sheet::district(&known);
    "街道、乡镇".clone_into(&mut district.label);
    "Street or town".clone_into(&mut district.label_en);
    district.required = false;
    let code = wanted.district.as_ref().map_or("", DistrictCode::as_str);
    Ok(ok(&ListPage {
        frame: Frame::plain("receptions"),
        district: district.value(code),
        from: Field::typed("date", "from", "从哪天起", "From").value(&wanted.from.to_string()),
        shown: wanted.told(&known),
        days: days.into_iter().map(|(day, sessions)| (when::date_with_weekday(day), sessions)).collect(),
        board: address("/receptions/board", code, wanted.from, None),
        next: next.map(|next| address("/receptions", code, wanted.from, Some(&next))),
    }))
}

/// The same as a board to be printed and posted at the place (张榜公布; WH-14, JD-07).
pub(in crate::http) async fn board(State(desk): State<Desk>, uri: axum::http::Uri) -> Answer {
    let mut wanted = Wanted::read(&query_of(&uri), when::city_date(desk.clock.now()));
    let known = desk.reference.or_empty(&desk.http).await;
    let mut sessions = Vec::new();
    // A board shows all of it: a month of one place is a few pages at most.
    for _ in 0..20 {
        let (more, next) = wanted.ask(&desk).await?;
        sessions.extend(more.iter().map(|session| announced(session, &known)));
        wanted.after = next;
        if wanted.after.is_none() {
            break;
        }
    }
    let printed = when::date(when::city_date(desk.clock.now()));
    Ok(ok(&BoardPage { frame: Frame::plain("receptions"), shown: wanted.told(&known), sessions, printed }))
}

fn address(path: &str, district: &str, from: NaiveDate, after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("district", district).append_pair("from", &from.to_string());
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    format!("{path}?{}", query.finish())
}

fn query_of(uri: &axum::http::Uri) -> Posted {
    Posted::read(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default()
}

fn time(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    format!("{}–{}", when::clock(from), when::clock(to))
}

fn announced(session: &Session, known: &Known) -> Announced {
    let named = |codes: &[String]| codes.iter().map(|code| known.topic(code)).collect::<Vec<_>>().join("、");
    let note = match session.state.as_str() {
        "cancelled" => "本场已取消".to_owned(),
        "held" => "已举行".to_owned(),
        _ if session.capacity > 0 => format!("可预约，还有 {} 个时段；也可以直接来", session.free),
        _ => "不用预约，直接来".to_owned(),
    };
    Announced {
        day: when::date_with_weekday(when::city_date(session.starts_at)),
        time: time(session.starts_at, session.ends_at),
        machine: when::machine(session.starts_at),
        area: known.place(&session.district),
        place: session.venue_name.clone(),
        address: session.venue_address.clone(),
        leader: session.leader_name.clone(),
        post: session.leader_post.clone(),
        portfolio: named(&session.leader_portfolio),
        form: if session.form.is_empty() {
            words::session_kind(&session.kind).to_owned()
        } else {
            session.form.clone()
        },
        topics: named(&session.topics),
        note,
    }
}
