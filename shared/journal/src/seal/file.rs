//! The seals outside the database: one line each, appended and synced.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use super::{Seal, SealError};
use crate::sql::query_as;
use crate::{Db, DbError};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) seal_no: i64,
    pub(super) sealed_at: chrono::DateTime<chrono::Utc>,
    pub(super) count: i64,
    pub(super) root: String,
    pub(super) hash: String,
}

impl From<&Seal> for Line {
    fn from(seal: &Seal) -> Self {
        Self {
            seal_no: seal.seal_no,
            sealed_at: seal.sealed_at,
            count: seal.count,
            root: hex::encode(&seal.root),
            hash: hex::encode(&seal.hash),
        }
    }
}

/// The lines of the file; none when there is no file. What is no line, such as one cut short by a crash, is passed over: it is written
/// again.
pub(super) async fn read(path: &Path) -> Result<Vec<Line>, std::io::Error> {
    let text = match tokio::fs::read_to_string(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Appends what the table has and the file has not.
pub(super) async fn catch_up(db: &Db, path: &Path) -> Result<(), SealError> {
    let failed = |source| SealError::File { path: path.to_owned(), source };
    let last = read(path).await.map_err(failed)?.last().map_or(0, |line| line.seal_no);
    let seals: Vec<Seal> = {
        let mut tx = db.read().await?;
        let statement =
            "select seal_no, sealed_at, count, root, previous_hash, hash, ''::bytea as members from {s}.seal
             where seal_no > $1 order by seal_no";
        query_as(db.schema(), statement).bind(last).fetch_all(&mut *tx).await.map_err(DbError::from)?
    };
    if seals.is_empty() {
        return Ok(());
    }
    append(path, &seals).await.map_err(failed)
}

async fn append(path: &Path, seals: &[Seal]) -> Result<(), std::io::Error> {
    if let Some(dir) = path.parent() {
        tokio::fs::create_dir_all(dir).await?;
    }
    // Begins on a line of its own, whatever a crash has left at the end.
    let cut_short = tokio::fs::read(path).await.is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n'));
    let mut text = if cut_short { "\n".to_owned() } else { String::new() };
    for seal in seals {
        text.push_str(&serde_json::to_string(&Line::from(seal))?);
        text.push('\n');
    }
    let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(path).await?;
    file.write_all(text.as_bytes()).await?;
    file.sync_all().await
}
