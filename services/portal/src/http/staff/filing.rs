//! Files: archived, looked at once more when their time is over, and destroyed (归档、鉴定、销毁).

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use futures::join;
use huiyin_authz::Permission;
use huiyin_kernel::Role;
use serde_json::Value;
use uuid::Uuid;

use super::commands::Choices;
use super::query_of;
use super::work_list::{Figure, counted};
use crate::desk::Desk;
use crate::domain::when;
use crate::http::form::{Choice, Field, Posted};
use crate::http::seat::Seat;
use crate::http::{Answer, Frame, ok};
use crate::upstream::Known;
use crate::upstream::archive::{self, Destroyed, Due};

/// What a command asks for; `None` for one of another kind.
pub(super) fn fields(command: &str, _: &Choices<'_>) -> Option<Vec<Field>> {
    Some(match command {
        "archive" => vec![Field::line("receipt", "送达回证编号（登记送达时没有填的）", "Receipt").most(200)],
        "appraise-file" => {
            let findings = [("keep_on", "继续保管"), ("destroy", "建议销毁（由另一人批准）")];
            let findings = findings.map(|(code, zh)| Choice::new(code, zh)).to_vec();
            vec![
                Field::radio(findings, "finding", "鉴定意见", "Finding").required(),
                Field::typed("number", "years", "继续保管多少年", "Years")
                    .keys("numeric")
                    .hint("从保管期满之日算起；不填为永久保管。建议销毁的不填。"),
                Field::area(3, "reason", "理由", "Reason").required().most(2_000),
            ]
        }
        "destroy-file" => Vec::new(),
        _ => return None,
    })
}

/// What the button does beyond its name.
pub(super) fn explains(command: &str) -> Option<&'static str> {
    Some(match command {
        "archive" => "案卷齐全才能归档；缺什么，会逐项列出。归档后只能查阅，案卷目录可以打印。",
        "appraise-file" => "保管期满的案卷，由档案管理人员鉴定：继续保管，或者建议销毁。",
        "destroy-file" => "批准后，案卷内容、信访人信息、接访记录立即销毁，不能恢复；销毁清册保留。",
        _ => return None,
    })
}

/// What was done, in words.
pub(super) fn done(command: &str) -> Option<&'static str> {
    Some(match command {
        "archive" => "案卷已归档。",
        "appraise-file" => "鉴定意见已登记。",
        "destroy-file" => "案卷已销毁，已记入销毁清册。",
        _ => return None,
    })
}

/// The values of a form, as casework reads them; `None` for a command of another kind.
pub(super) fn values(command: &str, form: &Posted) -> Option<Vec<(&'static str, Option<Value>)>> {
    Some(match command {
        "archive" => vec![("receipt", form.some("receipt").map(Value::from))],
        "appraise-file" => {
            // What is no number goes on as it is, so that casework names the field.
            let years = form.some("years").map(|years| years.parse::<u32>().map_or_else(|_| years.into(), Value::from));
            vec![
                ("finding", Some(Value::from(form.get("finding")))),
                ("years", years),
                ("reason", Some(Value::from(form.get("reason")))),
            ]
        }
        "destroy-file" => Vec::new(),
        _ => return None,
    })
}

#[derive(Template)]
#[template(path = "staff/archive.html")]
struct ArchivePage {
    frame: Frame,
    done: Option<&'static str>,
    due: Vec<Row>,
    due_next: Option<String>,
    destroyed: Vec<Destroyed>,
    destroyed_next: Option<String>,
}

struct Row {
    case_id: Uuid,
    number: String,
    facts: String,
    until: String,
    /// Who proposed its destruction, and why.
    proposed: Option<String>,
}

impl ArchivePage {
    fn day(at: &chrono::DateTime<chrono::Utc>) -> String {
        when::date(when::city_date(*at))
    }

    fn kept_until(file: &Destroyed) -> String {
        when::date(file.keep_until)
    }
}

/// Files whose time is over, and the register of those destroyed.
pub(in crate::http) async fn show(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let scope = scope(&seat);
    let (due, destroyed, known) = join!(
        archive::due(&desk.http, scope, query.some("due_after"), seat.token()),
        archive::destroyed(&desk.http, scope, query.some("after"), seat.token()),
        desk.reference.or_empty(&desk.http)
    );
    let (due, destroyed) = (due?, destroyed?);
    let next = |name: &str, next: &Option<String>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        next.as_ref().map(|next| format!("/staff/archive?{}", query.append_pair(name, next).finish()))
    };
    Ok(ok(&ArchivePage {
        frame: Frame::of(&seat, "work"),
        done: query.some("done").and_then(done),
        due: due.items.iter().map(|due| row(due, &known)).collect(),
        due_next: next("due_after", &due.next),
        destroyed_next: next("after", &destroyed.next),
        destroyed: destroyed.items,
    }))
}

/// How many files have come to the end of their time (保管期满); nothing to tell, no figure.
pub(super) async fn figure(desk: &Desk, seat: &Seat) -> Option<Figure> {
    if !seat.may(Permission::ArchiveCase) && !seat.may(Permission::DestroyFile) {
        return None;
    }
    let page = archive::due(&desk.http, scope(seat), None, seat.token()).await.ok()?;
    let (count, address) = (counted(page.items.len(), page.next.is_some()), "/staff/archive".to_owned());
    (!page.items.is_empty()).then_some(Figure { name: "保管期满", count, mood: "calm", address })
}

fn scope(seat: &Seat) -> &'static str {
    if seat.card().roles.contains(&Role::Supervisor) { "district" } else { "unit" }
}

fn row(due: &Due, known: &Known) -> Row {
    let proposed = due.file.proposed.as_ref().map(|proposed| {
        let name = proposed.by_name.as_deref().unwrap_or("档案管理人员");
        format!("{name}建议销毁：{}", proposed.reason)
    });
    Row {
        case_id: due.case_id,
        number: due.file.number.clone(),
        facts: [known.topic(&due.topic), known.unit(&due.responsible_unit)].join(" · "),
        until: due.file.keep_until.map(when::date).unwrap_or_default(),
        proposed,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::commands::body;
    use super::*;

    #[test]
    fn an_appraisal_becomes_what_casework_reads() {
        let form =
            Posted::read("finding=keep_on&years=10&reason=仍须查考&expected_version=9".as_bytes()).expect("a form");
        let sent = json!({ "finding": "keep_on", "years": 10, "reason": "仍须查考", "expected_version": 9 });
        assert_eq!(body("appraise-file", &form), Some(sent));
        let form = Posted::read("finding=destroy&years=&reason=无&expected_version=9".as_bytes()).expect("a form");
        let sent = json!({ "finding": "destroy", "reason": "无", "expected_version": 9 });
        assert_eq!(body("appraise-file", &form), Some(sent));
    }
}
