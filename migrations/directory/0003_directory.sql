-- Who is who (组织机构): districts, units, staff, and the sessions of staff who signed in.

create table directory.district (
    code          text    primary key,
    district_id   uuid    not null unique,
    version       bigint  not null,
    name          text    not null,
    policy_pack   text    not null,
    petition_unit text    not null,
    active        boolean not null
);

create table directory.unit (
    code       text    primary key,
    unit_id    uuid    not null unique,
    version    bigint  not null,
    name       text    not null,
    short_name text    not null,
    kind       text    not null,
    district   text    not null references directory.district (code),
    topics     text[]  not null,
    active     boolean not null
);
create index unit_by_district on directory.unit (district text_pattern_ops);

create table directory.staff (
    staff_id      uuid    primary key,
    version       bigint  not null,
    login         text    not null unique,
    name          text    not null,
    unit          text    not null references directory.unit (code),
    roles         text[]  not null,
    post          text,
    portfolio     text[]  not null,
    office_email  text,
    active        boolean not null,
    -- Argon2id; absent until a first password is set.
    password_hash text
);
create index staff_by_unit on directory.staff (unit);

-- One signed-in browser or program. The handle by which it is renewed is kept as a digest only.
create table directory.session (
    session_id    uuid        primary key,
    staff_id      uuid        not null references directory.staff (staff_id),
    handle_digest bytea       not null unique,
    begun_at      timestamptz not null,
    used_at       timestamptz not null,
    ended_at      timestamptz
);
create index session_by_staff on directory.session (staff_id) where ended_at is null;
create index session_by_use on directory.session (used_at);

-- Wrong passwords of the last minutes, by digest: it tells neither which login was tried nor whether it exists.
create table directory.sign_in_failure (
    login_digest   bytea       not null,
    address_digest bytea       not null,
    failed_at      timestamptz not null
);
create index sign_in_failure_recent on directory.sign_in_failure (login_digest, failed_at);

-- Who is who is open to everybody who may ask; it is changed by the administrators of the district it belongs to (S1).
do $$
declare
    guarded text;
begin
    foreach guarded in array array['district', 'unit', 'staff'] loop
        execute format('alter table directory.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on directory.%I to directory_owner using (true) with check (true)', guarded);
        execute format('create policy worker on directory.%I to directory_worker using (true) with check (true)', guarded);
    end loop;
end $$;
create policy open on directory.district for select to directory_api using (true);
create policy open on directory.unit for select to directory_api using (true);
create policy open on directory.staff for select to directory_api using (true);
create policy of_district on directory.district to directory_api
    using (true)
    with check ((select directory.sees_all()) or starts_with(code, (select directory.reader_district())));
create policy of_district on directory.unit to directory_api
    using (true)
    with check ((select directory.sees_all()) or starts_with(district, (select directory.reader_district())));
create policy of_district on directory.staff to directory_api
    using (true)
    with check ((select directory.sees_all()) or exists (select 1 from directory.unit u
        where u.code = staff.unit and starts_with(u.district, (select directory.reader_district()))));
