//! Where a matter is received by law, for whoever came to a place far above (REG-06).

use huiyin_contracts::scheduling::{CompetentPlaces, SessionKind};
use huiyin_journal::{DbError, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Matter, Session};
use crate::store;

/// Where the matter belongs and why; the visitor is received all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Guidance {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Reception places of the competent body, then of the level above it.
    pub places: Vec<GuidancePlace>,
}

/// A reception place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuidancePlace {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// What a visitor of the session is told, and what is kept with the turn; none where the place is a right one.
pub(super) async fn competent(
    tx: &mut Tx,
    session: &Session,
    matter: &Matter,
) -> Result<Option<(CompetentPlaces, Guidance)>, DbError> {
    let kind: Option<SessionKind> = session.plan.kind;
    let Some(below) = kind.and_then(|kind| matter.belongs_below(kind, &session.plan.district)) else { return Ok(None) };
    let places = store::venues::of_competent(tx, &below.district).await?;
    let name = store::directory::unit_name(tx, &below.unit).await?;
    let name = name.unwrap_or_else(|| below.unit.to_string());
    let guidance = Guidance {
        zh: format!(
            "这件事由{name}有权处理。按照《信访工作条例》第二十条第一款，走访应当到有权处理的机关、单位或者其上一级的接待场所提出。\
             本次照常接待，也请告诉来访人可以就近前往下列场所。"
        ),
        en: format!(
            "{name} is competent. By Art. 20(1) a visit goes to a reception place of the competent body or of the next level. The visitor is \
             received all the same; please tell them of these places, too."
        ),
        places: places
            .iter()
            .map(|place| GuidancePlace { name: place.name.clone(), address: place.address.clone() })
            .collect(),
    };
    let places = CompetentPlaces { unit: below.unit.clone(), district: below.district.clone(), places };
    Ok(Some((places, guidance)))
}
