-- Matters fit for leaders (案件库; SZ-07), and the leaders asked to take them quarter by quarter (SZ-08, SZ-14). About matters and about what leaders
-- owe; nothing here knows who petitions.

create table casework.library (
    case_id    uuid        primary key references casework.case,
    is_listed  boolean     not null,
    field      text        not null,
    added_at   timestamptz not null,
    has_plan   boolean     not null,
    has_leader boolean     not null,
    is_over    boolean     not null
);
-- The list is short: what stands in it and is not over.
create index library_listed on casework.library (added_at, case_id) where is_listed and not is_over;

create table casework.selection (
    case_id   uuid    not null references casework.case,
    nth       integer not null check (nth > 0),
    leader    uuid    not null,
    quarter   text    not null check (quarter ~ '^[1-9][0-9]{3}Q[1-4]$'),
    state     text    not null check (state in ('asked', 'agreed', 'declined', 'published')),
    district  text    not null,
    unit      text    not null,
    field     text    not null,
    -- The public notice, in de-identified words.
    summary   text,
    primary key (case_id, nth),
    check ((state = 'published') = (summary is not null))
);
create index selection_by_leader on casework.selection (leader, quarter);
create index selection_published on casework.selection (quarter, district) where state = 'published';

-- What a leader resolved in a year.
create index case_by_leader on casework.case (leader, closed_at) where leader is not null;

do $$
declare
    guarded text;
begin
    foreach guarded in array array['library', 'selection'] loop
        execute format('alter table casework.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on casework.%I to casework_owner using (true) with check (true)', guarded);
        execute format('create policy worker on casework.%I to casework_worker using (true) with check (true)', guarded);
        execute format('create policy admitted on casework.%I to casework_api
            using (case_id = any ((select casework.matters())::uuid[]) or (select casework.sees_all()))
            with check (case_id = any ((select casework.matters())::uuid[]) or (select casework.sees_all()))', guarded);
        execute format('create policy in_sight on casework.%I for select to casework_api
            using (casework.is_listed(case_id))', guarded);
    end loop;
end $$;
-- What was published, everybody reads.
create policy published on casework.selection for select to casework_api using (state = 'published');
