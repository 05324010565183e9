//! Who sits at the desk: a member of staff with a session that stands.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use huiyin_authz::Permission;
use huiyin_kernel::{Actor, Redacted, StaffId};

use super::cookie::Cookie;
use super::form::Posted;
use super::frame::{Entry, Greeting};
use crate::app::resume::{self, Out};
use crate::desk::Desk;
use crate::failure::{Failure, Told};
use crate::secret::BrowserToken;
use crate::upstream::directory::{Held, StaffCard};

/// The field in which a form carries its session's token.
pub(crate) const FORM_TOKEN: &str = "form_token";

/// A member of staff at this browser.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    held: Held,
    pub(crate) form_token: String,
    /// What this session's batches of documents are sealed with.
    batch_key: Redacted<String>,
}

/// A form sent by a member of staff, from this very session.
#[derive(Clone, Debug)]
pub(crate) struct Filed {
    pub(crate) seat: Seat,
    pub(crate) form: Posted,
}

impl Seat {
    fn new(desk: &Desk, browser: &BrowserToken, held: Held) -> Self {
        let batch_key = Redacted::new(desk.key.batch_key(browser).to_string());
        Self { held, form_token: desk.key.form_token(browser), batch_key }
    }

    /// Who, as directory knows them.
    pub(crate) const fn card(&self) -> &StaffCard {
        &self.held.staff
    }

    /// Passed on with each call; the service called decides by it.
    pub(crate) fn token(&self) -> &str {
        &self.held.token
    }

    /// Opens this session's batches of documents; another session's it does not.
    pub(crate) fn batch_key(&self) -> &str {
        self.batch_key.expose()
    }

    /// True for oneself.
    pub(crate) fn is(&self, staff: StaffId) -> bool {
        self.held.staff.staff_id == staff
    }

    /// Only to choose what is worth showing; the services decide.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        let card = self.card();
        let actor = Actor::Staff {
            staff_id: card.staff_id,
            unit: card.unit.clone(),
            district: card.district.clone(),
            roles: card.roles.clone(),
        };
        huiyin_authz::allowed(&actor, permission)
    }

    pub(super) fn greeting(&self) -> Greeting {
        let all = [
            (Permission::ReadCase, "work", "/staff", "工作台"),
            (Permission::RegisterPetition, "register", "/staff/register", "登记来件"),
            (Permission::ReadSchedule, "sessions", "/staff/sessions", "接访场次"),
            (Permission::RecordStep, "library", "/staff/library", "案件库"),
            (Permission::ReadLedger, "ledger", "/staff/ledger", "工作台账"),
            (Permission::ReadMessages, "inbox", "/staff/inbox", "消息"),
        ];
        let entries = all.into_iter().filter(|(permission, ..)| self.may(*permission));
        Greeting {
            name: self.card().name.clone(),
            unit: self.card().unit_name.clone().unwrap_or_else(|| self.card().unit.to_string()),
            form_token: self.form_token.clone(),
            entries: entries.map(|(_, place, address, name)| Entry { place, address, name }).collect(),
        }
    }
}

impl FromRequestParts<Desk> for Seat {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Failure> {
        // Only pages are come back to: a form would have to be sent again by hand.
        let back = (parts.method == Method::GET).then(|| parts.uri.path_and_query().map(ToString::to_string)).flatten();
        let back = back.filter(|path| path != "/staff");
        let browser = Cookie::Session.read(desk, &parts.headers);
        let Some(browser) = browser else { return Err(Failure::SignIn { why: None, back }) };
        match resume::resume(desk, &browser).await {
            Ok(held) => Ok(Self::new(desk, &browser, held)),
            Err(Out::Unknown) => Err(Failure::SignIn { why: Some("out"), back }),
            Err(Out::Expired) => Err(Failure::SignIn { why: Some("idle"), back }),
            Err(Out::Ended) => Err(Failure::SignIn { why: Some("ended"), back: None }),
            Err(Out::Failed(failure)) => Err(failure),
        }
    }
}

impl FromRequest<Desk> for Filed {
    type Rejection = Failure;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let seat = Seat::from_request_parts(&mut parts, desk).await;
        let form = Posted::from_request(Request::from_parts(parts, body), desk).await?;
        let seat = match seat {
            Ok(seat) => seat,
            Err(Failure::SignIn { .. }) => return Err(not_lost(&form)),
            Err(failure) => return Err(failure),
        };
        let fits = subtle::ConstantTimeEq::ct_eq(form.get(FORM_TOKEN).as_bytes(), seat.form_token.as_bytes());
        if bool::from(fits) { Ok(Self { seat, form }) } else { Err(Failure::foreign_form()) }
    }
}

/// The session ended while somebody was writing: the texts are given back to be copied.
fn not_lost(form: &Posted) -> Failure {
    let typed = form.texts().filter(|(name, _)| !matches!(*name, FORM_TOKEN | "key" | "password"));
    Failure::Told(Box::new(Told {
        status: StatusCode::UNAUTHORIZED,
        title: "登录已失效，刚才的内容没有提交".to_owned(),
        title_en: "You are no longer signed in; the form was not taken".to_owned(),
        next: "请先复制下面的内容，再重新登录后填写提交。".to_owned(),
        next_en: "Please copy what you wrote below, sign in again and send the form once more.".to_owned(),
        away: None,
        retry_after: None,
        typed: typed.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
    }))
}
