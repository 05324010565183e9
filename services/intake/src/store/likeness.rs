use huiyin_contracts::intake::PetitionClass;
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, PetitionId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::word::{read_code, read_word};
use crate::domain::likeness::{LIKELY, LIKELY_AT_THE_PLACE, Minima, Signature};

/// A petition whose text is not signed yet.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// Which.
    pub petition_id: PetitionId,
    /// Where the matter is.
    pub district: DistrictCode,
    /// 热点类别
    pub topic: String,
    /// One of the three classes.
    pub class: PetitionClass,
    /// Its data key.
    pub key_id: Uuid,
    /// The same, wrapped.
    pub wrapped_key: Vec<u8>,
    /// Sealed.
    pub title: Vec<u8>,
    /// Sealed.
    pub request: Vec<u8>,
    /// Sealed.
    pub place: Option<Vec<u8>>,
}

/// Takes the mark of a scheme for this transaction: up to which petition it has signed. `None` while another process has it.
pub async fn take_mark(conn: &mut PgConnection, scheme: &[u8]) -> Result<Option<Uuid>, DbError> {
    let taken = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('intake.likeness.' || encode($1, 'hex'), 0)) as "taken!""#,
        scheme,
    );
    if !taken.fetch_one(&mut *conn).await? {
        return Ok(None);
    }
    let mark = sqlx::query_scalar!("select upto from intake.likeness_mark where scheme = $1", scheme);
    Ok(Some(mark.fetch_optional(conn).await?.unwrap_or_default()))
}

/// Moves the mark on.
pub async fn move_mark(conn: &mut PgConnection, scheme: &[u8], upto: Uuid) -> Result<(), DbError> {
    sqlx::query!(
        "insert into intake.likeness_mark (scheme, upto) values ($1, $2)
         on conflict (scheme) do update set upto = excluded.upto, moved_at = clock_timestamp()
         where intake.likeness_mark.upto < excluded.upto",
        scheme,
        upto,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The first petitions after `after` that this scheme has not signed and whose text can still be opened, in the order of their ids.
pub async fn unsigned(
    conn: &mut PgConnection,
    scheme: &[u8],
    after: Uuid,
    most: i64,
) -> Result<Vec<Unsigned>, DbError> {
    let rows = sqlx::query!(
        r#"select p.petition_id, p.district, p.topic, p.class, p.key_id, k.wrapped as "wrapped!", p.title, p.request, p.place
           from intake.petition p join intake.data_key k on k.key_id = p.key_id and k.wrapped is not null
           where p.petition_id > $2
               and not exists (select from intake.likeness l where l.petition_id = p.petition_id and l.scheme = $1)
           order by p.petition_id limit $3"#,
        scheme,
        after,
        most,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Unsigned {
                petition_id: PetitionId::from(row.petition_id),
                district: read_code(&row.district, |code| DistrictCode::parse(&code).ok())?,
                topic: row.topic,
                class: read_word(&row.class)?,
                key_id: row.key_id,
                wrapped_key: row.wrapped,
                title: row.title,
                request: row.request,
                place: row.place,
            })
        })
        .collect()
}

/// Keeps a signature, unless the key of the petition has been destroyed meanwhile; one that is being destroyed is waited for, and
/// one that is kept here first is destroyed with it.
pub async fn save(
    conn: &mut PgConnection,
    scheme: &[u8],
    of: &Unsigned,
    signature: &Signature,
) -> Result<bool, DbError> {
    let text = signature.text.as_ref();
    let saved = sqlx::query!(
        "with opened as (select from intake.data_key where key_id = $2 and wrapped is not null for share)
         insert into intake.likeness (petition_id, scheme, minima, bands, place)
         select $1, $3, $4::integer[], $5::bigint[], $6::bytea from opened
         on conflict (petition_id) do update set scheme = excluded.scheme, minima = excluded.minima, bands = excluded.bands,
             place = excluded.place, signed_at = clock_timestamp()
         where intake.likeness.scheme <> excluded.scheme",
        of.petition_id.uuid(),
        of.key_id,
        scheme,
        text.map(|text| text.minima.as_slice()),
        text.map(|text| text.bands.as_slice()),
        signature.place.as_ref().map(<[u8; 16]>::as_slice),
    )
    .execute(conn)
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Removes signatures of petitions too old to be compared; at most so many at a time.
pub async fn remove_older(conn: &mut PgConnection, than: Uuid, most: i64) -> Result<u64, DbError> {
    let removed = sqlx::query!(
        "delete from intake.likeness where petition_id in
             (select petition_id from intake.likeness where petition_id < $1 order by petition_id limit $2)",
        than,
        most,
    );
    Ok(removed.execute(conn).await?.rows_affected())
}

/// A petition whose text is like another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Which.
    pub petition_id: PetitionId,
    /// In how many orders their texts agree.
    pub agreeing: u32,
    /// The place is told in the same words.
    pub same_place: bool,
}

/// Petitions after `after` whose place, topic and text are like those of `id`, as far as the transaction's reader sees them (S1): the most alike
/// first, the newest of those equally so.
pub async fn alike(
    conn: &mut PgConnection,
    id: PetitionId,
    after: Uuid,
    (text, place): (&Minima, Option<&[u8; 16]>),
    most: i64,
) -> Result<Vec<Alike>, DbError> {
    let rows = sqlx::query!(
        r#"select f.petition_id as "petition_id!", f.agreeing as "agreeing!", f.same_place as "same_place!"
           from intake.likely_same($1, $2, $3, $4, $5, $6, $7) f join intake.petition p on p.petition_id = f.petition_id
           order by f.agreeing + case when f.same_place then 8 else 0 end desc, f.petition_id desc limit $8"#,
        id.uuid(),
        after,
        &text.bands,
        &text.minima,
        place.map(<[u8; 16]>::as_slice),
        i32::try_from(LIKELY).unwrap_or(i32::MAX),
        i32::try_from(LIKELY_AT_THE_PLACE).unwrap_or(i32::MAX),
        most,
    )
    .fetch_all(conn)
    .await?;
    let alike = rows.into_iter().map(|row| Alike {
        petition_id: PetitionId::from(row.petition_id),
        agreeing: u32::try_from(row.agreeing).unwrap_or_default(),
        same_place: row.same_place,
    });
    Ok(alike.collect())
}
