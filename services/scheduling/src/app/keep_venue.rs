//! Adding a reception place.

use huiyin_kernel::DistrictCode;

use super::{App, AppError, Request};
use crate::domain::VenueKind;
use crate::events::outgoing::Cause;
use crate::store;
use crate::store::venues::VenueRow;

/// A place to add.
#[derive(Clone, Debug)]
pub struct KeepVenue {
    /// Where it serves.
    pub district: DistrictCode,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Hall or site.
    pub kind: VenueKind,
    /// Telephone.
    pub phone: Option<String>,
    /// Reachable without steps.
    pub accessible: bool,
    /// Opening hours.
    pub hours: Option<String>,
}

/// Adds a place.
pub async fn keep_venue(app: &App, request: &Request, command: KeepVenue) -> Result<VenueRow, AppError> {
    request.may_plan(&command.district)?;
    let mut tx = app.db.begin_as(&request.sight()).await?;
    if let Some(answer) = request.replay(&mut tx).await? {
        return Ok(answer);
    }
    let (now, mut ids) = app.begin(request.command);
    let venue = VenueRow {
        venue_id: ids.next(now),
        version: 1,
        district: command.district.to_string(),
        name: command.name,
        address: command.address,
        kind: command.kind.name().to_owned(),
        phone: command.phone,
        accessible: command.accessible,
        hours: command.hours,
    };
    store::venues::insert(&mut tx, &venue).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.venue(venue.venue_id, &command.district, &venue);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    request.keep(&mut tx, &venue).await?;
    tx.commit().await?;
    Ok(venue)
}
