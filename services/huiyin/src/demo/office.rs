//! The people of the city at their desks: each signs in with a password and calls the services over HTTP, like the pages do.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use huiyin_authz::{STAFF_TOKEN_SECONDS, ServiceCredential};
use huiyin_kernel::{InfraClock, Service};
use huiyin_settings::{Secret, Settings};
use huiyin_web::{Call, CallError, Client};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::local::Passwords;

/// A token is used for half of its life.
const TOKEN_GOOD_FOR: Duration = Duration::from_secs(STAFF_TOKEN_SECONDS.unsigned_abs() / 2);
/// Large imports on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls on behalf of staff and citizens.
#[derive(Debug)]
pub(crate) struct Office {
    client: Client,
    administrator: String,
    passwords: Passwords,
    staff: BTreeMap<String, Uuid>,
    seats: Mutex<BTreeMap<String, Seat>>,
}

#[derive(Clone)]
struct Seat {
    token: String,
    since: Instant,
}

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seat").field("since", &self.since).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct SignedIn {
    token: String,
}

#[derive(Deserialize)]
struct StaffPage {
    items: Vec<StaffLine>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct StaffLine {
    staff_id: Uuid,
    login: String,
}

impl Office {
    /// An office whose administrator can sign in already.
    pub(crate) async fn open(settings: &Settings, administrator: &str, passwords: Passwords) -> anyhow::Result<Self> {
        let credential = ServiceCredential::new(&settings.secrets.key(Secret::InternalToken)?);
        let client = Client::new(Service::Portal, credential, InfraClock::System, settings.service_urls());
        let mut office = Self {
            client,
            administrator: administrator.to_owned(),
            passwords,
            staff: BTreeMap::new(),
            seats: Mutex::new(BTreeMap::new()),
        };
        office.seat_administrator().await?;
        office.staff = office.everybody().await.context("the staff cannot be listed")?;
        Ok(office)
    }

    async fn seat_administrator(&self) -> anyhow::Result<()> {
        let token = self.sign_in(&self.administrator).await?;
        let seat = Seat { token, since: Instant::now() };
        self.seats.lock().await.insert(self.administrator.clone(), seat);
        Ok(())
    }

    async fn everybody(&self) -> anyhow::Result<BTreeMap<String, Uuid>> {
        let mut staff = BTreeMap::new();
        let mut after: Option<String> = None;
        loop {
            let mut query = vec![("limit", "200".to_owned())];
            query.extend(after.take().map(|after| ("after", after)));
            let page: StaffPage =
                self.client.call(Method::GET, Service::Directory, "/staff").query(&query).read().await?;
            staff.extend(page.items.into_iter().map(|line| (line.login, line.staff_id)));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(staff),
            }
        }
    }

    /// The id of a member of staff.
    pub(crate) fn staff_id(&self, login: &str) -> anyhow::Result<Uuid> {
        self.staff.get(login).copied().with_context(|| format!("nobody in the directory is called {login}"))
    }

    async fn sign_in(&self, login: &str) -> Result<String, CallError> {
        let body = json!({ "login": login, "password": self.passwords.of(login) });
        let signed_in: SignedIn = self.client.post(Service::Directory, "/sessions", &body).await?;
        Ok(signed_in.token)
    }

    /// A token of a member of staff. Who sits down for the first time is given a password by the administrator.
    pub(crate) async fn token(&self, login: &str) -> anyhow::Result<String> {
        // Held while signing in: two acts of one person sign in once.
        let mut seats = self.seats.lock().await;
        if let Some(seat) = seats.get(login).filter(|seat| seat.since.elapsed() < TOKEN_GOOD_FOR) {
            return Ok(seat.token.clone());
        }
        let is_new = !seats.contains_key(login) && login != self.administrator;
        if is_new {
            let administrator = match seats.get(&self.administrator) {
                Some(seat) if seat.since.elapsed() < TOKEN_GOOD_FOR => seat.token.clone(),
                _ => self.sign_in(&self.administrator).await?,
            };
            let path = format!("/staff/{}/password", self.staff_id(login)?);
            let body = json!({ "password": self.passwords.of(login) });
            let set = self
                .client
                .call(Method::POST, Service::Directory, &path)
                .staff(&administrator)
                .json(&body)
                .done()
                .await;
            told(set, || format!("a password for {login}"))?;
        }
        let token = self.sign_in(login).await;
        let token = told(token, || format!("{login} signs in"))?;
        seats.insert(login.to_owned(), Seat { token: token.clone(), since: Instant::now() });
        Ok(token)
    }

    /// Lets a member of staff sit down: a password is set, and they sign in.
    pub(crate) async fn seat(&self, login: &str) -> anyhow::Result<()> {
        self.token(login).await.map(drop)
    }

    /// Begins a call of a member of staff.
    pub(crate) async fn call(&self, login: &str, method: Method, to: Service, path: &str) -> anyhow::Result<Call> {
        let token = self.token(login).await?;
        Ok(self.client.call(method, to, path).staff(&token).deadline(PATIENCE))
    }

    /// `GET` by a member of staff.
    pub(crate) async fn get(&self, login: &str, to: Service, path: &str) -> anyhow::Result<Value> {
        let answer = self.call(login, Method::GET, to, path).await?.read().await;
        told(answer, || format!("{login}: GET {path}"))
    }

    /// `POST` by a member of staff; what the service answers, or refuses.
    pub(crate) async fn try_post(
        &self,
        login: &str,
        to: Service,
        path: &str,
        key: &str,
        body: &Value,
    ) -> anyhow::Result<Posted> {
        let call = self.call(login, Method::POST, to, path).await?.idempotency(key).json(body);
        Posted::from(call.bytes().await).with_context(|| format!("{login}: POST {path}"))
    }

    /// As [`try_post`](Self::try_post), where a refusal is a failure.
    pub(crate) async fn post(
        &self,
        login: &str,
        to: Service,
        path: &str,
        key: &str,
        body: &Value,
    ) -> anyhow::Result<Value> {
        match self.try_post(login, to, path, key, body).await? {
            Posted::Done(value) => Ok(value),
            Posted::Refused { code, problem } => bail!("{login}: POST {path} is refused as {code}: {problem}"),
        }
    }

    /// `POST` by a citizen: without a token.
    pub(crate) async fn citizen_post(&self, to: Service, path: &str, key: &str, body: &Value) -> anyhow::Result<Value> {
        let call = self.citizen_call(Method::POST, to, path).idempotency(key).json(body);
        match Posted::from(call.bytes().await).with_context(|| format!("a citizen: POST {path}"))? {
            Posted::Done(value) => Ok(value),
            Posted::Refused { code, problem } => bail!("a citizen: POST {path} is refused as {code}: {problem}"),
        }
    }

    /// Begins a call of a citizen.
    pub(crate) fn citizen_call(&self, method: Method, to: Service, path: &str) -> Call {
        self.client.call(method, to, path).deadline(PATIENCE)
    }
}

fn told<T>(answer: Result<T, CallError>, what: impl FnOnce() -> String) -> anyhow::Result<T> {
    answer.map_err(|error| match error {
        CallError::Refused { problem, .. } => anyhow::anyhow!("{} is refused: {}", what(), words(&problem)),
        other @ (CallError::Down { .. } | CallError::NotFound { .. } | CallError::Unreadable { .. }) => {
            anyhow::Error::new(other).context(what())
        }
    })
}

fn words(problem: &huiyin_web::Problem) -> String {
    serde_json::to_string(problem).unwrap_or_else(|_| problem.code().to_owned())
}

/// What came of a `POST`.
#[derive(Clone, Debug)]
pub(crate) enum Posted {
    /// Done; `null` when the answer has no body.
    Done(Value),
    /// Refused by rule.
    Refused {
        /// The problem's code.
        code: String,
        /// The whole problem, for error messages.
        problem: String,
    },
}

impl Posted {
    /// Done, or refused because it was done before.
    pub(crate) fn done_or(self, known: &str) -> anyhow::Result<()> {
        match self {
            Self::Refused { code, problem } if code != known && !problem.contains(known) => {
                bail!("refused as {code}: {problem}")
            }
            Self::Done(_) | Self::Refused { .. } => Ok(()),
        }
    }

    fn from<H>(answer: Result<(H, Vec<u8>), CallError>) -> anyhow::Result<Self> {
        match answer {
            Ok((_, body)) if body.is_empty() => Ok(Self::Done(Value::Null)),
            Ok((_, body)) => Ok(Self::Done(serde_json::from_slice(&body).context("the answer is not JSON")?)),
            Err(CallError::Refused { problem, .. }) => {
                Ok(Self::Refused { code: problem.code().to_owned(), problem: words(&problem) })
            }
            Err(other) => Err(other.into()),
        }
    }
}

/// A text of an answer.
pub(crate) fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    let found = value.get(field).and_then(Value::as_str);
    Ok(found.with_context(|| format!("the answer has no {field}: {value}"))?.to_owned())
}

/// An id of an answer.
pub(crate) fn id(value: &Value, field: &str) -> anyhow::Result<Uuid> {
    text(value, field)?.parse().with_context(|| format!("{field} is not an id"))
}
