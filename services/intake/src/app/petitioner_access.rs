//! A petitioner is known by number and query code alone.

use huiyin_journal::open_aggregates;
use huiyin_kernel::{PetitionNumber, QueryCode, Service};
use sqlx::PgConnection;

use super::{Context, Failure};
use crate::store::{self, petition::Stored};

/// Number and code as they were typed.
#[derive(Clone)]
pub struct Access {
    /// 信访编号
    pub number: String,
    /// 查询码
    pub code: String,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Access([redacted])")
    }
}

/// The petition that this number and code open. A wrong number, a wrong code and nonsense all take the same steps and get
/// the same answer, so that nobody learns which numbers exist (W1).
pub async fn admit(context: &Context, conn: &mut PgConnection, access: &Access) -> Result<Stored, Failure> {
    let number = PetitionNumber::parse(&access.number).map_or_else(|_| "-".to_owned(), |number| number.to_string());
    let code = QueryCode::parse(&access.code).ok();
    let found = store::petition::find_code(&mut *conn, &number).await?;
    // 32 zero bytes are no HMAC anyone can hit.
    let stored_hash = found.as_ref().map_or(&[0_u8; 32][..], |(_, hash)| hash.as_slice());
    let fits = context.vault.code_fits(code.as_ref(), stored_hash);
    let (id, _) = found.filter(|_| fits).ok_or(Failure::Unknown)?;
    open_aggregates(&mut *conn, Service::Intake, &[id.uuid()]).await?;
    store::petition::find(conn, id).await?.ok_or(Failure::Unknown)
}
