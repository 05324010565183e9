//! The invariant checker finds what it is for: a city is lived in and stopped, its database is copied, one thing in the copy is changed
//! behind the services' back, and the checker must name the invariant that is broken. Each copy is as good as new.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin::verify::{Expected, Report, settled, verify};
use huiyin_journal::{Db, PoolOptions, Sealer};
use huiyin_settings::{Login, LoginKind};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use crate::harness::{Citizens, Dice, Load, TestCity, TestCityOptions, close_case, huiyin};

const PATIENCE: Duration = Duration::from_secs(60);

/// What is done, with the superuser's rights and without triggers; the invariants that must be named; a word of how.
type Tampering = (&'static str, &'static str, &'static [&'static str], &'static str);

/// A case that has been closed, and one that is open; `{acknowledged}` is a petition that was answered with a number.
const CLOSED: &str = "(select case_id from casework.case where state = 'closed' order by 1 limit 1)";
const OPEN: &str = "(select case_id from casework.case where state = 'received' order by 1 limit 1)";

const TAMPERINGS: &[Tampering] = &[
    (
        "a journal row is changed",
        "update casework.journal set body = '{}' where aggregate_id = {closed} and version = 2",
        &["journal.hash", "case.replay"],
        "version 2 of",
    ),
    (
        "a journal row is emptied as if its file had been destroyed",
        "update casework.journal set body = '' where aggregate_id = {closed} and version = 2",
        &["journal.hash", "case.replay", "file.destroyed"],
        "version 2 is empty",
    ),
    (
        "a file is destroyed behind everybody's back",
        "insert into casework.emptied select aggregate_id, max(version) from casework.journal where aggregate_id = {closed} group by 1;
         update casework.journal j set body = '' from casework.emptied e where j.aggregate_id = e.aggregate_id and j.version < e.before_version;
         update casework.case set body = null where case_id = {closed}",
        &["file.destroyed"],
        "is not in the register of destroyed files",
    ),
    (
        "the actor of a journal row is changed",
        "update casework.journal set actor = '{\"kind\": \"system\", \"service\": \"casework\"}' where aggregate_id = {closed} and version = 3",
        &["journal.hash"],
        "has been changed",
    ),
    (
        "a journal row is removed from the middle",
        "delete from casework.journal where aggregate_id = {closed} and version = 2",
        &["journal.gapless", "journal.linked", "journal.sealed", "journal.hash"],
        "does not follow",
    ),
    (
        "two journal rows change places",
        "update casework.journal j set body = o.body, event_id = o.event_id, event_type = o.event_type, hash = o.hash
         from casework.journal o where j.aggregate_id = {closed} and o.aggregate_id = j.aggregate_id
             and (j.version, o.version) in ((2, 3), (3, 2))",
        &["journal.linked", "journal.hash"],
        "has been changed",
    ),
    (
        "the tail of a history is cut off",
        "delete from casework.journal where aggregate_id = {closed}
             and version = (select max(version) from casework.journal where aggregate_id = {closed})",
        &["journal.sealed", "journal.hash", "case.replay"],
        "no longer there",
    ),
    (
        "a whole history is removed",
        "delete from casework.journal where aggregate_id = {closed}",
        &["journal.sealed", "journal.hash", "case.replay"],
        "no longer there",
    ),
    (
        "a history is put in",
        "insert into casework.journal select '01900000-0000-7000-8000-000000000001', version, event_id, aggregate_kind, event_type,
             district, actor, cause, occurred_at, recorded_at, body, previous_hash, hash
         from casework.journal where aggregate_id = {closed} and version = 1",
        &["journal.sealed", "case.replay", "journal.hash"],
        "has a journal and no case",
    ),
    (
        "the newest seal is removed with its rows",
        "delete from casework.journal where aggregate_id = {open}; delete from casework.publication where aggregate_id = {open};
         delete from casework.seal where seal_no = (select max(seal_no) from casework.seal)",
        &["journal.sealed", "journal.hash"],
        "is not as it was made",
    ),
    (
        "a seal is changed",
        "update casework.seal set root = hash where seal_no = 1",
        &["journal.hash"],
        "seal 1 is not as it was made",
    ),
    (
        "an event has its effect twice",
        "insert into casework.journal select aggregate_id, 1 + (select max(version) from casework.journal where aggregate_id = {open}),
             event_id, aggregate_kind, event_type, district, actor, cause, occurred_at, recorded_at, body, hash, hash
         from casework.journal where aggregate_id = {open} and version = 1",
        &["journal.once"],
        "2 times by",
    ),
    (
        "a publication is missing",
        "delete from casework.publication where aggregate_id = {closed} and sequence = 2",
        &["publication.gapless"],
        "up to",
    ),
    (
        "the newest publication is missing",
        "delete from casework.publication where aggregate_id = {closed}
             and sequence = (select max(sequence) from casework.publication where aggregate_id = {closed})",
        &["heads.true"],
        "ledger__casework heard",
    ),
    (
        "something was told that never happened",
        "update casework.publication set event_id = '01900000-0000-7000-8000-000000000002' where aggregate_id = {closed} and sequence = 2",
        &["publication.behind"],
        "sequence 2",
    ),
    (
        "a head is set ahead",
        "update casework.inbox_head set sequence = sequence + 1
         where consumer = 'casework__intake' and aggregate_id = (select petition_id from casework.case where case_id = {open})",
        &["heads.true"],
        "casework__intake heard 2",
    ),
    (
        "a head is set back",
        "update ledger.inbox_head set sequence = sequence - 1 where consumer = 'ledger__casework' and aggregate_id = {closed}",
        &["heads.reached"],
        "ledger__casework stands at",
    ),
    (
        "an event still waits to be sent",
        "insert into casework.pending (aggregate_id, audience, sequence) values ({closed}, 'public', 1)",
        &["pending.empty"],
        "has not sent 1 of",
    ),
    (
        "an event was given up",
        "insert into casework.inbox_parked (consumer, aggregate_id, audience, sequence, event_id, reason, blocking, attempts, envelope, body)
         values ('casework__intake', {open}, 'public', 9, {open}, 'nobody can digest this', true, 10, '{}', '')",
        &["parked.empty"],
        "gave up event",
    ),
    (
        "a case is changed",
        "update casework.case set body = jsonb_set(body, '{rests}', '7') where case_id = {closed}",
        &["case.replay"],
        "differs from its journal in rests",
    ),
    (
        "a case is removed",
        "delete from casework.case where case_id = {open}",
        &["petition.case", "case.replay"],
        "has no case",
    ),
    (
        "a timer is removed",
        "delete from casework.timer where aggregate_id = {open} and kind = 'acceptance_due'",
        &["timer.each_duty"],
        "acceptance: 0 timers",
    ),
    (
        "a timer is forgotten",
        "update casework.timer set due_at = now() - interval '1 hour' where aggregate_id = {open} and kind = 'acceptance_due'",
        &["timer.each_duty", "timer.on_time"],
        "acceptance_due of",
    ),
    (
        "a timer watches what is done",
        "insert into casework.timer (timer_id, aggregate_id, kind, generation, due_at)
         values (gen_random_uuid(), {closed}, 'handling_due', 99, now() + interval '1 day')",
        &["timer.no_ghost"],
        "generation 99",
    ),
    (
        "an answered petition is lost",
        "delete from intake.petition where petition_id = '{acknowledged}'",
        &["petition.kept", "petition.case"],
        "was acknowledged and is not stored",
    ),
    (
        "a petition lost its petitioner",
        "delete from intake.petitioner where petition_id = '{acknowledged}'",
        &["petition.sealed"],
        "lacks its petitioner or key",
    ),
    (
        "a case belongs to nobody",
        "delete from directory.unit where code = (select responsible_unit from casework.case where case_id = {open})",
        &["case.owner"],
        "belongs to the unknown unit",
    ),
    (
        "a row of the ledger is changed",
        "update ledger.matter set state = 'closed' where case_id = {open}",
        &["ledger.row"],
        "differs in the ledger",
    ),
    (
        "a notice is removed",
        "delete from notification.message where petition_id = '{acknowledged}' and template = 'petition_registered'",
        &["notice.receipt"],
        "has no receipt message",
    ),
];

/// Rule ids: S6, T1, T8, O7, I1, D3.
#[tokio::test(flavor = "multi_thread")]
async fn the_checker_names_the_invariant_that_was_broken() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    let acknowledged = live(&city).await?;
    let (admin, seals) = (city.servers.admin_url(), city.servers.settings.files.seals.clone());
    let expected = Expected { acknowledged, seals: Some(seals), ..Expected::default() };
    let report = settled(&admin, &expected, PATIENCE).await?;
    ensure!(report.holds(), "an invariant is broken before anything was changed:\n{report}");
    for service in TestCity::services() {
        city.process(service)?.kill().await?;
    }
    seal(&city).await?;
    let copies = Copies { admin };
    let untouched = copies.tamper("", &expected).await?;
    ensure!(untouched.holds(), "the copy is not as its original:\n{untouched}");
    let mut unnoticed = Vec::new();
    for (what, statement, wanted, word) in TAMPERINGS {
        let statement = statement
            .replace("{closed}", CLOSED)
            .replace("{open}", OPEN)
            .replace("{acknowledged}", &expected.acknowledged[0].to_string());
        let report = copies.tamper(&statement, &expected).await.with_context(|| (*what).to_owned())?;
        let named: Vec<&str> = report.checks.iter().filter(|check| check.broken > 0).map(|check| check.check).collect();
        let all_named = wanted.iter().all(|check| named.contains(check));
        let told = report.violations().any(|violation| violation.what.contains(word));
        if !all_named || !told {
            unnoticed.push(format!("{what}: {wanted:?} and “{word}” expected, got\n{report}"));
        }
    }
    ensure!(unnoticed.is_empty(), "{}", unnoticed.join("\n"));
    Ok(())
}

/// The command, on a city at work and on a broken one: what is under way is no alarm, what is broken is told first and ends it.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_verify_raises_no_false_alarm_under_load_and_ends_with_an_error_when_something_broke() -> Result<()>
{
    let city = TestCity::start(TestCityOptions::default()).await?;
    let mut dice = Dice::new(huiyin_testkit::seed());
    let load = Load::begin(&Citizens::of(&city)?, &dice.of(1));
    load.strike(&mut dice, 50).await;
    let admin = city.servers.admin_url();
    let verify = ["verify", "--database-url", admin.as_str()];
    for _ in 0..2 {
        let sound = command(&city.servers.settings_file, &verify).await?;
        ensure!(sound.status.success() && told(&sound).contains("All hold"), "{}", told(&sound));
    }
    load.end().await?;
    let mut conn = PgConnection::connect(&admin).await?;
    conn.execute("delete from casework.timer").await?;
    let broken = command(&city.servers.settings_file, &verify).await?;
    ensure!(!broken.status.success() && told(&broken).contains("first violation: timer."), "{}", told(&broken));
    Ok(())
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

async fn command(settings: &Path, arguments: &[&str]) -> Result<Output> {
    let mut command = tokio::process::Command::new(huiyin()?);
    Ok(command.arg("--settings").arg(settings).args(arguments).output().await?)
}

/// Petitions, and one of them handled to its end.
async fn live(city: &TestCity) -> Result<Vec<Uuid>> {
    let mut dice = Dice::new(huiyin_testkit::seed());
    let load = Load::begin(&Citizens::of(city)?, &dice.of(1));
    load.strike(&mut dice, 1).await;
    let answered = load.end().await?;
    let request = answered.iter().find(|petition| petition.body["class"] == "request").context("a request")?;
    let office = if request.body["district"] == "990101001" { "bridge-office" } else { "locust-office" };
    settled(&city.servers.admin_url(), &Expected::default(), PATIENCE).await?;
    close_case(city, office, request.petition_id).await?;
    Ok(answered.iter().filter(|other| other.petition_id != request.petition_id).map(|p| p.petition_id).collect())
}

/// Seals every journal, as each service does every hour.
async fn seal(city: &TestCity) -> Result<()> {
    let settings = &city.servers.settings;
    for service in TestCity::services() {
        let url = settings.database_url(Login::new(service, LoginKind::Worker))?;
        let db = Db::connect(url.expose(), service, PoolOptions { max: 1, ..PoolOptions::default() }).await?;
        Sealer::new(db.clone(), &settings.files.seals).seal_all().await?;
        db.close().await;
    }
    Ok(())
}

/// Copies of the city's database, one at a time.
struct Copies {
    admin: String,
}

impl Copies {
    fn url(&self, database: &str) -> Result<String> {
        let (server, _) = self.admin.rsplit_once('/').context("an address ends with the database")?;
        Ok(format!("{server}/{database}"))
    }

    /// Changes a copy behind the triggers' back, and checks it.
    async fn tamper(&self, statements: &str, expected: &Expected) -> Result<Report> {
        let original = self.admin.rsplit_once('/').map(|(_, name)| name).context("a database")?;
        let mut server = PgConnection::connect(&self.url("postgres")?).await?;
        for statement in
            ["drop database if exists tampered".to_owned(), format!("create database tampered template \"{original}\"")]
        {
            server.execute(AssertSqlSafe(statement)).await?;
        }
        let copy = self.url("tampered")?;
        let mut conn = PgConnection::connect(&copy).await?;
        let all = format!("set session_replication_role = replica; {statements}");
        conn.execute(sqlx::raw_sql(AssertSqlSafe(all))).await?;
        conn.close().await?;
        Ok(verify(&copy, expected).await?)
    }
}
