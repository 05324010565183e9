//! Services that die, stand still, or are given too little.

use std::time::Duration;

use anyhow::{Context, Result};
use huiyin_kernel::Service;
use nix::sys::signal::Signal;

use super::a_while;
use crate::harness::{Dice, Resource, TestCity, address_space, limit, open_files, pause};

/// Those that have work in a petition's first minute.
const BUSY: [Service; 4] = [Service::Intake, Service::Casework, Service::Notification, Service::Ledger];

/// `kill -9` of every service, in any order.
pub(crate) async fn each_killed(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    for service in dice.shuffled(TestCity::services().collect()) {
        city.process(service)?.kill().await?;
        pause(dice.up_to(Duration::from_millis(300))).await;
        city.process(service)?.restart().await?;
        pause(dice.up_to(Duration::from_millis(300))).await;
    }
    Ok(())
}

/// `kill -9` of one service, at some moment.
pub(crate) async fn one_killed(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    pause(Duration::from_millis(100) + dice.up_to(Duration::from_millis(2900))).await;
    let service = *dice.pick(&BUSY);
    city.process(service)?.kill().await?;
    city.process(service)?.restart().await
}

/// `kill -9` of intake five times in a row, while people ask again and again.
pub(crate) async fn intake_killed_again_and_again(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    for _ in 0..5 {
        city.process(Service::Intake)?.kill().await?;
        city.process(Service::Intake)?.restart().await?;
        pause(dice.up_to(Duration::from_millis(150))).await;
    }
    Ok(())
}

/// A machine or a process that stands still and wakes again.
pub(crate) async fn one_frozen(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let service = *dice.pick(&BUSY);
    city.process(service)?.signal(Signal::SIGSTOP)?;
    pause(a_while(dice)).await;
    city.process(service)?.signal(Signal::SIGCONT)
}

/// The next memory a service asks for is refused; that ends it, as the kernel's own killer would.
pub(crate) async fn one_out_of_memory(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let service = *dice.pick(&BUSY);
    let process = city.process(service)?;
    let id = process.id()?;
    limit(id, Resource::Memory, &(address_space(id)? + (1 << 20)).to_string())?;
    if process.ends_within(Duration::from_secs(3)).await? {
        eprintln!("{service} ended for want of memory");
    } else {
        // What it had was enough for what it did.
        process.kill().await?;
    }
    process.restart().await
}

/// A service may open no further file or connection; then it may again. It is not restarted.
pub(crate) async fn one_out_of_files(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let service = *dice.pick(&BUSY);
    let process = city.process(service)?;
    let id = process.id()?;
    let before = std::fs::read_to_string(format!("/proc/{id}/limits")).context("the limits of a process")?;
    let files = before.lines().find(|line| line.starts_with("Max open files")).context("the limit of files")?;
    let soft = files.split_whitespace().nth(3).context("the limit of files")?.to_owned();
    limit(id, Resource::Files, &(open_files(id)? + 2).to_string())?;
    pause(Duration::from_secs(2) + dice.up_to(Duration::from_secs(1))).await;
    limit(id, Resource::Files, &soft)
}

/// One of two that do the same stands still, the other takes over, the first wakes and believes to be in charge.
pub(crate) async fn first_of_two_frozen(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let twice = [Service::Casework, Service::Intake, Service::Notification];
    for service in twice {
        city.process(service)?.signal(Signal::SIGSTOP)?;
    }
    pause(Duration::from_secs(1) + dice.up_to(Duration::from_secs(1))).await;
    for service in twice {
        city.process(service)?.signal(Signal::SIGCONT)?;
    }
    Ok(())
}
