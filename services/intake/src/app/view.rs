//! What staff see of a petition: the matter, and who petitioned only masked (S5).

use chrono::NaiveDate;
use huiyin_authz::{Participants, may_see};
use huiyin_contracts::{casework::CaseSnapshot, intake::PetitionSnapshot};
use huiyin_kernel::{Actor, CITY_ZONE, DocumentKind, IdNumber, PetitionId, PetitionNumber, Phone, UnitCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Context, Failure, Known};
use crate::{
    domain::{MatterFacts, Sight, mask_name, sight},
    store::{self, petition::Stored},
    vault::{Fields, PETITION, PETITIONER, SUPPLEMENT, SealedIdentity},
};

/// Who petitioned, masked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MaskedIdentity {
    /// 姓名: the first character.
    pub name: String,
    /// The kind of document shown.
    pub document_kind: String,
    /// Its number with the middle hidden.
    pub document_number: Option<String>,
    /// Its last four digits.
    pub phone: Option<String>,
    /// As stated.
    pub gender: Option<String>,
    /// In whole years, when the document tells it.
    pub age: Option<u32>,
    /// An e-mail address is known.
    pub has_email: bool,
    /// 住址, its beginning.
    pub address: Option<String>,
}

/// A petition as staff see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionView {
    /// Its values.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub petition: PetitionSnapshot,
    /// 标题
    pub title: String,
    /// 请求
    pub request: String,
    /// 事实和理由
    pub facts: Option<String>,
    /// 问题发生地
    pub place: Option<String>,
    /// 所需协助
    pub assistance: Option<String>,
    /// The number it had elsewhere.
    pub external_ref: Option<String>,
    /// Of an accusation, the unit accused: shown to discipline bodies alone.
    pub accused_unit: Option<String>,
    /// How many representatives the group chose.
    pub representatives: usize,
    /// How many companions or co-signers are named.
    pub companions: usize,
    /// What the petitioner added.
    pub supplements: Vec<super::Added>,
    /// Who petitioned, masked; absent for the unit complained about.
    pub petitioner: Option<MaskedIdentity>,
    /// The identity may be opened with a reason.
    pub may_reveal: bool,
}

/// A petition that a member of staff may see, with everything needed to show it.
pub(super) struct InSight<'a> {
    pub(super) stored: Stored,
    /// The member of staff may learn who petitioned.
    pub(super) may_identify: bool,
    /// Its case, once heard of.
    pub(super) case: Option<Box<CaseSnapshot>>,
    actor: &'a Actor,
}

/// Loads those of the petitions that the actor may see; of the others nothing is told.
pub(super) async fn in_sight<'a>(
    context: &Context,
    known: &Known,
    conn: &mut sqlx::PgConnection,
    actor: &'a Actor,
    ids: &[PetitionId],
) -> Result<Vec<InSight<'a>>, Failure> {
    let stored = store::petition::load(&mut *conn, ids).await?;
    let mut cases = store::case_status::load(conn, ids).await?;
    let mut seen = Vec::with_capacity(stored.len());
    for stored in stored {
        let snapshot = &stored.petition.snapshot;
        let case = cases.remove(&snapshot.petition_id);
        let accused = accused_unit(context, &stored)?;
        let district = known.districts.get(&snapshot.district);
        let concerned = snapshot.concerned_unit.as_ref().or(accused.as_ref());
        let sight = sight(&MatterFacts {
            class: snapshot.class,
            district: &snapshot.district,
            registered_by: snapshot.registered_by.as_ref(),
            concerned_unit: concerned,
            carried_on_by: concerned.map(|unit| known.carried_on_by(unit)).unwrap_or_default(),
            petition_unit: district.map(|district| &district.petition_unit),
            case: case.as_ref(),
        });
        if sees(actor, snapshot, &sight, known) {
            let may_identify = actor.unit().is_none_or(|unit| !sight.blind.contains(unit));
            seen.push(InSight { stored, may_identify, case: case.map(Box::new), actor });
        }
    }
    Ok(seen)
}

fn sees(actor: &Actor, snapshot: &PetitionSnapshot, sight: &Sight, known: &Known) -> bool {
    let kind = actor.unit().and_then(|unit| known.units.get(unit)).copied();
    if matches!(actor, Actor::Staff { .. }) && !sight.admits(kind) {
        return false;
    }
    // A discipline body sees the accusations of its district even before the case names it.
    let own: Vec<UnitCode> = match actor {
        Actor::Staff { unit, district, .. } if sight.discipline_only && district.contains(&snapshot.district) => {
            vec![unit.clone()]
        }
        Actor::Staff { .. } | Actor::Petitioner | Actor::System { .. } => Vec::new(),
    };
    let units = [sight.units.as_slice(), &own].concat();
    may_see(actor, &snapshot.district, Participants { units: &units, staff: &sight.staff, barred: &sight.barred })
}

fn accused_unit(context: &Context, stored: &Stored) -> Result<Option<UnitCode>, Failure> {
    let (Some(sealed), Some(_)) = (&stored.text.accused_unit, &stored.wrapped_key) else { return Ok(None) };
    let unit = fields(context, stored)?.open(PETITION, "accused_unit", sealed)?;
    Ok(UnitCode::parse(&unit).ok())
}

/// The opened key of a petition; none once destroyed.
pub(super) fn fields<'a>(context: &Context, stored: &'a Stored) -> Result<Fields<'a>, Failure> {
    let snapshot = &stored.petition.snapshot;
    let wrapped = stored.wrapped_key.as_deref().ok_or(Failure::Unknown)?;
    Ok(context.vault.fields(snapshot.petition_id, &snapshot.district, stored.key_id, wrapped)?)
}

/// The petition for a member of staff; unknown when it is not for them to see.
pub async fn view(context: &Context, actor: &Actor, id: PetitionId) -> Result<PetitionView, Failure> {
    let known = context.known().await?;
    let mut tx = context.api.look_up_as(&huiyin_authz::Sight::of(actor)).await?;
    let one = in_sight(context, &known, &mut tx, actor, &[id]).await?.pop().ok_or(Failure::Unknown)?;
    let identity = store::petitioner::load(&mut tx, &[id]).await?.remove(&id).ok_or(Failure::Unknown)?;
    let mut supplements = store::supplement::list(&mut tx, id).await?;
    let case = store::case_status::find(&mut tx, id).await?;
    drop(tx);
    // What is said of the unit that answered is for the petition office alone (REG-07).
    if !super::evaluate::is_petition_office(&known, actor, &one.stored, case.as_ref()) {
        supplements.retain(|one| one.purpose != store::supplement::Purpose::Evaluation);
    }
    let fields = fields(context, &one.stored)?;
    let text = &one.stored.text;
    let open = |column, sealed: &Option<Vec<u8>>| fields.open_some(PETITION, column, sealed.as_deref());
    let count = |column, sealed: &Option<Vec<u8>>| -> Result<usize, Failure> {
        let list: Vec<serde_json::Value> = match open(column, sealed)? {
            Some(json) => serde_json::from_str(&json)?,
            None => Vec::new(),
        };
        Ok(list.len())
    };
    let added: Result<Vec<_>, Failure> = supplements
        .into_iter()
        .map(|one| {
            let text = fields.open(SUPPLEMENT, "text", &one.text)?.as_str().to_owned();
            Ok(super::Added { at: one.added_at, purpose: one.purpose.name(), text })
        })
        .collect();
    let today = context.clock.now().with_timezone(&CITY_ZONE).date_naive();
    let may_reveal = one.may_identify && huiyin_authz::allowed(one.actor, huiyin_authz::Permission::RevealIdentity);
    Ok(PetitionView {
        title: fields.open(PETITION, "title", &text.title)?.as_str().to_owned(),
        request: fields.open(PETITION, "request", &text.request)?.as_str().to_owned(),
        facts: open("facts", &text.facts)?,
        place: open("place", &text.place)?,
        assistance: open("assistance", &text.assistance)?,
        external_ref: open("external_ref", &text.external_ref)?,
        accused_unit: open("accused_unit", &text.accused_unit)?,
        representatives: count("representatives", &text.representatives)?,
        companions: count("companions", &text.companions)?,
        supplements: added?,
        petitioner: if one.may_identify { Some(masked(&fields, &identity, today)?) } else { None },
        may_reveal,
        petition: one.stored.petition.snapshot.clone(),
    })
}

/// Masks an identity.
pub(super) fn masked(
    fields: &Fields<'_>,
    identity: &SealedIdentity,
    today: NaiveDate,
) -> Result<MaskedIdentity, Failure> {
    let open = |column, sealed: &Option<Vec<u8>>| fields.open_some(PETITIONER, column, sealed.as_deref());
    let document_kind = fields.open(PETITIONER, "document_kind", &identity.document_kind)?.as_str().to_owned();
    let id_card = document_kind == crate::domain::Document::kind_name(DocumentKind::IdCard);
    let number = open("document_number", &identity.document_number)?;
    // Checked when it was taken in; the far future bounds nothing.
    let id_number = number.as_deref().filter(|_| id_card).and_then(|n| IdNumber::parse(n, NaiveDate::MAX).ok());
    let born = id_number.as_ref().and_then(|n| NaiveDate::parse_from_str(&n.as_str()[6..14], "%Y%m%d").ok());
    let document_number = match (&id_number, number) {
        (Some(number), _) => Some(number.masked()),
        (None, Some(number)) => Some(mask_tail(&number, 2)),
        (None, None) => None,
    };
    let phone = open("phone", &identity.phone)?;
    Ok(MaskedIdentity {
        name: mask_name(&fields.open(PETITIONER, "name", &identity.name)?),
        document_kind,
        document_number,
        phone: phone.and_then(|phone| Phone::parse(&phone).ok()).map(|phone| phone.masked()),
        gender: open("gender", &identity.gender)?,
        age: born.and_then(|born| today.years_since(born)),
        has_email: identity.email.is_some(),
        address: open("address", &identity.address)?.map(|address| mask_tail(&address, 6)),
    })
}

fn mask_tail(text: &str, keep: usize) -> String {
    let kept: String = text.chars().take(keep).collect();
    format!("{kept}******")
}

/// The petition of a number; nonsense is as unknown as a number nobody has.
pub async fn view_by_number(context: &Context, actor: &Actor, number: &str) -> Result<PetitionView, Failure> {
    let number = PetitionNumber::parse(number).map_err(|_| Failure::Unknown)?;
    let mut tx = context.api.look_up_as(&huiyin_authz::Sight::of(actor)).await?;
    let id = store::petition::find_id(&mut tx, number.as_str()).await?.ok_or(Failure::Unknown)?;
    drop(tx);
    view(context, actor, id).await
}
