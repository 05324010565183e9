-- Petitions and who handed them in. Text and personal data stand here only sealed (bytea: algorithm, nonce, ciphertext; D-7).

-- The topic taxonomy (热点问题分类; QL-17). Editable: a topic is retired, never removed, because old petitions keep it.
create table intake.topic (
    code     text    primary key check (code ~ '^[a-z0-9_]{2,40}$'),
    name_zh  text    not null unique,
    name_en  text    not null unique,
    position integer not null,
    active   boolean not null default true
);
insert into intake.topic (position, code, name_zh, name_en) values
    ( 1, 'land_acquisition',       '土地征用',   'Land acquisition'),
    ( 2, 'house_demolition',       '房屋拆迁',   'Demolition and resettlement'),
    ( 3, 'property_certificate',   '产权证办理', 'Property certificates'),
    ( 4, 'enterprise_reform',      '企业改制',   'Reform of enterprises'),
    ( 5, 'illegal_finance',        '非法融资',   'Illegal fund-raising'),
    ( 6, 'land_transfer',          '土地流转',   'Transfer of land use'),
    ( 7, 'environment',            '环境保护',   'Environment'),
    ( 8, 'real_estate',            '房地产建设', 'Real estate'),
    ( 9, 'labour_social_security', '劳动社保',   'Labour and its insurance'),
    (10, 'social_security',        '社会保障',   'Social security'),
    (11, 'land_title',             '土地确权',   'Title to land'),
    (12, 'financial_investment',   '金融投资',   'Financial investment'),
    (13, 'education',              '教育',       'Education'),
    (14, 'health_care',            '医疗卫生',   'Health care'),
    (15, 'transport',              '交通运输',   'Transport'),
    (16, 'market_regulation',      '市场监管',   'Market regulation'),
    (17, 'public_security',        '公共安全',   'Public security'),
    (99, 'other',                  '其他',       'Other');

-- A petition with its current values. Partitioned by the time in its id, like the journal.
create table intake.petition (
    petition_id      uuid        not null primary key,
    number           text        not null,
    version          bigint      not null check (version > 0),
    state            text        not null check (state in ('registered', 'withdrawn')),
    channel          text        not null check (channel in ('net', 'letter', 'phone', 'fax', 'visit')),
    class            text        not null check (class in ('suggestion', 'accusation', 'request')),
    topic            text        not null,
    district         text        not null check (district ~ '^[0-9]{6}([0-9]{3}){0,2}$'),
    kind             text        not null check (kind in ('individual', 'group', 'organisation', 'joint_letter')),
    people_count     integer     not null check (people_count > 0),
    concerned_unit   text,       -- never of an accusation (REG-22): there it is sealed
    registered_by    text,
    session_id       uuid,
    can_be_told      boolean     not null,
    received_at      timestamptz not null,
    registered_at    timestamptz not null,
    restorable_until timestamptz,
    policy_pack      text        not null,
    key_id           uuid        not null,
    code_hash        bytea       not null check (octet_length(code_hash) = 32),
    -- sealed
    title            bytea       not null,
    request          bytea       not null,
    facts            bytea,
    place            bytea,
    assistance       bytea,
    external_ref     bytea,
    representatives  bytea,
    companions       bytea,
    accused_unit     bytea,
    withdrawal       bytea,
    check (received_at <= registered_at),
    check ((state = 'withdrawn') = (restorable_until is not null)),
    check (class <> 'accusation' or concerned_unit is null)
) partition by range (petition_id);
create index petition_by_number on intake.petition (number);

-- Who petitions: every value sealed by itself. The index finds the matters of someone who shows the document, without opening
-- anything; the signers of a joint letter have none (QL-04).
create table intake.petitioner (
    petition_id     uuid  not null primary key,
    name            bytea not null,
    gender          bytea,
    document_kind   bytea not null,
    document_number bytea,
    phone           bytea,
    email           bytea,
    address         bytea,
    document_index  bytea check (octet_length(document_index) = 16)
) partition by range (petition_id);
create index petitioner_by_document on intake.petitioner (document_index) where document_index is not null;

-- The key that opens a petition's fields, itself wrapped under a key outside the database. Without it every copy is noise.
create table intake.data_key (
    key_id      uuid        not null primary key,
    petition_id uuid        not null,
    wrapped     bytea,      -- null once destroyed
    created_at  timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
) partition by range (key_id);

-- What the petitioner added afterwards.
create table intake.supplement (
    petition_id uuid        not null,
    ordinal     integer     not null check (ordinal > 0),
    added_at    timestamptz not null,
    text        bytea       not null,
    text_mac    bytea       not null,
    primary key (petition_id, ordinal)
);

-- Yearly partitions, as for the journal.
create function intake.ensure_petition_partitions(first_year integer, last_year integer) returns void language plpgsql as $$
declare
    parent text;
    lower_bound uuid;
    upper_bound uuid;
begin
    foreach parent in array array['petition', 'petitioner', 'data_key'] loop
        for y in first_year .. last_year loop
            continue when to_regclass(format('intake.%I', parent || '_' || y)) is not null;
            lower_bound := (lpad(to_hex((extract(epoch from make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0')
                || repeat('0', 20))::uuid;
            upper_bound := (lpad(to_hex((extract(epoch from make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0')
                || repeat('0', 20))::uuid;
            execute format('create table intake.%I partition of intake.%I for values from (%L) to (%L)',
                parent || '_' || y, parent, lower_bound, upper_bound);
            -- Only through the parent: whoever may read it may read what it holds.
            execute format('revoke all on intake.%I from intake_api, intake_worker', parent || '_' || y);
        end loop;
    end loop;
end $$;
create table intake.petition_default partition of intake.petition default;
create table intake.petitioner_default partition of intake.petitioner default;
create table intake.data_key_default partition of intake.data_key default;
do $$ begin perform intake.ensure_petition_partitions(2025, 2030); end $$;

-- Serial numbers of a year, from a sequence of its own. Gaps mean nothing; a number never tells a time of day or a place.
create function intake.take_serials(of_year integer, wanted integer) returns setof bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
    name text := format('intake.petition_serial_%s', of_year);
begin
    if of_year not between 1970 and 9999 then
        raise exception 'no numbers for the year %', of_year using errcode = 'invalid_parameter_value';
    end if;
    if to_regclass(name) is null then
        -- Two first petitions of a year wait for each other here.
        perform pg_advisory_xact_lock(hashtextextended(name, 0));
        execute format('create sequence if not exists %s maxvalue 99999999', name);
    end if;
    return query execute format('select nextval(%L) from generate_series(1, $1)', name) using wanted;
end $$;
do $$ begin for y in 2022 .. 2030 loop execute format('create sequence intake.petition_serial_%s maxvalue 99999999', y); end loop; end $$;

-- What others told: the newest snapshot of the case of each petition, the districts served, the units.
create table intake.case_status (
    petition_id      uuid        primary key,
    case_id          uuid        not null,
    version          bigint      not null,
    responsible_unit text        not null,
    snapshot         jsonb       not null,
    heard_at         timestamptz not null default clock_timestamp()
);
create table intake.district (
    code          text    primary key,
    name          text    not null,
    policy_pack   text    not null,
    petition_unit text    not null,
    active        boolean not null
);
create table intake.unit (
    code     text    primary key,
    name     text    not null,
    kind     text    not null,
    district text    not null,
    active   boolean not null
);

-- Petitions that no case was opened for in time.
create table intake.alarm (
    petition_id uuid        not null,
    kind        text        not null check (kind in ('not_handed_over')),
    due_at      timestamptz not null,
    raised_at   timestamptz not null default clock_timestamp(),
    resolved_at timestamptz,
    primary key (petition_id, kind)
);
create index alarm_open on intake.alarm (raised_at) where resolved_at is null;

-- Personal data to be destroyed (S7): one person asks, another one does it.
create table intake.erasure (
    petition_id uuid        primary key,
    ground      text        not null check (ground in ('retention_over', 'petitioner_asks', 'unlawfully_held')),
    asked_by    uuid        not null,
    asked_at    timestamptz not null,
    done_by     uuid        check (done_by <> asked_by),
    done_at     timestamptz,
    check ((done_by is null) = (done_at is null))
);
-- Destroys the key and the index of a petition for which both have spoken. Every sealed value of it, here, in the journal, on the
-- bus, with notification and in every backup made since the key was last wrapped anew, is noise from then on.
create function intake.destroy_key(petition uuid) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if not exists (select 1 from intake.erasure e where e.petition_id = petition and e.done_by is not null) then
        raise exception 'no two persons have asked for it' using errcode = 'insufficient_privilege';
    end if;
    update intake.data_key k set wrapped = null, destroyed_at = clock_timestamp()
        where k.petition_id = petition and k.wrapped is not null;
    update intake.petitioner p set document_index = null where p.petition_id = petition;
end $$;

-- Who may do what. Registration goes through a login that can only add (D-6); requests read and amend; nothing deletes.
revoke all on intake.petition, intake.petitioner, intake.data_key, intake.supplement, intake.topic, intake.case_status,
    intake.district, intake.unit, intake.alarm, intake.erasure, intake.petition_default, intake.petitioner_default, intake.data_key_default
    from intake_api, intake_worker;
revoke all on all sequences in schema intake from intake_api, intake_worker;
revoke execute on function intake.ensure_petition_partitions(integer, integer), intake.take_serials(integer, integer)
    from public, intake_api, intake_worker;
revoke execute on function intake.destroy_key(uuid) from public, intake_worker;
grant select on intake.petition, intake.petitioner, intake.data_key, intake.supplement, intake.topic, intake.case_status,
    intake.district, intake.unit, intake.alarm to intake_api, intake_worker;
grant update (version, state, can_be_told, restorable_until, withdrawal) on intake.petition to intake_api;
grant update (phone, email, address) on intake.petitioner to intake_api;
grant insert on intake.supplement to intake_api;
grant select, insert on intake.erasure to intake_api;
grant update (done_by, done_at) on intake.erasure to intake_api;
grant update (version) on intake.petition to intake_worker;
grant update (wrapped, destroyed_at) on intake.data_key to intake_worker;
grant insert, update on intake.case_status, intake.district, intake.unit, intake.alarm to intake_worker;

grant usage on schema intake to intake_writer;
grant insert on intake.petition, intake.petitioner, intake.data_key, intake.journal, intake.journal_unsealed,
    intake.publication, intake.pending, intake.timer, intake.idempotency to intake_writer;
grant select on intake.idempotency, intake.incarnation to intake_writer;
-- What `insert … on conflict do nothing returning` reads.
grant select (aggregate_id, version, hash) on intake.journal to intake_writer;
grant select (aggregate_id, audience, sequence) on intake.publication to intake_writer;
grant select (aggregate_id, kind, generation) on intake.timer to intake_writer;
grant execute on function intake.take_serials(integer, integer) to intake_writer;

-- Who sees a petition, once more in the database (S1, DOMAIN part D): the unit that registered it, the unit and the persons that
-- answer for it, the supervisors of the districts it lies in; of an accusation, discipline bodies of its district alone (REG-22); the
-- unit complained about only where it must answer itself. The service decides more finely; this is never narrower.
--
-- What is known of the case decides on the petition, and the petition on who may read what is known of the case: the one look
-- that would go in a circle is taken here, on the owner's login.
create function intake.answers_for(petition uuid, unit text, staff uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return exists (select 1 from intake.case_status c where c.petition_id = petition
        and (c.responsible_unit = unit or c.snapshot ->> 'officer' = staff::text or c.snapshot ->> 'leader' = staff::text));
end $$;
create function intake.must_answer_itself(petition uuid, place text, unit text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return unit = coalesce((select c.responsible_unit from intake.case_status c where c.petition_id = petition),
        (select d.petition_unit from intake.district d where d.code = place));
end $$;
create function intake.reader_is_discipline() returns boolean language sql stable parallel safe
    return exists (select 1 from intake.unit where code = intake.reader_unit() and kind = 'discipline');
do $$
declare
    guarded text;
begin
    foreach guarded in array array['petition', 'petitioner', 'data_key', 'supplement', 'case_status', 'alarm', 'erasure'] loop
        execute format('alter table intake.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on intake.%I to intake_owner using (true) with check (true)', guarded);
        execute format('create policy worker on intake.%I to intake_worker using (true) with check (true)', guarded);
    end loop;
end $$;
create policy admitted on intake.petition to intake_api
    using (petition_id = any ((select intake.matters())::uuid[]) or (select intake.sees_all()))
    with check (petition_id = any ((select intake.matters())::uuid[]) or (select intake.sees_all()));
create policy in_sight on intake.petition to intake_api
    using ((concerned_unit is null or concerned_unit is distinct from (select intake.reader_unit())
            or intake.must_answer_itself(petition_id, district, (select intake.reader_unit())))
        and case when class = 'accusation'
            then (select intake.reader_is_discipline()) and (starts_with(district, (select intake.reader_district()))
                or registered_by = (select intake.reader_unit())
                or intake.answers_for(petition_id, (select intake.reader_unit()), (select intake.reader_staff())))
            else starts_with(district, (select intake.reader_area())) or registered_by = (select intake.reader_unit())
                or exists (select 1 from intake.district d
                    where d.code = petition.district and d.petition_unit = (select intake.reader_unit()))
                or intake.answers_for(petition_id, (select intake.reader_unit()), (select intake.reader_staff())) end);
do $$
declare
    part text;
begin
    foreach part in array array['petitioner', 'supplement', 'case_status', 'alarm', 'data_key', 'erasure'] loop
        execute format('create policy of_petition on intake.%1$I to intake_api
            using (exists (select 1 from intake.petition p where p.petition_id = %1$I.petition_id))
            with check (exists (select 1 from intake.petition p where p.petition_id = %1$I.petition_id))', part);
    end loop;
end $$;
create policy adding on intake.petition for insert to intake_writer with check (true);
create policy adding on intake.petitioner for insert to intake_writer with check (true);
create policy adding on intake.data_key for insert to intake_writer with check (true);
create policy adding on intake.journal for insert to intake_writer with check (true);
create policy adding on intake.publication for insert to intake_writer with check (true);
-- What `insert … on conflict do nothing returning` reads back.
create policy added on intake.journal for select to intake_writer using (true);
create policy added on intake.publication for select to intake_writer using (true);

-- The two searches that cannot be made row by row: by number, and by a document shown at the counter. They return ids, which are then
-- read like any others, and what a query code must fit; the second is kept in the journal of each petition it finds (DOMAIN part D).
create function intake.petition_of_number(wanted text) returns table (petition_id uuid, code_hash bytea)
language sql stable security definer set search_path = pg_catalog as $$
    select p.petition_id, p.code_hash from intake.petition p where p.number = wanted $$;
create function intake.petitions_of_document(indexes bytea[], most integer) returns setof uuid
language sql stable security definer set search_path = pg_catalog as $$
    select petition_id from intake.petitioner where document_index = any (indexes) order by petition_id desc limit most $$;
revoke execute on function intake.petition_of_number(text), intake.petitions_of_document(bytea[], integer),
    intake.answers_for(uuid, text, uuid), intake.must_answer_itself(uuid, text, text) from public, intake_worker;
