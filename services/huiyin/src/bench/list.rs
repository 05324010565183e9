//! `huiyin bench list`: what officers look at all day: their list, their unit's, a case's page, the ledger. With `--explain`, the plan of
//! every statement of these and of a lifecycle, as the database really ran it, to hold against the same in a city of another size.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use huiyin_kernel::{Role, Service};
use serde_json::Value;
use tokio::task::JoinSet;

use super::acts::{Desks, Hand, Line};
use super::pgbench::Pgbench;
use super::sheet::{Bound, Sheet};
use super::town::{Place, Town};
use super::{explain, progress};
use crate::demo::data::City;
use crate::demo::office::Office;

/// How it is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The city.
    pub place: Place,
    /// Officers who look at once.
    pub connections: usize,
    /// For each list.
    pub seconds: u64,
    /// Tell the plan of every statement.
    pub explain: bool,
    /// The plans of an earlier measurement, as its JSON.
    pub against: Option<PathBuf>,
}

/// Lists of how many offices.
const STREETS: usize = 17;
/// Each statement is run so often when plans are asked for.
const ROUNDS: usize = 8;

/// One kind of page, and who looks at it.
#[derive(Clone, Debug)]
struct Look {
    key: [&'static str; 4],
    words: &'static str,
    address: SocketAddr,
    /// Path and token, one per officer.
    pages: Vec<(String, String)>,
    bound: Bound,
}

/// The keys of a list's times.
macro_rules! keys {
    ($name:literal) => {
        [concat!($name, "_p50"), concat!($name, "_p95"), concat!($name, "_p99"), concat!($name, "_max")]
    };
}

/// Measures lists.
pub async fn list(options: &Options) -> anyhow::Result<Sheet> {
    let mut town = Town::open(&options.place).await?;
    let measured = measure(options, &mut town).await;
    town.close().await?;
    measured
}

async fn measure(options: &Options, town: &mut Town) -> anyhow::Result<Sheet> {
    let mut sheet = Sheet::new("list");
    sheet.tell("matters_before", "matters in the city beforehand", options.place.matters as f64);
    if options.explain {
        let plans = plans(town).await?;
        let earlier = match &options.against {
            Some(file) => Some(explain::Plans::read(file)?),
            None => None,
        };
        let turned = earlier.as_ref().map(|earlier| plans.turned_against(earlier));
        sheet.tell("statements", "statements", plans.len() as f64);
        if let Some(turned) = &turned {
            sheet.add("turned", "whose plan or buffers turned", turned.len() as f64, Bound::Below(0.5));
        }
        sheet.note(plans.table(turned.as_ref()));
        sheet.keep(plans.to_json());
        return Ok(sheet);
    }
    town.start().await?;
    let office = town.office().await?;
    let looks = looks(town, &office).await?;
    for look in &looks {
        let mut times = run(look, options.connections, Duration::from_secs(options.seconds)).await?;
        times.sort_unstable();
        let bounds = [look.bound, Bound::None, Bound::None, Bound::None];
        sheet.times(look.key, look.words, &times, bounds);
        if look.key[0] == "mine_p50" {
            let per_second = times.len() as f64 / options.seconds as f64;
            let pgbench = same_list(town, &office, options).await?;
            sheet.tell("mine_per_second", "officer's list per second", per_second);
            sheet.tell("mine_pgbench", "the same statement per second, pgbench", pgbench);
            sheet.tell("mine_ratio", "ratio", per_second / pgbench);
        }
    }
    town.stop().await?;
    Ok(sheet)
}

async fn looks(town: &Town, office: &Office) -> anyhow::Result<Vec<Look>> {
    let city = City::read()?;
    let bind = |service| town.servers.settings.bind(service);
    let (casework, ledger) = (bind(Service::Casework), bind(Service::Ledger));
    let mut connection = Line::open(casework).await?;
    let (mut officers, mut pages) = (Vec::new(), Vec::new());
    for street in city.street.iter().take(STREETS) {
        let unit = city.petition_unit(&street.code).context("nobody takes petitions of a street")?;
        let officer = office.token(city.with_role(unit, Role::Officer).context("an office without staff")?).await?;
        let first = connection.get("/cases?scope=mine&limit=50", &officer).await?.unwrap_or_default();
        let cases = first.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let of = |case: &Value| case.get("case_id").and_then(Value::as_str).map(|id| format!("/cases/{id}"));
        pages.extend(cases.iter().filter_map(of).map(|path| (path, officer.clone())));
        officers.push(officer);
    }
    ensure!(!pages.is_empty(), "no officer has a case");
    let supervisor = office.token("city-xfj.supervisor").await?;
    let each = |path: &str| officers.iter().map(|token| (path.to_owned(), token.clone())).collect();
    let supervised = |path: &str| vec![(path.to_owned(), supervisor.clone())];
    let quick = Bound::Below(20.0);
    let look = |key, words, address, pages, bound| Look { key, words, address, pages, bound };
    Ok(vec![
        look(keys!("mine"), "officer's list", casework, each("/cases?scope=mine"), quick),
        look(keys!("unit"), "unit's list", casework, each("/cases?scope=unit"), quick),
        look(
            keys!("overdue"),
            "city's overdue",
            casework,
            supervised("/cases?scope=district&overdue=true"),
            Bound::None,
        ),
        look(keys!("page"), "case page", casework, pages, quick),
        look(keys!("ledger"), "officer's ledger", ledger, each("/matters"), Bound::None),
        look(keys!("city"), "city's ledger", ledger, supervised("/matters"), Bound::None),
    ])
}

async fn run(look: &Look, connections: usize, duration: Duration) -> anyhow::Result<Vec<Duration>> {
    let bar = progress::seconds(look.words, duration.as_secs());
    let look = Arc::new(look.clone());
    let until = Instant::now() + duration;
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let look = Arc::clone(&look);
        tasks.spawn(async move {
            let mut connection = Line::open(look.address).await?;
            let mut times = Vec::new();
            let mut nth = number;
            while Instant::now() < until {
                let (path, token) = &look.pages[nth % look.pages.len()];
                let begun = Instant::now();
                connection.get(path, token).await?.with_context(|| format!("{path} is not there"))?;
                times.push(begun.elapsed());
                nth += connections;
            }
            anyhow::Ok(times)
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        all.extend(ended.context("a connection's task")??);
    }
    bar.finish_and_clear();
    Ok(all)
}

/// The statement behind the officer's list, for the first officer.
async fn same_list(town: &Town, office: &Office, options: &Options) -> anyhow::Result<f64> {
    let city = City::read()?;
    let street = city.street.first().context("a city without streets")?;
    let unit = city.petition_unit(&street.code).context("nobody takes petitions of a street")?;
    let officer = office.staff_id(city.with_role(unit, Role::Officer).context("an office without staff")?)?;
    let statement = format!(
        "select w.due_order, c.body from casework.worklist w join casework.case c using (case_id)
         where w.scope = 'staff:{officer}' and (w.due_order, w.case_id) > ('epoch'::timestamptz, '00000000-0000-0000-0000-000000000000'::uuid)
         order by w.due_order, w.case_id limit 51;"
    );
    let text = statement.replace('\n', " ") + "\n";
    Pgbench::of(&town.servers, "list.sql", text, options.connections)?.run(options.seconds).await
}

/// Lets the database tell each plan while lists are looked at and matters led.
async fn plans(town: &mut Town) -> anyhow::Result<explain::Plans> {
    let told = explain::Telling::begin(&town.servers).await?;
    town.start().await?;
    let office = town.office().await?;
    let looks = looks(town, &office).await?;
    let mark = town.mark().await?;
    for look in &looks {
        let mut connection = Line::open(look.address).await?;
        for (path, token) in look.pages.iter().take(ROUNDS) {
            connection.get(path, token).await?;
        }
    }
    let desks = Desks::open(town, &office, 4).await?;
    let mut hand = Hand::new(&desks).await?;
    for nth in 0..ROUNDS {
        hand.live(desks.desk(nth), &format!("bench-plan-{mark}-{nth}"), nth).await?;
    }
    town.rest_since(mark).await?;
    town.stop().await?;
    told.end(&town.servers).await
}
