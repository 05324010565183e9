//! What a paper of a visit says of its matter and of the office.

use huiyin_contracts::intake::PetitionClass;
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, PetitionId, StaffId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::named;

/// The matter by number and class, and whose paper it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 信访编号
    pub number: String,
    /// One of the three classes.
    pub class: PetitionClass,
    /// The case, once there is one.
    pub case_id: Option<Uuid>,
    /// The office that takes petitions in where the session is (接访单位), else the unit of the leader who receives.
    pub unit: Option<String>,
}

/// For a petition received in a district by a leader.
pub async fn head(
    conn: &mut PgConnection,
    petition: PetitionId,
    district: &DistrictCode,
    leader: Option<StaffId>,
) -> Result<Option<Head>, DbError> {
    let row = sqlx::query!(
        r#"select p.number, p.class, m.case_id as "case_id?",
               coalesce((select u.name from scheduling.district d join scheduling.unit u on u.code = d.petition_unit where d.code = $2),
                   (select u.name from scheduling.staff s join scheduling.unit u on u.code = s.unit where s.staff_id = $3)) as unit
           from scheduling.petition p left join scheduling.matter m using (petition_id)
           where p.petition_id = $1"#,
        petition.uuid(),
        district.as_str(),
        leader.map(StaffId::uuid),
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let class = named("class", row.class)?;
        Ok(Head { number: row.number, class, case_id: row.case_id, unit: row.unit })
    })
    .transpose()
}
