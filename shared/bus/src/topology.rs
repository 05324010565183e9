//! Streams and durables as data.

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::{self, DiscardPolicy, RetentionPolicy, StorageType};
use huiyin_contracts::{Audience, CATALOGUE};
use huiyin_kernel::Service;

/// A stream: everything one owner tells one audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSpec {
    /// Such as `HUIYIN_INTAKE` or `HUIYIN_PRIVATE_INTAKE`.
    pub name: String,
    /// Whose.
    pub owner: Service,
    /// For whom.
    pub audience: Audience,
}

/// A service's durable consumer on a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerSpec {
    /// The stream.
    pub stream: String,
    /// Such as `casework__intake`.
    pub durable: String,
}

/// How large streams may grow and how often they are kept.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    /// Bytes per stream. A full stream refuses new messages, and the journal keeps them, rather than drop old ones.
    pub max_bytes: i64,
    /// How long a message is kept for subscribers who were away.
    pub max_age: Duration,
    /// Copies; 3 in a cluster. 1 is not highly available.
    pub replicas: usize,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, max_age: Duration::from_hours(14 * 24), replicas: 1 }
    }
}

/// The name of a stream.
pub fn stream_name(owner: Service, audience: Audience) -> String {
    let owner = owner.name().to_uppercase();
    match audience {
        Audience::Public => format!("HUIYIN_{owner}"),
        Audience::Private => format!("HUIYIN_PRIVATE_{owner}"),
    }
}

/// The name of a service's durable on an owner's stream; also the name its inbox is kept under.
pub fn durable_name(service: Service, owner: Service, audience: Audience) -> String {
    match audience {
        Audience::Public => format!("{service}__{owner}"),
        Audience::Private => format!("{service}__{owner}_private"),
    }
}

/// Whether a service may hear an audience. Personal data goes to notification and casework alone (D-3).
pub const fn may_hear(service: Service, audience: Audience) -> bool {
    match audience {
        Audience::Public => !matches!(service, Service::Portal),
        Audience::Private => matches!(service, Service::Notification | Service::Casework),
    }
}

/// Whether the owner publishes anything to the audience.
pub fn owns_stream(owner: Service, audience: Audience) -> bool {
    CATALOGUE.iter().any(|entry| entry.event.owner == owner && entry.event.audience == audience)
}

/// Every stream there is, from the catalogue of event types.
pub fn streams() -> Vec<StreamSpec> {
    let pairs: BTreeSet<(Service, Audience)> =
        CATALOGUE.iter().map(|entry| (entry.event.owner, entry.event.audience)).collect();
    pairs
        .into_iter()
        .map(|(owner, audience)| StreamSpec { name: stream_name(owner, audience), owner, audience })
        .collect()
}

impl StreamSpec {
    /// The subjects the stream takes.
    pub fn subjects(&self) -> String {
        match self.audience {
            Audience::Public => format!("huiyin.{}.>", self.owner),
            Audience::Private => format!("huiyin.private.{}.>", self.owner),
        }
    }

    pub(crate) fn config(&self, limits: &StreamLimits) -> stream::Config {
        stream::Config {
            name: self.name.clone(),
            description: Some(format!("what {} tells, {}", self.owner, self.audience.name())),
            subjects: vec![self.subjects()],
            retention: RetentionPolicy::Limits,
            storage: StorageType::File,
            discard: DiscardPolicy::New,
            max_bytes: limits.max_bytes,
            max_age: limits.max_age,
            max_messages: -1,
            max_messages_per_subject: -1,
            num_replicas: limits.replicas,
            duplicate_window: Duration::from_mins(20),
            deny_delete: true,
            deny_purge: true,
            ..stream::Config::default()
        }
    }
}

impl ConsumerSpec {
    pub(crate) fn config(&self) -> pull::Config {
        pull::Config {
            durable_name: Some(self.durable.clone()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_mins(1),
            max_deliver: -1,
            max_ack_pending: 4096,
            ..pull::Config::default()
        }
    }
}

/// What a stream found has otherwise than asked for, in words.
pub(crate) fn stream_differences(wanted: &stream::Config, found: &stream::Config) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |field: &str, wanted: String, found: String| {
        if wanted != found {
            differences.push(format!("{field} is {found} instead of {wanted}"));
        }
    };
    compare("subjects", format!("{:?}", wanted.subjects), format!("{:?}", found.subjects));
    compare("retention", format!("{:?}", wanted.retention), format!("{:?}", found.retention));
    compare("storage", format!("{:?}", wanted.storage), format!("{:?}", found.storage));
    compare("discard", format!("{:?}", wanted.discard), format!("{:?}", found.discard));
    compare("max_bytes", wanted.max_bytes.to_string(), found.max_bytes.to_string());
    compare("max_age", format!("{:?}", wanted.max_age), format!("{:?}", found.max_age));
    compare("max_msgs", wanted.max_messages.to_string(), found.max_messages.to_string());
    compare(
        "max_msgs_per_subject",
        wanted.max_messages_per_subject.to_string(),
        found.max_messages_per_subject.to_string(),
    );
    compare("num_replicas", wanted.num_replicas.to_string(), found.num_replicas.to_string());
    compare("duplicate_window", format!("{:?}", wanted.duplicate_window), format!("{:?}", found.duplicate_window));
    compare("deny_delete", wanted.deny_delete.to_string(), found.deny_delete.to_string());
    compare("deny_purge", wanted.deny_purge.to_string(), found.deny_purge.to_string());
    compare("no_ack", wanted.no_ack.to_string(), found.no_ack.to_string());
    compare("sealed", wanted.sealed.to_string(), found.sealed.to_string());
    compare("persist_mode", format!("{:?}", wanted.persist_mode), format!("{:?}", found.persist_mode));
    differences
}

/// What a consumer found has otherwise than asked for, in words.
pub(crate) fn consumer_differences(
    wanted: &pull::Config,
    found: &async_nats::jetstream::consumer::Config,
) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |field: &str, wanted: String, found: String| {
        if wanted != found {
            differences.push(format!("{field} is {found} instead of {wanted}"));
        }
    };
    compare("ack_policy", format!("{:?}", wanted.ack_policy), format!("{:?}", found.ack_policy));
    compare("ack_wait", format!("{:?}", wanted.ack_wait), format!("{:?}", found.ack_wait));
    compare("max_deliver", wanted.max_deliver.to_string(), found.max_deliver.to_string());
    compare("max_ack_pending", wanted.max_ack_pending.to_string(), found.max_ack_pending.to_string());
    compare("filter_subject", wanted.filter_subject.clone(), found.filter_subject.clone());
    compare("filter_subjects", format!("{:?}", wanted.filter_subjects), format!("{:?}", found.filter_subjects));
    compare(
        "inactive_threshold",
        format!("{:?}", wanted.inactive_threshold),
        format!("{:?}", found.inactive_threshold),
    );
    compare("deliver_subject", String::new(), found.deliver_subject.clone().unwrap_or_default());
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_stream_for_each_owner_and_audience_and_no_two_share_a_subject() {
        let all = streams();
        let subjects: BTreeSet<String> = all.iter().map(StreamSpec::subjects).collect();
        assert_eq!(subjects.len(), all.len());
        assert!(all.iter().any(|s| s.name == "HUIYIN_PRIVATE_INTAKE"));
        // `private` must not be taken for an owner.
        assert_eq!(Service::named("private"), None);
    }

    #[test]
    fn a_stream_that_trims_deletes_or_forgets_is_told_apart() {
        let spec = StreamSpec { name: "S".to_owned(), owner: Service::Intake, audience: Audience::Public };
        let wanted = spec.config(&StreamLimits::default());
        assert_eq!(stream_differences(&wanted, &wanted), Vec::<String>::new());
        let changed = [
            stream::Config { discard: DiscardPolicy::Old, ..wanted.clone() },
            stream::Config { deny_purge: false, ..wanted.clone() },
            stream::Config { max_messages: 10, ..wanted.clone() },
            stream::Config { storage: StorageType::Memory, ..wanted.clone() },
            stream::Config { persist_mode: Some(stream::PersistenceMode::Async), ..wanted.clone() },
            stream::Config { subjects: vec!["huiyin.>".to_owned()], ..wanted.clone() },
        ];
        for found in changed {
            assert_eq!(stream_differences(&wanted, &found).len(), 1, "{found:?}");
        }
    }
}
