use std::ops::{Deref, DerefMut};

use anyhow::{Context, Result};
use huiyin_embedded::{EmbeddedPostgres, PostgresOptions};
use tempfile::TempDir;

/// A Postgres of one test's own, for tests that kill, stop or starve it. Use with
/// [`TestDb::create_on`](crate::TestDb::create_on).
#[derive(Debug)]
pub struct TestPostgres {
    server: EmbeddedPostgres,
    _dir: TempDir,
}

impl TestPostgres {
    pub async fn dedicated() -> Result<Self> {
        Self::dedicated_with(|options| options).await
    }

    /// With further settings.
    pub async fn dedicated_with(adjust: impl FnOnce(PostgresOptions) -> PostgresOptions) -> Result<Self> {
        let dir = crate::scratch_dir()?;
        let options = adjust(PostgresOptions::for_tests(dir.path().join("postgres")));
        let server = EmbeddedPostgres::start(options).await.context("a Postgres of the test's own")?;
        Ok(Self { server, _dir: dir })
    }
}

impl Deref for TestPostgres {
    type Target = EmbeddedPostgres;

    fn deref(&self) -> &EmbeddedPostgres {
        &self.server
    }
}

impl DerefMut for TestPostgres {
    fn deref_mut(&mut self) -> &mut EmbeddedPostgres {
        &mut self.server
    }
}
