//! A browser: keeps cookies, names its origin, follows nothing by itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use huiyin_authz::{ServiceCredential, StaffKeys};
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{BusinessClock, InfraClock, Redacted, Service};
use huiyin_settings::{Limits, Settings};
use huiyin_testkit::TestDb;
use huiyin_web::{Client, Health, KitState, kit};
use tower::ServiceExt as _;

use crate::double::Double;
use crate::html::Html;

pub(crate) const HTTPS: &str = "https://xinfang.example.cn";

/// When everything in these tests happens: the reception round of the demonstration city.
pub(crate) fn noon() -> DateTime<Utc> {
    "2022-05-22T04:00:00Z".parse().expect("an instant")
}

/// A portal with its own database, and the double behind it.
pub(crate) struct Portal {
    router: Router,
    pub(crate) db: TestDb,
    pub(crate) double: Double,
    pub(crate) infra: InfraClock,
    origin: String,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answered {
    pub(crate) fn html(&self) -> Html {
        Html::read(&self.text)
    }

    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Portal {
    pub(crate) async fn start() -> Result<Self> {
        Self::at(HTTPS).await
    }

    pub(crate) async fn at(origin: &str) -> Result<Self> {
        Self::limited(origin, |_| ()).await
    }

    /// With `[limits]` of its own.
    pub(crate) async fn limited(origin: &str, change: fn(&mut Limits)) -> Result<Self> {
        let db = TestDb::create(&[("portal", &huiyin_portal::MIGRATOR)]).await?;
        let double = Double::default();
        let urls = double.start().await?;
        let text = format!(
            "[server]\npublic_origin = \"{origin}\"\n[secrets]\nmaster = \"only for these tests, never anywhere else\"\n"
        );
        let mut settings = Settings::from_toml(&text)?;
        change(&mut settings.limits);
        let (clock, infra) = (BusinessClock::manual(noon()), InfraClock::manual(noon()));
        let credential = ServiceCredential::new(&Redacted::new([1; 32]));
        let client = Client::new(Service::Portal, credential.clone(), infra.clone(), urls);
        let api = Db::connect(&db.url("portal_api"), Service::Portal, PoolOptions::default()).await?;
        let (pages, face) = huiyin_portal::pages(&settings, client, api, clock, infra.clone())?;
        let mut state = KitState::new(
            Service::Portal,
            settings.limits,
            infra.clone(),
            StaffKeys::default(),
            credential,
            None,
            Health::default(),
        );
        state.face = Some(face);
        Ok(Self { router: kit(pages, state), db, double, infra, origin: origin.to_owned() })
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { portal: self, cookies: BTreeMap::new() }
    }

    /// A browser signed in.
    pub(crate) async fn signed_in(&self) -> Result<Browser<'_>> {
        let mut browser = self.browser();
        browser.sign_in("bureau.all").await?;
        Ok(browser)
    }

    /// Moves the machine's time.
    pub(crate) fn wait(&self, minutes: i64) {
        let InfraClock::Manual(clock) = &self.infra else { unreachable!("these tests move time by hand") };
        clock.advance(chrono::TimeDelta::minutes(minutes));
    }
}

/// A browser.
pub(crate) struct Browser<'a> {
    portal: &'a Portal,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answered> {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form as a page of ours would.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answered> {
        let origin = self.portal.origin.clone();
        self.post_with(path, fields, &[("origin", &origin), ("sec-fetch-site", "same-origin")]).await
    }

    pub(crate) async fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Result<Answered> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, Body::from(body)).await
    }

    async fn send(&mut self, mut request: axum::http::request::Builder, body: Body) -> Result<Answered> {
        let host = self.portal.origin.split("//").last().unwrap_or_default();
        request = request.header(header::HOST, host);
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, line.join("; "));
        }
        let mut request = request.body(body)?;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 40_000))));
        let response = self.portal.router.clone().oneshot(request).await?;
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str()?;
            let (name, value) = cookie.split_once(';').unwrap_or((cookie, "")).0.split_once('=').context("a cookie")?;
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = String::from_utf8_lossy(&body.collect().await?.to_bytes()).into_owned();
        Ok(Answered { status: parts.status, headers: parts.headers, text })
    }

    pub(crate) async fn sign_in(&mut self, login: &str) -> Result<Answered> {
        self.try_sign_in(login, "right-password").await
    }

    pub(crate) async fn try_sign_in(&mut self, login: &str, password: &str) -> Result<Answered> {
        let page = self.get("/staff/sign-in").await?.html();
        let token = page.hidden("form_token").context("a form token")?;
        self.post("/staff/sign-in", &[("login", login), ("password", password), ("form_token", &token)]).await
    }

    /// The form token of the signed-in session.
    pub(crate) async fn form_token(&mut self) -> Result<String> {
        self.get("/staff/inbox").await?.html().hidden("form_token").context("a form token")
    }
}
