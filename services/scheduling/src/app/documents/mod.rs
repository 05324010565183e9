//! The papers of a visit (接访文书) as PDF: made anew whenever they are asked for and kept nowhere. Who petitioned comes from intake each time, with
//! the reader's own token; intake says whether the reader may know, and its journal keeps who printed what.

mod fill;

use axum::http::Method;
use huiyin_authz::Permission;
use huiyin_forms::{Form, Press};
use huiyin_kernel::{PetitionId, Service, VisitId};
use huiyin_web::{CallError, Client};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{App, AppError, Request};
use crate::domain::paper::{NoPaper, Paper};
use crate::domain::{Session, Visit};
use crate::store;
use crate::store::papers::Head;

/// What papers are made with.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The service.
    pub app: &'a App,
    /// Calls to intake.
    pub client: &'a Client,
    /// Sets the forms.
    pub press: &'a std::sync::Arc<Press>,
    /// The reader's own token.
    pub token: &'a str,
}

/// The papers of a visit for one reader.
#[derive(Clone, Debug)]
pub struct Papers {
    /// Each, with why it is not to be had.
    pub papers: Vec<(Paper, Result<(), NoPaper>)>,
    /// The case, where the promise letter is printed.
    pub case_id: Option<Uuid>,
}

/// A paper as it is given out.
#[derive(Debug)]
pub struct Printed {
    /// Which.
    pub paper: Paper,
    /// 文号
    pub number: String,
    /// PDF/A-2b.
    pub pdf: Vec<u8>,
}

/// Which papers the visit has. Who may not know who petitioned, above all the unit complained about, has none.
pub async fn list(desk: &Desk<'_>, request: &Request, id: VisitId) -> Result<Papers, AppError> {
    let Seen { visit, head, .. } = seen(desk.app, request, id).await?;
    let papers = match masked(desk, visit.petition_id).await? {
        Some(_) => Paper::ALL.map(|paper| (paper, visit.has_paper(paper))).to_vec(),
        None => Vec::new(),
    };
    Ok(Papers { papers, case_id: head.case_id })
}

/// One of them.
pub async fn print(desk: &Desk<'_>, request: &Request, id: VisitId, name: &str) -> Result<Printed, AppError> {
    let paper = Paper::ALL.into_iter().find(|paper| paper.name() == name).ok_or(AppError::NotFound)?;
    let seen = seen(desk.app, request, id).await?;
    seen.visit.has_paper(paper).map_err(AppError::NoPaper)?;
    let masked = masked(desk, seen.visit.petition_id).await?.ok_or(AppError::NotFound)?;
    let petitioner = if paper.is_nameless() {
        Identity::default()
    } else {
        open(desk, request, seen.visit.petition_id, masked, paper).await?
    };
    let today = huiyin_calendar::local_date(desk.app.clock.now()).ok_or(AppError::NotFound)?;
    // No session of the database is held while the form is set.
    let form = fill::form(paper, &seen, &petitioner, today).ok_or(AppError::NotFound)?;
    let number = Form::imprint(&form).number.clone();
    Ok(Printed { paper, number, pdf: desk.press.print(form).await? })
}

/// A visit, its session, and what is known of its matter.
struct Seen {
    session: Session,
    visit: Visit,
    head: Head,
}

async fn seen(app: &App, request: &Request, id: VisitId) -> Result<Seen, AppError> {
    let mut tx = app.db.read_as(&request.sight()).await?;
    let visit = store::visits::read(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let session = store::sessions::read(&mut tx, &[visit.session_id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_work_at(&mut tx, &session.plan).await?;
    let leader = visit.received_by.or(session.plan.leader);
    let head = store::papers::head(&mut tx, visit.petition_id, &session.plan.district, leader).await?;
    Ok(Seen { session, visit, head: head.ok_or(AppError::NotFound)? })
}

/// Who petitioned, masked or open, as intake tells it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Identity {
    name: String,
    gender: Option<String>,
    /// Told with the masked identity alone.
    age: Option<u8>,
    phone: Option<String>,
    address: Option<String>,
    /// Told with the open identity alone.
    companions: Vec<String>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity([redacted])")
    }
}

#[derive(Deserialize)]
struct Petition {
    /// None for who may not know who petitioned.
    petitioner: Option<Identity>,
}

/// None when this reader may not know who petitioned, or it is destroyed.
async fn masked(desk: &Desk<'_>, petition_id: PetitionId) -> Result<Option<Identity>, CallError> {
    let path = format!("/petitions/{petition_id}");
    match desk.client.call(Method::GET, Service::Intake, &path).staff(desk.token).read::<Petition>().await {
        Ok(petition) => Ok(petition.petitioner),
        Err(CallError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Open for who may open identities, which intake's journal keeps with the reason; masked for everybody else.
async fn open(
    desk: &Desk<'_>,
    request: &Request,
    petition_id: PetitionId,
    masked: Identity,
    paper: Paper,
) -> Result<Identity, CallError> {
    if huiyin_authz::require(&request.actor, Permission::RevealIdentity).is_err() {
        return Ok(masked);
    }
    let path = format!("/petitions/{petition_id}/identity");
    let reason = json!({ "reason": format!("打印《{}》", paper.title().0) });
    let asked = desk.client.call(Method::POST, Service::Intake, &path).staff(desk.token).json(&reason);
    match asked.read::<Identity>().await {
        Ok(identity) => Ok(Identity { age: masked.age, ..identity }),
        Err(CallError::NotFound { .. }) => Ok(masked),
        Err(error) => Err(error),
    }
}
