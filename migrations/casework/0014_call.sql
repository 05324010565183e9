-- Calls for matters fit for leaders (征集案件通知; SZ-13): which platform asked which units in a quarter, and who replied. It is about offices; nothing
-- here knows who petitions.

create table casework.call (
    call_id   uuid        primary key,
    version   bigint      not null check (version > 0),
    district  text        not null,
    quarter   text        not null check (quarter ~ '^[1-9][0-9]{3}Q[1-4]$'),
    platform  text        not null,
    asked_by  text        not null,
    units     text[]      not null check (cardinality(units) > 0),
    raised_at timestamptz not null,
    body      jsonb       not null,
    -- Each platform calls once in a quarter, however many press the button.
    unique (district, quarter, platform)
);
create index call_of_units on casework.call using gin (units);

alter table casework.call enable row level security, force row level security;
create policy owner on casework.call to casework_owner using (true) with check (true);
create policy worker on casework.call to casework_worker using (true) with check (true);
-- The office that asks, those above it, and the units asked.
create policy involved on casework.call to casework_api
    using (asked_by = (select casework.reader_unit()) or (select casework.reader_unit()) = any (units)
        or starts_with(district, (select casework.reader_district())) or (select casework.sees_all()))
    with check (asked_by = (select casework.reader_unit()) or (select casework.reader_unit()) = any (units)
        or starts_with(district, (select casework.reader_district())) or (select casework.sees_all()));

-- What a leader resolved in a year is reckoned with the quotas now, where sessions are.
drop index casework.case_by_leader;
