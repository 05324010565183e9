//! The library of matters fit for leaders, and which leader still owes a case (SZ-07, SZ-08, SZ-14, JX-06).

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use futures::join;
use huiyin_authz::Permission;
use huiyin_kernel::Role;
use uuid::Uuid;

use super::query_of;
use crate::desk::Desk;
use crate::domain::{when, words};
use crate::http::seat::Seat;
use crate::http::{Answer, Frame, ok};
use crate::upstream::leading::{self, Leader, Leaders, Wanted};
use crate::upstream::{Known, calls, casework::Line};

#[derive(Template)]
#[template(path = "staff/library.html")]
struct LibraryPage {
    frame: Frame,
    /// Code, name, and whether it is shown.
    views: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    /// For those who ask leaders; none for others.
    leaders: Option<Leaders>,
    leaders_away: bool,
    /// Platforms that have not called for matters this quarter, and calls that await the reader's unit.
    due: usize,
    awaited: usize,
}

struct Row {
    case_id: Uuid,
    number: String,
    field: String,
    facts: String,
    leader: String,
    lacks_plan: bool,
    due: String,
}

impl LibraryPage {
    fn owing(leaders: &Leaders) -> usize {
        leaders.leaders.iter().filter(|leader| leader.owes_in_quarter > 0).count()
    }

    /// Those of whom there is something to say, who owes the most first; and the others.
    fn told(leaders: &Leaders) -> (Vec<&Leader>, Vec<&Leader>) {
        let says = |leader: &&Leader| leader.owes_in_quarter > 0 || leader.asked > 0 || leader.taken > 0;
        let (mut told, others): (Vec<_>, Vec<_>) = leaders.leaders.iter().partition(says);
        told.sort_by_key(|leader| std::cmp::Reverse(leader.owes_in_quarter));
        (told, others)
    }

    fn stands(leader: &Leader) -> String {
        let asked = if leader.asked > 0 { format!("，待答复{}件", leader.asked) } else { String::new() };
        let owes = if leader.owes_in_quarter > 0 {
            format!("，本季度还差{}件", leader.owes_in_quarter)
        } else {
            String::new()
        };
        format!("包案{}件{asked}{owes}", leader.taken)
    }
}

/// The library: what it holds, what still lacks a leader or a plan, and who owes a case.
pub(in crate::http) async fn show(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let supervises = seat.card().roles.contains(&Role::Supervisor);
    let scope = if supervises { "district" } else { "unit" };
    let view = query.some("view").unwrap_or("all");
    let wanted =
        Wanted { scope, without_leader: view == "leader", without_plan: view == "plan", after: query.some("after") };
    let asks = seat.may(Permission::OrderSupervision);
    let (page, leaders, calls, known) = join!(
        leading::library(&desk.http, wanted, seat.token()),
        async {
            if asks { Some(leading::leaders(&desk.http, query.some("quarter"), seat.token()).await) } else { None }
        },
        calls::list(&desk.http, None, seat.token()),
        desk.reference.or_empty(&desk.http)
    );
    let (due, awaited) =
        calls.map_or((0, 0), |calls| (calls.due.len(), calls.calls.iter().filter(|call| call.owes_reply).count()));
    let page = page?;
    let views = [("all", "全部"), ("leader", "还没有包案领导"), ("plan", "还没有化解方案")];
    let next = page.next.as_ref().map(|next| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("view", view).append_pair("after", next);
        format!("/staff/library?{}", query.finish())
    });
    let leaders_away = leaders.as_ref().is_some_and(Result::is_err);
    Ok(ok(&LibraryPage {
        frame: Frame::of(&seat, "library"),
        views: views.map(|(code, name)| (code, name, code == view)).to_vec(),
        rows: page.items.iter().map(|line| row(line, &known)).collect(),
        next,
        leaders: leaders.and_then(Result::ok),
        leaders_away,
        due,
        awaited,
    }))
}

fn row(line: &Line, known: &Known) -> Row {
    let told = line.library.as_ref();
    let asked = told.and_then(|told| told.selection.as_ref());
    let asked =
        asked.map(|asked| format!("{}：{}", words::quarter(&asked.quarter), words::selection_state(&asked.state)));
    let leader = if line.taken_by_leader && asked.is_none() {
        "已有领导包案".to_owned()
    } else {
        asked.unwrap_or_default()
    };
    let facts = [known.topic(&line.topic), known.unit(&line.responsible_unit), words::case_state(&line.stage)];
    Row {
        case_id: line.case_id,
        number: line.number.clone(),
        field: told.map(|told| told.field.clone()).unwrap_or_default(),
        facts: facts.join(" · "),
        leader,
        lacks_plan: told.is_some_and(|told| !told.has_plan),
        due: line.owed().map(|deadline| when::date(deadline.last_day)).unwrap_or_default(),
    }
}
