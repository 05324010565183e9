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

/// An operation of the JetStream API, on a stream and on somebody's durable of it.
#[derive(Clone, Debug)]
struct Operation {
    name: &'static str,
    stream: String,
    durable: String,
    subject: String,
}

const ON_STREAMS: [&str; 11] = [
    "STREAM.INFO",
    "STREAM.CREATE",
    "STREAM.UPDATE",
    "STREAM.DELETE",
    "STREAM.PURGE",
    "STREAM.SNAPSHOT",
    "STREAM.RESTORE",
    "STREAM.MSG.GET",
    "STREAM.MSG.DELETE",
    "DIRECT.GET",
    "CONSUMER.LIST",
];
const ON_DURABLES: [&str; 6] = [
    "CONSUMER.INFO",
    "CONSUMER.MSG.NEXT",
    "CONSUMER.CREATE",
    "CONSUMER.DURABLE.CREATE",
    "CONSUMER.DELETE",
    "CONSUMER.PAUSE",
];
const ON_THE_ACCOUNT: [&str; 4] = ["INFO", "STREAM.LIST", "STREAM.NAMES", "META.LEADER.STEPDOWN"];

fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for spec in streams() {
        let (stream, durable) = (spec.name.clone(), String::new());
        all.extend(ON_STREAMS.map(|name| Operation {
            name,
            stream: stream.clone(),
            durable: durable.clone(),
            subject: format!("$JS.API.{name}.{stream}"),
        }));
        let ephemeral = "somebody".to_owned();
        let durables = Service::ALL.into_iter().filter(|service| may_hear(*service, spec.audience));
        for durable in durables.map(|service| durable_name(service, spec.owner, spec.audience)).chain([ephemeral]) {
            all.extend(ON_DURABLES.map(|name| Operation {
                name,
                stream: stream.clone(),
                durable: durable.clone(),
                subject: format!("$JS.API.{name}.{stream}.{durable}"),
            }));
        }
    }
    all.extend(ON_THE_ACCOUNT.map(|name| Operation {
        name,
        stream: String::new(),
        durable: String::new(),
        subject: format!("$JS.API.{name}"),
    }));
    all
}

/// Written down apart from the permissions that are rendered: what each identity needs, and nothing else.
fn needs(identity: NatsIdentity, operation: &Operation) -> bool {
    let NatsIdentity::Service(service) = identity else {
        let known = operation.name == "INFO"
            || operation.name.starts_with("STREAM.")
            || operation.name.starts_with("CONSUMER.");
        return known && ["INFO", "CREATE", "UPDATE"].iter().any(|verb| operation.name.ends_with(verb))
            || operation.name == "CONSUMER.DELETE";
    };
    let mut own = streams().into_iter().filter(|spec| spec.name == operation.stream);
    own.any(|spec| match operation.name {
        "STREAM.INFO" => spec.owner == service || may_hear(service, spec.audience),
        "CONSUMER.INFO" | "CONSUMER.MSG.NEXT" => {
            may_hear(service, spec.audience) && operation.durable == durable_name(service, spec.owner, spec.audience)
        }
        _ => false,
    })
}

/// S3: every operation of the API on every stream and durable, with every credential. A refused question is never answered; an
/// allowed one always is, were it with an error.
#[tokio::test]
async fn every_operation_is_answered_to_those_who_need_it_and_to_nobody_else() -> Result<()> {
    let city = City::new().await?;
    let (mut allowed, mut denied, mut wrong) = (0, 0, Vec::new());
    for identity in NatsIdentity::all() {
        let client = city.raw(identity).await?;
        let tries = operations().into_iter().filter(|operation| {
            // What the topology identity does with these is what made the streams above; here it would unmake them.
            let makes = ["CREATE", "UPDATE", "DELETE"].iter().any(|verb| operation.name.ends_with(verb));
            !(identity == NatsIdentity::Topology && makes && needs(identity, operation))
        });
        let answers = tries.map(|operation| {
            let client = client.clone();
            async move {
                let question = "{\"batch\": 1, \"no_wait\": true, \"seq\": 1}";
                (client.request(operation.subject.clone(), question.into()).await.is_ok(), operation)
            }
        });
        for (answered, operation) in futures::future::join_all(answers).await {
            let needed = needs(identity, &operation);
            if needed {
                allowed += 1;
            } else {
                denied += 1;
            }
            if answered != needed {
                wrong.push(format!(
                    "{identity}: {} is {}",
                    operation.subject,
                    if answered { "answered" } else { "refused" }
                ));
            }
        }
        // Nobody hears the server's own events, another one's answers, or acknowledges in another one's name.
        for subject in ["$SYS.>", "$JS.EVENT.>", ">", "_INBOX_topology.>", "_INBOX_intake.>"] {
            if subject == format!("_INBOX_{identity}.>") {
                continue;
            }
            let mut tap = client.subscribe(subject).await?;
            client.flush().await?;
            city.bus(NatsIdentity::Topology).await?;
            let heard = tokio::time::timeout(Duration::from_millis(50), tap.next()).await;
            assert!(!matches!(heard, Ok(Some(_))), "{identity} hears {subject}");
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(allowed > 100 && denied > 2000, "{allowed} allowed, {denied} denied");
    Ok(())
}
