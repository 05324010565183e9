use huiyin_kernel::Text;

use super::{Access, Context, Failure, admit, amend::finish, supplementing::add};
use crate::{
    domain::{Petition, PetitionEvent},
    events::outgoing,
    store::{self, supplement::Purpose},
};

/// Asks for a review or re-examination of the written answer (REG-40, REG-41). Which of the two, at which body and until when,
/// casework says; the time it has for it starts now. Asking twice in the same words is asking once.
pub async fn ask_review(context: &Context, access: &Access, reason: &Text) -> Result<Petition, Failure> {
    let mut tx = context.api.begin().await?;
    let id = admit(context, &mut tx, access).await?.petition.snapshot.petition_id;
    store::petition::lock(&mut tx, id).await?;
    let stored = store::petition::find(&mut tx, id).await?.ok_or(Failure::Unknown)?;
    let case = store::case_status::find(&mut tx, id).await?;
    let supplements = store::supplement::list(&mut tx, id).await?;
    let text_mac = context.vault.body_mac(reason.as_str().as_bytes());
    let last = supplements.last();
    let said = last.filter(|last| last.purpose == Purpose::Review && last.text_mac[..] == text_mac[..]);
    // Answered since, and asked once more: the casework has told of a review that began with those words and has ended.
    let ended = case.as_ref().and_then(|case| case.review.as_ref()).filter(|review| {
        use huiyin_contracts::casework::ReviewState::{Answered, Asked};
        !matches!(review.state, Asked | Answered)
    });
    if said.is_some_and(|said| ended.is_none_or(|review| review.asked_at < said.added_at)) {
        return Ok(stored.petition);
    }
    stored.petition.ask_review(case.as_ref())?;
    let sealed = add(context, &mut tx, &stored, last, Purpose::Review, reason).await?;
    let event = PetitionEvent::ReviewAsked { sealed: vec![sealed] };
    let petition = stored.petition.clone().apply(&event);
    let (cause, mut ids) = context.ids_for_change(id, stored.petition.version, "ask-review");
    let told = outgoing::review_asked(&petition.snapshot)?;
    finish(context, tx, &stored, &petition, &event, (cause, &mut ids), told).await?;
    Ok(petition)
}
