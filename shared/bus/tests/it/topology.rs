//! N1, N3, N4: streams and durables as they must be, read back.

use std::time::Duration;

use anyhow::Result;
use async_nats::jetstream::{self, stream};
use huiyin_bus::{
    Bus, BusOptions, ConsumerSpec, Ensured, StreamLimits, Subscription, Topology, TopologyError, durable_name, streams,
};
use huiyin_contracts::Audience;
use huiyin_kernel::Service;
use huiyin_testkit::{TestNats, eventually};

struct Bench {
    nats: TestNats,
    bus: Bus,
    topology: Topology,
}

impl Bench {
    async fn new() -> Result<Self> {
        let nats = TestNats::dedicated().await?;
        let bus =
            Bus::connect(BusOptions { url: nats.url().to_owned(), identity: "topology".to_owned(), password: None })
                .await?;
        eventually(|| async { Ok(bus.usable()?) }).await?;
        let limits = StreamLimits { max_bytes: 8 << 20, ..StreamLimits::default() };
        Ok(Self { nats, topology: Topology::new(bus.clone(), limits), bus })
    }

    async fn context(&self) -> Result<jetstream::Context> {
        Ok(jetstream::new(self.nats.client().await?))
    }
}

fn durable(stream: &str) -> ConsumerSpec {
    ConsumerSpec {
        stream: stream.to_owned(),
        durable: durable_name(Service::Casework, Service::Intake, Audience::Public),
    }
}

#[tokio::test]
async fn streams_and_durables_are_made_once_and_found_again() -> Result<()> {
    let bench = Bench::new().await?;
    for spec in streams() {
        assert_eq!(bench.topology.ensure_stream(&spec).await?, Ensured::Created, "{}", spec.name);
        assert_eq!(bench.topology.ensure_stream(&spec).await?, Ensured::Existing, "{}", spec.name);
    }
    let durable = durable("HUIYIN_INTAKE");
    assert_eq!(bench.topology.ensure_consumer(&durable).await?, Ensured::Created);
    assert_eq!(bench.topology.ensure_consumer(&durable).await?, Ensured::Existing);
    bench.topology.remake_consumer(&durable).await?;
    assert_eq!(bench.topology.ensure_consumer(&durable).await?, Ensured::Existing);
    let config = bench.context().await?.get_stream("HUIYIN_INTAKE").await?.cached_info().config.clone();
    assert!(config.deny_delete && config.deny_purge);
    assert_eq!(config.discard, stream::DiscardPolicy::New);
    assert_eq!(config.storage, stream::StorageType::File);
    assert_eq!(config.max_age, Duration::from_hours(14 * 24));
    assert_eq!(config.duplicate_window, Duration::from_mins(20));
    Ok(())
}

#[tokio::test]
async fn a_stream_an_operator_changed_is_set_right_and_one_that_cannot_be_is_refused() -> Result<()> {
    let bench = Bench::new().await?;
    let spec = streams().into_iter().find(|s| s.name == "HUIYIN_INTAKE").expect("intake tells something");
    let config = stream::Config {
        name: spec.name.clone(),
        subjects: vec![spec.subjects()],
        discard: stream::DiscardPolicy::Old,
        max_messages: 10,
        ..stream::Config::default()
    };
    bench.context().await?.create_stream(config).await?;
    assert_eq!(bench.topology.ensure_stream(&spec).await?, Ensured::Updated);
    assert_eq!(bench.topology.ensure_stream(&spec).await?, Ensured::Existing);

    let stubborn = streams().into_iter().find(|s| s.name == "HUIYIN_CASEWORK").expect("casework tells something");
    let config = stream::Config {
        name: stubborn.name.clone(),
        subjects: vec![stubborn.subjects()],
        storage: stream::StorageType::Memory,
        ..stream::Config::default()
    };
    bench.context().await?.create_stream(config).await?;
    let refused = bench.topology.ensure_stream(&stubborn).await;
    let Err(error @ TopologyError::Differs { .. }) = refused else { anyhow::bail!("not refused: {refused:?}") };
    let told = error.to_string();
    assert!(told.contains("HUIYIN_CASEWORK") && told.contains("storage is Memory instead of File"), "{told}");
    Ok(())
}

/// N4: a durable that would give up delivering, or hears less than all, is set right.
#[tokio::test]
async fn a_durable_an_operator_changed_is_set_right() -> Result<()> {
    let bench = Bench::new().await?;
    let spec = streams().into_iter().find(|s| s.name == "HUIYIN_INTAKE").expect("intake tells something");
    bench.topology.ensure_stream(&spec).await?;
    let durable = durable(&spec.name);
    let config = jetstream::consumer::pull::Config {
        durable_name: Some(durable.durable.clone()),
        max_deliver: 3,
        filter_subject: "huiyin.intake.petition.registered.>".to_owned(),
        ..jetstream::consumer::pull::Config::default()
    };
    bench.context().await?.create_consumer_on_stream(config, spec.name.as_str()).await?;
    assert_eq!(bench.topology.ensure_consumer(&durable).await?, Ensured::Updated);
    assert_eq!(bench.topology.ensure_consumer(&durable).await?, Ensured::Existing);
    Ok(())
}

#[tokio::test]
async fn a_durable_that_is_gone_says_so_and_pulls_again_when_it_is_back() -> Result<()> {
    let bench = Bench::new().await?;
    let spec = streams().into_iter().find(|s| s.name == "HUIYIN_INTAKE").expect("intake tells something");
    bench.topology.ensure_stream(&spec).await?;
    let durable = durable(&spec.name);
    let mut subscription = Subscription::new(bench.bus.clone(), durable.clone());
    assert!(matches!(subscription.pull(10, Duration::ZERO).await, Err(huiyin_bus::BusError::Missing { .. })));
    bench.topology.ensure_consumer(&durable).await?;
    assert!(subscription.pull(10, Duration::ZERO).await?.is_empty());
    Ok(())
}
