use std::sync::Arc;

use chrono::{DateTime, Utc};
use huiyin_calendar::{Calendar, deadline_or_provisional};
use huiyin_journal::{Db, DbError};
use huiyin_kernel::{BusinessClock, DistrictCode, IdSequence, Ids, PetitionId};
use huiyin_policy::{PackLibrary, Policy, Rule, rules::Clock};
use huiyin_web::{Client, IdempotencyKey};
use uuid::Uuid;

use super::{Known, Writer, known::KnownCache};
use crate::vault::Vault;

/// The pack used when a district names one that is not here: the law itself.
pub(super) const LAW: &str = "national-2022";

/// What every command needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    /// The login of requests.
    pub api: Db,
    /// The login of consumers, timers and tasks.
    pub worker: Db,
    /// The login that can only add; for imports. Single petitions go through `writer`.
    pub inserter: Db,
    /// Coalesced registration.
    pub writer: Writer,
    /// Business time.
    pub clock: BusinessClock,
    /// Identifiers.
    pub ids: Ids,
    /// Keys.
    pub vault: Arc<Vault>,
    /// Policy packs.
    pub packs: Arc<PackLibrary>,
    /// Working days.
    pub calendar: Arc<Calendar>,
    /// Calls to other services.
    pub http: Client,
    known: Arc<KnownCache>,
}

impl Context {
    /// Puts the parts together.
    #[expect(clippy::too_many_arguments, reason = "called once, at start; a builder would say the same in more words")]
    pub fn new(
        api: Db,
        worker: Db,
        inserter: Db,
        clock: BusinessClock,
        ids: Ids,
        vault: Vault,
        packs: PackLibrary,
        calendar: Calendar,
        http: Client,
    ) -> Self {
        let vault = Arc::new(vault);
        let writer = Writer::start(&inserter, &vault);
        Self {
            api,
            worker,
            inserter,
            writer,
            clock,
            ids,
            vault,
            packs: Arc::new(packs),
            calendar: Arc::new(calendar),
            http,
            known: Arc::default(),
        }
    }

    /// Topics, districts and units, as they stood a moment ago.
    pub async fn known(&self) -> Result<Arc<Known>, DbError> {
        self.known.get(&self.api).await
    }

    /// The same, looked up just now, for what was not there a moment ago.
    pub async fn known_now(&self) -> Result<Arc<Known>, DbError> {
        self.known.reload(&self.api).await
    }

    /// The policy pack with that id. An unknown one is an operator's mistake; a petition is not turned away for it, and
    /// the law itself applies.
    pub fn policy(&self, id: &str) -> Arc<Policy> {
        self.packs.resolve(id).unwrap_or_else(|error| {
            tracing::error!(%error, pack = id, "an unknown policy pack; the law itself is applied");
            metrics::counter!("huiyin_intake_unknown_pack_total").increment(1);
            self.packs.resolve(LAW).expect("the law is compiled in")
        })
    }

    /// When a duty under `rule` that begins at `start` is late, and by which calendar.
    pub fn due(&self, start: DateTime<Utc>, rule: &Rule<Clock>) -> (DateTime<Utc>, Option<String>) {
        match deadline_or_provisional(start, &rule.to_calendar(), &self.calendar) {
            Ok(deadline) => (deadline.due_at, Some(deadline.calendar_version)),
            // Out of the years a calendar can hold: due at once is safer than never.
            Err(_) => (start, None),
        }
    }

    /// The ids that one change of one petition may spend, and the cause they derive from: the same change again is the same
    /// cause.
    pub fn ids_for_change(&self, petition: PetitionId, version: i64, what: &str) -> (Uuid, IdSequence) {
        let key = IdempotencyKey::parse(&format!("{petition}/{version}")).expect("an id and a number are a key");
        let cause = key.command_id(what).uuid();
        (cause, self.ids.for_cause(cause))
    }

    /// The unit that takes petitions in in a district.
    pub async fn petition_unit(&self, district: &DistrictCode) -> Result<Option<huiyin_kernel::UnitCode>, DbError> {
        Ok(self.known().await?.districts.get(district).map(|known| known.petition_unit.clone()))
    }
}
