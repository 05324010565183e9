-- The cases (信访事项办理) as they stand, whom they concern, and what casework knows of the directory.

create table casework.case (
    case_id          uuid        primary key,
    -- One case per petition, whatever is delivered how often.
    petition_id      uuid        not null unique,
    number           text        not null unique,
    version          bigint      not null check (version > 0),
    state            text        not null,
    class            text        not null check (class in ('suggestion', 'accusation', 'request')),
    district         text        not null,
    -- 件件有着落: never without an owner (WH-11).
    responsible_unit text        not null,
    officer          uuid,
    leader           uuid,
    registered_at    timestamptz not null,
    next_due_at      timestamptz,
    is_overdue       boolean     not null,
    policy_hash      text        not null,
    -- Of the calendar used for the open clocks; null when none is open.
    calendar_version text,
    outcome          text,
    closed_at        timestamptz,
    -- The whole state, as the domain writes it; the columns above repeat what is searched by.
    body             jsonb       not null,
    check ((state = 'closed') = (closed_at is not null)),
    -- 事事有回音: none is closed without an outcome.
    check (state <> 'closed' or outcome is not null)
) with (fillfactor = 85);
create index case_by_calendar on casework.case (calendar_version) where calendar_version is not null;

-- Every pack a case began with, as it was then (D-5).
create table casework.policy_pack (
    policy_hash text        primary key,
    pack        text        not null,
    canonical   bytea       not null,
    stored_at   timestamptz not null default clock_timestamp()
);

-- Who takes part in a matter, and since when (D-6). A row is closed, never deleted.
create table casework.participation (
    case_id  uuid        not null references casework.case,
    unit     text        not null,
    district text        not null,
    role     text        not null check (role in ('responsible', 'registered', 'forwarded_to')),
    since    timestamptz not null,
    until    timestamptz,
    primary key (case_id, unit, role, since)
);
create unique index participation_present on casework.participation (case_id, unit, role) where until is null;

-- Where a case is listed and by whom it may be read: one row per unit and person that takes part, and one per district
-- above it for its supervisors. `scope` is 'unit:<code>', 'staff:<id>' or 'area:<digits>'. Lists of every kind are one
-- index scan in the order of the nearest deadline, however many cases there are.
create table casework.worklist (
    scope      text        not null,
    due_order  timestamptz not null,
    case_id    uuid        not null references casework.case,
    state      text        not null,
    is_overdue boolean     not null,
    primary key (scope, due_order, case_id)
);
create unique index worklist_of_case on casework.worklist (case_id, scope);
create index worklist_overdue on casework.worklist (scope, due_order, case_id) where is_overdue;
create index worklist_by_state on casework.worklist (scope, state, due_order, case_id);

-- Visits told before the petition they belong to.
create table casework.early_visit (
    visit_id    uuid        primary key,
    petition_id uuid        not null,
    body        jsonb       not null,
    occurred_at timestamptz not null,
    cause       uuid        not null
);
create index early_visit_by_petition on casework.early_visit (petition_id);

-- Directory's public snapshots.
create table casework.district (
    code          text    primary key,
    name          text    not null,
    policy_pack   text    not null,
    petition_unit text    not null,
    is_active     boolean not null
);
create table casework.unit (
    code      text    primary key,
    name      text    not null,
    kind      text    not null check (kind in ('bureau', 'department', 'street_office', 'discipline')),
    district  text    not null,
    is_active boolean not null
);
create table casework.staff (
    staff_id  uuid    primary key,
    name      text    not null,
    unit      text    not null,
    district  text    not null,
    roles     text[]  not null,
    post      text,
    is_active boolean not null
);
create index staff_by_unit on casework.staff (unit) where is_active;
create index staff_by_district on casework.staff (district) where is_active;

-- History is kept: nobody deletes a case or a participation, and a pack once used never changes.
revoke delete on casework.case, casework.participation, casework.district, casework.unit, casework.staff
    from casework_api, casework_worker;
revoke update, delete on casework.policy_pack from casework_api, casework_worker;
-- Opened by events alone; the directory is the directory's.
revoke insert on casework.case, casework.policy_pack from casework_api;
revoke insert, update, delete on casework.early_visit, casework.district, casework.unit, casework.staff from casework_api;
revoke all on casework.early_visit from casework_api;

-- Who sees a case, once more in the database: whom its lines in the lists name (S1). Written so that each look is one probe of
-- `worklist_of_case`; what does not depend on the row is reckoned once a statement.
create function casework.scopes() returns text[] language sql stable parallel safe
    return array_remove(array['unit:' || casework.reader_unit(), 'staff:' || casework.reader_staff(),
        'area:' || casework.reader_area()], null);
do $$
declare
    guarded text;
begin
    foreach guarded in array array['case', 'participation', 'worklist', 'early_visit'] loop
        execute format('alter table casework.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on casework.%I to casework_owner using (true) with check (true)', guarded);
        execute format('create policy worker on casework.%I to casework_worker using (true) with check (true)', guarded);
        continue when guarded = 'early_visit';
        execute format('create policy admitted on casework.%I to casework_api
            using (case_id = any ((select casework.matters())::uuid[]) or (select casework.sees_all()))
            with check (case_id = any ((select casework.matters())::uuid[]) or (select casework.sees_all()))', guarded);
    end loop;
end $$;
create policy in_sight on casework.worklist for select to casework_api
    using (scope = any ((select casework.scopes())::text[]));
create policy in_sight on casework.case to casework_api
    using (exists (select 1 from casework.worklist w
        where w.case_id = "case".case_id and w.scope = any ((select casework.scopes())::text[])))
    with check (exists (select 1 from casework.worklist w
        where w.case_id = "case".case_id and w.scope = any ((select casework.scopes())::text[])));
create policy in_sight on casework.journal for select to casework_api
    using (exists (select 1 from casework.worklist w
        where w.case_id = journal.aggregate_id and w.scope = any ((select casework.scopes())::text[])));
