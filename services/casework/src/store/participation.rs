//! Since when, and until when, a unit took part in a matter.

use chrono::{DateTime, Utc};
use huiyin_journal::{DbError, Tx};
use huiyin_kernel::UnitCode;
use uuid::Uuid;

use crate::domain::{Case, Part};

/// Closes what ended and opens what began, for each case at its instant.
pub(crate) async fn keep(tx: &mut Tx, cases: &[(Option<&Case>, &Case, DateTime<Utc>)]) -> Result<(), DbError> {
    let (mut ended, mut begun) = (Parts::default(), Parts::default());
    for (before, after, at) in cases {
        let (was, is) = (before.map(Case::units).unwrap_or_default(), after.units());
        was.iter().filter(|part| !is.contains(part)).for_each(|part| ended.add(after, part, *at));
        is.iter().filter(|part| !was.contains(part)).for_each(|part| begun.add(after, part, *at));
    }
    if !ended.case_id.is_empty() {
        sqlx::query!(
            "update casework.participation p set until = greatest(ended.at, p.since)
             from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) ended(case_id, unit, role, at)
             where p.case_id = ended.case_id and p.unit = ended.unit and p.role = ended.role and p.until is null",
            &ended.case_id,
            &ended.unit,
            &ended.role,
            &ended.at,
        )
        .execute(&mut **tx)
        .await?;
    }
    if !begun.case_id.is_empty() {
        sqlx::query!(
            "insert into casework.participation (case_id, unit, role, since, district)
             select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
             on conflict (case_id, unit, role, since) do update set until = null",
            &begun.case_id,
            &begun.unit,
            &begun.role,
            &begun.at,
            &begun.district,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Columns of many rows.
#[derive(Default)]
struct Parts {
    case_id: Vec<Uuid>,
    unit: Vec<String>,
    role: Vec<String>,
    at: Vec<DateTime<Utc>>,
    district: Vec<String>,
}

impl Parts {
    fn add(&mut self, case: &Case, (unit, part): &(&UnitCode, Part), at: DateTime<Utc>) {
        self.case_id.push(case.facts.case_id.uuid());
        self.unit.push(unit.to_string());
        self.role.push(part.name().to_owned());
        self.at.push(at);
        self.district.push(case.facts.district.to_string());
    }
}
