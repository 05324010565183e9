use std::collections::BTreeMap;

use huiyin_contracts::directory::{DistrictSnapshot, UnitKind, UnitSnapshot};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, UnitCode};
use sqlx::PgConnection;

use super::word::{read_code, read_word, word};
use crate::domain::{Topic, TopicCode, Topics};

/// The taxonomy.
pub async fn topics(conn: &mut PgConnection) -> Result<Topics, DbError> {
    let rows = sqlx::query!("select code, name_zh, name_en, active from intake.topic order by position, code");
    let rows = rows.fetch_all(conn).await?;
    let topics: Result<Vec<Topic>, DbError> = rows
        .into_iter()
        .map(|row| {
            let code = read_code(&row.code, |code| TopicCode::parse(&code))?;
            Ok(Topic { code, name_zh: row.name_zh, name_en: row.name_en, active: row.active })
        })
        .collect();
    Ok(Topics::new(topics?))
}

/// The districts, by code.
pub async fn districts(conn: &mut PgConnection) -> Result<BTreeMap<DistrictCode, DistrictSnapshot>, DbError> {
    let rows = sqlx::query!("select code, name, policy_pack, petition_unit, active from intake.district");
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            let code = read_code(&row.code, |code| DistrictCode::parse(&code).ok())?;
            let petition_unit = read_code(&row.petition_unit, |code| UnitCode::parse(&code).ok())?;
            let district = DistrictSnapshot {
                code: code.clone(),
                name: row.name,
                policy_pack: row.policy_pack,
                petition_unit,
                active: row.active,
            };
            Ok((code, district))
        })
        .collect()
}

/// What each unit is for.
pub async fn unit_kinds(conn: &mut PgConnection) -> Result<BTreeMap<UnitCode, UnitKind>, DbError> {
    let rows = sqlx::query!("select code, kind from intake.unit").fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| Ok((read_code(&row.code, |code| UnitCode::parse(&code).ok())?, read_word(&row.kind)?)))
        .collect()
}

/// Who carries on for the units that were abolished.
pub async fn successors(conn: &mut PgConnection) -> Result<BTreeMap<UnitCode, UnitCode>, DbError> {
    let rows = sqlx::query!(r#"select code, successor as "successor!" from intake.unit where successor is not null"#);
    let unit = |code: &str| read_code(code, |code| UnitCode::parse(&code).ok());
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter().map(|row| Ok((unit(&row.code)?, unit(&row.successor)?))).collect()
}

/// Keeps what directory says of a district.
pub async fn save_district(conn: &mut PgConnection, district: &DistrictSnapshot) -> Result<(), DbError> {
    sqlx::query!(
        "insert into intake.district (code, name, policy_pack, petition_unit, active) values ($1, $2, $3, $4, $5)
         on conflict (code) do update set name = excluded.name, policy_pack = excluded.policy_pack,
             petition_unit = excluded.petition_unit, active = excluded.active",
        district.code.as_str(),
        district.name,
        district.policy_pack,
        district.petition_unit.as_str(),
        district.active,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what directory says of a unit.
pub async fn save_unit(conn: &mut PgConnection, unit: &UnitSnapshot) -> Result<(), DbError> {
    sqlx::query!(
        "insert into intake.unit (code, name, kind, district, active, successor) values ($1, $2, $3, $4, $5, $6)
         on conflict (code) do update set name = excluded.name, kind = excluded.kind, district = excluded.district,
             active = excluded.active, successor = excluded.successor",
        unit.code.as_str(),
        unit.name,
        word(unit.kind),
        unit.district.as_str(),
        unit.active,
        unit.succession.as_ref().map(|succession| succession.unit.as_str()),
    )
    .execute(conn)
    .await?;
    Ok(())
}
