use huiyin_kernel::Text;

use super::{Access, Context, Failure, admit, amend::finish, supplementing::add};
use crate::{
    domain::{Petition, PetitionEvent},
    events::outgoing,
    store::{self, supplement::Purpose},
};

/// Asks for an appointment with a leader (申请约访; QD-02). What is wished is read by who handles the matter; casework prepares it, with a month to
/// the plan from now on. Asking twice in the same words, before the first was heard of, is asking once.
pub async fn ask_appointment(context: &Context, access: &Access, wish: &Text) -> Result<Petition, Failure> {
    let mut tx = context.api.begin().await?;
    let id = admit(context, &mut tx, access).await?.petition.snapshot.petition_id;
    store::petition::lock(&mut tx, id).await?;
    let stored = store::petition::find(&mut tx, id).await?.ok_or(Failure::Unknown)?;
    let case = store::case_status::find(&mut tx, id).await?;
    let supplements = store::supplement::list(&mut tx, id).await?;
    let text_mac = context.vault.body_mac(wish.as_str().as_bytes());
    let last = supplements.last();
    let said = last.filter(|last| last.purpose == Purpose::Appointment && last.text_mac[..] == text_mac[..]);
    // The application those words were for has ended: casework has told of it, and that another may be made.
    let over = case.as_ref().and_then(|case| case.appointment.as_ref()).filter(|asked| !asked.open);
    if said.is_some_and(|said| over.is_none_or(|asked| asked.asked_at < said.added_at)) {
        return Ok(stored.petition);
    }
    stored.petition.ask_appointment(case.as_ref())?;
    let sealed = add(context, &mut tx, &stored, last, Purpose::Appointment, wish).await?;
    let event = PetitionEvent::AppointmentAsked { sealed: vec![sealed] };
    let petition = stored.petition.clone().apply(&event);
    let (cause, mut ids) = context.ids_for_change(id, stored.petition.version, "ask-appointment");
    let told = outgoing::appointment_asked(&petition.snapshot)?;
    finish(context, tx, &stored, &petition, &event, (cause, &mut ids), told).await?;
    Ok(petition)
}
