//! What intake tells others: the petition's newest values to everyone, the sealed contact to those who may open it.

use huiyin_contracts::{
    EventType,
    intake::{
        AMENDED, APPOINTMENT_ASKED, CONTACT, ContactSealed, ERASED, EVALUATED, PetitionSnapshot, REGISTERED, RESTORED,
        REVIEW_ASKED, WITHDRAWN,
    },
};
use huiyin_journal::Outgoing;

fn news(event: EventType, body: &impl serde::Serialize) -> Result<Outgoing, serde_json::Error> {
    Ok(Outgoing { entry: 0, event, body: serde_json::to_vec(body)? })
}

/// Registered: the snapshot, and how the petitioner is reached.
pub fn registered(petition: &PetitionSnapshot, contact: &ContactSealed) -> Result<Vec<Outgoing>, serde_json::Error> {
    Ok(vec![news(REGISTERED, petition)?, news(CONTACT, contact)?])
}

/// Amended: the snapshot, and the contact when it changed.
pub fn amended(
    petition: &PetitionSnapshot,
    contact: Option<&ContactSealed>,
) -> Result<Vec<Outgoing>, serde_json::Error> {
    let mut told = vec![news(AMENDED, petition)?];
    if let Some(contact) = contact {
        told.push(news(CONTACT, contact)?);
    }
    Ok(told)
}

/// A review was asked for.
pub fn review_asked(petition: &PetitionSnapshot) -> Result<Vec<Outgoing>, serde_json::Error> {
    Ok(vec![news(REVIEW_ASKED, petition)?])
}

/// An appointment was asked for.
pub fn appointment_asked(petition: &PetitionSnapshot) -> Result<Vec<Outgoing>, serde_json::Error> {
    Ok(vec![news(APPOINTMENT_ASKED, petition)?])
}

/// Rated, or disputed.
pub fn evaluated(petition: &PetitionSnapshot) -> Result<Vec<Outgoing>, serde_json::Error> {
    Ok(vec![news(EVALUATED, petition)?])
}

/// Withdrawn.
pub fn withdrawn(petition: &PetitionSnapshot) -> Result<Vec<Outgoing>, serde_json::Error> {
    Ok(vec![news(WITHDRAWN, petition)?])
}

/// Taken up again.
pub fn restored(petition: &PetitionSnapshot) -> Result<Vec<Outgoing>, serde_json::Error> {
    Ok(vec![news(RESTORED, petition)?])
}

/// Its personal data was destroyed.
pub fn erased(petition: &PetitionSnapshot) -> Result<Vec<Outgoing>, serde_json::Error> {
    Ok(vec![news(ERASED, petition)?])
}
