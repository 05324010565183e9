//! Systems of others that hear public events.
//!
//! Each has a NATS user and, on every stream it hears from, one durable that the stream's owner makes and keeps. The user can pull from
//! its durables and acknowledge, nothing else: it makes no consumer of its own, because a consumer may be told to deliver its messages to
//! any subject, and whoever makes one could so put words into another stream.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use huiyin_contracts::Audience;
use huiyin_kernel::{Redacted, Service};

use crate::permissions::may_pull;
use crate::{ConsumerSpec, owns_stream, stream_name};

/// A durable on one stream, for some of its subjects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideDurable {
    /// Stream and name.
    pub spec: ConsumerSpec,
    /// What it hears, within the stream's own subjects.
    pub subjects: Vec<String>,
}

/// A NATS user of others.
#[derive(Clone, Debug)]
pub struct OutsideUser {
    /// Such as `outside_archive`; also the name of its durables.
    pub user: String,
    /// Its password.
    pub password: Redacted<String>,
    /// What it pulls from.
    pub durables: Vec<OutsideDurable>,
}

/// The durables of a user: one for each owner whose public subjects stand in the list. A subject of an owner without a public stream
/// brings nothing.
pub fn outside_durables(user: &str, subjects: &[String]) -> Vec<OutsideDurable> {
    let mut by_owner: BTreeMap<Service, Vec<String>> = BTreeMap::new();
    for subject in subjects {
        let owner = subject.split('.').nth(1).and_then(Service::named);
        if let Some(owner) = owner.filter(|owner| owns_stream(*owner, Audience::Public)) {
            by_owner.entry(owner).or_default().push(subject.clone());
        }
    }
    let durable = |(owner, subjects)| OutsideDurable {
        spec: ConsumerSpec { stream: stream_name(owner, Audience::Public), durable: user.to_owned() },
        subjects,
    };
    by_owner.into_iter().map(durable).collect()
}

impl OutsideDurable {
    pub(crate) fn config(&self) -> pull::Config {
        let config = pull::Config {
            durable_name: Some(self.spec.durable.clone()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_mins(1),
            max_deliver: -1,
            max_ack_pending: 1024,
            ..pull::Config::default()
        };
        match self.subjects.as_slice() {
            [one] => pull::Config { filter_subject: one.clone(), ..config },
            several => pull::Config { filter_subjects: several.to_vec(), ..config },
        }
    }
}

impl OutsideUser {
    pub(crate) fn may_publish(&self) -> Vec<String> {
        self.durables.iter().flat_map(|durable| may_pull(&durable.spec.stream, &durable.spec.durable)).collect()
    }

    pub(crate) fn may_subscribe(&self) -> Vec<String> {
        vec![format!("_INBOX_{}.>", self.user)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_durable_for_each_owner_that_is_heard_and_none_for_the_silent() {
        let subjects = [
            "huiyin.casework.case.closed.v1.*",
            "huiyin.intake.>",
            "huiyin.casework.case.opened.v1.*",
            "huiyin.portal.>",
        ];
        let durables = outside_durables("outside_archive", &subjects.map(str::to_owned));
        let heard: Vec<(&str, usize)> = durables.iter().map(|d| (d.spec.stream.as_str(), d.subjects.len())).collect();
        assert_eq!(heard, [("HUIYIN_INTAKE", 1), ("HUIYIN_CASEWORK", 2)]);
    }
}
