//! Counts of matters, by what the law asks a yearly report to show (REG-54). Matters and units, never persons.

use sqlx::PgConnection;

use super::list::Filter;

/// How many matters share one value of one dimension.
pub(crate) struct Count {
    /// `outcome`, `class`, `topic`, `channel`, `state`, `unit` or `district`.
    pub(crate) dimension: String,
    pub(crate) value: Option<String>,
    pub(crate) matters: i64,
    pub(crate) closed: i64,
    pub(crate) missed: i64,
}

/// All counts in one pass over the matters of a district and period.
pub(crate) async fn counts(conn: &mut PgConnection, filter: &Filter) -> Result<Vec<Count>, sqlx::Error> {
    sqlx::query_as!(
        Count,
        r#"with chosen as (
               select outcome, class, topic, channel, state, responsible_unit, district, closed_at, missed from ledger.matter
               where district ~>=~ $1 and district ~<~ ($1 || ':') and ($2 or class is distinct from 'accusation')
                 and ($3::timestamptz is null or registered_at >= $3) and ($4::timestamptz is null or registered_at < $4)
                 and ($5::text is null or responsible_unit = $5 or officer = $6 or leader = $6))
           select case grouping(outcome, class, topic, channel, state, responsible_unit, district)
                    when 63 then 'outcome' when 95 then 'class' when 111 then 'topic' when 119 then 'channel'
                    when 123 then 'state' when 125 then 'unit' else 'district' end as "dimension!",
                  coalesce(outcome, class, topic, channel, state, responsible_unit, district) as value,
                  count(*) as "matters!", count(closed_at) as "closed!", count(*) filter (where missed) as "missed!"
           from chosen
           group by grouping sets ((outcome), (class), (topic), (channel), (state), (responsible_unit), (district))
           order by 1, 3 desc, 2"#,
        filter.inside,
        filter.accusations,
        filter.from,
        filter.to,
        filter.taking_part.as_ref().map(|(unit, _)| unit.as_str()),
        filter.taking_part.as_ref().map(|(_, staff)| *staff),
    )
    .fetch_all(conn)
    .await
}
