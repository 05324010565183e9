//! The envelope: CloudEvents 1.0 attributes as message headers (binary mode) beside the verbatim body.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use huiyin_kernel::{DistrictCode, EventId, Service};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AggregateKind, Audience};

/// One publication as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The event; one event told to two audiences has one id.
    pub event_id: EventId,
    /// Such as `huiyin.casework.case.accepted.v1`; kept as text, because a newer producer may know more types.
    pub type_name: String,
    /// Who published it.
    pub owner: Service,
    /// To whom.
    pub audience: Audience,
    /// What it speaks of.
    pub aggregate_kind: AggregateKind,
    /// Which one.
    pub aggregate_id: Uuid,
    /// Gapless from 1 for each (aggregate, audience).
    pub sequence: i64,
    /// How often the owner has been restored from a backup; a sequence is unique only within one incarnation.
    pub incarnation: i64,
    /// Whose matter it is.
    pub district: DistrictCode,
    /// Business time of what happened.
    pub occurred_at: DateTime<Utc>,
    /// The command, event or timer that led to it.
    pub cause: Option<Uuid>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// JSON, verbatim as committed.
    #[serde(skip)]
    pub body: Bytes,
}

/// A message is not an event of Huiyin.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A header is not there.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// A header cannot be read.
    #[error("the header {0} cannot be read")]
    Unreadable(&'static str),
}

impl Envelope {
    /// The major version at the end of the type's name.
    pub fn version(&self) -> Option<u16> {
        self.type_name.rsplit_once(".v")?.1.parse().ok()
    }

    /// The headers of the message.
    pub fn to_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("ce-specversion", "1.0".to_owned()),
            ("ce-id", self.event_id.to_string()),
            ("ce-source", format!("/huiyin/{}", self.owner)),
            ("ce-type", self.type_name.clone()),
            ("ce-time", self.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true)),
            ("ce-subject", self.aggregate_id.to_string()),
            ("ce-datacontenttype", "application/json".to_owned()),
            ("ce-aggregate", self.aggregate_kind.name().to_owned()),
            ("ce-audience", self.audience.name().to_owned()),
            ("ce-sequence", self.sequence.to_string()),
            ("ce-incarnation", self.incarnation.to_string()),
            ("ce-district", self.district.to_string()),
        ];
        headers.extend(self.cause.map(|cause| ("ce-cause", cause.to_string())));
        headers.extend(self.traceparent.clone().map(|trace| ("traceparent", trace)));
        headers
    }

    /// Reads the headers of a message through `header`, which looks one up by name.
    pub fn from_headers<'a>(
        header: impl Fn(&'static str) -> Option<&'a str>,
        body: Bytes,
    ) -> Result<Self, EnvelopeError> {
        let need = |name: &'static str| header(name).ok_or(EnvelopeError::Missing(name));
        if need("ce-specversion")? != "1.0" {
            return Err(EnvelopeError::Unreadable("ce-specversion"));
        }
        let owner = need("ce-source")?.strip_prefix("/huiyin/").and_then(Service::named);
        Ok(Self {
            event_id: read("ce-id", need("ce-id")?.parse().ok())?,
            type_name: need("ce-type")?.to_owned(),
            owner: read("ce-source", owner)?,
            audience: read("ce-audience", Audience::named(need("ce-audience")?))?,
            aggregate_kind: read("ce-aggregate", AggregateKind::named(need("ce-aggregate")?))?,
            aggregate_id: read("ce-subject", need("ce-subject")?.parse().ok())?,
            sequence: read("ce-sequence", need("ce-sequence")?.parse().ok().filter(|s| *s > 0))?,
            incarnation: read("ce-incarnation", need("ce-incarnation")?.parse().ok())?,
            district: read("ce-district", DistrictCode::parse(need("ce-district")?).ok())?,
            occurred_at: read("ce-time", DateTime::parse_from_rfc3339(need("ce-time")?).ok())?.to_utc(),
            cause: header("ce-cause").map(|text| read("ce-cause", text.parse().ok())).transpose()?,
            traceparent: header("traceparent").map(str::to_owned),
            body,
        })
    }
}

fn read<T>(name: &'static str, value: Option<T>) -> Result<T, EnvelopeError> {
    value.ok_or(EnvelopeError::Unreadable(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Envelope {
        Envelope {
            event_id: Uuid::from_u128(1).into(),
            type_name: "huiyin.casework.case.accepted.v1".to_owned(),
            owner: Service::Casework,
            audience: Audience::Public,
            aggregate_kind: AggregateKind::Case,
            aggregate_id: Uuid::from_u128(2),
            sequence: 3,
            incarnation: 1,
            district: DistrictCode::parse("420102001").expect("a code"),
            occurred_at: DateTime::from_timestamp_micros(1_700_000_000_123_456).expect("in range"),
            cause: Some(Uuid::from_u128(4)),
            traceparent: None,
            body: Bytes::from_static(b"{}"),
        }
    }

    fn read_back(headers: &[(&'static str, String)]) -> Result<Envelope, EnvelopeError> {
        let find = |name| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        Envelope::from_headers(find, Bytes::from_static(b"{}"))
    }

    #[test]
    fn an_envelope_survives_its_headers() {
        let envelope = sample();
        assert_eq!(read_back(&envelope.to_headers()), Ok(envelope));
    }

    #[test]
    fn every_missing_or_broken_header_is_named() {
        let headers = sample().to_headers();
        for at in 0..headers.len() {
            let name = headers[at].0;
            let mut without = headers.clone();
            without.remove(at);
            let optional = matches!(name, "ce-cause" | "ce-datacontenttype");
            assert_eq!(read_back(&without).is_ok(), optional, "{name}");
            let mut broken = headers.clone();
            broken[at].1 = "\u{0}坏".to_owned();
            if !matches!(name, "ce-type" | "ce-datacontenttype") {
                assert_eq!(read_back(&broken), Err(EnvelopeError::Unreadable(name)), "{name}");
            }
        }
    }
}
