use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use chrono::NaiveDate;
use futures::join;
use huiyin_authz::Permission;
use huiyin_kernel::Role;
use uuid::Uuid;

use super::{after as after_end, batch_actions, filing, new_key, query_of, supervised};
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::http::form::{Choice, Field};
use crate::http::seat::Seat;
use crate::http::{Answer, Frame, ok};
use crate::upstream::casework::{self, Line, Wanted};
use crate::upstream::succession::Left;
use crate::upstream::{Known, intake};

/// Cases on one page.
pub(super) const PAGE: u16 = 100;
/// "Soon" is a week.
const SOON: i64 = 7;

#[derive(Template)]
#[template(path = "staff/work_list.html")]
struct WorkList {
    frame: Frame,
    scopes: Vec<(&'static str, &'static str, bool)>,
    scope: String,
    state: Field,
    supervision: Field,
    overdue_only: bool,
    visits_only: bool,
    /// The whole state of things in four figures; only on the first page without filters.
    figures: Vec<Figure>,
    /// Abolished units that still hold matters (REG-16).
    left: Vec<Left>,
    groups: Vec<Group>,
    next: Option<String>,
    form_token: String,
    /// So that a double click does it once.
    key: String,
    /// Who may be named; none for who may not assign.
    officers: Option<Field>,
    /// What may be printed of many.
    kinds: Field,
    titles_missing: bool,
}

/// A figure of the overview: the word says what it is, the colour only repeats it.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) count: String,
    pub(super) mood: &'static str,
    pub(super) address: String,
}

struct Group {
    name: &'static str,
    mood: &'static str,
    rows: Vec<Row>,
}

struct Row {
    case_id: Uuid,
    version: i64,
    title: String,
    number: String,
    stage: String,
    facts: String,
    due: String,
    due_day: String,
}

/// The work list: what is late first, then what is due soon, then the rest.
pub(in crate::http) async fn show(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let scopes = scopes_of(&seat);
    let default = default_scope(&seat, &scopes);
    let scope = scopes.iter().map(|(code, _)| *code).find(|code| *code == query.get("scope")).unwrap_or(default);
    let (state, after) = (query.some("state"), query.some("after"));
    let overdue = query.ticked("overdue");
    let supervision = query.some("supervision");
    let awaits_return_visit = query.ticked("awaits_return_visit");
    if !seat.may(Permission::ReadCase) {
        return Ok(ok(&empty(&seat)));
    }
    let whole = state.is_none() && after.is_none() && !overdue && supervision.is_none() && !awaits_return_visit;
    let wanted = Wanted { scope, state, overdue, supervision, awaits_return_visit, after, limit: PAGE };
    let waiting = Wanted { scope: "unit", state: Some("proposed"), limit: PAGE, ..Wanted::default() };
    let approves = whole && seat.may(Permission::ApproveOpinion);
    let (page, waiting, supervised, left, visits, files, officers) = join!(
        casework::cases(&desk.http, wanted, seat.token()),
        async { if approves { casework::cases(&desk.http, waiting, seat.token()).await.ok() } else { None } },
        async { if whole { supervised::figures(&desk, &seat).await } else { Vec::new() } },
        async { if whole { supervised::left(&desk, &seat).await } else { Vec::new() } },
        async { if whole { after_end::figure(&desk, &seat, scope).await } else { None } },
        async { if whole { filing::figure(&desk, &seat).await } else { None } },
        batch_actions::officers(&desk, &seat)
    );
    let mut page = page?;
    let mut scope = scope;
    // Nothing of one's own, and no list asked for: the unit's, so that the first page is not an empty one.
    if scope == "mine" && page.items.is_empty() && query.some("scope").is_none() {
        scope = "unit";
        page = casework::cases(&desk.http, Wanted { scope, ..wanted }, seat.token()).await?;
    }
    let ids: Vec<Uuid> = page.items.iter().map(|line| line.petition_id).collect();
    // Titles are a comfort, not a condition: without intake the list still says what is due.
    let titles =
        if ids.is_empty() { Ok(BTreeMap::new()) } else { intake::titles(&desk.http, &ids, seat.token()).await };
    let known = desk.reference.or_empty(&desk.http).await;
    let today = when::city_date(desk.clock.now());
    let figures = if whole {
        let waiting = waiting.map(|w| (w.items.len(), w.next.is_some()));
        let mut figures = figures(&page.items, page.next.is_some(), waiting, scope, today);
        figures.extend(supervised);
        figures.extend(visits);
        figures.extend(files);
        figures
    } else {
        Vec::new()
    };
    let titles_missing = titles.is_err();
    let titles = titles.unwrap_or_default();
    let rows = page.items.iter().map(|line| (mood(line, today), row(line, &titles, &known, today)));
    let next = page.next.as_ref().map(|next| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("scope", scope).append_pair("after", next);
        if let Some(state) = state {
            query.append_pair("state", state);
        }
        if overdue {
            query.append_pair("overdue", "yes");
        }
        if awaits_return_visit {
            query.append_pair("awaits_return_visit", "yes");
        }
        if let Some(supervision) = supervision {
            query.append_pair("supervision", supervision);
        }
        format!("/staff?{}", query.finish())
    });
    Ok(ok(&WorkList {
        frame: Frame::of(&seat, "work"),
        scopes: scopes.iter().map(|(code, name)| (*code, *name, *code == scope)).collect(),
        scope: scope.to_owned(),
        state: states().value(state.unwrap_or_default()),
        supervision: supervised::states().value(supervision.unwrap_or_default()),
        overdue_only: overdue,
        visits_only: awaits_return_visit,
        figures,
        left,
        groups: groups(rows),
        next,
        form_token: seat.form_token.clone(),
        key: new_key(),
        officers,
        kinds: batch_actions::kinds(),
        titles_missing,
    }))
}

fn empty(seat: &Seat) -> WorkList {
    WorkList {
        frame: Frame::of(seat, "work"),
        scopes: Vec::new(),
        scope: String::new(),
        state: states(),
        supervision: supervised::states(),
        overdue_only: false,
        visits_only: false,
        figures: Vec::new(),
        left: Vec::new(),
        groups: Vec::new(),
        next: None,
        form_token: seat.form_token.clone(),
        key: String::new(),
        officers: None,
        kinds: batch_actions::kinds(),
        titles_missing: false,
    }
}

fn scopes_of(seat: &Seat) -> Vec<(&'static str, &'static str)> {
    let mut scopes = vec![("mine", "我承办的"), ("unit", "本单位的")];
    if seat.card().roles.contains(&Role::Supervisor) {
        scopes.push(("district", "全辖区的"));
    }
    scopes
}

fn default_scope(seat: &Seat, scopes: &[(&'static str, &'static str)]) -> &'static str {
    let roles = &seat.card().roles;
    if scopes.iter().any(|(code, _)| *code == "district") {
        "district"
    } else if roles.contains(&Role::Officer) || roles.contains(&Role::Leader) {
        "mine"
    } else {
        "unit"
    }
}

fn states() -> Field {
    let states = [
        "received",
        "accepted",
        "assigned",
        "investigating",
        "proposed",
        "approved",
        "replied",
        "delivered",
        "withdrawn",
        "closed",
    ];
    let choices = states.map(|code| Choice::new(code, words::case_state(code))).to_vec();
    Field::select(choices, "state", "办理状态", "State")
}

fn mood(line: &Line, today: NaiveDate) -> usize {
    match line.owed().map(|deadline| (deadline.last_day - today).num_days()) {
        _ if line.is_overdue => 0,
        Some(left) if left < 0 => 0,
        Some(left) if left <= SOON => 1,
        Some(_) => 2,
        None => 3,
    }
}

fn groups(rows: impl Iterator<Item = (usize, Row)>) -> Vec<Group> {
    let names = [("已超期", "late"), ("七天内到期", "soon"), ("期限内", "calm"), ("没有在算的期限", "done")];
    let mut groups: Vec<Group> = names.iter().map(|(name, mood)| Group { name, mood, rows: Vec::new() }).collect();
    for (place, row) in rows {
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(row);
        }
    }
    groups.retain(|group| !group.rows.is_empty());
    groups
}

fn row(line: &Line, titles: &BTreeMap<Uuid, String>, known: &Known, today: NaiveDate) -> Row {
    let (due, due_day) = match line.owed() {
        Some(deadline) => {
            let left = (deadline.last_day - today).num_days();
            let duty = words::deadline_kind(&deadline.kind);
            let told = match left {
                _ if left < 0 => format!("{duty}超期 {} 天", -left),
                0 => format!("{duty}：今天到期"),
                _ => format!("{duty}：还剩 {left} 天"),
            };
            (told, when::date(deadline.last_day))
        }
        None => (line.outcome.as_deref().map(words::outcome).unwrap_or_default().to_owned(), String::new()),
    };
    let mut facts = vec![words::class(&line.class), known.topic(&line.topic)];
    let (place, unit) = (known.place(&line.district), known.unit(&line.responsible_unit));
    facts.extend([place.as_str(), unit]);
    if line.taken_by_leader {
        facts.push("领导包案");
    }
    if line.awaits_return_visit() {
        facts.push("待回访");
    }
    let supervision = line.supervision.as_ref().filter(|told| told.state != "concluded");
    let supervision = supervision.map(|told| format!("督办：{}", words::supervision_state(&told.state)));
    facts.extend(supervision.as_deref());
    Row {
        case_id: line.case_id,
        version: line.version,
        title: titles.get(&line.petition_id).cloned().unwrap_or_else(|| known.topic(&line.topic).to_owned()),
        number: line.number.clone(),
        stage: words::case_state(&line.stage).to_owned(),
        facts: facts.join(" · "),
        due,
        due_day,
    }
}

/// `7`, or `100+` when there are more than one page shows.
pub(super) fn counted(count: usize, is_more: bool) -> String {
    if is_more { format!("{count}+") } else { count.to_string() }
}

fn figures(
    lines: &[Line],
    is_more: bool,
    waiting: Option<(usize, bool)>,
    scope: &str,
    today: NaiveDate,
) -> Vec<Figure> {
    let of = |wanted: usize| lines.iter().filter(|line| mood(line, today) == wanted).count();
    let (late, soon) = (of(0), of(1));
    let received = lines.iter().filter(|line| line.stage == "received").count();
    // The list is in order of deadlines: what is late or soon stands before the rest, so it is whole once the rest has begun.
    let cut = |count: usize, seen: usize| counted(count, is_more && seen == lines.len());
    let at = |query: &str| format!("/staff?scope={scope}{query}");
    let mut figures = vec![
        Figure {
            name: "已超期",
            count: cut(late, late),
            mood: if late > 0 { "late" } else { "done" },
            address: at("&overdue=yes"),
        },
        Figure {
            name: "七天内到期",
            count: cut(soon, late + soon),
            mood: if soon > 0 { "soon" } else { "done" },
            address: at(""),
        },
        Figure { name: "待受理", count: counted(received, is_more), mood: "calm", address: at("&state=received") },
    ];
    if let Some((count, more)) = waiting {
        let mood = if count > 0 { "soon" } else { "done" };
        figures.push(Figure {
            name: "等待审批",
            count: counted(count, more),
            mood,
            address: "/staff?scope=unit&state=proposed".to_owned(),
        });
    }
    figures
}
