-- When the file of a matter was destroyed (销毁; A11), the records of its visits go with it: the journal keeps that the visits were, not what was
-- said. What was published of a visit, in words that identify nobody, stays published.

alter table scheduling.visit add column record_destroyed boolean not null default false;
alter table scheduling.visit drop constraint visit_check1;
alter table scheduling.visit add constraint visit_recorded check (state <> 'concluded'
    or (outcome is not null and received_by is not null and (record is null) = record_destroyed));
create index visit_by_petition on scheduling.visit (petition_id);

-- Journals that were emptied: rows before a version have no body.
create table scheduling.emptied (
    aggregate_id   uuid        primary key,
    before_version bigint      not null check (before_version > 1),
    emptied_at     timestamptz not null default clock_timestamp()
);
create trigger append_only before update or delete on scheduling.emptied for each row execute function scheduling.refuse_change();

-- The journal stays append-only but for this: the body of a row that is listed as emptied may be emptied, and nothing else of it changed.
create function scheduling.refuse_change_but_emptying() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.body = ''::bytea and (to_jsonb(new) - 'body') = (to_jsonb(old) - 'body')
        and exists (select from scheduling.emptied e where e.aggregate_id = old.aggregate_id and old.version < e.before_version) then
        return new;
    end if;
    raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger append_only on scheduling.journal;
create trigger append_only before update or delete on scheduling.journal
    for each row execute function scheduling.refuse_change_but_emptying();

-- Takes out what was written at visits, in the transaction that has just recorded that it is destroyed.
create function scheduling.destroy_records(visits uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
    one uuid;
    tip bigint;
begin
    foreach one in array visits loop
        select j.version into tip from scheduling.journal j where j.aggregate_id = one order by j.version desc limit 1;
        if not exists (select from scheduling.journal j where j.aggregate_id = one and j.version = tip and j.event_type = 'record_destroyed') then
            raise exception 'its destruction is not recorded' using errcode = 'insufficient_privilege';
        end if;
        insert into scheduling.emptied (aggregate_id, before_version) values (one, tip);
        update scheduling.journal j set body = ''::bytea where j.aggregate_id = one and j.version < tip;
        update scheduling.visit v set version = tip, record = null, waived = null, record_destroyed = true where v.visit_id = one;
    end loop;
end $$;

revoke execute on function scheduling.destroy_records from public, scheduling_api;
revoke execute on function scheduling.refuse_change_but_emptying from public, scheduling_api, scheduling_worker;
revoke all on scheduling.emptied from scheduling_api, scheduling_worker;
alter table scheduling.emptied enable row level security, force row level security;
create policy owner on scheduling.emptied to scheduling_owner using (true) with check (true);
