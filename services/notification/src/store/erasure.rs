//! What goes when intake has destroyed the personal data of a petition.

use chrono::{DateTime, Utc};
use huiyin_kernel::PetitionId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Intake has destroyed it. Letters on their way come to their end now.
pub(crate) async fn heard(
    conn: &mut PgConnection,
    petition: PetitionId,
    infra_now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update notification.petition set erased = true where petition_id = $1", petition.uuid())
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update notification.message set next_attempt_at = least(next_attempt_at, $2)
         where petition_id = $1 and staff_id is null and state = 'pending'",
        petition.uuid(),
        infra_now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Destroys how the petitioners were reached and what was written to them, and gives the petitions of which nothing is left and nothing can
/// come any more: one with a letter still on its way is looked at again, after the others.
pub(crate) async fn destroy(conn: &mut PgConnection, limit: i64) -> Result<Vec<Uuid>, sqlx::Error> {
    let found = sqlx::query!(
        r#"select p.petition_id, exists (select from notification.message m
               where m.petition_id = p.petition_id and m.staff_id is null and m.state = 'pending') as "on_its_way!"
           from notification.petition p where p.erased and not p.erasure_confirmed order by 2, 1 limit $1"#,
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    let petitions: Vec<Uuid> = found.iter().map(|row| row.petition_id).collect();
    sqlx::query!("delete from notification.contact where petition_id = any($1)", &petitions)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update notification.message set title = null, body = null
         where petition_id = any($1) and staff_id is null and (title is not null or body is not null)",
        &petitions,
    )
    .execute(conn)
    .await?;
    Ok(found.into_iter().filter(|row| !row.on_its_way).map(|row| row.petition_id).collect())
}

/// Intake knows.
pub(crate) async fn confirmed(conn: &mut PgConnection, petitions: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!("update notification.petition set erasure_confirmed = true where petition_id = any($1)", petitions)
        .execute(conn)
        .await?;
    Ok(())
}
