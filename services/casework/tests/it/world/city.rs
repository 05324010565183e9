//! What casework has heard: the city's districts, units and staff, and petitions.

use anyhow::Result;
use huiyin_contracts::directory::{
    DISTRICT_CHANGED, DistrictSnapshot, STAFF_CHANGED, StaffSnapshot, UNIT_CHANGED, UnitKind, UnitSnapshot,
};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind, PetitionSnapshot, PetitionState, REGISTERED};
use huiyin_contracts::{Envelope, EventType};
use huiyin_journal::{HandleError, Received};
use huiyin_kernel::{Ids, PetitionNumber};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Executor, Row};
use uuid::Uuid;

use super::World;
use super::people::{EVERYONE, OFFICE, STREET, district, unit};

impl World {
    pub(super) async fn found_city(&self) -> Result<()> {
        for (code, pack, petition_unit) in [
            ("990100", "wuhan", "city-xfj"),
            ("990101", "wuhan", "990101-xfj"),
            ("990102", "street-office", "990102-xfj"),
            (STREET, "street-office", OFFICE),
        ] {
            let known = DistrictSnapshot {
                code: district(code),
                name: format!("区划{code}"),
                policy_pack: pack.to_owned(),
                petition_unit: unit(petition_unit),
                active: true,
            };
            self.hear(DISTRICT_CHANGED, Uuid::from_u128(known.code.as_str().parse()?), &known).await?;
        }
        for (nth, (code, kind, place)) in [
            ("city-xfj", UnitKind::Bureau, "990100"),
            ("990101-xfj", UnitKind::Bureau, "990101"),
            ("990101-gov", UnitKind::Department, "990101"),
            ("990101-hr", UnitKind::Department, "990101"),
            ("990102-xfj", UnitKind::Bureau, "990102"),
            ("990102-discipline", UnitKind::Discipline, "990102"),
            (OFFICE, UnitKind::StreetOffice, STREET),
            ("990102002-office", UnitKind::StreetOffice, "990102002"),
        ]
        .into_iter()
        .enumerate()
        {
            let known = UnitSnapshot {
                code: unit(code),
                name: format!("单位{code}"),
                kind,
                district: district(place),
                topics: Vec::new(),
                active: true,
                succession: None,
            };
            self.hear(UNIT_CHANGED, Uuid::from_u128(5_000 + u128::try_from(nth)?), &known).await?;
        }
        for person in EVERYONE {
            let known = StaffSnapshot {
                staff_id: person.id(),
                name: format!("职员{}", person.n),
                unit: unit(person.unit),
                district: district(person.district),
                roles: person.roles.to_vec(),
                post: None,
                portfolio: Vec::new(),
                areas: Vec::new(),
                office_email: None,
                active: true,
            };
            self.hear(STAFF_CHANGED, person.id().uuid(), &known).await?;
        }
        Ok(())
    }

    /// Hands an event to its consumer, as the loop does: in one transaction on the worker's login.
    pub(crate) async fn hear(&self, event: EventType, aggregate: Uuid, body: &impl Serialize) -> Result<()> {
        self.try_hear(event, aggregate, body).await.map_err(|error| anyhow::anyhow!("{error}"))
    }

    pub(crate) async fn try_hear(
        &self,
        event: EventType,
        aggregate: Uuid,
        body: &impl Serialize,
    ) -> Result<(), HandleError> {
        let body = serde_json::to_vec(body).map_err(|error| HandleError::Retry(error.into()))?;
        let at = self.time.now();
        let cause = self.digest(&body, &event.type_name());
        let envelope = Envelope {
            event_id: cause.into(),
            type_name: event.type_name(),
            owner: event.owner,
            audience: event.audience,
            aggregate_kind: event.aggregate,
            aggregate_id: aggregate,
            sequence: 1,
            incarnation: 1,
            district: district(STREET),
            occurred_at: at,
            cause: None,
            traceparent: None,
            body: body.into(),
        };
        let consumer = self.parts.consumers.iter().find(|consumer| consumer.owner == event.owner);
        let consumer = consumer.ok_or_else(|| HandleError::Park { reason: "no consumer".to_owned() })?;
        let mut tx = self.runtime.worker.begin().await?;
        consumer.handler.handle(&mut tx, &Received { envelope }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// An event id of its own for every body, type and instant.
    fn digest(&self, body: &[u8], name: &str) -> Uuid {
        let mut ids =
            Ids::Seeded(body.iter().chain(name.as_bytes()).fold(14_695_981_039_346_656_037, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211)
            }))
            .for_cause(Uuid::nil());
        ids.next(self.time.now())
    }

    /// A petition as intake would tell of it, registered now.
    pub(crate) fn petition(&self, n: u32, class: PetitionClass, place: &str, by: Option<&str>) -> PetitionSnapshot {
        let at = self.time.now();
        PetitionSnapshot {
            petition_id: Ids::Seeded(u64::from(n)).for_cause(Uuid::from_u128(1)).next(at),
            number: PetitionNumber::new(2026, n),
            state: PetitionState::Registered,
            channel: Channel::Visit,
            received_at: at,
            registered_at: at,
            class,
            topic: "environment".to_owned(),
            district: district(place),
            kind: PetitionKind::Individual,
            people_count: 1,
            concerned_unit: None,
            registered_by: by.map(unit),
            session_id: None,
            can_be_told: true,
            restorable_until: None,
            evaluation: None,
        }
    }

    /// Registers a petition and gives its case's id.
    pub(crate) async fn register(&self, petition: &PetitionSnapshot) -> Result<Uuid> {
        self.hear(REGISTERED, petition.petition_id.uuid(), petition).await?;
        let sql = format!("select case_id from casework.case where petition_id = '{}'", petition.petition_id);
        Ok(self.admin.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?)
    }

    /// A request to the street office, whose clerk registered it.
    pub(crate) async fn street_request(&self, n: u32) -> Result<Uuid> {
        self.register(&self.petition(n, PetitionClass::Request, STREET, Some(OFFICE))).await
    }
}
