//! Timers: every duty that runs is watched by exactly one, and none is forgotten.

use super::check::Check;
use super::history::everywhere;

/// Every clock of every case.
const CLOCKS: &str = "(select c.case_id, c.number, c.state, k ->> 'kind' kind, (k ->> 'generation')::int generation,
     k ->> 'state' clock_state, (k -> 'deadline' ->> 'due_at')::timestamptz due_at
     from casework.case c cross join lateral jsonb_array_elements(c.body -> 'clocks') k)";

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check {
            name: "clock.exists",
            zh: "每个事项都有受理期限，受理后都有办理期限",
            en: "every case has its acceptance clock, and once taken up its handling clock",
            remedy: "the journal's `opened` and `accepted` entries carry the clocks: compare them with the stored case",
            examined: "select count(*) from casework.case".to_owned(),
            broken: format!(
                "select c.number || ' lacks a clock' from casework.case c where c.body is not null and (
                     not exists (select from {CLOCKS} k where k.case_id = c.case_id and k.kind = 'acceptance')
                     or c.state not in ('received', 'withdrawn', 'closed')
                         and not exists (select from {CLOCKS} k where k.case_id = c.case_id and k.kind = 'handling'))"
            ),
            settles: false,
        },
        Check {
            name: "timer.each_duty",
            zh: "每个运行中的期限恰有一个计时器",
            en: "every running clock is watched by exactly one timer, at its instant and generation",
            remedy: "arm it again from the stored case (huiyin_casework derives the timers a case must have)",
            examined: format!("select count(*) from {CLOCKS} k where k.clock_state = 'running'"),
            broken: format!(
                "select k.number || ' ' || k.kind || ': ' || count(t.timer_id) || ' timers'
                 from {CLOCKS} k left join casework.timer t on t.aggregate_id = k.case_id and t.kind = k.kind || '_due'
                     and t.state = 'armed' and t.generation = k.generation and t.due_at = k.due_at
                 where k.clock_state = 'running' group by k.number, k.kind having count(t.timer_id) <> 1
                 union all
                 select t.aggregate_id || ' ' || t.kind || ' armed ' || count(*) || ' times' from casework.timer t
                 where t.state = 'armed' group by t.aggregate_id, t.kind having count(*) > 1"
            ),
            settles: false,
        },
        Check {
            name: "timer.no_ghost",
            zh: "没有无主的计时器",
            en: "no timer watches a duty that is no longer owed",
            remedy: "harmless (it fires stale), but the transaction that ended the duty did not cancel it: report it",
            examined: "select count(*) from casework.timer where state = 'armed'".to_owned(),
            broken: format!(
                "select t.aggregate_id || ' ' || t.kind || ' generation ' || t.generation from casework.timer t
                 where t.state = 'armed' and case when t.kind = 'withdrawal_lapse'
                     then not exists (select from casework.case c where c.case_id = t.aggregate_id and c.state = 'withdrawn')
                     else not exists (select from {CLOCKS} k where k.case_id = t.aggregate_id and k.clock_state = 'running'
                         and k.generation = t.generation and t.kind like k.kind || '\\_%') end"
            ),
            settles: false,
        },
        Check {
            name: "timer.hand_over",
            zh: "尚无办理事项的信访件都有人看着",
            en: "a petition without a case is watched, one with a case no longer",
            remedy: "intake arms the watchdog with the registration and calls it off with the case: see its inbox",
            examined: "select count(*) from intake.petition".to_owned(),
            broken: "select p.number || case when s.case_id is null then ' is not watched' else ' is still watched' end
                     from intake.petition p left join intake.case_status s using (petition_id)
                     left join intake.timer t on t.aggregate_id = p.petition_id and t.kind = 'hand_over'
                     where (s.case_id is null and t.state is distinct from 'armed' and t.state is distinct from 'fired')
                        or (s.case_id is not null and t.state = 'armed')
                     union all
                     select p.number || ' has a case and an open alarm' from intake.petition p
                     join intake.case_status s using (petition_id)
                     join intake.alarm a using (petition_id) where a.resolved_at is null"
                .to_owned(),
            settles: true,
        },
        Check {
            name: "timer.on_time",
            zh: "没有过时未触发的计时器",
            en: "no armed timer is past its instant",
            remedy: "the timer runner stands still or this timer fails: see last_error in the timer table and the clock guard",
            examined: format!("select {}", everywhere("(select count(*) from {s}.timer)", " + ")),
            broken: everywhere(
                "select '{s} ' || kind || ' of ' || aggregate_id || ' due ' || due_at || coalesce(': ' || last_error, '')
                 from {s}.timer where state = 'armed' and due_at < {late}",
                " union all ",
            ),
            settles: true,
        },
        Check {
            name: "timer.once",
            zh: "计时器至多生效一次",
            en: "every consequence of a timer has one fired timer as its cause, and happened once",
            remedy: "a timer fired twice or without being due: keep the rows, correct the case by command, and report it",
            examined: "select count(*) from casework.timer where state = 'fired'".to_owned(),
            broken: "select j.aggregate_id || ' ' || j.event_type || ' version ' || j.version || ' without a fired timer'
                     from casework.journal j left join casework.timer t on t.timer_id = j.cause and t.state = 'fired'
                     where j.event_type in ('overdue', 'due_soon') and t.timer_id is null
                     union all
                     select j.aggregate_id || ' ' || j.event_type || ' ' || count(*) || ' times by one timer'
                     from casework.journal j where j.event_type in ('overdue', 'due_soon')
                     group by j.aggregate_id, j.event_type, j.cause having count(*) > 1"
                .to_owned(),
            settles: false,
        },
    ]
}
