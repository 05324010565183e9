use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::PetitionId;
use sqlx::PgConnection;

/// What a petitioner added for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To the matter.
    Addition,
    /// Why a review is asked for (复查、复核申请的理由).
    Review,
    /// What was said of how the matter was handled (评价; REG-07): for the petition office alone.
    Evaluation,
    /// What is wished of an appointment with a leader (申请约访; QD-02).
    Appointment,
}

impl Purpose {
    /// Its name in the database and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Addition => "addition",
            Self::Review => "review",
            Self::Evaluation => "evaluation",
            Self::Appointment => "appointment",
        }
    }
}

impl From<String> for Purpose {
    fn from(name: String) -> Self {
        let known =
            [Self::Review, Self::Evaluation, Self::Appointment].into_iter().find(|purpose| name == purpose.name());
        known.unwrap_or(Self::Addition)
    }
}

/// What a petitioner added.
#[derive(Clone, Debug)]
pub struct Supplement {
    /// Its place, from 1.
    pub ordinal: i32,
    /// When.
    pub added_at: DateTime<Utc>,
    /// What for.
    pub purpose: Purpose,
    /// Sealed.
    pub text: Vec<u8>,
    /// To tell the same text again.
    pub text_mac: Vec<u8>,
}

/// Everything added to a petition, in order.
pub async fn list(conn: &mut PgConnection, id: PetitionId) -> Result<Vec<Supplement>, DbError> {
    let rows = sqlx::query_as!(
        Supplement,
        "select ordinal, added_at, purpose, text, text_mac from intake.supplement where petition_id = $1 order by ordinal",
        id.uuid(),
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Adds one.
pub async fn insert(conn: &mut PgConnection, id: PetitionId, supplement: &Supplement) -> Result<(), DbError> {
    sqlx::query!(
        "insert into intake.supplement (petition_id, ordinal, added_at, text, text_mac, purpose) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        supplement.ordinal,
        supplement.added_at,
        supplement.text,
        supplement.text_mac,
        supplement.purpose.name(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
