//! Who is who, and whether they may come in.

use axum::http::Method;
use chrono::{DateTime, Utc};
use huiyin_kernel::{DistrictCode, Role, Service, StaffId, UnitCode};
use huiyin_web::{CallError, Client, ClientAddress};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Items;

/// A member of staff, as far as a page needs it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StaffCard {
    pub(crate) staff_id: StaffId,
    pub(crate) name: String,
    pub(crate) unit: UnitCode,
    /// Filled in here at sign-in.
    #[serde(default)]
    pub(crate) unit_name: Option<String>,
    pub(crate) district: DistrictCode,
    pub(crate) roles: Vec<Role>,
    #[serde(default)]
    pub(crate) post: Option<String>,
}

/// What directory gave at sign-in; kept sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    /// The session at directory.
    session_id: Uuid,
    pub(crate) token: String,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) refresh: String,
    pub(crate) staff: StaffCard,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("staff", &self.staff.staff_id).finish_non_exhaustive()
    }
}

impl Held {
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("texts and times always serialise"))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[derive(Deserialize)]
struct Granted {
    session_id: Uuid,
    token: String,
    expires_at: DateTime<Utc>,
    /// Given once, at sign-in.
    #[serde(default)]
    refresh: Option<String>,
    staff: StaffCard,
}

impl Granted {
    fn held(self, refresh: &str) -> Held {
        let refresh = self.refresh.unwrap_or_else(|| refresh.to_owned());
        Held { session_id: self.session_id, token: self.token, expires_at: self.expires_at, refresh, staff: self.staff }
    }
}

/// Login and password for a token.
pub(crate) async fn sign_in(
    http: &Client,
    login: &str,
    password: &str,
    address: ClientAddress,
) -> Result<Held, CallError> {
    let call = http.call(Method::POST, Service::Directory, "/sessions").client_address(address);
    let granted: Granted = call.json(&json!({ "login": login, "password": password })).read().await?;
    Ok(granted.held(""))
}

/// A fresh token with the roles held now.
pub(crate) async fn refresh(http: &Client, held: &Held) -> Result<Held, CallError> {
    let call = http.call(Method::POST, Service::Directory, "/sessions/refresh");
    let granted: Granted = call.json(&json!({ "refresh": held.refresh })).read().await?;
    Ok(granted.held(&held.refresh))
}

/// Is this session still good? False once the account was disabled, its password changed, or the session ended.
pub(crate) async fn still_stands(http: &Client, held: &Held) -> Result<bool, CallError> {
    match http.call(Method::GET, Service::Directory, &format!("/sessions/{}", held.session_id)).done().await {
        Ok(()) => Ok(true),
        Err(CallError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Ends the session.
pub(crate) async fn sign_out(http: &Client, held: &Held) -> Result<(), CallError> {
    http.call(Method::DELETE, Service::Directory, &format!("/sessions/{}", held.session_id))
        .staff(&held.token)
        .done()
        .await
}

/// A district, city or street.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct District {
    pub(crate) code: DistrictCode,
    pub(crate) name: String,
    #[serde(default = "yes")]
    pub(crate) active: bool,
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Unit {
    pub(crate) code: UnitCode,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) district: DistrictCode,
    #[serde(default = "yes")]
    pub(crate) active: bool,
}

const fn yes() -> bool {
    true
}

/// All districts, page by page.
pub(crate) async fn districts(http: &Client) -> Result<Vec<District>, CallError> {
    all(http, "/districts", &[]).await
}

/// All units.
pub(crate) async fn units(http: &Client) -> Result<Vec<Unit>, CallError> {
    all(http, "/units", &[]).await
}

/// The staff of a unit.
pub(crate) async fn staff_of(http: &Client, unit: &UnitCode) -> Result<Vec<StaffCard>, CallError> {
    all(http, "/staff", &[("unit", unit.as_str())]).await
}

/// More pages than this is no list a page can show.
const MOST_PAGES: usize = 50;

async fn all<T: DeserializeOwned>(http: &Client, path: &str, query: &[(&str, &str)]) -> Result<Vec<T>, CallError> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    for _ in 0..MOST_PAGES {
        let mut call = http.call(Method::GET, Service::Directory, path).query(query).query(&[("limit", "200")]);
        if let Some(after) = &after {
            call = call.query(&[("after", after)]);
        }
        let page: Items<T> = call.read().await?;
        found.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(found)
}
