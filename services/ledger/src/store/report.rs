//! The figures of the yearly report (年度报告; Art. 41, REG-54): two queries, one of matters and one of their reviews. Matters and the bodies
//! named in them are counted, never persons.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Of which matters: registered in `[from, to)` in a district and what lies inside it.
#[derive(Clone, Debug)]
pub(crate) struct Period {
    pub(crate) inside: String,
    /// Discipline bodies alone see that there are accusations (REG-22).
    pub(crate) accusations: bool,
    pub(crate) from: DateTime<Utc>,
    pub(crate) to: DateTime<Utc>,
}

/// The matters that share one value of one dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// `all`, `class`, `channel`, `topic` or `body`.
    pub(crate) dimension: String,
    /// Absent in `all`, and of matters whose value is not known.
    pub(crate) value: Option<String>,
    pub(crate) matters: i64,
    pub(crate) closed: i64,
    /// Closed, and no date was ever missed.
    pub(crate) in_time: i64,
    /// With a date missed at some time.
    pub(crate) late: i64,
    /// 转送
    pub(crate) transferred: i64,
    /// 交办
    pub(crate) handed_down: i64,
    /// Supervision orders (督办).
    pub(crate) orders: i64,
    /// 改进建议
    pub(crate) advice_given: i64,
    pub(crate) advice_adopted: i64,
    /// Measures of the joint conference.
    pub(crate) measures: i64,
}

/// Every dimension in one pass over the period. A body is counted by the matters that name it: requests and suggestions alone, as of an
/// accusation the body never comes here.
pub(crate) async fn figures(conn: &mut PgConnection, period: &Period) -> Result<Vec<Figures>, sqlx::Error> {
    sqlx::query_as!(
        Figures,
        r#"with chosen as (
               select class, channel, topic, concerned_unit, closed_at, missed, sent_on, orders, advice_given, advice_adopted, measures
               from ledger.matter
               where district ~>=~ $1 and district ~<~ ($1 || ':') and ($2 or class is distinct from 'accusation')
                 and registered_at >= $3 and registered_at < $4)
           select case grouping(class, channel, topic, concerned_unit)
                    when 15 then 'all' when 7 then 'class' when 11 then 'channel' when 13 then 'topic' else 'body' end as "dimension!",
                  coalesce(class, channel, topic, concerned_unit) as value,
                  count(*) as "matters!", count(closed_at) as "closed!", count(*) filter (where closed_at is not null and not missed) as "in_time!",
                  count(*) filter (where missed) as "late!",
                  count(*) filter (where sent_on = 'transferred') as "transferred!",
                  count(*) filter (where sent_on = 'handed_down') as "handed_down!",
                  coalesce(sum(orders), 0) as "orders!", coalesce(sum(advice_given), 0) as "advice_given!",
                  coalesce(sum(advice_adopted), 0) as "advice_adopted!", coalesce(sum(measures), 0) as "measures!"
           from chosen
           group by grouping sets ((), (class), (channel), (topic), (concerned_unit))
           having grouping(class, channel, topic, concerned_unit) <> 14 or concerned_unit is not null
           order by 1, 3 desc, 2"#,
        period.inside,
        period.accusations,
        period.from,
        period.to,
    )
    .fetch_all(conn)
    .await
}

/// Reviews of one level that stand alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reviewed {
    /// `review` or `reexamination`.
    pub(crate) level: String,
    /// `asked`, `answered`, `delivered`, `declined` or `withdrawn`.
    pub(crate) state: String,
    /// Once answered: `upheld`, `changed`, `withdrawn` or `redo`.
    pub(crate) result: Option<String>,
    pub(crate) reviews: i64,
}

/// The reviews of the same matters, whenever they were asked for.
pub(crate) async fn reviews(conn: &mut PgConnection, period: &Period) -> Result<Vec<Reviewed>, sqlx::Error> {
    sqlx::query_as!(
        Reviewed,
        r#"select r.level, r.state, r.result, count(*) as "reviews!"
           from ledger.review r join ledger.matter m using (petition_id)
           where m.district ~>=~ $1 and m.district ~<~ ($1 || ':') and ($2 or m.class is distinct from 'accusation')
             and m.registered_at >= $3 and m.registered_at < $4
           group by r.level, r.state, r.result order by 1 desc, 2, 3"#,
        period.inside,
        period.accusations,
        period.from,
        period.to,
    )
    .fetch_all(conn)
    .await
}
