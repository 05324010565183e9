use std::collections::BTreeMap;

use huiyin_journal::DbError;
use huiyin_kernel::PetitionId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::vault::SealedIdentity;

/// Loads who handed petitions in.
pub async fn load(
    conn: &mut PgConnection,
    ids: &[PetitionId],
) -> Result<BTreeMap<PetitionId, SealedIdentity>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select petition_id, name, gender, document_kind, document_number, phone, email, address, document_index
         from intake.petitioner where petition_id = any($1)",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let identity = rows.into_iter().map(|row| {
        let identity = SealedIdentity {
            name: row.name,
            gender: row.gender,
            document_kind: row.document_kind,
            document_number: row.document_number,
            phone: row.phone,
            email: row.email,
            address: row.address,
            document_index: row.document_index,
        };
        (PetitionId::from(row.petition_id), identity)
    });
    Ok(identity.collect())
}

/// Replaces the routes that were given anew.
pub async fn save_routes(
    conn: &mut PgConnection,
    id: PetitionId,
    phone: Option<&[u8]>,
    email: Option<&[u8]>,
    address: Option<&[u8]>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update intake.petitioner
         set phone = coalesce($2, phone), email = coalesce($3, email), address = coalesce($4, address)
         where petition_id = $1",
        id.uuid(),
        phone,
        email,
        address,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The most petitions found by one document.
const MOST: i32 = 200;

/// The petitions handed in with a document of one of these indexes, newest first; which of them may be seen is asked when they
/// are read.
pub async fn find_by_document(conn: &mut PgConnection, indexes: &[Vec<u8>]) -> Result<Vec<PetitionId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id!" from intake.petitions_of_document($1, $2) as found(id)"#,
        indexes,
        MOST,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(PetitionId::from).collect())
}
