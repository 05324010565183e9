//! S3: a system of others hears what it was promised and can do nothing else.

use std::convert::Infallible;
use std::time::Duration;

use anyhow::{Context, Result};
use async_nats::jetstream::consumer::{PullConsumer, push};
use async_nats::jetstream::{self, stream};
use futures::StreamExt;
use huiyin_bus::{
    Bus, BusOptions, Outbound, OutsideUser, StreamLimits, StreamSpec, Topology, authorization, outside_durables,
    stream_name, streams,
};
use huiyin_contracts::Audience;
use huiyin_kernel::{Redacted, Service};
use huiyin_testkit::{TestNats, eventually};

const USER: &str = "outside_archive";
const CLOSED: &str = "huiyin.casework.case.closed.v1.420102001";

fn outsider() -> OutsideUser {
    let subjects = [CLOSED.to_owned(), "huiyin.scheduling.>".to_owned()];
    OutsideUser {
        user: USER.to_owned(),
        password: Redacted::new("of-the-archive".to_owned()),
        durables: outside_durables(USER, &subjects),
    }
}

fn stream_of(owner: Service) -> Result<StreamSpec> {
    let name = stream_name(owner, Audience::Public);
    streams().into_iter().find(|spec| spec.name == name).context("a public stream")
}

struct City {
    nats: TestNats,
    topology: Topology,
}

impl City {
    async fn new() -> Result<Self> {
        let password = |identity: huiyin_settings::NatsIdentity| {
            (identity.to_string(), Redacted::new(format!("secret-of-{identity}")))
        };
        let Ok(users) = authorization(|identity| Ok::<_, Infallible>(password(identity)), &[outsider()]);
        let nats = TestNats::dedicated_with(&users).await?;
        let bus = Self::bus(&nats, "topology").await?;
        let limits = StreamLimits { max_bytes: 4 << 20, ..StreamLimits::default() };
        let city = Self { nats, topology: Topology::new(bus, limits).with_outside(outsider().durables) };
        for owner in [Service::Casework, Service::Scheduling, Service::Intake] {
            city.topology.ensure_stream(&stream_of(owner)?).await?;
            city.topology.ensure_outside(&stream_of(owner)?).await;
        }
        Ok(city)
    }

    async fn bus(nats: &TestNats, identity: &str) -> Result<Bus> {
        let password = Some(Redacted::new(format!("secret-of-{identity}")));
        let bus =
            Bus::connect(BusOptions { url: nats.url().to_owned(), identity: identity.to_owned(), password }).await?;
        eventually(|| async { Ok(bus.usable()?) }).await?;
        Ok(bus)
    }

    async fn say(&self, subject: &str) -> Result<()> {
        let casework = Self::bus(&self.nats, "casework").await?;
        let message = Outbound {
            subject: subject.to_owned(),
            stream: stream_name(Service::Casework, Audience::Public),
            message_id: subject.to_owned(),
            headers: Vec::new(),
            body: "{}".into(),
        };
        let outcomes = casework.publish(vec![message], Duration::from_secs(5)).await;
        anyhow::ensure!(matches!(outcomes[..], [huiyin_bus::Outcome::Stored { .. }]), "{outcomes:?}");
        Ok(())
    }

    async fn outsider(&self) -> Result<async_nats::Client> {
        let options = async_nats::ConnectOptions::with_user_and_password(USER.to_owned(), "of-the-archive".to_owned())
            .custom_inbox_prefix(format!("_INBOX_{USER}"))
            .request_timeout(Some(Duration::from_millis(300)));
        options.connect(self.nats.url()).await.context("the outsider is let in")
    }
}

#[tokio::test]
async fn a_system_of_others_hears_its_own_subjects_and_no_more() -> Result<()> {
    let city = City::new().await?;
    city.say(CLOSED).await?;
    city.say("huiyin.casework.case.closed.v1.420102002").await?;
    let context = jetstream::new(city.outsider().await?);
    let durable: PullConsumer = context.get_consumer_from_stream(USER, "HUIYIN_CASEWORK").await?;
    let mut heard = durable.fetch().max_messages(10).messages().await?;
    let first = heard.next().await.context("an event")?.map_err(anyhow::Error::msg)?;
    assert_eq!(first.subject.as_str(), CLOSED);
    first.double_ack().await.map_err(anyhow::Error::msg)?;
    assert!(heard.next().await.is_none(), "the neighbouring street is not its business");
    Ok(())
}

#[tokio::test]
async fn a_system_of_others_can_make_say_and_overhear_nothing() -> Result<()> {
    let city = City::new().await?;
    let client = city.outsider().await?;
    let context = jetstream::new(client.clone());
    let mut tap = client.subscribe("huiyin.>").await?;
    for subject in [
        "$JS.API.STREAM.INFO.HUIYIN_CASEWORK",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.PURGE.HUIYIN_CASEWORK",
        "$JS.API.STREAM.MSG.GET.HUIYIN_INTAKE",
        "$JS.API.DIRECT.GET.HUIYIN_CASEWORK",
        "$JS.API.CONSUMER.MSG.NEXT.HUIYIN_CASEWORK.ledger__casework",
        "$JS.API.CONSUMER.DELETE.HUIYIN_CASEWORK.outside_archive",
        CLOSED,
    ] {
        assert!(client.request(subject, "{\"seq\": 1}".into()).await.is_err(), "{subject}");
    }
    // Whoever may make a consumer may have it deliver to any subject, and so speak for others.
    let ghost = push::Config {
        deliver_subject: "huiyin.intake.petition.registered.v1.420102".to_owned(),
        ..push::Config::default()
    };
    assert!(context.create_consumer_on_stream(ghost, "HUIYIN_CASEWORK").await.is_err());
    let own =
        stream::Config { name: "MINE".to_owned(), subjects: vec!["mine.>".to_owned()], ..stream::Config::default() };
    assert!(context.create_stream(own).await.is_err());
    city.say(CLOSED).await?;
    assert!(tokio::time::timeout(Duration::from_millis(100), tap.next()).await.is_err(), "it listens in");
    Ok(())
}
