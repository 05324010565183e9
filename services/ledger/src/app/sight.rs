//! How far a reader sees.

use huiyin_authz::Scope;
use huiyin_kernel::{Actor, UnitCode};
use huiyin_web::Problem;
use sqlx::PgConnection;

use crate::http::storage;
use crate::store::list::Filter;
use crate::store::names;

/// The widest filter a reader may use: a district for supervisors, one's own matters for others; accusations for
/// discipline bodies alone (REG-22).
pub(crate) async fn sight(conn: &mut PgConnection, actor: &Actor) -> Result<Filter, Problem> {
    let (inside, taking_part, unit): (_, _, &UnitCode) = match &Scope::of(actor) {
        Scope::District { district, unit, .. } => (district.prefix().to_owned(), None, &unit.clone()),
        Scope::Participation { staff, unit, .. } => {
            (String::new(), Some((unit.to_string(), staff.uuid())), &unit.clone())
        }
        Scope::Nothing | Scope::Everything => return Err(Problem::not_found()),
    };
    let accusations = names::is_discipline(conn, unit.as_str()).await.map_err(storage)?;
    Ok(Filter { inside, taking_part, accusations, ..Filter::default() })
}
