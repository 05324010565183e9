//! Where the messages of a batch go: found for all of them together, so that many messages cost the database and intake no more than one.

use std::collections::HashMap;

use huiyin_contracts::intake::Contact;
use huiyin_contracts::notification::MessageChannel;
use huiyin_kernel::{PetitionId, Service, StaffId};
use huiyin_sealing::{DataKey, Place};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::context::Context;
use super::send::later;
use crate::domain::attempt::Tried;
use crate::store::messages::Claimed;
use crate::store::recipients::{self, Route, SealedContact};

/// The addresses of a batch; those of petitioners in the open while it is being sent, and no longer.
#[derive(Default)]
pub(crate) struct Addresses {
    staff: HashMap<StaffId, String>,
    petitioners: HashMap<PetitionId, Result<Option<String>, Tried>>,
    /// Why nothing could be looked up, if so.
    failure: Option<Tried>,
}

impl Addresses {
    /// Finds them; what fails is told of each message that needs it.
    pub(crate) async fn find(ctx: &Context, messages: &[Claimed]) -> Self {
        let letters = || messages.iter().filter(|message| message.channel == MessageChannel::Email);
        let staff: Vec<StaffId> = letters().filter_map(|letter| letter.staff_id).collect();
        let of_petitioners = letters().filter(|letter| letter.staff_id.is_none());
        let petitions: Vec<PetitionId> = of_petitioners.filter_map(|letter| letter.petition_id).collect();
        match look_up(ctx, &staff, &petitions).await {
            Ok((staff, routes)) => {
                let petitioners = open(ctx, routes).await;
                Self { staff: staff.into_iter().collect(), petitioners, failure: None }
            }
            Err(failure) => Self { failure: Some(failure), ..Self::default() },
        }
    }

    /// Where a message goes; none when there is no way to send it.
    ///
    /// # Errors
    /// What the try came to, when the address cannot be found now.
    pub(crate) fn of(&self, message: &Claimed) -> Result<Option<&str>, Tried> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        match (message.staff_id, message.petition_id) {
            (Some(staff), _) => Ok(self.staff.get(&staff).map(String::as_str)),
            (None, Some(petition)) => match self.petitioners.get(&petition) {
                Some(Ok(address)) => Ok(address.as_deref()),
                Some(Err(tried)) => Err(tried.clone()),
                None => Err(Tried::Later("the petition is not known yet".to_owned())),
            },
            (None, None) => Ok(None),
        }
    }
}

type LookedUp = (Vec<(StaffId, String)>, Vec<(PetitionId, Route)>);

async fn look_up(ctx: &Context, staff: &[StaffId], petitions: &[PetitionId]) -> Result<LookedUp, Tried> {
    if staff.is_empty() && petitions.is_empty() {
        return Ok(LookedUp::default());
    }
    let mut conn = ctx.worker.look_up().await.map_err(|e| later(&e))?;
    let staff = recipients::office_emails(&mut conn, staff).await.map_err(|e| later(&e))?;
    let routes = recipients::routes(&mut conn, petitions).await.map_err(|e| later(&e))?;
    Ok((staff, routes))
}

async fn open(ctx: &Context, routes: Vec<(PetitionId, Route)>) -> HashMap<PetitionId, Result<Option<String>, Tried>> {
    let wanted: Vec<Uuid> = routes.iter().filter_map(|(_, route)| Some(route.contact.as_ref()?.key_id)).collect();
    let keys = keys(ctx, &wanted).await;
    let address = |petition, route: Route| {
        if route.erased {
            return Err(Tried::Erased);
        }
        let Some(contact) = route.contact else {
            // The contact travels apart from the registration and may come later.
            let later = || Tried::Later("the contact is not known yet".to_owned());
            return if route.can_be_told { Err(later()) } else { Ok(None) };
        };
        match keys.as_ref().map_err(Clone::clone)?.get(&contact.key_id) {
            Some(Ok(key)) => email(petition, key, &contact),
            Some(Err(tried)) => Err(tried.clone()),
            // The key was destroyed with the petition's personal data.
            None => Ok(None),
        }
    };
    routes.into_iter().map(|(petition, route)| (petition, address(petition, route))).collect()
}

fn email(petition: PetitionId, key: &DataKey, contact: &SealedContact) -> Result<Option<String>, Tried> {
    let place = Place::contact(petition, &contact.district);
    let broken = |_| Tried::Refused("the contact cannot be opened".to_owned());
    let open = key.open_base64(place, &contact.sealed).map_err(broken)?;
    let contact: Contact =
        serde_json::from_slice(&open).map_err(|_| Tried::Refused("the contact cannot be read".to_owned()))?;
    Ok(contact.email)
}

/// The keys that there are, or why one cannot be used.
async fn keys(ctx: &Context, key_ids: &[Uuid]) -> Result<HashMap<Uuid, Result<DataKey, Tried>>, Tried> {
    /// What intake answers.
    #[derive(Deserialize)]
    struct Unwrapped {
        keys: Vec<Key>,
    }
    #[derive(Deserialize)]
    struct Key {
        key_id: Uuid,
        key: Option<String>,
    }
    if key_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let asked = json!({ "key_ids": key_ids });
    let answer: Unwrapped =
        ctx.http.post(Service::Intake, "/internal/keys/unwrap", &asked).await.map_err(|error| later(&error))?;
    let read = |key: Option<String>| {
        let key = key.ok_or_else(|| Tried::Later("intake cannot open the key".to_owned()))?;
        DataKey::from_base64(&key).map_err(|_| Tried::Refused("the key cannot be read".to_owned()))
    };
    Ok(answer.keys.into_iter().map(|Key { key_id, key }| (key_id, read(key))).collect())
}
