use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use futures::join;
use huiyin_kernel::{Role, UnitCode};
use huiyin_web::{CallError, Problem, StatusCode};
use uuid::Uuid;

use super::act_groups::{Group, grouped};
use super::commands::{self, Choices};
use super::planned::PlannedFor;
use super::repeats::Repeats;
use super::{after, new_key, query_of};
use crate::desk::Desk;
use crate::domain::deadline::{Facts, Line};
use crate::domain::{when, words};
use crate::failure::Failure;
use crate::http::form::{Field, Posted, Sheet};
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, page};
use crate::upstream::casework::{self, Action, Case, Happening};
use crate::upstream::directory;
use crate::upstream::intake::{self, Document, Identity, Petition};
use crate::upstream::leading::{self, Leaders};
use crate::upstream::likely_same::likely_same;
use crate::upstream::planned::sessions_for;

#[derive(Template)]
#[template(path = "staff/case.html")]
struct CasePage {
    frame: Frame,
    case: Case,
    place: String,
    topic: String,
    unit: String,
    lines: Vec<Line>,
    /// The matter in the petitioner's words; none when it is not for this reader, or intake is away.
    petition: Option<Petition>,
    petition_away: bool,
    /// Matters that may be the same one.
    repeats: Repeats,
    /// Sessions planned for it.
    planned: PlannedFor,
    identity: Option<Identity>,
    history: Vec<Happening>,
    documents: Vec<Document>,
    documents_away: bool,
    acts: Vec<Group>,
    /// What cannot be done now, and why.
    barred: Vec<Action>,
    units: Field,
    reveal: Sheet,
    /// To take down what the petitioner tells of how it was handled.
    told: Option<Sheet>,
    done: Option<&'static str>,
    now: DateTime<Utc>,
    /// The mistakes of the form just sent.
    sheet: Sheet,
}

/// Something that can be done now.
pub(super) struct Act {
    pub(super) command: String,
    pub(super) name: String,
    pub(super) explains: &'static str,
    pub(super) is_open: bool,
    pub(super) is_assign: bool,
    pub(super) sheet: Sheet,
}

impl CasePage {
    fn near(&self, at: &DateTime<Utc>) -> String {
        when::near(*at, self.now)
    }

    fn machine(at: &DateTime<Utc>) -> String {
        when::machine(*at)
    }

    fn review_until(&self) -> Option<String> {
        self.case.review_until.map(when::date)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template passes references")]
    fn day(day: &NaiveDate) -> String {
        when::date(*day)
    }

    /// The days of the hearing, and what it is about.
    fn hearing(&self) -> Option<(String, &str)> {
        let hearing = self.case.hearing.as_ref()?;
        Some((format!("{}至{}", when::date(hearing.from), when::date(hearing.to)), &hearing.note))
    }

    /// What was rated: which body, and how.
    fn rated(&self) -> Vec<(&str, &str)> {
        let Some(said) = &self.case.evaluated else { return Vec::new() };
        let rated = [("责任单位", &said.unit), ("信访部门", &said.office)];
        rated.into_iter().filter_map(|(body, rating)| Some((body, words::rating(rating.as_deref()?)))).collect()
    }

    fn stage(&self) -> &str {
        words::case_state(&self.case.line.stage)
    }
}

/// What a page of a case shows beyond the case.
#[derive(Default)]
pub(super) struct Showing {
    pub(super) status: StatusCode,
    /// The command whose form was refused, with what was typed and why.
    pub(super) refused: Option<(String, Posted, Problem)>,
    pub(super) identity: Option<Identity>,
    pub(super) done: Option<&'static str>,
    /// The unit whose officers are offered.
    pub(super) officers_of: Option<String>,
    /// The petition to be linked with, as one of those offered.
    pub(super) same: Option<String>,
}

/// A case: the matter, its clocks, its history, and what can be done.
pub(in crate::http) async fn show(State(desk): State<Desk>, Path(id): Path<String>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let done = commands::done(query.get("done"));
    let officers_of = query.some("unit").map(str::to_owned);
    let same = query.some("same").map(str::to_owned);
    shown(&desk, &seat, read_id(&id)?, Showing { done, officers_of, same, ..Showing::default() }).await
}

pub(super) fn read_id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found())
}

/// Opens who petitioned, for this answer alone: the reason is in the journal before anything is shown.
pub(in crate::http) async fn identity(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    let (seat, form) = (&filed.seat, &filed.form);
    let case = casework::case(&desk.http, id, seat.token()).await?;
    let petition = case.line.petition_id.to_string();
    match intake::identity(&desk.http, &petition, form.get("reason"), seat.token()).await {
        Ok(identity) => shown(&desk, seat, id, Showing { identity: Some(identity), ..Showing::default() }).await,
        Err(CallError::Refused { problem, .. }) => {
            let (status, refused) = (problem.status(), Some(("identity".to_owned(), form.clone(), problem)));
            shown(&desk, seat, id, Showing { status, refused, ..Showing::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn shown(desk: &Desk, seat: &Seat, id: Uuid, showing: Showing) -> Result<Response, Failure> {
    let (http, token) = (&desk.http, seat.token());
    let (case, history, documents, known) = join!(
        casework::case(http, id, token),
        casework::history(http, id, token),
        casework::documents(http, id, token),
        desk.reference.or_empty(http)
    );
    let (case, history) = (case?, history?);
    let documents_away = documents.is_err();
    let officers_of = showing.officers_of.clone().unwrap_or_else(|| case.line.responsible_unit.clone());
    let unit = UnitCode::parse(&officers_of).ok();
    let petition_id = case.line.petition_id.to_string();
    let can_assign = case.actions.iter().any(|action| action.command == "assign" && action.allowed);
    let settles = case.actions.iter().any(|action| action.command == "settlement" && action.allowed);
    let visits = case.actions.iter().any(|action| action.command == "site-visit" && action.allowed);
    let selects = case.actions.iter().any(|action| action.command == "select-leader" && action.allowed);
    let (petition, likely, planned, officers, heads, signers, leaders) = join!(
        intake::petition(http, &petition_id, token),
        likely_same(http, &petition_id, token),
        sessions_for(http, &petition_id, token),
        async {
            match unit {
                Some(unit) if can_assign => directory::staff_of(http, &unit).await.unwrap_or_default(),
                _ => Vec::new(),
            }
        },
        async { if visits { heads(desk, seat).await } else { Vec::new() } },
        async { if settles { signers(desk, &case).await } else { Vec::new() } },
        async {
            if selects { leading::leaders(http, None, token).await.unwrap_or_default() } else { Leaders::default() }
        }
    );
    let (petition, petition_away) = match petition {
        Ok(petition) => (Some(petition), false),
        Err(CallError::NotFound { .. } | CallError::Refused { .. }) => (None, false),
        Err(CallError::Down { .. } | CallError::Unreadable { .. }) => (None, true),
    };
    let now = desk.clock.now();
    let handles = |card: &directory::StaffCard| card.roles.contains(&Role::Officer);
    let officers: Vec<_> = officers.into_iter().filter(handles).collect();
    let choices = Choices {
        case: &case,
        units: &known.units,
        officers_of: &officers_of,
        officers: &officers,
        heads: &heads,
        signers: &signers,
        leaders: &leaders,
        own_unit: seat.card().unit.as_str(),
        now,
    };
    let refused = showing.refused.as_ref();
    let repeats = Repeats::beside(&case, likely);
    let acts = acts(&case, &choices, seat, &showing, &repeats);
    let (mut sheet, mut reveal, mut told) = (Sheet::default(), reveal(seat), after::told(&case, seat, now));
    if let Some((command, form, problem)) = refused {
        if command == "identity" {
            reveal = reveal.filled(form).refused(problem);
            sheet.mistakes.clone_from(&reveal.mistakes);
        } else if let Some(open) = told.take_if(|_| command == "evaluation") {
            let open = open.filled(form).refused(problem);
            sheet.mistakes.clone_from(&open.mistakes);
            told = Some(open);
        } else if let Some(act) = acts.iter().find(|act| act.command == *command) {
            sheet.mistakes.clone_from(&act.sheet.mistakes);
        } else {
            // The command is no longer offered: somebody was quicker.
            sheet = sheet.refused(problem);
        }
    }
    let lines = lines(&case, now);
    let barred = case.actions.iter().filter(|action| !action.allowed).cloned().collect();
    let unit = case.responsible_unit_name.clone().unwrap_or_else(|| known.unit(&case.line.responsible_unit).to_owned());
    let body = CasePage {
        frame: Frame::of(seat, "work"),
        place: known.place(&case.line.district),
        topic: known.topic(&case.line.topic).to_owned(),
        unit,
        lines,
        petition,
        petition_away,
        repeats,
        planned: PlannedFor::beside(planned),
        identity: showing.identity,
        history,
        documents: documents.unwrap_or_default(),
        documents_away,
        acts: grouped(acts),
        barred,
        units: units_field(&known, &officers_of),
        reveal,
        told,
        done: showing.done,
        now,
        sheet,
        case,
    };
    Ok(page(showing.status, &body))
}

/// Who of the reader's unit may have headed a visit (SZ-11): the reader first, who is there though directory is away.
async fn heads(desk: &Desk, seat: &Seat) -> Vec<directory::StaffCard> {
    let may = [Role::Supervisor, Role::MainLeader];
    let reader = seat.card();
    let colleagues = directory::staff_of(&desk.http, &reader.unit).await.unwrap_or_default();
    let others = colleagues.into_iter().filter(|card| card.staff_id != reader.staff_id);
    let all = std::iter::once(reader.clone()).chain(others);
    all.filter(|card| card.roles.iter().any(|role| may.contains(role))).collect()
}

/// Who may sign for the responsible unit (REG-27).
async fn signers(desk: &Desk, case: &Case) -> Vec<directory::StaffCard> {
    let Ok(unit) = UnitCode::parse(&case.line.responsible_unit) else { return Vec::new() };
    let of_unit = directory::staff_of(&desk.http, &unit).await.unwrap_or_default();
    let may = [Role::UnitHead, Role::MainLeader];
    of_unit.into_iter().filter(|card| card.roles.iter().any(|role| may.contains(role))).collect()
}

fn lines(case: &Case, now: DateTime<Utc>) -> Vec<Line> {
    let draw = |deadline: &casework::Deadline| {
        let facts = Facts {
            kind: &deadline.kind,
            state: &deadline.state,
            last_day: deadline.last_day,
            began: Some(when::city_date(deadline.started_at.unwrap_or(case.line.registered_at))),
            provisional: deadline.provisional,
            explanation: &deadline.explanation_zh,
        };
        Line::draw(facts, now)
    };
    Line::owed_first(case.deadlines_explained.iter().map(draw))
}

fn acts(case: &Case, choices: &Choices<'_>, seat: &Seat, showing: &Showing, repeats: &Repeats) -> Vec<Act> {
    let refused = showing.refused.as_ref();
    let allowed = case.actions.iter().filter(|action| action.allowed);
    allowed
        .filter_map(|action| {
            let command = action.command.clone();
            let mut sheet =
                commands::sheet(&command, choices)?.hide("key", &new_key()).hide("form_token", &seat.form_token);
            let proposed = showing.same.as_deref().filter(|_| command == "link");
            if let Some(petition) = proposed {
                sheet = repeats.proposed(petition, sheet);
            }
            let mine = refused.filter(|(name, ..)| *name == command);
            if let Some((_, form, problem)) = mine {
                sheet = sheet.filled(form).refused(problem);
            }
            let is_assign = command == "assign";
            let is_open = mine.is_some() || proposed.is_some() || (is_assign && showing.officers_of.is_some());
            Some(Act {
                name: action.zh.clone(),
                explains: commands::explains(&command),
                is_open,
                is_assign,
                sheet,
                command,
            })
        })
        .collect()
}

fn units_field(known: &crate::upstream::Known, chosen: &str) -> Field {
    let mut field = crate::http::citizen::sheet::concerned_unit(known);
    "unit".clone_into(&mut field.name);
    "承办单位".clone_into(&mut field.label);
    "Unit".clone_into(&mut field.label_en);
    "choose-".clone_into(&mut field.prefix);
    field.value(chosen)
}

fn reveal(seat: &Seat) -> Sheet {
    let reason =
        Field::line("reason", "查看理由（会留下记录）", "Reason").hint("例如：电话核实事发地点").required().most(200);
    Sheet::plain(vec![reason]).hide("form_token", &seat.form_token).prefixed("identity")
}
