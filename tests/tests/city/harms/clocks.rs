//! Clocks that jump a day ahead and an hour back, live.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually, not_yet};

use crate::harness::{Dice, Oracle, TestCity};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const FAULT: &str = "huiyin_timer_clock_fault";

/// Whether the timers of a service have stopped because of a clock.
async fn firing_stands_still(city: &TestCity, service: Service, wanted: bool) -> Result<()> {
    let told = eventually(|| async {
        let stands_still = city.measured(service, FAULT).await?.is_some_and(|value| value > 0.0);
        if stands_still == wanted { Ok(()) } else { Err(not_yet(format!("{FAULT} is {stands_still}"))) }
    });
    told.await.with_context(|| format!("{service}: {FAULT} should be {wanted}"))
}

/// Whoever's clock it is, its timers stop, and nothing that is due in a day fires meanwhile.
async fn jump(city: &TestCity, whose: &str, guards: &[Service], dice: &mut Dice) -> Result<()> {
    let oracle = Oracle::new(city.servers.admin_url());
    let fired = "select count(*) from casework.timer where state = 'fired'";
    let before = oracle.count(fired).await?;
    let jumps = if dice.below(2) == 0 { [DAY, -HOUR] } else { [-HOUR, DAY] };
    for seconds in jumps {
        city.clocks()?.set(whose, seconds)?;
        for guard in guards {
            firing_stands_still(city, *guard, true).await?;
        }
        crate::harness::pause(dice.up_to(Duration::from_secs(1))).await;
    }
    ensure!(oracle.count(fired).await? == before, "a clock that jumped fired a case's timers");
    city.clocks()?.set(whose, 0)?;
    for guard in guards {
        firing_stands_still(city, *guard, false).await?;
    }
    Ok(())
}

/// The clock of one service's machine.
pub(crate) async fn of_a_service(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    jump(city, Service::Casework.name(), &[Service::Casework], dice).await
}

/// The clock of Postgres.
pub(crate) async fn of_postgres(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    jump(city, "postgres", &[Service::Casework, Service::Intake], dice).await
}

/// The clock of a service's machine, wrong for a moment, whoever notices.
pub(crate) async fn of_a_service_unnoticed(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let service = dice.pick(&[Service::Casework, Service::Notification, Service::Ledger]).name();
    city.clocks()?.set(service, *dice.pick(&[DAY, -HOUR]))?;
    crate::harness::pause(Duration::from_secs(1) + dice.up_to(Duration::from_secs(2))).await;
    city.clocks()?.set(service, 0)
}
