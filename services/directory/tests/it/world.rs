//! A directory of one test's own, reached through its router.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use huiyin_authz::{Jwks, ServiceCredential, StaffKeys, StaffSigner};
use huiyin_directory::{
    MIGRATOR,
    app::{Context, FirstAdministrator, Passwords, bootstrap},
    domain::City,
};
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{BusinessClock, Ids, InfraClock, ManualClock, Redacted, Service};
use huiyin_settings::{Secret, Settings};
use huiyin_testkit::TestDb;
use huiyin_web::{Health, KitState, kit};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "马电池订书钉正确一二三四";

/// One city, one district inside it, one beside it.
pub(crate) const CITY: &str = r#"
[city]
code = "990100"
name = "和安市"
policy = "national-2022"

[[district]]
code = "990101"
name = "澄浦区"
policy = "national-2022"

[[unit]]
code = "city-xfj"
name = "和安市信访局"
short = "市信访局"
district = "990100"
kind = "bureau"

[[unit]]
code = "cp-xfj"
name = "澄浦区信访局"
short = "区信访局"
district = "990101"
kind = "bureau"
topics = ["education", "other"]

[[staff]]
login = "city.admin"
name = "游允衡"
unit = "city-xfj"
roles = ["administrator"]

[[staff]]
login = "cp.admin"
name = "邹明𠮷"
unit = "cp-xfj"
roles = ["administrator"]

[[staff]]
login = "cp.officer"
name = "沈怀谷"
unit = "cp-xfj"
roles = ["officer"]
post = "科员"
"#;

/// The world.
pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) context: Context,
    pub(crate) time: Arc<ManualClock>,
    pub(crate) credential: ServiceCredential,
    pub(crate) keys: StaffKeys,
    router: Router,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) media: String,
    pub(crate) body: Value,
}

impl World {
    /// With the city loaded and `city.admin` able to sign in.
    pub(crate) async fn new() -> Result<Self> {
        let settings = Settings::from_toml("[secrets]\nmaster = \"for-tests-only-0123456789abcdef-0123\"")?;
        let db = TestDb::create(&[("directory", &MIGRATOR)]).await?;
        let api = Db::connect(&db.url("directory_api"), Service::Directory, PoolOptions::default()).await?;
        let start: DateTime<Utc> = "2026-03-02T01:00:00Z".parse()?;
        let time = Arc::new(ManualClock::new(start));
        let signer = Arc::new(StaffSigner::from_seed(&settings.secrets.key(Secret::StaffSigning)?));
        let context = Context {
            db: api,
            clock: BusinessClock::manual(start),
            infra: InfraClock::Manual(Arc::clone(&time)),
            ids: Ids::Seeded(1),
            keys: huiyin_authz::Jwks { keys: vec![signer.public().clone()] },
            signer: Arc::clone(&signer),
            passwords: Passwords::new()?,
            digest_key: settings.secrets.key(Secret::InternalToken)?,
            limits: settings.limits,
        };
        let keys = StaffKeys::default();
        keys.replace(&Jwks { keys: vec![signer.public().clone()] });
        let credential = ServiceCredential::new(&settings.secrets.key(Secret::InternalToken)?);
        let (infra, health) = (context.infra.clone(), Health::default());
        let state =
            KitState::new(Service::Directory, settings.limits, infra, keys.clone(), credential.clone(), None, health);
        let router = huiyin_directory::router(context.clone());
        let world = Self { db, context, time, credential, keys, router: kit(router, state) };
        let first = FirstAdministrator { login: "city.admin".to_owned(), password: Redacted::new(PASSWORD.to_owned()) };
        Box::pin(bootstrap(&world.context, &City::parse(CITY)?, first)).await?;
        Ok(world)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let media = response.headers().get(header::CONTENT_TYPE).map(|v| v.to_str().map(str::to_owned)).transpose()?;
        let bytes = response.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Answer { status, media: media.unwrap_or_default(), body })
    }

    /// Calls with a staff token.
    pub(crate) async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> Result<Answer> {
        self.call_with_key(method, path, token, "key-1", body).await
    }

    pub(crate) async fn call_with_key(
        &self,
        method: &str,
        path: &str,
        token: &str,
        key: &str,
        body: Value,
    ) -> Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body)?).await
    }

    /// Calls as another service, optionally naming a browser's address.
    pub(crate) async fn call_as_portal(&self, method: &str, path: &str, address: &str, body: Value) -> Result<Answer> {
        let credential = self.credential.sign(Service::Portal, Service::Directory, self.context.infra.now());
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(huiyin_web::SERVICE_HEADER, credential)
            .header(huiyin_web::CLIENT_ADDRESS_HEADER, address)
            .header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body)?).await
    }

    pub(crate) async fn call_as_portal_owned(&self, method: &str, path: String) -> Result<Answer> {
        self.call_as_portal(method, &path, "10.0.0.1", Value::Null).await
    }

    pub(crate) async fn try_sign_in(&self, login: &str, password: &str, address: &str) -> Result<Answer> {
        self.call_as_portal("POST", "/sessions", address, json!({ "login": login, "password": password })).await
    }

    /// The session view of a sign-in that must succeed.
    pub(crate) async fn sign_in(&self, login: &str) -> Result<Value> {
        let answer = self.try_sign_in(login, PASSWORD, "10.0.0.1").await?;
        anyhow::ensure!(answer.status == StatusCode::CREATED, "{answer:?}");
        Ok(answer.body)
    }

    pub(crate) async fn token(&self, login: &str) -> Result<String> {
        Ok(self.sign_in(login).await?["token"].as_str().context("a token")?.to_owned())
    }

    pub(crate) async fn staff_id(&self, login: &str) -> Result<String> {
        let all = self.call_as_portal("GET", "/staff?all=true", "10.0.0.1", Value::Null).await?;
        let items = all.body["items"].as_array().context("items")?.clone();
        let found = items.into_iter().find(|staff| staff["login"] == login).context("the login")?;
        Ok(found["staff_id"].as_str().context("an id")?.to_owned())
    }

    /// Gives a login the usual password.
    pub(crate) async fn give_password(&self, login: &str) -> Result<()> {
        let token = self.token("city.admin").await?;
        let path = format!("/staff/{}/password", self.staff_id(login).await?);
        let answer = self.call("POST", &path, &token, json!({ "password": PASSWORD })).await?;
        anyhow::ensure!(answer.status == StatusCode::NO_CONTENT, "{answer:?}");
        Ok(())
    }
}
