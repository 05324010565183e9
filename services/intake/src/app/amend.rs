use huiyin_contracts::intake::{Contact, ContactSealed};
use huiyin_journal::{Outgoing, record};
use huiyin_kernel::{Actor, IdSequence, Phone, Text};
use uuid::Uuid;

use super::{
    Access, Context, Failure, admit,
    story::{Happening, sealed_field},
};
use crate::{
    domain::{Amendment, CaseStanding, ContactChange, Decision, Petition, PetitionEvent, SealedField},
    events::outgoing,
    store::{
        self,
        petition::Stored,
        supplement::{Purpose, Supplement},
    },
    vault::{Fields, PETITIONER, SUPPLEMENT, SealedIdentity},
};

/// Adds to a petition or corrects how its petitioner is reached. What is there already is not
/// added a second time.
pub async fn amend(context: &Context, access: &Access, amendment: &Amendment) -> Result<Petition, Failure> {
    let mut tx = context.api.begin().await?;
    let id = admit(context, &mut tx, access).await?.petition.snapshot.petition_id;
    store::petition::lock(&mut tx, id).await?;
    let stored = store::petition::find(&mut tx, id).await?.ok_or(Failure::Unknown)?;
    let case = store::case_status::find(&mut tx, id).await?;
    let Decision::Changed = stored.petition.amend(CaseStanding::of(case.as_ref()))? else { return Ok(stored.petition) };
    let supplements = store::supplement::list(&mut tx, id).await?;
    let now = context.clock.now();
    let mac = amendment.text.as_ref().map(|text| context.vault.body_mac(text.as_str().as_bytes()).to_vec());
    let text = amendment.text.as_ref().filter(|_| supplements.last().map(|last| &last.text_mac) != mac.as_ref());
    let (cause, mut ids) = context.ids_for_change(id, stored.petition.version, "amend");
    let wrapped = stored.wrapped_key.as_deref().ok_or(Failure::Unknown)?;
    let fields = context.vault.fields(id, &stored.petition.snapshot.district, stored.key_id, wrapped)?;
    let was = store::petitioner::load(&mut tx, &[id]).await?.remove(&id).ok_or(Failure::Unknown)?;
    let known = known_contact(&fields, &was)?;
    let routes = changed(&amendment.contact, &known);
    if text.is_none() && routes.is_empty() {
        return Ok(stored.petition);
    }
    let mut sealed: Vec<SealedField> = Vec::new();
    if let (Some(text), Some(text_mac)) = (text, mac) {
        let text = fields.seal(SUPPLEMENT, "text", text.as_str())?;
        sealed.push(sealed_field("supplement", &text));
        let ordinal = supplements.last().map_or(1, |last| last.ordinal + 1);
        let supplement = Supplement { ordinal, added_at: now, purpose: Purpose::Addition, text, text_mac };
        store::supplement::insert(&mut tx, id, &supplement).await?;
    }
    let mut contact = None;
    let can_be_told = stored.petition.snapshot.can_be_told || !routes.is_empty();
    if !routes.is_empty() {
        contact = Some(save_routes(&mut tx, &stored, &fields, known, &routes, &mut sealed).await?);
    }
    let event = PetitionEvent::Amended { can_be_told, sealed };
    let petition = stored.petition.clone().apply(&event);
    let told = outgoing::amended(&petition.snapshot, contact.as_ref())?;
    finish(context, tx, &stored, &petition, &event, (cause, &mut ids), told).await?;
    Ok(petition)
}

/// Saves and records a change of the petitioner's own.
pub(super) async fn finish(
    context: &Context,
    mut tx: huiyin_journal::Tx,
    before: &Stored,
    after: &Petition,
    event: &PetitionEvent,
    (cause, ids): (Uuid, &mut IdSequence),
    outgoing: Vec<Outgoing>,
) -> Result<(), Failure> {
    if !store::petition::save(&mut tx, before.petition.version, after).await? {
        return Err(Failure::Changed);
    }
    let at = context.clock.now();
    let happening = Happening {
        before: &before.petition,
        event,
        event_id: ids.next(at),
        actor: Actor::Petitioner,
        cause,
        at,
        outgoing,
    };
    record(&mut tx, vec![happening.change()?]).await?;
    Ok(tx.commit().await?)
}

/// How the petitioner is reached now.
fn known_contact(fields: &Fields<'_>, was: &SealedIdentity) -> Result<Contact, Failure> {
    let open = |column, sealed: &Option<Vec<u8>>| fields.open_some(PETITIONER, column, sealed.as_deref());
    Ok(Contact {
        name: fields.open(PETITIONER, "name", &was.name)?.as_str().to_owned(),
        phone: open("phone", &was.phone)?,
        email: open("email", &was.email)?,
        address: open("address", &was.address)?,
    })
}

/// The routes that are really new: column and value.
fn changed(given: &ContactChange, known: &Contact) -> Vec<(&'static str, String)> {
    let routes = [
        ("phone", given.phone.as_ref().map(Phone::as_str), &known.phone),
        ("email", given.email.as_deref(), &known.email),
        ("address", given.address.as_ref().map(Text::as_str), &known.address),
    ];
    let new = routes.into_iter().filter(|(_, given, known)| given.is_some() && *given != known.as_deref());
    new.filter_map(|(column, given, _)| Some((column, given?.to_owned()))).collect()
}

async fn save_routes(
    tx: &mut huiyin_journal::Tx,
    stored: &Stored,
    fields: &Fields<'_>,
    mut contact: Contact,
    routes: &[(&'static str, String)],
    sealed: &mut Vec<SealedField>,
) -> Result<ContactSealed, Failure> {
    let snapshot = &stored.petition.snapshot;
    let (mut phone, mut email, mut address) = (None, None, None);
    for (column, value) in routes {
        let blob = fields.seal(PETITIONER, column, value)?;
        sealed.push(sealed_field(column, &blob));
        let (place, open) = match *column {
            "phone" => (&mut phone, &mut contact.phone),
            "email" => (&mut email, &mut contact.email),
            _ => (&mut address, &mut contact.address),
        };
        *place = Some(blob);
        *open = Some(value.clone());
    }
    let id = snapshot.petition_id;
    store::petitioner::save_routes(&mut *tx, id, phone.as_deref(), email.as_deref(), address.as_deref()).await?;
    Ok(ContactSealed {
        petition_id: id,
        number: snapshot.number.clone(),
        key_id: stored.key_id,
        sealed: fields.seal_contact(&contact)?,
    })
}
