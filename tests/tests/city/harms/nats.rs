//! NATS dead, away or frozen: the journals are the record, NATS is only the fast road (D-2; RELIABILITY §0).

use std::time::Duration;

use anyhow::{Result, ensure};
use huiyin_kernel::Service;
use huiyin_settings::NatsIdentity;
use nix::sys::signal::Signal;

use super::a_while;
use crate::harness::{Dice, TestCity, change_password, operator, pause};

/// `kill -9`.
pub(crate) async fn killed(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    city.servers.nats.kill().await?;
    pause(dice.up_to(Duration::from_secs(1))).await;
    Ok(city.servers.nats.restart().await?)
}

/// Stopped for a while; petitions are taken in and answered meanwhile.
pub(crate) async fn away(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    city.servers.nats.stop().await?;
    let most = if huiyin_testkit::is_long_run() { 60 } else { 2 };
    pause(Duration::from_secs(2) + dice.up_to(Duration::from_secs(most))).await;
    Ok(city.servers.nats.restart().await?)
}

/// An acknowledgement that comes too late is an unknown, not a success and not a failure.
pub(crate) async fn frozen(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    city.servers.nats.signal(Signal::SIGSTOP)?;
    pause(a_while(dice)).await;
    Ok(city.servers.nats.signal(Signal::SIGCONT)?)
}

/// A service's password is no longer the right one, and then it is again.
pub(crate) async fn password_expired(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let service = *dice.pick(&[Service::Intake, Service::Casework, Service::Notification]);
    let (user, password) = city.servers.settings.nats_user(NatsIdentity::Service(service))?;
    change_password(city, &user, "another-password")?;
    pause(Duration::from_secs(2) + dice.up_to(Duration::from_secs(1))).await;
    change_password(city, &user, password.expose())
}

/// Somebody with every right removes a stream, or a durable, under the running services; and may not purge one (N3).
pub(crate) async fn stream_or_durable_removed(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let jetstream = operator(city).await?;
    let stream = jetstream.get_stream("HUIYIN_INTAKE").await?;
    ensure!(stream.purge().await.is_err(), "a stream can be purged");
    ensure!(stream.delete_message(1).await.is_err(), "a message can be removed from a stream");
    if dice.below(2) == 0 {
        jetstream.delete_stream(*dice.pick(&["HUIYIN_INTAKE", "HUIYIN_CASEWORK"])).await?;
    } else {
        stream.delete_consumer("casework__intake").await?;
    }
    Ok(())
}
