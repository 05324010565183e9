//! What every page needs: the road to the other services, the sessions, the clocks, the limits.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use huiyin_journal::Db;
use huiyin_kernel::{BusinessClock, InfraClock, Service};
use huiyin_runtime::Runtime;
use huiyin_settings::{Secret, Settings, SettingsError};
use huiyin_web::{Client, RateLimiter};
use tokio::sync::Mutex;

use crate::domain::origin::PublicOrigin;
use crate::secret::{BrowserToken, SessionKey};
use crate::upstream::Reference;

/// At most this many refreshes of directory's tokens at once; two clicks of one session never at once.
const REFRESHES: usize = 64;

/// Shared by all pages. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Desk(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) http: Client,
    pub(crate) db: Db,
    pub(crate) clock: BusinessClock,
    pub(crate) infra: InfraClock,
    pub(crate) key: SessionKey,
    pub(crate) origin: PublicOrigin,
    pub(crate) reference: Reference,
    pub(crate) limits: Limits,
    pub(crate) body_bytes: usize,
    refreshes: Vec<Mutex<()>>,
}

/// How often one address may send public forms.
#[derive(Debug)]
pub(crate) struct Limits {
    /// Petitions handed in. A hall's machines share one address.
    pub(crate) petitions: RateLimiter,
    /// Look-ups by number and code.
    pub(crate) lookups: RateLimiter,
    /// Sign-ins tried; directory counts wrong passwords per login besides.
    pub(crate) sign_ins: RateLimiter,
}

impl Limits {
    /// Against floods only: intake counts wrong look-ups, directory wrong passwords, and both are told the address.
    fn new(lookups_per_minute: u32) -> Self {
        let most = lookups_per_minute.saturating_mul(10);
        let per_minute =
            |times: u32| RateLimiter::new(NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN), Duration::from_mins(1));
        Self { petitions: per_minute(most), lookups: per_minute(most), sign_ins: per_minute(most) }
    }
}

impl Desk {
    /// Sets the desk up from what the service is given.
    pub(crate) fn new(runtime: &Runtime) -> Result<Self, SettingsError> {
        let (http, db) = (runtime.http.clone(), runtime.api.clone());
        Self::from_parts(&runtime.settings, http, db, runtime.clock.clone(), runtime.infra.clone())
    }

    pub(crate) fn from_parts(
        settings: &Settings,
        http: Client,
        db: Db,
        clock: BusinessClock,
        infra: InfraClock,
    ) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(Inner {
            http,
            db,
            clock,
            infra,
            key: SessionKey::new(settings.secrets.key(Secret::PortalSession)?),
            origin: PublicOrigin::new(&settings.server.public_origin),
            reference: Reference::default(),
            limits: Limits::new(settings.limits.lookups_per_minute),
            body_bytes: settings.limits.body_bytes,
            refreshes: (0..REFRESHES).map(|_| Mutex::new(())).collect(),
        })))
    }

    /// One at a time per session: directory's refresh tokens are for one use each.
    pub(crate) async fn refreshing(&self, token: &BrowserToken) -> tokio::sync::MutexGuard<'_, ()> {
        let [first, ..] = token.hash();
        let place = self.0.refreshes.get(usize::from(first) % REFRESHES).expect("there is one for each remainder");
        place.lock().await
    }

    /// The service a page cannot do without.
    pub(crate) const fn name_of(service: Service) -> &'static str {
        match service {
            Service::Intake => "信访登记与查询",
            Service::Scheduling => "接访安排",
            Service::Casework => "事项办理",
            Service::Notification => "消息通知",
            Service::Directory => "登录与机构信息",
            Service::Ledger => "工作台账",
            Service::Portal => "网页",
        }
    }
}

impl std::ops::Deref for Desk {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
