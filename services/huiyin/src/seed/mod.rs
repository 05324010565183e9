//! The demonstration city of a new installation: loaded once, through the interfaces that people use, so that no page is
//! empty on the first day.

mod cases;
mod sessions;

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use huiyin_kernel::{BusinessClock, Ids};

use crate::demo::ADMINISTRATOR;
use crate::demo::data::{self, CITY, City, Matter};
use crate::demo::office::Office;
use crate::founding::found_with;
use crate::local::LocalServers;
use crate::verify;

/// An account to look around with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    /// Chinese and English.
    pub(crate) who: &'static str,
    /// What to sign in with.
    pub(crate) login: &'static str,
}

/// The accounts shown at the start: one of every role, under both policy packs.
pub(crate) const ACCOUNTS: &[Account] = &[
    Account { who: "登记员 / intake clerk", login: "city-xfj.clerk1" },
    Account { who: "街道承办人 / street officer", login: "990102001-office.clerk" },
    Account { who: "部门承办人 / department officer", login: "990101-hr.officer" },
    Account { who: "单位负责人 / unit head", login: "990101-hr.head" },
    Account { who: "街道主要领导 / main leader", login: "990102001-office.secretary" },
    Account { who: "接访领导 / reception leader", login: "city-gov.leader07" },
    Account { who: "督查员 / supervisor", login: "city-xfj.supervisor" },
    Account { who: "接访安排员 / schedule editor", login: "city-xfj.schedule" },
    Account { who: "系统管理员 / administrator", login: ADMINISTRATOR },
];

/// Written when everything is loaded.
const LOADED: &str = "demonstration-city-loaded";
/// Holds the instant at which loading began: an interrupted loading says the same again.
const BEGUN: &str = "demonstration-city-begun";
/// How long the services may take to tell each other, in machine time.
const PATIENCE: Duration = Duration::from_secs(30);
/// The streets whose petitions are loaded: one of each district, the second under the street offices' own rules.
const STREETS: [&str; 3] = ["990101002", "990102001", "990103001"];
/// Petitions of each.
const OF_EACH: usize = 14;

/// Loads the demonstration city into an installation that has none. Interrupted, it goes on where it was: every act carries a key
/// of its own, so that none is done twice.
pub(crate) async fn first_start(servers: &LocalServers, dir: &Path) -> anyhow::Result<()> {
    Box::pin(load(servers, dir, matters_of(STREETS.into_iter(), OF_EACH)?)).await
}

/// As [`first_start`], with the first `of_each` petitions of every street: what a city to measure is made from.
pub(crate) async fn every_street(servers: &LocalServers, dir: &Path, of_each: usize) -> anyhow::Result<()> {
    let city = City::read()?;
    let matters = matters_of(city.street.iter().map(|street| street.code.as_str()), of_each)?;
    Box::pin(load(servers, dir, matters)).await
}

async fn load(servers: &LocalServers, dir: &Path, matters: Vec<Matter>) -> anyhow::Result<()> {
    let loaded = dir.join(LOADED);
    if loaded.exists() {
        return Ok(());
    }
    let now = begun_at(&dir.join(BEGUN))?;
    let office = if let Ok(office) = Office::open(&servers.settings, ADMINISTRATOR, servers.passwords()).await {
        office
    } else {
        let password = servers.password(ADMINISTRATOR);
        found_with(&servers.settings, Ids::Random, CITY, ADMINISTRATOR, password).await?;
        Office::open(&servers.settings, ADMINISTRATOR, servers.passwords()).await?
    };
    rest(servers).await?;
    let seed = Seed { office, city: City::read()?, matters, now };
    for account in ACCOUNTS {
        seed.office.seat(account.login).await?;
    }
    let sessions = sessions::publish(&seed).await?;
    let petitions = cases::register(&seed).await?;
    rest(servers).await?;
    sessions::book(&seed, &sessions, &petitions).await?;
    cases::work(&seed, &petitions).await?;
    rest(servers).await?;
    fs::write(&loaded, "").with_context(|| format!("cannot write {}", loaded.display()))
}

fn begun_at(file: &Path) -> anyhow::Result<DateTime<Utc>> {
    if let Ok(text) = fs::read_to_string(file) {
        return text.trim().parse().with_context(|| format!("{} holds no instant", file.display()));
    }
    let now = BusinessClock::System.now();
    fs::write(file, now.to_rfc3339()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(now)
}

/// Who and what is loaded.
#[derive(Debug)]
struct Seed {
    office: Office,
    city: City,
    matters: Vec<Matter>,
    now: DateTime<Utc>,
}

fn matters_of<'a>(streets: impl Iterator<Item = &'a str>, of_each: usize) -> anyhow::Result<Vec<Matter>> {
    let all = data::matters(1)?;
    let of = |street: &'a str| {
        all.iter().filter(move |matter| matter.petition.district == street).take(of_each).cloned().collect::<Vec<_>>()
    };
    Ok(streets.flat_map(of).collect())
}

/// Waits until every service has heard what the others told.
async fn rest(servers: &LocalServers) -> anyhow::Result<()> {
    let rests = verify::rests(&servers.admin_url(), PATIENCE).await?;
    ensure!(rests, "the services did not hear of each other within {PATIENCE:?}; see the log");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use huiyin_kernel::Role;

    use super::*;

    #[test]
    fn the_accounts_show_every_role() {
        let city = City::read().expect("a city");
        let of = |login: &str| city.staff.iter().find(|p| p.login == login).expect("known").roles.clone();
        let roles: BTreeSet<Role> = ACCOUNTS.iter().flat_map(|account| of(account.login)).collect();
        assert_eq!(roles.len(), 8);
    }

    #[test]
    fn about_forty_petitions_are_loaded() {
        assert!((36..=44).contains(&matters_of(STREETS.into_iter(), OF_EACH).expect("matters").len()));
    }
}
