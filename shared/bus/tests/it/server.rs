//! N1: servers that must not be used.

use anyhow::Result;
use huiyin_bus::{Bus, BusError, BusOptions, StreamLimits, Topology, streams};
use huiyin_testkit::{eventually, not_yet};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// Greets as a nats-server of that version, and answers pings.
async fn pretend(version: &'static str) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("nats://{}", listener.local_addr()?);
    let tracker = tokio_util::task::TaskTracker::new();
    tracker.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let info = format!(
                "INFO {{\"server_id\":\"X\",\"server_name\":\"X\",\"version\":\"{version}\",\"proto\":1,\"host\":\"127.0.0.1\",\"port\":4222,\
                 \"headers\":true,\"max_payload\":1048576,\"jetstream\":true}}\r\n"
            );
            let (reading, mut writing) = stream.split();
            if writing.write_all(info.as_bytes()).await.is_err() {
                continue;
            }
            let mut lines = BufReader::new(reading).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if line.starts_with("PING") && writing.write_all(b"PONG\r\n").await.is_err() {
                    break;
                }
            }
        }
    });
    Ok(url)
}

async fn verdict(url: String) -> Result<BusError> {
    let bus = Bus::connect(BusOptions { url, identity: "intake".to_owned(), password: None }).await?;
    let error = eventually(|| async {
        match bus.usable() {
            Err(error @ BusError::TooOld { .. }) => Ok(error),
            other => Err(not_yet(format!("{other:?}"))),
        }
    })
    .await?;
    // Nothing is published to it, and nothing asked of it.
    assert!(matches!(bus.stream_state("HUIYIN_INTAKE").await, Err(BusError::TooOld { .. })));
    let topology = Topology::new(bus, StreamLimits::default());
    assert!(topology.ensure_stream(&streams()[0]).await.is_err());
    Ok(error)
}

#[tokio::test]
async fn a_server_older_than_the_oldest_safe_one_is_refused_with_a_clear_line() -> Result<()> {
    for version in ["2.9.10", "2.12.6"] {
        let told = verdict(pretend(version).await?).await?.to_string();
        assert!(told.contains(version) && told.contains("2.12.7"), "{told}");
    }
    Ok(())
}

/// D-2: a server that cannot be reached never blocks a start; it is found when it comes.
#[tokio::test]
async fn a_server_that_is_not_there_yet_blocks_nothing_and_is_found_later() -> Result<()> {
    let mut nats = huiyin_testkit::TestNats::dedicated().await?;
    nats.server()?.stop().await?;
    let bus =
        Bus::connect(BusOptions { url: nats.url().to_owned(), identity: "intake".to_owned(), password: None }).await?;
    assert!(matches!(bus.usable(), Err(BusError::Disconnected)));
    nats.server()?.restart().await?;
    eventually(|| async { Ok(bus.usable()?) }).await?;
    Ok(())
}
