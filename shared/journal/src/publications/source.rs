//! Asking an owner for its publications, over HTTP or in the owner's own database.

use async_trait::async_trait;
use huiyin_contracts::{Audience, Envelope};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store;
use crate::{Db, DbError};

/// Most heads in one answer.
const MOST_TOLD: i64 = 2000;
/// Most events in one answer.
const MOST_EVENTS: i64 = 500;
/// Most ranges in one question.
pub(crate) const MOST_RANGES: usize = 500;

/// What changed?
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedAsk {
    /// For whom.
    pub audience: Audience,
    /// The token of an earlier answer; `0` for everything.
    pub since: String,
    /// Where an earlier page ended.
    pub after: Option<XidMark>,
}

/// A place in the order of transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XidMark {
    /// The writing transaction.
    pub xid: String,
    /// Of what.
    pub aggregate_id: Uuid,
    /// Its place.
    pub sequence: i64,
}

/// One publication that exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Told {
    /// The writing transaction.
    pub xid: String,
    /// Of what.
    pub aggregate_id: Uuid,
    /// Its place.
    pub sequence: i64,
    /// Of which incarnation.
    pub incarnation: i64,
    /// The event.
    pub event_id: Uuid,
}

/// What changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Changed {
    /// The owner's present incarnation.
    pub incarnation: i64,
    /// The next question's `since`, once all that is told here is had: no transaction older than it can add anything.
    pub token: String,
    /// Publications, in the order of their transactions.
    pub told: Vec<Told>,
    /// Where the next page begins, if there is one.
    pub next: Option<XidMark>,
}

/// Give me these.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchAsk {
    /// For whom.
    pub audience: Audience,
    /// Which; at most 500.
    pub ranges: Vec<Range>,
}

/// Some of an aggregate's publications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Of what.
    pub aggregate_id: Uuid,
    /// From here.
    pub first: i64,
    /// To here, inclusive.
    pub last: i64,
}

/// Give me the next ones, by aggregate and sequence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageAsk {
    /// For whom.
    pub audience: Audience,
    /// After this aggregate and sequence; nil and 0 to begin with.
    pub after_aggregate: Uuid,
    /// See above.
    pub after_sequence: i64,
    /// The newest of each aggregate only.
    #[serde(default)]
    pub newest: bool,
}

/// A publication as it travels over HTTP.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Publication {
    /// Everything but the body.
    pub envelope: Envelope,
    /// The body, verbatim.
    pub body: String,
}

/// Publications as they travel over HTTP; fewer than asked for when there are many.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublicationPage {
    /// In order of aggregate and sequence.
    pub items: Vec<Publication>,
}

impl PublicationPage {
    pub(super) fn from_events(events: Vec<Envelope>) -> Result<Self, DbError> {
        let item = |event: Envelope| {
            let body = String::from_utf8(event.body.to_vec())
                .map_err(|_| DbError::Unreadable(format!("the body of publication {}", event.event_id)))?;
            Ok(Publication { envelope: event, body })
        };
        Ok(Self { items: events.into_iter().map(item).collect::<Result<_, DbError>>()? })
    }

    fn into_events(self) -> Vec<Envelope> {
        let event = |item: Publication| Envelope { body: item.body.into_bytes().into(), ..item.envelope };
        self.items.into_iter().map(event).collect()
    }
}

/// The owner did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Over HTTP.
    #[error("the owner of the publications does not answer")]
    Call(#[from] CallError),
    /// In the database.
    #[error("the publications cannot be read")]
    Db(#[from] DbError),
}

/// Where publications come from.
#[async_trait]
pub trait Source: Send + Sync + 'static {
    /// What changed since.
    async fn changed(&self, ask: &ChangedAsk) -> Result<Changed, SourceError>;
    /// Certain publications, verbatim.
    async fn fetch(&self, ask: &FetchAsk) -> Result<Vec<Envelope>, SourceError>;
    /// The next publications by aggregate and sequence; empty at the end.
    async fn page(&self, ask: &PageAsk) -> Result<Vec<Envelope>, SourceError>;
}

/// The owner's own database.
#[derive(Clone, Debug)]
pub struct OwnSource(pub Db);

#[async_trait]
impl Source for OwnSource {
    async fn changed(&self, ask: &ChangedAsk) -> Result<Changed, SourceError> {
        let schema = self.0.schema();
        let mut tx = self.0.read().await?;
        let (incarnation, token) = store::moment(&mut tx, schema).await?;
        let told = store::changed(&mut tx, schema, ask.audience, &ask.since, ask.after.as_ref(), MOST_TOLD).await?;
        let next = told.last().filter(|_| told.len() as i64 == MOST_TOLD).map(|last| XidMark {
            xid: last.xid.clone(),
            aggregate_id: last.aggregate_id,
            sequence: last.sequence,
        });
        Ok(Changed { incarnation, token, told, next })
    }

    async fn fetch(&self, ask: &FetchAsk) -> Result<Vec<Envelope>, SourceError> {
        let ranges = &ask.ranges[..ask.ranges.len().min(MOST_RANGES)];
        let mut tx = self.0.read().await?;
        Ok(store::fetch(&mut tx, self.0.schema(), ask.audience, ranges, MOST_EVENTS).await?)
    }

    async fn page(&self, ask: &PageAsk) -> Result<Vec<Envelope>, SourceError> {
        let mut tx = self.0.read().await?;
        let after = (ask.after_aggregate, ask.after_sequence);
        Ok(store::page(&mut tx, self.0.schema(), ask.audience, after, ask.newest, MOST_EVENTS).await?)
    }
}

/// Another service, over HTTP.
#[derive(Clone, Debug)]
pub struct HttpSource {
    client: Client,
    owner: Service,
}

impl HttpSource {
    /// Asks `owner`.
    pub const fn new(client: Client, owner: Service) -> Self {
        Self { client, owner }
    }

    async fn events(&self, path: &str, ask: &(impl Serialize + Sync)) -> Result<Vec<Envelope>, SourceError> {
        let page: PublicationPage = self.client.post(self.owner, path, ask).await?;
        Ok(page.into_events())
    }
}

#[async_trait]
impl Source for HttpSource {
    async fn changed(&self, ask: &ChangedAsk) -> Result<Changed, SourceError> {
        Ok(self.client.post(self.owner, "/internal/publications/changed", ask).await?)
    }

    async fn fetch(&self, ask: &FetchAsk) -> Result<Vec<Envelope>, SourceError> {
        self.events("/internal/publications/fetch", ask).await
    }

    async fn page(&self, ask: &PageAsk) -> Result<Vec<Envelope>, SourceError> {
        self.events("/internal/publications/page", ask).await
    }
}
