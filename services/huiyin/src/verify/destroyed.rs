//! Files that were destroyed (销毁; A11): by two persons, whole, and everywhere; and nothing else was emptied.

use super::check::Check;

/// What must hold of the journals that were emptied, service by service: who may do it is not who may hide it.
pub(super) fn checks() -> Vec<Check> {
    vec![
        Check {
            name: "file.destroyed",
            zh: "销毁的案卷都有两人办理的记录，且已无内容",
            en: "a destroyed file has the word of two persons, and nothing of it is left",
            remedy: "something was emptied behind the journal's back, or half: restore those rows from a backup and find out who had the right",
            examined: "select (select count(*) from casework.case where body is null) + (select count(*) from casework.emptied)"
                .to_owned(),
            broken: "select c.number || ' has no state and is not in the register of destroyed files' from casework.case c
                     left join casework.destroyed_file d using (case_id)
                     where c.body is null and d.case_id is null
                     union all
                     select d.number || ' is in the register of destroyed files and still there' from casework.destroyed_file d
                     join casework.case c using (case_id)
                     where c.body is not null or exists (select from casework.worklist w where w.case_id = d.case_id)
                     union all
                     select d.number || ' was not destroyed as its journal says' from casework.destroyed_file d
                     where not exists (select from casework.emptied e join casework.journal j
                         on j.aggregate_id = e.aggregate_id and j.version = e.before_version
                         where e.aggregate_id = d.case_id and j.event_type = 'file_destroyed' and j.actor ->> 'staff_id' = d.approved_by::text)
                     union all
                     select e.aggregate_id || ' was emptied and is not in the register of destroyed files' from casework.emptied e
                     where not exists (select from casework.destroyed_file d where d.case_id = e.aggregate_id)
                     union all
                     select j.aggregate_id || ' version ' || j.version || case when j.body = '' then ' is empty' else ' is still there' end
                     from casework.journal j left join casework.emptied e on e.aggregate_id = j.aggregate_id
                     where (j.body = '') <> coalesce(j.version < e.before_version, false)
                     union all
                     select j.aggregate_id || ' version ' || j.version || case when j.body = '' then ' is empty' else ' is still there' end
                     from scheduling.journal j left join scheduling.emptied e on e.aggregate_id = j.aggregate_id
                     where (j.body = '') <> coalesce(j.version < e.before_version, false)"
                .to_owned(),
            settles: false,
        },
        Check {
            name: "file.destroyed_everywhere",
            zh: "案卷销毁后，信访人信息与接访记录一并销毁",
            en: "with a file the petitioner's data and the records of visits are destroyed",
            remedy: "intake or scheduling has not heard of it yet: see their inbox_parked",
            examined: "select count(*) from casework.destroyed_file".to_owned(),
            broken: "select p.number || ' can still be opened' from casework.destroyed_file d
                     join intake.petition p on p.number = d.number join intake.data_key k using (key_id)
                     where k.wrapped is not null
                     union all
                     select 'visit ' || v.visit_id || ' still has its record' from casework.destroyed_file d
                     join casework.case c using (case_id) join scheduling.visit v on v.petition_id = c.petition_id
                     where not v.record_destroyed
                     union all
                     select 'visit ' || v.visit_id || ' lost its record without that' from scheduling.visit v
                     left join casework.case c on c.petition_id = v.petition_id
                     where v.record_destroyed and c.body is not null"
                .to_owned(),
            settles: true,
        },
    ]
}
