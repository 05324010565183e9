//! Delivery: every publication has reached everyone who follows its owner, and nothing lies about half done.

use huiyin_contracts::Audience;
use huiyin_kernel::Service;

use super::check::Check;
use super::history::{everywhere, keepers};

/// Who follows whom. A consumer that has heard nothing at all would leave no trace to find it by.
pub(super) const FOLLOWERS: &[(Service, Service, Audience)] = &[
    (Service::Intake, Service::Directory, Audience::Public),
    (Service::Intake, Service::Casework, Audience::Public),
    (Service::Casework, Service::Directory, Audience::Public),
    (Service::Casework, Service::Intake, Audience::Public),
    (Service::Casework, Service::Scheduling, Audience::Public),
    (Service::Scheduling, Service::Directory, Audience::Public),
    (Service::Scheduling, Service::Intake, Audience::Public),
    (Service::Scheduling, Service::Casework, Audience::Public),
    (Service::Notification, Service::Directory, Audience::Public),
    (Service::Notification, Service::Intake, Audience::Public),
    (Service::Notification, Service::Intake, Audience::Private),
    (Service::Notification, Service::Casework, Audience::Public),
    (Service::Notification, Service::Scheduling, Audience::Public),
    (Service::Ledger, Service::Directory, Audience::Public),
    (Service::Ledger, Service::Intake, Audience::Public),
    (Service::Ledger, Service::Casework, Audience::Public),
    (Service::Ledger, Service::Scheduling, Audience::Public),
    (Service::Ledger, Service::Notification, Audience::Public),
];

/// `{c}` the consumer's name, `{s}` its schema, `{o}` the owner's, `{a}` the audience.
fn per_follower(template: &str, joined_by: &str) -> String {
    let one = |(service, owner, audience): &(Service, Service, Audience)| {
        let suffix = if *audience == Audience::Private { "_private" } else { "" };
        template
            .replace("{c}", &format!("{service}__{owner}{suffix}"))
            .replace("{s}", service.name())
            .replace("{o}", owner.name())
            .replace("{a}", audience.name())
    };
    FOLLOWERS.iter().map(one).collect::<Vec<_>>().join(joined_by)
}

/// One text per row, so that what stands still can be told from what is under way.
fn none_left(
    name: &'static str,
    (table, which, row): (&str, &str, &str),
    zh: &'static str,
    en: &'static str,
    remedy: &'static str,
) -> Check {
    let count =
        keepers().map(|s| format!("(select count(*) from {s}.{table} {which})")).collect::<Vec<_>>().join(" + ");
    Check {
        name,
        zh,
        en,
        remedy,
        examined: format!("select {count}"),
        broken: everywhere(&format!("select '{{s}} ' || {row} from {{s}}.{table} {which}"), " union all "),
        settles: true,
    }
}

pub(super) fn checks() -> Vec<Check> {
    checks_of("")
}

/// The same of publications from that transaction on alone: what a large city has been told lately is quickly looked at.
pub(super) fn checks_since(xid: u64) -> Vec<Check> {
    checks_of(&format!(" and xid >= '{xid}'"))
}

fn checks_of(since: &str) -> Vec<Check> {
    let tips = format!(
        "(select distinct on (aggregate_id) aggregate_id, sequence, event_id from {{o}}.publication
                 where audience = '{{a}}'{since} order by aggregate_id, sequence desc)"
    );
    vec![
        none_left(
            "pending.empty",
            ("pending", "", "'has not sent ' || sequence || ' of ' || aggregate_id || ' (' || audience || ')'"),
            "没有待发布的事项",
            "nothing waits to be published",
            "the relay does not get through: look at NATS and at the relay's log; what waits is sent when NATS is back",
        ),
        none_left(
            "waiting.empty",
            (
                "inbox_waiting",
                "",
                "consumer || ' keeps ' || sequence || ' of ' || aggregate_id || ' waiting'
                     || coalesce(': ' || left(last_error, 200), '')",
            ),
            "没有等待前序的事项",
            "nothing waits for an earlier event",
            "an effect keeps failing or a gap is not filled: see last_error in inbox_waiting and the owner's /internal/publications",
        ),
        none_left(
            "parked.empty",
            (
                "inbox_parked",
                "where resolved_at is null",
                "consumer || ' gave up event ' || parked_id || ' (' || aggregate_id || ' ' || sequence || '): ' || left(reason, 200)",
            ),
            "没有搁置的事项",
            "nothing is parked",
            "read the reason (`huiyin parked list`), mend the cause, then `huiyin parked retry`, `adopt` or `dismiss`",
        ),
        Check {
            name: "heads.reached",
            zh: "每项发布都已送达每个订阅方",
            en: "every follower has come as far as every owner",
            remedy: "the repair road fills this within a minute of the owner's return; if not, see the follower's log",
            examined: format!("select {}", per_follower(&format!("(select count(*) from {tips} t)"), " + ")),
            broken: per_follower(
                &format!(
                    "select '{{c}} stands at ' || coalesce(h.sequence, 0) || ' of ' || t.sequence || ' for ' || t.aggregate_id
                     from {tips} t left join {{s}}.inbox_head h
                         on h.consumer = '{{c}}' and h.aggregate_id = t.aggregate_id and h.audience = '{{a}}'
                     where h.sequence is null or h.sequence < t.sequence"
                ),
                " union all ",
            ),
            settles: true,
        },
        Check {
            name: "heads.true",
            zh: "订阅方所见即发布方所发",
            en: "no follower heard anything its owner did not say",
            remedy: "a fork: the owner was restored from a backup and must first take back what it lost (`huiyin incarnation raise`)",
            examined: format!("select {}", per_follower("(select count(*) from {s}.inbox_head where consumer = '{c}')", " + ")),
            broken: per_follower(
                "select '{c} heard ' || h.sequence || ' of ' || h.aggregate_id from {s}.inbox_head h
                 left join {o}.publication p
                     on p.aggregate_id = h.aggregate_id and p.audience = h.audience and p.sequence = h.sequence
                 where h.consumer = '{c}' and h.event_id is not null and p.event_id is distinct from h.event_id",
                " union all ",
            ),
            settles: false,
        },
        Check {
            name: "sessions.idle",
            zh: "没有悬置的数据库事务",
            en: "no database session idles inside a transaction",
            remedy: "a transaction was left open: find the client by its pid in pg_stat_activity; it is ended after 10 s by itself",
            examined: "select count(*) from pg_stat_activity where datname = current_database()".to_owned(),
            broken: "select usename || ' (pid ' || pid || ') since ' || state_change from pg_stat_activity
                     where datname = current_database() and state like 'idle in transaction%'
                         and clock_timestamp() - state_change > interval '15 seconds'"
                .to_owned(),
            settles: true,
        },
    ]
}
