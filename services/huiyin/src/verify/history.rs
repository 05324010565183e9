//! Journals and publications: gapless, linked, each change once.

use huiyin_kernel::Service;

use super::check::Check;

/// The services with a journal.
pub(crate) fn keepers() -> impl Iterator<Item = Service> {
    Service::ALL.into_iter().filter(|service| *service != Service::Portal)
}

/// The same question asked of every journal.
pub(super) fn everywhere(template: &str, joined_by: &str) -> String {
    keepers().map(|service| template.replace("{s}", service.name())).collect::<Vec<_>>().join(joined_by)
}

fn counted(template: &str) -> String {
    format!("select {}", everywhere(&format!("({template})"), " + "))
}

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check {
            name: "journal.gapless",
            zh: "台账版本连续",
            en: "journal versions run 1, 2, 3 … without a gap",
            remedy: "history was removed or written past the journal: restore the schema from a backup taken before, and find out who had the right",
            examined: counted("select count(distinct aggregate_id) from {s}.journal"),
            broken: everywhere(
                "select '{s} ' || aggregate_id || ': ' || count(*) || ' rows up to version ' || max(version)
                 from {s}.journal group by aggregate_id having max(version) <> count(*) or min(version) <> 1",
                " union all ",
            ),
            settles: false,
        },
        Check {
            name: "journal.linked",
            zh: "台账首尾相扣",
            en: "every journal row carries the hash of the row before it",
            remedy: "a row was changed after it was written: `huiyin verify` names the first; compare it with the seals and a backup",
            examined: counted("select count(*) from {s}.journal"),
            broken: everywhere(
                "select '{s} ' || aggregate_id || ' version ' || version from (
                     select aggregate_id, version, previous_hash,
                         lag(hash) over (partition by aggregate_id order by version) as before
                     from {s}.journal) rows
                 where previous_hash is distinct from before",
                " union all ",
            ),
            settles: false,
        },
        Check {
            name: "journal.sealed",
            zh: "每条台账要么已封存，要么在待封存表中",
            en: "every journal row is listed by one seal or waits to be",
            remedy: "a row was added or removed behind the journal's back: compare the seal files with the table",
            examined: counted("select count(*) from {s}.journal"),
            broken: everywhere(
                "select '{s}: ' || j.n || ' journal rows, ' || (u.n + s.n) || ' sealed or waiting' from
                     (select count(*) n from {s}.journal) j, (select count(*) n from {s}.journal_unsealed) u,
                     (select coalesce(sum(count), 0) n from {s}.seal) s
                 where j.n <> u.n + s.n
                 union all
                 select '{s} ' || u.aggregate_id || ' version ' || u.version || ' waits with another hash'
                 from {s}.journal_unsealed u left join {s}.journal j using (aggregate_id, version)
                 where j.hash is distinct from u.hash",
                " union all ",
            ),
            settles: false,
        },
        Check {
            name: "journal.once",
            zh: "同一原因不重复生效",
            en: "no cause had the same effect twice",
            remedy: "an event, command or timer was applied twice: keep the rows, correct the aggregate by command, and report the consumer",
            examined: counted("select count(*) from {s}.journal"),
            // Of events and timers: a person may well say the same thing twice.
            broken: everywhere(
                &format!(
                    "select '{{s}} ' || aggregate_id || ': ' || event_type || ' ' || count(*) || ' times by ' || cause
                     from {{s}}.journal where body <> '' and cause in ({}) group by aggregate_id, cause, event_type, body having count(*) > 1",
                    everywhere("select event_id from {s}.publication union all select timer_id from {s}.timer", " union all ")
                ),
                " union all ",
            ),
            settles: false,
        },
        Check {
            name: "publication.gapless",
            zh: "发布序号连续",
            en: "what others are told is numbered 1, 2, 3 … per audience",
            remedy: "a publication is missing: re-import it from the consumers or a backup before anything else is published",
            examined: counted("select count(*) from {s}.publication"),
            broken: everywhere(
                "select '{s} ' || aggregate_id || ' ' || audience || ': ' || count(*) || ' up to ' || max(sequence)
                 from {s}.publication group by aggregate_id, audience having max(sequence) <> count(*) or min(sequence) <> 1",
                " union all ",
            ),
            settles: false,
        },
        Check {
            name: "publication.behind",
            zh: "发布之事台账皆有",
            en: "every publication tells of a journal row",
            remedy: "something was told that never happened: compare the publication with its cause and correct the readers by command",
            examined: counted("select count(*) from {s}.publication"),
            broken: everywhere(
                "select '{s} ' || p.aggregate_id || ' sequence ' || p.sequence from {s}.publication p
                 where not exists (select from {s}.journal j where j.aggregate_id = p.aggregate_id and j.event_id = p.event_id)",
                " union all ",
            ),
            settles: false,
        },
    ]
}
