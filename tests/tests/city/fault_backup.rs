//! Postgres restored from an older backup while NATS is ahead (RELIABILITY §3, 27).

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use huiyin::verify::{Expected, verify};
use huiyin_testkit::{eventually_within, not_yet};

use crate::harness::{Citizens, Dice, Load, Oracle, Petition, TestCity, TestCityOptions, recovery};

/// The invariant that names what was told before the restore and is told no more.
const TOLD_AND_LOST: &str = "heads.true";
/// What docs/RUNBOOK.md tells the operator to do after a restore.
const RAISE: &str = "create function huiyin_fault_raise(service text) returns void language plpgsql as $$ begin
    execute format('insert into %1$I.incarnation (number, reason) select max(number) + 1, ''restored'' from %1$I.incarnation', service);
    end $$";

/// A crowd for a moment; gives what was answered, whole at every service.
async fn petitions(city: &TestCity, dice: &mut Dice) -> Result<Vec<Petition>> {
    let load = Load::begin(&Citizens::of(city)?, &dice.of(7));
    load.strike(dice, 50).await;
    let answered = load.end().await?;
    let oracle = Oracle::new(city.servers.admin_url());
    eventually_within(recovery(), || async {
        let missing = oracle.missing(&answered).await?;
        missing.first().map_or(Ok(()), |first| Err(not_yet(format!("{first} ({} in all)", missing.len()))))
    })
    .await
    .with_context(|| city.last_words())?;
    Ok(answered)
}

fn run(program: &Path, arguments: &[&str]) -> Result<()> {
    let done = Command::new(program).args(arguments).output().with_context(|| program.display().to_string())?;
    ensure!(done.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// What stood in the backup is whole and goes on; what was told after it is gone with it, and is named, never taken for new. Rule ids:
/// B1.
#[tokio::test(flavor = "multi_thread")]
async fn fault_an_older_backup_put_back_goes_on_and_names_what_it_lost() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    let seed = city.seed;
    let mut dice = Dice::new(seed);
    let mut kept = petitions(&city, &mut dice).await?;

    let data = city.servers.postgres.data();
    let backup = data.with_file_name("backup");
    let (url, program) =
        (city.servers.postgres.admin_url("postgres"), city.servers.postgres.programs().join("pg_basebackup"));
    run(&program, &["-D", &backup.display().to_string(), "-X", "stream", "-c", "fast", "-d", &url])?;

    let lost = petitions(&city, &mut dice).await?;
    for service in TestCity::services() {
        city.process(service)?.kill().await?;
    }
    city.servers.postgres.stop().await?;
    let owner = fs::metadata(&data)?;
    fs::remove_dir_all(&data)?;
    fs::rename(&backup, &data)?;
    run(Path::new("chown"), &["-R", &format!("{}:{}", owner.uid(), owner.gid()), &data.display().to_string()])?;
    chown(&data, Some(owner.uid()), Some(owner.gid()))?;
    city.servers.postgres.restart().await?;
    let oracle = Oracle::new(city.servers.admin_url());
    oracle.execute(RAISE).await?;
    for service in TestCity::services() {
        oracle.rows(&format!("select 1 as raised from huiyin_fault_raise('{service}')")).await?;
    }
    for service in TestCity::services() {
        city.process(service)?.restart().await?;
    }

    let back = std::time::Instant::now();
    kept.extend(petitions(&city, &mut dice).await?);
    let missing = oracle.missing(&kept).await?;
    ensure!(missing.is_empty(), "what stood in the backup, or came after it, is not whole: {missing:?}");
    let expected =
        Expected { acknowledged: kept.iter().map(|petition| petition.petition_id).collect(), ..Expected::default() };
    // What others had heard of the time after the backup is not to be undone; it is named, so that it can be entered again.
    let rest = eventually_within(recovery(), || async {
        let report = verify(&city.servers.admin_url(), &expected).await?;
        let broken = report.checks.iter().filter(|check| check.broken > 0);
        let (lost, other): (Vec<_>, Vec<_>) = broken.partition(|check| check.check == TOLD_AND_LOST);
        if other.is_empty() {
            Ok(lost.iter().map(|check| check.broken).sum::<i64>())
        } else {
            Err(not_yet(report.to_string()))
        }
    });
    let named = rest.await.context("an invariant is broken")?;
    eprintln!(
        "Postgres restored from a backup: seed {seed}, {} acknowledged and kept, {} of the time after the backup gone with it, {named} \
         of what others had heard of it named, whole after {:.1} s",
        kept.len(),
        lost.len(),
        back.elapsed().as_secs_f64()
    );
    Ok(())
}
