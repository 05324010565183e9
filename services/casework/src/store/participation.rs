//! Since when, and until when, a unit took part in a matter.

use chrono::{DateTime, Utc};
use huiyin_journal::{DbError, Tx};

use crate::domain::{Case, Part};

/// Closes what ended and opens what began.
pub(crate) async fn keep(tx: &mut Tx, before: Option<&Case>, after: &Case, at: DateTime<Utc>) -> Result<(), DbError> {
    let (was, is) = (before.map(Case::units).unwrap_or_default(), after.units());
    let case_id = after.facts.case_id.uuid();
    let (ended_units, ended_roles) = split(was.iter().filter(|part| !is.contains(part)));
    if !ended_units.is_empty() {
        sqlx::query!(
            "update casework.participation p set until = greatest($4, p.since)
             from unnest($2::text[], $3::text[]) ended(unit, role)
             where p.case_id = $1 and p.unit = ended.unit and p.role = ended.role and p.until is null",
            case_id,
            &ended_units,
            &ended_roles,
            at,
        )
        .execute(&mut **tx)
        .await?;
    }
    let (begun_units, begun_roles) = split(is.iter().filter(|part| !was.contains(part)));
    if !begun_units.is_empty() {
        sqlx::query!(
            "insert into casework.participation (case_id, unit, role, district, since)
             select $1, unit, role, $4, $5 from unnest($2::text[], $3::text[]) begun(unit, role)
             on conflict (case_id, unit, role, since) do update set until = null",
            case_id,
            &begun_units,
            &begun_roles,
            after.facts.district.as_str(),
            at,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

fn split<'a>(parts: impl Iterator<Item = &'a (&'a huiyin_kernel::UnitCode, Part)>) -> (Vec<String>, Vec<String>) {
    parts.map(|(unit, part)| (unit.to_string(), part.name().to_owned())).unzip()
}
