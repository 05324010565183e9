//! What is planned and not announced, with what each plan still lacks.

use huiyin_authz::Sight;
use huiyin_kernel::DistrictCode;
use uuid::Uuid;

use super::facts::Facts;
use super::{App, AppError};
use crate::domain::{Gap, Session};
use crate::store;

/// One page of the drafts of an area.
pub async fn list(
    app: &App,
    sight: &Sight,
    area: &DistrictCode,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(Session, Vec<Gap>)>, AppError> {
    let mut tx = app.db.read_as(sight).await?;
    let drafts = store::sessions::drafts(&mut tx, area, after, limit).await?;
    let facts = Facts::load(&mut tx, &drafts.iter().map(|s| &s.plan).collect::<Vec<_>>()).await?;
    drafts
        .into_iter()
        .map(|draft| {
            let scheme = app.scheme(&draft.plan.district, facts.pack(&draft.plan))?;
            let gaps = draft.plan.gaps(facts.venue(&draft.plan), facts.leader(&draft.plan), &scheme);
            Ok((draft, gaps))
        })
        .collect()
}
