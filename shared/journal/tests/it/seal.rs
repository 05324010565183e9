//! S6: tampering shows, and the first bad row is named.

use anyhow::Result;
use huiyin_journal::{ChainReport, Finding, Sealer, verify_chains};
use huiyin_kernel::Service;
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::support::{World, id};

struct Sealed {
    world: World,
    dir: TempDir,
}

impl Sealed {
    /// Two seals over four aggregates, and one row that waits for the next.
    async fn new() -> Result<Self> {
        let (world, dir) = (World::new().await?, tempfile::tempdir()?);
        let sealer = Sealer::new(world.intake_worker.clone(), dir.path());
        for n in 1..4 {
            world.tell(id(n), 0, 3).await?;
        }
        assert_eq!(sealer.step().await?, Some(1));
        world.tell(id(4), 0, 2).await?;
        world.tell(id(1), 3, 1).await?;
        assert_eq!(sealer.step().await?, Some(2));
        assert_eq!(sealer.step().await?, None);
        world.tell(id(2), 3, 1).await?;
        Ok(Self { world, dir })
    }

    async fn verify(&self) -> Result<ChainReport> {
        let mut admin = PgConnection::connect(&self.world.db.admin_url()).await?;
        Ok(verify_chains(&mut admin, Service::Intake, Some(self.dir.path())).await?)
    }

    /// Someone with all rights changes the tables behind the triggers' back.
    async fn tamper(&self, statements: &str) -> Result<Vec<Finding>> {
        self.world.execute(&format!("set session_replication_role = replica; {statements}")).await?;
        Ok(self.verify().await?.broken)
    }
}

#[tokio::test]
async fn an_untouched_journal_verifies() -> Result<()> {
    let sealed = Sealed::new().await?;
    assert_eq!(sealed.verify().await?, ChainReport { rows: 13, seals: 2, broken: Vec::new() });
    // The worker's login can do it too.
    let mut worker = PgConnection::connect(&sealed.world.db.url("intake_worker")).await?;
    assert!(verify_chains(&mut worker, Service::Intake, None).await?.broken.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_changed_row_is_named() -> Result<()> {
    let sealed = Sealed::new().await?;
    let broken = sealed
        .tamper(&format!("update intake.journal set body = 'x' where aggregate_id = '{}' and version = 2", id(2)))
        .await?;
    assert_eq!(broken, [Finding::Changed { aggregate_id: id(2), version: 2 }]);
    let other = Sealed::new().await?;
    let actor = "update intake.journal set actor = '{\"kind\": \"system\", \"service\": \"intake\"}' where version = 1";
    assert_eq!(other.tamper(actor).await?, [Finding::Changed { aggregate_id: id(1), version: 1 }]);
    Ok(())
}

#[tokio::test]
async fn a_removed_row_and_a_cut_off_tail_are_named() -> Result<()> {
    let sealed = Sealed::new().await?;
    let removed = format!("delete from intake.journal where aggregate_id = '{}' and version = 2", id(3));
    assert_eq!(sealed.tamper(&removed).await?, [Finding::Broken { aggregate_id: id(3), version: 3 }]);
    let other = Sealed::new().await?;
    let tail = format!("delete from intake.journal where aggregate_id = '{}' and version > 1", id(3));
    assert_eq!(other.tamper(&tail).await?, [Finding::Missing { aggregate_id: id(3), version: 2 }]);
    let whole = Sealed::new().await?;
    let aggregate = format!("delete from intake.journal where aggregate_id = '{}'", id(4));
    assert_eq!(whole.tamper(&aggregate).await?, [Finding::Missing { aggregate_id: id(4), version: 1 }]);
    Ok(())
}

#[tokio::test]
async fn rows_put_in_or_exchanged_are_named() -> Result<()> {
    let sealed = Sealed::new().await?;
    let exchanged = format!(
        "update intake.journal set version = 4 - version where aggregate_id = '{0}' and version in (1, 3) and false;
         update intake.journal j set body = o.body, event_id = o.event_id, hash = o.hash from intake.journal o
         where j.aggregate_id = '{0}' and o.aggregate_id = '{0}' and j.version = 2 and o.version = 3",
        id(3)
    );
    assert_eq!(sealed.tamper(&exchanged).await?, [Finding::Changed { aggregate_id: id(3), version: 2 }]);
    let other = Sealed::new().await?;
    let forged = format!(
        "insert into intake.journal select '{}', version, event_id, aggregate_kind, event_type, district, actor, cause, occurred_at,
             recorded_at, body, previous_hash, hash from intake.journal where aggregate_id = '{}' and version = 1",
        id(9),
        id(1)
    );
    assert_eq!(other.tamper(&forged).await?, [Finding::Changed { aggregate_id: id(9), version: 1 }]);
    Ok(())
}

#[tokio::test]
async fn a_rewritten_or_forgotten_seal_is_named() -> Result<()> {
    let sealed = Sealed::new().await?;
    assert_eq!(
        sealed
            .tamper(
                "update intake.seal set count = count where false; update intake.seal set root = hash where seal_no = 1"
            )
            .await?,
        [Finding::Seal { seal_no: 1 }]
    );
    // Seal, rows and all are removed together: the file still knows.
    let other = Sealed::new().await?;
    let last = format!(
        "delete from intake.seal where seal_no = 2; delete from intake.journal where aggregate_id = '{}';
         delete from intake.journal where aggregate_id = '{}' and version = 4",
        id(4),
        id(1)
    );
    assert_eq!(other.tamper(&last).await?, [Finding::Seal { seal_no: 2 }]);
    Ok(())
}

/// The file of seals is held against the table line by line: changed, removed, exchanged or cut, each is named.
#[tokio::test]
async fn a_tampered_file_of_seals_is_named() -> Result<()> {
    let sealed = Sealed::new().await?;
    let path = sealed.dir.path().join("intake.seals");
    let whole = std::fs::read_to_string(&path)?;
    let lines: Vec<&str> = whole.lines().collect();
    let found = async |text: String| -> Result<Vec<Finding>> {
        std::fs::write(&path, text)?;
        Ok(sealed.verify().await?.broken)
    };
    assert_eq!(found(whole.replacen("\"count\":9", "\"count\":8", 1)).await?, [Finding::Seal { seal_no: 1 }]);
    assert_eq!(found(format!("{}\n", lines[1])).await?, [Finding::File { seal_no: 1 }]);
    assert_eq!(found(format!("{}\n{}\n", lines[1], lines[0])).await?, [Finding::File { seal_no: 1 }]);
    assert_eq!(found(format!("{}\n", lines[0])).await?, [Finding::Unfiled { seal_no: 2 }]);
    assert_eq!(found(String::new()).await?, [Finding::Unfiled { seal_no: 1 }]);
    assert_eq!(found(whole.clone()).await?, []);
    // A crash in the middle of a line: the next sealing writes it again, on a line of its own.
    std::fs::write(&path, &whole[..whole.len() - 20])?;
    Sealer::new(sealed.world.intake_worker.clone(), sealed.dir.path()).seal_all().await?;
    assert_eq!(sealed.verify().await?.broken, []);
    Ok(())
}

/// Whoever rewrites everything, with the product's own hand, still has the file against him.
#[tokio::test]
async fn a_journal_rewritten_whole_does_not_fit_the_file_of_seals() -> Result<()> {
    let (sealed, elsewhere) = (Sealed::new().await?, tempfile::tempdir()?);
    let rewritten = format!(
        "delete from intake.journal where aggregate_id = '{}'; delete from intake.seal; delete from intake.journal_unsealed;
         insert into intake.journal_unsealed select aggregate_id, version, hash from intake.journal",
        id(4)
    );
    sealed.tamper(&rewritten).await?;
    Sealer::new(sealed.world.intake_worker.clone(), elsewhere.path()).seal_all().await?;
    let mut admin = PgConnection::connect(&sealed.world.db.admin_url()).await?;
    let alone = verify_chains(&mut admin, Service::Intake, None).await?;
    assert_eq!(alone.broken, [], "the tables alone do not show it");
    assert_eq!(sealed.verify().await?.broken, [Finding::Seal { seal_no: 1 }]);
    Ok(())
}

/// A transaction that commits after a seal is listed by the next one.
#[tokio::test]
async fn a_late_commit_is_sealed_later() -> Result<()> {
    let (world, dir) = (World::new().await?, tempfile::tempdir()?);
    let sealer = Sealer::new(world.intake_worker.clone(), dir.path());
    let mut late = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    huiyin_journal::record(&mut late, vec![crate::support::change(id(1), 0, 1, &[])]).await?;
    world.tell(id(2), 0, 1).await?;
    assert_eq!(sealer.seal_all().await?, 1);
    late.commit().await?;
    assert_eq!(sealer.seal_all().await?, 1);
    assert_eq!(world.count("intake.journal_unsealed").await?, 0);
    let mut admin = PgConnection::connect(&world.db.admin_url()).await?;
    let report = verify_chains(&mut admin, Service::Intake, Some(dir.path())).await?;
    assert_eq!((report.rows, report.seals, report.broken.len()), (2, 2, 0));
    Ok(())
}
