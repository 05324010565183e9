//! The yearly report over HTTP: whose district, who may, and the files.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use huiyin_authz::{Jwks, ServiceCredential, StaffClaims, StaffKeys, StaffSigner};
use huiyin_journal::{Db, PoolOptions, Wakes};
use huiyin_kernel::{BusinessClock, DistrictCode, Ids, InfraClock, Role, Service, UnitCode};
use huiyin_runtime::{Definition as _, Runtime};
use huiyin_settings::{Secret, ServiceUrls, Settings};
use huiyin_testkit::TestDb;
use huiyin_web::{Client, Health, KitState, kit};
use serde_json::Value;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::report::{Dice, filled, matter};
use crate::Ledger;

struct World {
    router: Router,
    signer: StaffSigner,
    now: DateTime<Utc>,
    _db: TestDb,
}

impl World {
    async fn new() -> Result<Self> {
        let mut dice = Dice(0x0dd0_5eed_0123_4567);
        let history: Vec<_> = (0..120).map(|n| matter(&mut dice, n)).collect();
        let (db, worker) = filled(&history).await?;
        let settings = Settings::from_toml("[secrets]\nmaster = \"for-tests-only-0123456789abcdef-0123\"")?;
        let api = Db::connect(&db.url("ledger_api"), Service::Ledger, PoolOptions::default()).await?;
        let now: DateTime<Utc> = "2027-01-04T01:00:00Z".parse()?;
        let infra = InfraClock::manual(now);
        let signer = StaffSigner::from_seed(&settings.secrets.key(Secret::StaffSigning)?);
        let staff_keys = StaffKeys::default();
        staff_keys.replace(&Jwks { keys: vec![signer.public().clone()] });
        let credential = ServiceCredential::new(&settings.secrets.key(Secret::InternalToken)?);
        let urls = ServiceUrls::default();
        let runtime = Arc::new(Runtime {
            service: Service::Ledger,
            clock: BusinessClock::manual(now),
            infra: infra.clone(),
            ids: Ids::Seeded(7),
            api,
            worker,
            http: Client::new(Service::Ledger, credential.clone(), infra.clone(), urls.clone()),
            urls,
            staff_keys: staff_keys.clone(),
            credential: credential.clone(),
            health: Health::default(),
            wakes: Wakes::default(),
            settings: Arc::new(settings),
        });
        let parts = Box::pin(Ledger.build(Arc::clone(&runtime))).await?;
        let limits = runtime.settings.limits;
        let state = KitState::new(Service::Ledger, limits, infra, staff_keys, credential, None, Health::default());
        Ok(Self { router: kit(parts.router, state), signer, now, _db: db })
    }

    async fn get(&self, (district, role): (&str, Role), path: &str) -> Result<(StatusCode, String, Vec<u8>)> {
        let (unit, place) = (UnitCode::parse("990101-xfj")?, DistrictCode::parse(district)?);
        let claims = StaffClaims::new(Uuid::from_u128(1).into(), unit, place, vec![role], Uuid::nil(), self.now);
        let token = format!("Bearer {}", self.signer.sign(&claims));
        let request = Request::get(path).header(header::AUTHORIZATION, token).body(Body::empty())?;
        let response = self.router.clone().oneshot(request).await?;
        let kind = response.headers().get(header::CONTENT_TYPE).context("a type")?.to_str()?.to_owned();
        let status = response.status();
        Ok((status, kind, response.into_body().collect().await?.to_bytes().to_vec()))
    }
}

const CITY: (&str, Role) = ("990100", Role::Supervisor);
const DISTRICT: (&str, Role) = ("990101", Role::Supervisor);

/// A supervisor reads the report of the own district and of what lies inside it, and of no other; an officer has none; a wrong year is named.
#[tokio::test]
async fn reg_54_a_report_is_of_a_district_that_the_reader_supervises() -> Result<()> {
    let world = World::new().await?;
    let matters = async |who, path: &str| -> Result<i64> {
        let (status, _, body) = world.get(who, path).await?;
        anyhow::ensure!(status == StatusCode::OK, "{path}: {status}");
        let report: Value = serde_json::from_slice(&body)?;
        report["total"]["matters"].as_i64().context("a count")
    };
    let whole = matters(CITY, "/reports/2026").await?;
    let parts = ["990101", "990102"].map(|district| format!("/reports/2026?district={district}"));
    let (first, second) = (matters(CITY, &parts[0]).await?, matters(CITY, &parts[1]).await?);
    assert!(first > 0 && second > 0, "both districts have matters");
    assert_eq!(whole, first + second, "the parts sum up");
    assert_eq!(matters(DISTRICT, "/reports/2026").await?, first, "the own district when none is named");
    assert_eq!(matters(CITY, "/reports/1999").await?, 0);
    let (elsewhere, ..) = world.get(DISTRICT, &parts[1]).await?;
    assert_eq!(elsewhere, StatusCode::NOT_FOUND);
    let (status, _, body) = world.get(("990101", Role::Officer), "/reports/2026").await?;
    assert!(!status.is_success(), "{}", String::from_utf8_lossy(&body));
    let (wrong, ..) = world.get(CITY, "/reports/99999").await?;
    assert_eq!(wrong, StatusCode::BAD_REQUEST);
    Ok(())
}

/// The same figures as a spreadsheet and as text; no accusation where the reader is no discipline body.
#[tokio::test]
async fn reg_54_the_report_is_a_spreadsheet_and_text_too() -> Result<()> {
    let world = World::new().await?;
    let (status, kind, file) = world.get(CITY, "/reports/2026/report.xlsx").await?;
    assert_eq!((status, kind.contains("spreadsheetml"), &file[..2]), (StatusCode::OK, true, b"PK".as_slice()));
    let (status, kind, file) = world.get(CITY, "/reports/2026/report.csv").await?;
    let text = String::from_utf8(file)?;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/csv; charset=utf-8"));
    for part in ["合计", "申诉求决", "来访", "环境保护", "990101-housing", "复查", "维持"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("检举控告"), "REG-22: {text}");
    Ok(())
}
