//! The hashes of every journal row and every seal, computed again.

use std::path::Path;

use huiyin_journal::{Finding, verify_chains};
use sqlx::PgConnection;

use super::history::keepers;
use super::report::{Examined, Violation};
use super::{Fault, VerifyError, Watch};

pub(super) const CHECK: &str = "journal.hash";
const UNFILED: &str = "the file is behind its table: is the folder of seals ([files] seals) writable and not full? If it was, lines were removed from it";
const REMEDY: &str = "history was changed behind the journal's back: keep this database for inquiry and restore that schema from a backup";

/// `conn` is in no transaction; `seals` is the folder the seal files are written to.
pub(super) async fn check(
    conn: &mut PgConnection,
    seals: Option<&Path>,
    watch: Watch,
) -> Result<Examined, VerifyError> {
    let (mut rows, mut violations) = (0, Vec::new());
    for service in keepers() {
        let report = verify_chains(conn, service, seals).await;
        let report = report.map_err(|error| VerifyError { step: CHECK, source: Fault::from(error) })?;
        rows += report.rows;
        watch.tell(CHECK, rows);
        violations.extend(report.broken.iter().map(|finding| Violation {
            check: CHECK,
            what: format!("{service}: {finding}"),
            remedy: if matches!(finding, Finding::Unfiled { .. }) { UNFILED } else { REMEDY },
            settles: matches!(finding, Finding::Unfiled { .. }),
        }));
    }
    Ok(Examined {
        check: CHECK,
        zh: "台账与封存的散列值无误",
        en: "every row and seal hashes to what is written",
        examined: rows,
        broken: violations.len() as i64,
        violations,
    })
}
