//! The matter across services: one petition, one case, one ledger row, its notices; and what may never be told.

use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::check::{Check, EXAMPLES};
use super::report::{Examined, Violation};
use super::sql;

/// Case events of which the petitioner is told.
const TOLD: &[&str] = &[
    "accepted",
    "pointed",
    "declined",
    "forwarded",
    "handed_over",
    "replied",
    "settled_on_spot",
    "promised",
    "extended",
    "taken_by_leader",
    "converted_to_ordinary",
    "settlement_recorded",
    "disputed",
    "competence_decided",
    "deferred",
    "deferred_settled",
];

/// The newest snapshot of every case, as published.
const CASE_TIPS: &str = "(select distinct on (aggregate_id) aggregate_id, occurred_at, convert_from(body, 'UTF8')::jsonb b
     from casework.publication where audience = 'public' and aggregate_kind = 'case' order by aggregate_id, sequence desc)";

/// The newest snapshot of every petition, as published.
const PETITION_TIPS: &str = "(select distinct on (aggregate_id) aggregate_id, convert_from(body, 'UTF8')::jsonb b
     from intake.publication where audience = 'public' and aggregate_kind = 'petition' order by aggregate_id, sequence desc)";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        Check {
            name: "petition.case",
            zh: "每件信访恰有一个办理事项",
            en: "every petition has exactly one case, and every case its petition",
            remedy: "the case is opened as soon as casework hears of the petition: see casework's inbox_parked and its repair road",
            examined: "select count(*) from intake.petition".to_owned(),
            broken: "select coalesce(p.number, c.number) || case when c.case_id is null then ' has no case' else ' has no petition' end
                     from intake.petition p full join casework.case c using (petition_id)
                     where p.petition_id is null or c.case_id is null"
                .to_owned(),
            settles: true,
        },
        Check {
            name: "petition.sealed",
            zh: "每件信访的身份、内容密钥齐全",
            en: "every petition has its petitioner and its key",
            remedy: "half a petition cannot be committed: restore the rows from a backup",
            examined: "select count(*) from intake.petition".to_owned(),
            broken: "select p.number || ' lacks its petitioner or key' from intake.petition p
                     where not exists (select from intake.petitioner q where q.petition_id = p.petition_id)
                        or not exists (select from intake.data_key k where k.key_id = p.key_id)"
                .to_owned(),
            settles: false,
        },
        Check {
            name: "case.owner",
            zh: "件件有着落：事项都有责任单位",
            en: "no matter without an owner",
            remedy: "hand the case to a unit that exists",
            examined: "select count(*) from casework.case".to_owned(),
            broken: "select c.number || ' belongs to the unknown unit ' || c.responsible_unit from casework.case c
                     where not exists (select from directory.unit u where u.code = c.responsible_unit)"
                .to_owned(),
            settles: false,
        },
        Check {
            name: "case.answered",
            zh: "事事有回音：办结即有答复",
            en: "no closed matter without an answer",
            remedy: "the journal shows how it was closed; answer the petitioner and record it",
            examined: "select count(*) from casework.case where state = 'closed'".to_owned(),
            broken: "select number || ' is closed without an answer' from casework.case
                     where state = 'closed' and body is not null and (body -> 'state' -> 'answer' ->> 'kind') is null"
                .to_owned(),
            settles: false,
        },
        Check {
            name: "ledger.row",
            zh: "每件信访在台账中恰有一行，内容与最新发布一致",
            en: "every matter stands in the ledger as last told",
            remedy: "see ledger's inbox; emptied tables and heads are built again from the owners by the repair road",
            examined: "select count(*) from ledger.matter".to_owned(),
            broken: format!(
                "select coalesce(t.b ->> 'number', m.petition_id::text) || ' differs in the ledger'
                 from {CASE_TIPS} t full join ledger.matter m on m.case_id = t.aggregate_id
                 where t.aggregate_id is null or m.petition_id is null
                    or (m.petition_id::text, m.number, m.state, m.class, m.topic, m.district, m.grade, m.responsible_unit)
                        is distinct from (t.b ->> 'petition_id', t.b ->> 'number', t.b ->> 'state', t.b ->> 'class',
                            t.b ->> 'topic', t.b ->> 'district', t.b ->> 'grade', t.b ->> 'responsible_unit')
                    or (m.officer::text, m.leader::text, m.outcome, m.promise_number, m.extended_days::text, m.case_version::text)
                        is distinct from (t.b ->> 'officer', t.b ->> 'leader', t.b ->> 'outcome', t.b ->> 'promise_number',
                            t.b ->> 'extended_days', t.b ->> 'version')
                    or (m.closed_at, m.replied_at, m.delivered_at) is distinct from ((t.b ->> 'closed_at')::timestamptz,
                            (t.b ->> 'replied_at')::timestamptz, (t.b ->> 'delivered_at')::timestamptz)
                 union all
                 select p.number || ' has no ledger row' from intake.petition p
                 where not exists (select from ledger.matter m where m.petition_id = p.petition_id)"
            ),
            settles: true,
        },
        Check {
            name: "ledger.petition",
            zh: "台账中的信访件与最新发布一致",
            en: "the ledger's petitions stand as last told",
            remedy: "see ledger's inbox; emptied tables and heads are built again from the owners by the repair road",
            examined: "select count(*) from ledger.matter".to_owned(),
            broken: format!(
                "select t.b ->> 'number' || ' differs in the ledger'
                 from {PETITION_TIPS} t left join ledger.matter m on m.petition_id = t.aggregate_id
                 where m.petition_id is null
                    or (m.petition_state, m.channel, m.kind, m.people_count::text)
                        is distinct from (t.b ->> 'state', t.b ->> 'channel', t.b ->> 'kind', t.b ->> 'people_count')
                    or (m.received_at, m.registered_at)
                        is distinct from ((t.b ->> 'received_at')::timestamptz, (t.b ->> 'registered_at')::timestamptz)"
            ),
            settles: true,
        },
        Check {
            name: "case.withdrawn",
            zh: "信访人撤回与办理状态一致",
            en: "a petition is withdrawn exactly when its case rests or was closed so",
            remedy: "casework has not heard of the withdrawal or its end: see its inbox",
            examined: "select count(*) from intake.petition".to_owned(),
            broken: "select p.number || ': petition ' || p.state || ', case ' || c.state from intake.petition p
                     join casework.case c using (petition_id)
                     where (c.state = 'withdrawn' and p.state <> 'withdrawn')
                        or (p.state = 'withdrawn' and c.state not in ('withdrawn', 'closed'))"
                .to_owned(),
            settles: true,
        },
        Check {
            name: "visit.effect",
            zh: "每次接访记录都进入办理",
            en: "every concluded visit has reached its case",
            remedy: "see casework's inbox for scheduling; a visit the case could not take up is noted in its journal",
            examined: "select count(*) from scheduling.visit where state = 'concluded'".to_owned(),
            broken: "select 'visit ' || v.visit_id || ' has not reached its case' from scheduling.visit v
                     where v.state = 'concluded'
                       and not exists (select from casework.case c where c.petition_id = v.petition_id
                           and c.body -> 'visits' ? v.visit_id::text)
                       and not exists (select from casework.journal j where j.event_type = 'noted'
                           and case when j.body <> '' then convert_from(j.body, 'UTF8')::jsonb -> 'note' ->> 'visit_id' = v.visit_id::text end)
                       and not exists (select from casework.destroyed_file d join casework.case c using (case_id)
                           where c.petition_id = v.petition_id)"
                .to_owned(),
            settles: true,
        },
        Check {
            name: "visit.recorded",
            zh: "来访必录：场次结束时人人有记录",
            en: "no session is held while a visitor has no record",
            remedy: "write the missing reception record",
            examined: "select count(*) from scheduling.session where state = 'held'".to_owned(),
            broken: "select 'session ' || s.session_id || ' was held with ' || count(*) || ' visits without a record'
                     from scheduling.session s join scheduling.visit v using (session_id)
                     where s.state = 'held' and v.state in ('booked', 'registered') group by s.session_id"
                .to_owned(),
            settles: false,
        },
        Check {
            name: "notice.planned",
            zh: "应告知的事项都已形成通知",
            en: "every event the petitioner is to be told of has become a message",
            remedy: "see notification's inbox_parked; the message is written when the event takes effect",
            examined: format!("select count(*) from casework.publication where event_type in ({})", told()),
            broken: format!(
                "select p.event_type || ' of ' || p.aggregate_id || ' has no message' from casework.publication p
                 where p.event_type in ({})
                   and not exists (select from notification.message m
                       where m.about_event = p.event_id and m.recipient_kind = 'petitioner')",
                told()
            ),
            settles: true,
        },
        Check {
            name: "notice.receipt",
            zh: "每件信访都有登记告知",
            en: "every petitioner is told that the petition was registered",
            remedy: "see notification's inbox_parked; the message is written when the event takes effect",
            examined: "select count(*) from intake.petition".to_owned(),
            broken: "select p.number || ' has no receipt message' from intake.petition p
                     where not exists (select from notification.message m
                         where m.petition_id = p.petition_id and m.template = 'petition_registered')"
                .to_owned(),
            settles: true,
        },
        Check {
            name: "notice.visible",
            zh: "通知或已送出，或有人被提醒去当面告知",
            en: "no message to a petitioner fails in silence",
            remedy: "a message ended without an alarm: tell the petitioner in person, and record it",
            examined: "select count(*) from notification.message".to_owned(),
            broken: "select m.template || ' ' || m.state || ' without an alarm' from notification.message m
                     where m.recipient_kind = 'petitioner' and m.channel = 'email' and m.state in ('failed', 'unreachable')
                       and not exists (select from notification.alarm a where a.message_id = m.message_id)
                       and not exists (select from notification.petition p where p.petition_id = m.petition_id and p.erased)"
                .to_owned(),
            settles: false,
        },
        Check {
            name: "notice.settled",
            zh: "没有滞留的通知",
            en: "no message still waits to be sent",
            remedy: "the mail server does not answer; what cannot be sent within 24 hours becomes an alarm by itself",
            examined: "select count(*) from notification.message".to_owned(),
            broken: "select message_id || ' (' || template || ') waits since attempt ' || attempts from notification.message
                     where settled_at is null"
                .to_owned(),
            settles: true,
        },
    ];
    checks.push(accusations());
    checks
}

fn told() -> String {
    let quoted: Vec<String> = TOLD.iter().map(|name| format!("'huiyin.casework.case.{name}.v1'")).collect();
    quoted.join(", ")
}

/// REG-22: of an accusation nobody learns more than that it exists.
fn accusations() -> Check {
    Check {
        name: "accusation.silent",
        zh: "检举控告的内容不出来件登记",
        en: "nothing of an accusation's content was published",
        remedy: "stop the relay of that service, and report the event type: its body must not carry this field",
        examined: format!("select count(*) from {CASE_TIPS} t where t.b ->> 'class' = 'accusation'"),
        broken: "select p.event_type || ' of ' || p.aggregate_id || ' tells an accusation''s content' from
                     (select event_type, aggregate_id, convert_from(body, 'UTF8')::jsonb b from casework.publication
                      where aggregate_kind = 'case'
                      union all
                      select event_type, aggregate_id, convert_from(body, 'UTF8')::jsonb b from intake.publication
                      where aggregate_kind = 'petition' and audience = 'public') p
                 where p.b ->> 'class' = 'accusation'
                   and coalesce(p.b ->> 'concerned_unit', p.b ->> 'cause_found', p.b ->> 'opinion_summary',
                       p.b ->> 'result_summary') is not null"
            .to_owned(),
        settles: false,
    }
}

/// Acknowledged petitions are a subset of those stored.
pub(super) async fn acknowledged(conn: &mut PgConnection, acknowledged: &[Uuid]) -> Result<Examined, sqlx::Error> {
    let mut lost: Vec<String> = Vec::new();
    for some in acknowledged.chunks(10_000) {
        let ids: Vec<String> = some.iter().map(|id| format!("'{id}'")).collect();
        let statement = format!(
            "select a.id::text from unnest(array[{}]::uuid[]) a(id)
             where not exists (select from intake.petition p where p.petition_id = a.id) order by 1",
            ids.join(",")
        );
        for row in sql::rows(conn, statement).await? {
            lost.push(row.try_get(0)?);
        }
    }
    Ok(Examined {
        check: "petition.kept",
        zh: "凡已答复编号的信访件都在",
        en: "every petition that was answered with a number is there",
        examined: acknowledged.len() as i64,
        broken: lost.len() as i64,
        violations: lost
            .into_iter()
            .take(EXAMPLES)
            .map(|id| Violation {
                check: "petition.kept",
                what: format!("{id} was acknowledged and is not stored"),
                remedy: "an answered petition was lost: stop intake and check fsync and synchronous_commit of the database",
                settles: false,
            })
            .collect(),
    })
}
