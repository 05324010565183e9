-- The work ledger (工作台账), built from published events only. Everything here can be dropped and built again.

create table ledger.district (
    code text primary key,
    name text not null
);

create table ledger.unit (
    code text primary key,
    name text not null,
    kind text not null,
    district text not null
);

create table ledger.staff (
    staff_id uuid primary key,
    name text not null,
    post text
);

-- One row per matter. Petition and case come from two services in any order: what is not heard of yet is null.
create table ledger.matter (
    petition_id uuid primary key,
    number text,
    channel text,
    class text,
    topic text,
    district text not null,
    kind text,
    people_count integer,
    received_at timestamptz,
    registered_at timestamptz,
    petition_state text,
    case_id uuid unique,
    state text,
    grade text,
    responsible_unit text,
    officer uuid,
    leader uuid,
    taken_by_leader boolean not null default false,
    session_id uuid,
    cause_found text,
    opinion_summary text,
    result_summary text,
    outcome text,
    relief_referral boolean not null default false,
    promise_number text,
    extended_days integer not null default 0,
    -- The nearest deadline that still runs or has passed unmet, and whether any was ever missed.
    due_at timestamptz,
    last_day date,
    overdue boolean not null default false,
    missed boolean not null default false,
    replied_at timestamptz,
    delivered_at timestamptz,
    closed_at timestamptz,
    case_version bigint
);
-- The list is read by district, newest first, page by page.
create index matter_newest on ledger.matter (registered_at desc, petition_id desc);
create index matter_of_district on ledger.matter (district text_pattern_ops, registered_at desc, petition_id desc);
create index matter_overdue on ledger.matter (due_at) where overdue;
create index matter_of_leader on ledger.matter (leader, registered_at desc) where leader is not null;

create table ledger.visit (
    visit_id uuid primary key,
    session_id uuid not null,
    petition_id uuid not null,
    leader uuid not null,
    state text not null,
    outcome text,
    at timestamptz not null
);
create index visit_of_petition on ledger.visit (petition_id);

create table ledger.session (
    session_id uuid primary key,
    district text not null,
    state text not null,
    kind text not null,
    leader uuid not null,
    venue_name text not null,
    starts_at timestamptz not null
);

-- Who was told what, and whether it arrived. Never to which address.
create table ledger.message (
    message_id uuid primary key,
    petition_id uuid,
    template text not null,
    recipient text not null,
    channel text not null,
    state text not null,
    about_event uuid not null,
    at timestamptz not null
);
create index message_of_petition on ledger.message (petition_id, at);

-- Who sees a matter, once more in the database (S1): the unit and the persons that answer for it, and the supervisors of the
-- districts it lies in; of accusations, discipline bodies alone (REG-22). What does not depend on the row is reckoned once.
revoke insert, update, delete on all tables in schema ledger from ledger_api;
grant insert on ledger.journal, ledger.journal_unsealed, ledger.publication, ledger.pending, ledger.idempotency, ledger.timer
    to ledger_api;
grant update on ledger.timer to ledger_api;
create function ledger.reader_is_discipline() returns boolean language sql stable parallel safe
    return exists (select 1 from ledger.unit where code = ledger.reader_unit() and kind = 'discipline');
do $$
declare
    guarded text;
begin
    foreach guarded in array array['matter', 'visit', 'session', 'message'] loop
        execute format('alter table ledger.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on ledger.%I to ledger_owner using (true) with check (true)', guarded);
        execute format('create policy worker on ledger.%I to ledger_worker using (true) with check (true)', guarded);
    end loop;
end $$;
create policy in_sight on ledger.matter for select to ledger_api
    using ((select ledger.sees_all())
        or ((class is distinct from 'accusation' or (select ledger.reader_is_discipline()))
            and (starts_with(district, (select ledger.reader_area())) or responsible_unit = (select ledger.reader_unit())
                or officer = (select ledger.reader_staff()) or leader = (select ledger.reader_staff()))));
create policy of_matter on ledger.message for select to ledger_api
    using (exists (select 1 from ledger.matter m where m.petition_id = message.petition_id));
create policy of_matter on ledger.visit for select to ledger_api
    using (exists (select 1 from ledger.matter m where m.petition_id = visit.petition_id));
create policy announced on ledger.session for select to ledger_api using (state <> 'draft');
