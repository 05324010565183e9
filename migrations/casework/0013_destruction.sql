-- The end of a file (鉴定、销毁; A11): when its time is over and two persons agree, what it held is taken out of the tables. What stays is that
-- it was there: each row of the journal with its hash, which still follows from the one before, and a line in the register.

-- Which files have come to the end of their time, list by list.
alter table casework.worklist add column keep_until date;
create index worklist_by_keep_until on casework.worklist (scope, keep_until, case_id) where keep_until is not null;

-- A destroyed matter has no state any more.
alter table casework.case alter column body drop not null;

-- The register of destroyed files (销毁清册), kept for ever.
create table casework.destroyed_file (
    case_id      uuid        primary key references casework.case,
    number       text        not null,
    file_number  text        not null unique,
    -- The lists on which the matter stood: who could read it, reads this line.
    scopes       text[]      not null,
    closed_at    timestamptz not null,
    keep_until   date        not null,
    appraised_by uuid        not null,
    appraised_at timestamptz not null,
    reason       text        not null,
    approved_by  uuid        not null,
    destroyed_at timestamptz not null,
    check (appraised_by <> approved_by),
    check (keep_until < (destroyed_at at time zone 'Asia/Shanghai')::date)
);
create index destroyed_file_by_scope on casework.destroyed_file using gin (scopes);

-- Journals that were emptied: rows before a version have no body.
create table casework.emptied (
    aggregate_id   uuid        primary key,
    before_version bigint      not null check (before_version > 1),
    emptied_at     timestamptz not null default clock_timestamp()
);
create trigger append_only before update or delete on casework.emptied for each row execute function casework.refuse_change();
create trigger append_only before update or delete on casework.destroyed_file for each row execute function casework.refuse_change();

-- The journal stays append-only but for this: the body of a row that is listed as emptied may be emptied, and nothing else of it changed.
create function casework.refuse_change_but_emptying() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.body = ''::bytea and (to_jsonb(new) - 'body') = (to_jsonb(old) - 'body')
        and exists (select from casework.emptied e where e.aggregate_id = old.aggregate_id and old.version < e.before_version) then
        return new;
    end if;
    raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger append_only on casework.journal;
create trigger append_only before update or delete on casework.journal
    for each row execute function casework.refuse_change_but_emptying();

-- Takes out what a file held, in the transaction that has just recorded its destruction. The last row of the journal says who and why.
create function casework.destroy_file(matter uuid, file_number text, keep_until date, appraised_by uuid, appraised_at timestamptz,
    reason text, approved_by uuid, destroyed_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
    tip bigint;
begin
    select j.version into tip from casework.journal j where j.aggregate_id = matter order by j.version desc limit 1;
    if not exists (select from casework.journal j where j.aggregate_id = matter and j.version = tip and j.event_type = 'file_destroyed') then
        raise exception 'its destruction is not recorded' using errcode = 'insufficient_privilege';
    end if;
    insert into casework.destroyed_file
        select c.case_id, c.number, destroy_file.file_number,
            (select array_agg(w.scope order by w.scope) from casework.worklist w where w.case_id = matter), c.closed_at, destroy_file.keep_until,
            destroy_file.appraised_by, destroy_file.appraised_at, destroy_file.reason, destroy_file.approved_by, destroy_file.destroyed_at
        from casework.case c where c.case_id = matter and c.state = 'closed' and c.version = tip;
    if not found then
        raise exception 'there is no such closed matter' using errcode = 'insufficient_privilege';
    end if;
    insert into casework.emptied (aggregate_id, before_version) values (matter, tip);
    update casework.journal j set body = ''::bytea where j.aggregate_id = matter and j.version < tip;
    delete from casework.worklist w where w.case_id = matter;
    delete from casework.selection s where s.case_id = matter;
    delete from casework.library l where l.case_id = matter;
    delete from casework.document_batch_piece p where p.case_id = matter;
    update casework.case c set body = null, calendar_version = null where c.case_id = matter;
end $$;

revoke execute on function casework.destroy_file from public, casework_worker;
revoke execute on function casework.refuse_change_but_emptying from public, casework_api, casework_worker;
revoke all on casework.emptied, casework.destroyed_file from casework_api, casework_worker;
grant select on casework.destroyed_file to casework_api, casework_worker;

do $$
declare
    guarded text;
begin
    foreach guarded in array array['destroyed_file', 'emptied'] loop
        execute format('alter table casework.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on casework.%I to casework_owner using (true) with check (true)', guarded);
    end loop;
end $$;
create policy worker on casework.destroyed_file for select to casework_worker using (true);
create policy in_sight on casework.destroyed_file for select to casework_api
    using (scopes && (select casework.scopes()) or (select casework.sees_all()));
