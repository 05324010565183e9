//! S3: the permissions that are rendered, tried on a real server.

use std::convert::Infallible;
use std::time::Duration;

use anyhow::{Context, Result};
use async_nats::jetstream::{self, stream};
use futures::StreamExt;
use huiyin_bus::{
    Bus, BusOptions, ConsumerSpec, Outbound, Outcome, StreamLimits, Subscription, Topology, authorization,
    durable_name, may_hear, owns_stream, stream_name, streams,
};
use huiyin_contracts::Audience;
use huiyin_kernel::{Redacted, Service};
use huiyin_settings::NatsIdentity;
use huiyin_testkit::{TestNats, eventually};

fn password(identity: NatsIdentity) -> (String, Redacted<String>) {
    (identity.to_string(), Redacted::new(format!("secret-of-{identity}")))
}

struct City(TestNats);

impl City {
    async fn new() -> Result<Self> {
        let Ok(users) = authorization(|identity| Ok::<_, Infallible>(password(identity)), &[]);
        let city = Self(TestNats::dedicated_with(&users).await?);
        let topology = Topology::new(
            city.bus(NatsIdentity::Topology).await?,
            StreamLimits { max_bytes: 4 << 20, ..StreamLimits::default() },
        );
        for spec in streams() {
            topology.ensure_stream(&spec).await?;
            for service in Service::ALL.into_iter().filter(|service| may_hear(*service, spec.audience)) {
                let durable = durable_name(service, spec.owner, spec.audience);
                topology.ensure_consumer(&ConsumerSpec { stream: spec.name.clone(), durable }).await?;
            }
        }
        Ok(city)
    }

    async fn bus(&self, identity: NatsIdentity) -> Result<Bus> {
        let (user, secret) = password(identity);
        let bus =
            Bus::connect(BusOptions { url: self.0.url().to_owned(), identity: user, password: Some(secret) }).await?;
        eventually(|| async { Ok(bus.usable()?) }).await?;
        Ok(bus)
    }

    async fn raw(&self, identity: NatsIdentity) -> Result<async_nats::Client> {
        let (user, secret) = password(identity);
        let options = async_nats::ConnectOptions::with_user_and_password(user.clone(), secret.expose().clone())
            .custom_inbox_prefix(format!("_INBOX_{user}"))
            .request_timeout(Some(Duration::from_millis(300)));
        options.connect(self.0.url()).await.context("a known user is let in")
    }
}

fn message(owner: Service, audience: Audience) -> Outbound {
    let lane = if audience == Audience::Private { "private." } else { "" };
    Outbound {
        subject: format!("huiyin.{lane}{owner}.petition.registered.v1.420102"),
        stream: stream_name(owner, audience),
        message_id: format!("{owner}-{audience:?}"),
        headers: Vec::new(),
        body: "{}".into(),
    }
}

#[tokio::test]
async fn each_service_publishes_for_itself_alone() -> Result<()> {
    let city = City::new().await?;
    for service in Service::ALL {
        let bus = city.bus(NatsIdentity::Service(service)).await?;
        for owner in Service::ALL {
            for audience in [Audience::Public, Audience::Private] {
                let outcome = bus.publish(vec![message(owner, audience)], Duration::from_millis(300)).await.remove(0);
                let own = owner == service && owns_stream(owner, audience);
                assert_eq!(
                    matches!(outcome, Outcome::Stored { .. }),
                    own,
                    "{service} publishes as {owner}, {audience:?}: {outcome:?}"
                );
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn each_service_hears_its_own_durables_and_private_ones_only_where_allowed() -> Result<()> {
    let city = City::new().await?;
    for owner in [Service::Intake, Service::Casework] {
        let bus = city.bus(NatsIdentity::Service(owner)).await?;
        let all = [Audience::Public, Audience::Private].into_iter().filter(|audience| owns_stream(owner, *audience));
        bus.publish(all.map(|audience| message(owner, audience)).collect(), Duration::from_secs(5)).await;
    }
    for service in Service::ALL {
        let bus = city.bus(NatsIdentity::Service(service)).await?;
        for audience in [Audience::Public, Audience::Private] {
            let spec = ConsumerSpec {
                stream: stream_name(Service::Intake, audience),
                durable: durable_name(service, Service::Intake, audience),
            };
            if !may_hear(service, audience) {
                // A refused question is never answered.
                let subscription = Subscription::new(bus.clone(), spec);
                let answer = tokio::time::timeout(Duration::from_millis(500), subscription.state()).await;
                assert!(!matches!(answer, Ok(Ok(_))), "{service} sees a durable of {audience:?}");
                continue;
            }
            let mut subscription = Subscription::new(bus.clone(), spec);
            let heard = subscription.pull(10, Duration::from_secs(5)).await?;
            assert_eq!(heard.len(), 1, "{service} hears {audience:?}");
            let (_, _, acker) = heard.into_iter().next().context("one")?.split();
            acker.ack().await?;
            // The acknowledgement reached the server: the form of its subject is allowed.
            eventually(|| async {
                match subscription.state().await?.unacknowledged {
                    0 => Ok(()),
                    n => Err(huiyin_testkit::not_yet(format!("{service}: {n} not acknowledged"))),
                }
            })
            .await?;
        }
    }
    Ok(())
}

/// What no credential of ours may do, tried with every one of them.
#[tokio::test]
async fn nobody_deletes_purges_or_listens_in() -> Result<()> {
    let city = City::new().await?;
    for identity in NatsIdentity::all() {
        let client = city.raw(identity).await?;
        let mut tap = client.subscribe("huiyin.>").await?;
        let mut tap_all = client.subscribe("_INBOX_intake.>").await?;
        let context = jetstream::new(client.clone());
        assert!(context.delete_stream("HUIYIN_INTAKE").await.is_err(), "{identity} deleted a stream");
        for subject in [
            "$JS.API.STREAM.PURGE.HUIYIN_INTAKE",
            "$JS.API.STREAM.MSG.DELETE.HUIYIN_INTAKE",
            "$JS.API.STREAM.MSG.GET.HUIYIN_PRIVATE_INTAKE",
            "$JS.API.STREAM.SNAPSHOT.HUIYIN_INTAKE",
            "$JS.API.DIRECT.GET.HUIYIN_PRIVATE_INTAKE",
        ] {
            assert!(client.request(subject, "{\"seq\": 1}".into()).await.is_err(), "{identity}: {subject}");
        }
        if identity != NatsIdentity::Topology {
            let config = stream::Config {
                name: "MINE".to_owned(),
                subjects: vec!["mine.>".to_owned()],
                ..stream::Config::default()
            };
            assert!(context.create_stream(config).await.is_err(), "{identity} made a stream");
        }
        city.bus(NatsIdentity::Service(Service::Intake))
            .await?
            .publish(vec![message(Service::Intake, Audience::Public)], Duration::from_secs(2))
            .await;
        if identity != NatsIdentity::Service(Service::Intake) {
            let heard = futures::future::select(tap.next(), tap_all.next());
            assert!(
                !matches!(
                    tokio::time::timeout(Duration::from_millis(100), heard).await,
                    Ok(futures::future::Either::Left((Some(_), _)) | futures::future::Either::Right((Some(_), _)))
                ),
                "{identity} listens in"
            );
        }
    }
    let anonymous = async_nats::connect(city.0.url()).await;
    assert!(anonymous.is_err(), "nobody is let in without a name");
    Ok(())
}
