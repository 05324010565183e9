//! Who may do what on the nats-server: users and permissions for its configuration (S3).
//!
//! A service publishes its own subjects and reads its own durables; personal data is read by notification and casework alone. Nobody
//! may delete or purge anything; the topology identity makes and changes streams and durables and reads no message of a durable.

use std::fmt::Write as _;

use huiyin_contracts::Audience;
use huiyin_kernel::{Redacted, Service};
use huiyin_settings::NatsIdentity;

use crate::{OutsideUser, durable_name, may_hear, owns_stream, stream_name, streams};

/// The subjects one identity may publish to.
pub fn may_publish(identity: NatsIdentity) -> Vec<String> {
    match identity {
        NatsIdentity::Service(service) => service_publish(service),
        NatsIdentity::Topology => [
            "$JS.API.INFO",
            "$JS.API.STREAM.INFO.*",
            "$JS.API.STREAM.CREATE.*",
            "$JS.API.STREAM.UPDATE.*",
            "$JS.API.CONSUMER.INFO.*.*",
            "$JS.API.CONSUMER.CREATE.>",
            "$JS.API.CONSUMER.DURABLE.CREATE.*.*",
            "$JS.API.CONSUMER.DELETE.*.*",
        ]
        .map(str::to_owned)
        .to_vec(),
    }
}

/// The subjects one identity may subscribe to: answers to its own questions, nothing else.
pub fn may_subscribe(identity: NatsIdentity) -> Vec<String> {
    vec![format!("_INBOX_{identity}.>")]
}

fn service_publish(service: Service) -> Vec<String> {
    let mut subjects = Vec::new();
    for audience in [Audience::Public, Audience::Private] {
        if owns_stream(service, audience) {
            let stream = stream_name(service, audience);
            let lane = if audience == Audience::Private { "private." } else { "" };
            subjects.push(format!("huiyin.{lane}{service}.>"));
            subjects.push(format!("$JS.API.STREAM.INFO.{stream}"));
        }
    }
    for spec in streams().into_iter().filter(|spec| may_hear(service, spec.audience)) {
        let (stream, durable) = (&spec.name, durable_name(service, spec.owner, spec.audience));
        subjects.push(format!("$JS.API.STREAM.INFO.{stream}"));
        subjects.extend(may_pull(stream, &durable));
    }
    subjects.sort();
    subjects.dedup();
    subjects
}

/// What pulling from one durable takes.
pub(crate) fn may_pull(stream: &str, durable: &str) -> [String; 4] {
    [
        format!("$JS.API.CONSUMER.INFO.{stream}.{durable}"),
        format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"),
        format!("$JS.ACK.{stream}.{durable}.>"),
        // The form with domain and account, the default of newer servers.
        format!("$JS.ACK.*.*.{stream}.{durable}.>"),
    ]
}

/// The `authorization` block of a nats-server's configuration.
pub fn authorization<E>(
    mut password: impl FnMut(NatsIdentity) -> Result<(String, Redacted<String>), E>,
    outside: &[OutsideUser],
) -> Result<String, E> {
    let mut users = Vec::new();
    for identity in NatsIdentity::all() {
        let (user, secret) = password(identity)?;
        users.push((user, secret, may_publish(identity), may_subscribe(identity)));
    }
    users.extend(
        outside.iter().map(|user| (user.user.clone(), user.password.clone(), user.may_publish(), user.may_subscribe())),
    );
    let mut text = "authorization {\n  users = [\n".to_owned();
    for (user, secret, publish, subscribe) in users {
        let secret = secret.expose().replace('\\', "\\\\").replace('"', "\\\"");
        let list = |subjects: Vec<String>| {
            if subjects.is_empty() {
                // An empty list of what is allowed would allow everything.
                return "deny: [\">\"]".to_owned();
            }
            let quoted: Vec<String> = subjects.iter().map(|subject| format!("\"{subject}\"")).collect();
            format!("allow: [{}]", quoted.join(", "))
        };
        let (publish, subscribe) = (list(publish), list(subscribe));
        let _ = writeln!(
            text,
            "    {{ user: \"{user}\", password: \"{secret}\", permissions: {{\n      publish: {{ {publish} }}\n      subscribe: {{ {subscribe} }} }} }}"
        );
    }
    text.push_str("  ]\n}\n");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(service: Service) -> Vec<String> {
        may_publish(NatsIdentity::Service(service))
    }

    #[test]
    fn only_notification_and_casework_may_read_what_is_private() {
        for service in Service::ALL {
            let reads_private = of(service).iter().any(|s| s.contains("MSG.NEXT.HUIYIN_PRIVATE_"));
            assert_eq!(reads_private, matches!(service, Service::Notification | Service::Casework), "{service}");
        }
    }

    #[test]
    fn nobody_publishes_for_another_and_nobody_deletes() {
        for service in Service::ALL {
            for subject in of(service) {
                if let Some(rest) = subject.strip_prefix("huiyin.") {
                    let owner = rest.trim_start_matches("private.").split('.').next();
                    assert_eq!(owner, Some(service.name()), "{subject}");
                }
                assert!(!subject.contains("DELETE") && !subject.contains("PURGE"), "{subject}");
                assert!(
                    subject != ">" && !subject.starts_with("$JS.>") && !subject.starts_with("$JS.API.>"),
                    "{subject}"
                );
            }
        }
        let topology = may_publish(NatsIdentity::Topology);
        assert!(
            !topology.iter().any(|s| s.contains("STREAM.DELETE") || s.contains("PURGE") || s.starts_with("huiyin"))
        );
    }
}
