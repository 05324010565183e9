//! What the petitioner adds to a petition in words, kept sealed.

use huiyin_journal::Tx;
use huiyin_kernel::Text;

use super::{Context, Failure, story::sealed_field};
use crate::{
    domain::SealedField,
    store::{
        self,
        petition::Stored,
        supplement::{Purpose, Supplement},
    },
    vault::SUPPLEMENT,
};

/// Seals and keeps such words after the `last` ones; gives them as the journal keeps them. The petition is locked.
pub(super) async fn add(
    context: &Context,
    tx: &mut Tx,
    stored: &Stored,
    last: Option<&Supplement>,
    purpose: Purpose,
    words: &Text,
) -> Result<SealedField, Failure> {
    let snapshot = &stored.petition.snapshot;
    let id = snapshot.petition_id;
    let wrapped = stored.wrapped_key.as_deref().ok_or(Failure::Unknown)?;
    let fields = context.vault.fields(id, &snapshot.district, stored.key_id, wrapped)?;
    let text = fields.seal(SUPPLEMENT, "text", words.as_str())?;
    let sealed = sealed_field("supplement", &text);
    let text_mac = context.vault.body_mac(words.as_str().as_bytes()).to_vec();
    let ordinal = last.map_or(1, |last| last.ordinal + 1);
    let supplement = Supplement { ordinal, added_at: context.clock.now(), purpose, text, text_mac };
    store::supplement::insert(tx, id, &supplement).await?;
    Ok(sealed)
}
