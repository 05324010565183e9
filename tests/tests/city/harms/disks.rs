//! Disks that are full (RELIABILITY §1.3, §0.4).

use std::time::Duration;

use anyhow::{Context, Result};
use huiyin_testkit::{eventually_within, not_yet};
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::harness::{Dice, Oracle, SmallDisk, TestCity, pause};

/// The disks of a city, small enough to be filled.
#[derive(Debug)]
pub(crate) struct Disks {
    tables: SmallDisk,
    wal: SmallDisk,
    nats: SmallDisk,
}

impl Disks {
    /// Moves the files of both servers there.
    pub(crate) async fn under(city: &mut TestCity) -> Result<Self> {
        city.servers.postgres.stop().await?;
        city.servers.nats.stop().await?;
        let data = city.servers.postgres.data();
        let tables = SmallDisk::under(&data.join("base"), 96 << 20)?;
        let wal = SmallDisk::under(&data.join("pg_wal"), 256 << 20)?;
        let nats = SmallDisk::under(&city.servers.nats.store_dir(), 64 << 20)?;
        city.servers.postgres.restart().await?;
        city.servers.nats.restart().await?;
        Ok(Self { tables, wal, nats })
    }

    /// No table can grow: what cannot be stored is answered 503, what stands can be read, and nothing has to be restarted.
    pub(crate) async fn tables_full(&self, city: &mut TestCity, dice: &mut Dice) -> Result<()> {
        let server = city.servers.postgres.pid().context("Postgres runs")?;
        self.tables.fill(server)?;
        pause(Duration::from_secs(2) + dice.up_to(Duration::from_secs(1))).await;
        Oracle::new(city.servers.admin_url()).stored().await.context("what stands can be read")?;
        self.tables.free(Some(server))
    }

    /// The log of Postgres cannot grow: it stops by itself, and goes on from there when it is started again.
    pub(crate) async fn wal_full(&self, city: &mut TestCity, dice: &mut Dice) -> Result<()> {
        let server = city.servers.postgres.pid().context("Postgres runs")?;
        self.wal.fill(server)?;
        // Through the segments that are still there, into the one that cannot be made.
        for _ in 0..20 {
            let Ok(mut session) = PgConnection::connect(&city.servers.admin_url()).await else { break };
            let switched = session.execute("create temporary table t(); drop table t; select pg_switch_wal()").await;
            if switched.is_err() {
                break;
            }
        }
        pause(dice.up_to(Duration::from_secs(1))).await;
        self.wal.free(Some(server))?;
        let url = city.servers.admin_url();
        let by_itself = eventually_within(Duration::from_secs(3), || async {
            PgConnection::connect(&url).await.map(drop).map_err(|error| not_yet(error.to_string()))
        });
        if by_itself.await.is_err() {
            city.servers.postgres.restart().await?;
        }
        Ok(())
    }

    /// NATS cannot write: it answers nothing, and wants a restart once there is room (docs/RUNBOOK.md).
    pub(crate) async fn nats_full(&self, city: &mut TestCity, dice: &mut Dice) -> Result<()> {
        let server = city.servers.nats.pid().context("NATS runs")?;
        self.nats.fill(server)?;
        pause(Duration::from_secs(2) + dice.up_to(Duration::from_secs(1))).await;
        self.nats.free(Some(server))?;
        Ok(city.servers.nats.restart().await?)
    }
}
