-- What a service remembers, tells, and has heard (D-1, D-2, D-6). Rendered per service by `huiyin_journal::schema`;
-- `migrations/<service>/0001_journal.sql` are the renderings, and a test keeps them equal. Run as {schema}_owner.

grant usage on schema {schema} to {schema}_api, {schema}_worker;

-- Tables of later migrations are business tables: both logins read and write them without further grants.
alter default privileges in schema {schema} grant select, insert, update, delete on tables to {schema}_api, {schema}_worker;
alter default privileges in schema {schema} grant usage, select on sequences to {schema}_api, {schema}_worker;
alter default privileges in schema {schema} revoke execute on functions from public;
alter default privileges in schema {schema} grant execute on functions to {schema}_api, {schema}_worker;

-- The journal (台账): every change of every aggregate, once written never touched.
create table {schema}.journal (
    aggregate_id   uuid        not null,
    version        bigint      not null check (version > 0),
    event_id       uuid        not null,
    aggregate_kind text        not null,
    event_type     text        not null,
    district       text        not null,
    actor          jsonb       not null,
    cause          uuid        not null,
    occurred_at    timestamptz not null,
    recorded_at    timestamptz not null default clock_timestamp(),
    body           bytea       not null,
    previous_hash  bytea,      -- null for version 1 only
    hash           bytea       not null,
    primary key (aggregate_id, version),
    check ((previous_hash is null) = (version = 1))
) partition by range (aggregate_id);

-- Journal rows no seal lists yet. The hourly seal removes exactly what it lists, so a late commit is never missed.
create table {schema}.journal_unsealed (
    aggregate_id uuid   not null,
    version      bigint not null,
    hash         bytea  not null,
    primary key (aggregate_id, version)
);

-- Seals: a Merkle root over their members, chained. `members` holds 56 bytes each: aggregate, version, hash.
create table {schema}.seal (
    seal_no       bigint      primary key check (seal_no > 0),
    sealed_at     timestamptz not null default clock_timestamp(),
    count         bigint      not null check (count > 0),
    root          bytea       not null,
    previous_hash bytea,
    hash          bytea       not null,
    members       bytea       not null,
    check ((previous_hash is null) = (seal_no = 1))
);

-- What others are told: own gapless sequence per aggregate and audience, body verbatim for ever.
create table {schema}.publication (
    aggregate_id   uuid        not null,
    audience       text        not null check (audience in ('public', 'private')),
    sequence       bigint      not null check (sequence > 0),
    event_id       uuid        not null,
    event_type     text        not null,
    version        integer     not null check (version > 0),
    aggregate_kind text        not null,
    subject        text        not null,
    district       text        not null,
    incarnation    bigint      not null,
    occurred_at    timestamptz not null,
    recorded_at    timestamptz not null default clock_timestamp(),
    cause          uuid,
    traceparent    text,
    body           bytea       not null,
    -- The writing transaction: readers who ask for everything from the oldest running transaction on miss no late commit.
    xid            xid8        not null default pg_current_xact_id(),
    primary key (aggregate_id, audience, sequence)
) partition by range (aggregate_id);
create index publication_by_xid on {schema}.publication (xid);

-- Publications still to send. Small: the relay deletes from it.
create table {schema}.pending (
    pending_id   bigint      generated always as identity primary key,
    aggregate_id uuid        not null,
    audience     text        not null,
    sequence     bigint      not null,
    attempt      integer     not null default 0,
    not_before   timestamptz not null default '-infinity',
    recorded_at  timestamptz not null default clock_timestamp(),
    unique (aggregate_id, audience, sequence)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- The inbox: how far each consumer has come with each aggregate. Kept for ever, never partitioned.
create table {schema}.inbox_head (
    consumer     text        not null,
    aggregate_id uuid        not null,
    audience     text        not null,
    sequence     bigint      not null,
    incarnation  bigint      not null,
    event_id     uuid,       -- null while nothing has been applied
    digest       bytea,
    moved_at     timestamptz not null default clock_timestamp(),
    primary key (consumer, aggregate_id, audience)
) with (fillfactor = 80);

-- Events heard too early (a gap before them), or whose effect failed and is to be tried again.
create table {schema}.inbox_waiting (
    consumer     text        not null,
    aggregate_id uuid        not null,
    audience     text        not null,
    sequence     bigint      not null,
    event_id     uuid        not null,
    attempts     integer     not null default 0,
    not_before   timestamptz not null default '-infinity',
    last_error   text,
    envelope     jsonb       not null,
    body         bytea       not null,
    received_at  timestamptz not null default clock_timestamp(),
    primary key (consumer, aggregate_id, audience, sequence)
);

-- Events whose effect is given up until someone decides. A blocking one holds back its own aggregate only.
create table {schema}.inbox_parked (
    parked_id    bigint      generated always as identity primary key,
    consumer     text        not null,
    aggregate_id uuid        not null,
    audience     text        not null,
    sequence     bigint      not null,
    event_id     uuid        not null,
    reason       text        not null,
    blocking     boolean     not null,
    attempts     integer     not null,
    envelope     jsonb       not null,
    body         bytea       not null,
    parked_at    timestamptz not null default clock_timestamp(),
    resolved_at  timestamptz
);
create unique index inbox_parked_once on {schema}.inbox_parked (consumer, aggregate_id, audience, sequence, event_id)
    where resolved_at is null;

-- Up to where each consumer has compared itself with each owner; `token` is the owner's pg_snapshot_xmin.
create table {schema}.repair_mark (
    consumer    text        not null,
    owner       text        not null,
    audience    text        not null,
    token       text        not null,
    incarnation bigint      not null,
    marked_at   timestamptz not null default clock_timestamp(),
    primary key (consumer, owner, audience)
);

-- A stream's creation time and reach when last seen: going back means that it has lost what it acknowledged. It is then
-- filled again from the publications; `refill_*` is how far that has come (null: nothing to fill).
create table {schema}.stream_mark (
    stream           text        primary key,
    audience         text        not null,
    created_at       timestamptz not null,
    last_seq         bigint      not null,
    epoch            integer     not null default 0,
    refill_xid       xid8,
    refill_aggregate uuid,
    refill_sequence  bigint,
    marked_at        timestamptz not null default clock_timestamp()
);

-- Raised by every restore from a backup; carried by every publication made afterwards.
create table {schema}.incarnation (
    number    bigint      primary key check (number > 0),
    raised_at timestamptz not null default clock_timestamp(),
    reason    text        not null
);
insert into {schema}.incarnation (number, reason) values (1, 'created');

-- How far the rebuilding of a consumer's read model has come; begun by an operator, gone on with after a restart.
create table {schema}.rebuild (
    consumer        text        primary key,
    wanted          bigint      not null,
    started_at      timestamptz not null default clock_timestamp(),
    finished_at     timestamptz,
    after_aggregate uuid        not null default '00000000-0000-0000-0000-000000000000',
    after_sequence  bigint      not null default 0
);

-- What an operator decided, and why: never changed.
create table {schema}.operator_act (
    act_id   bigint      generated always as identity primary key,
    acted_at timestamptz not null default clock_timestamp(),
    operator text        not null check (btrim(operator) <> ''),
    act      text        not null check (act ~ '^[a-z]+\.[a-z]+$'),
    about    jsonb       not null,
    reason   text        not null check (btrim(reason) <> '')
);

-- Answers given to requests with an Idempotency-Key.
create table {schema}.idempotency (
    scope      text        not null,
    key_hash   bytea       not null,
    body_hash  bytea       not null,
    status     integer     not null,
    response   bytea       not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (scope, key_hash)
);
create index idempotency_by_age on {schema}.idempotency (created_at);

-- Append-only by trigger as well as by grant: not even the owner changes history by mistake.
create function {schema}.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on {schema}.journal for each row execute function {schema}.refuse_change();
create trigger append_only before update or delete on {schema}.publication for each row execute function {schema}.refuse_change();
create trigger append_only before update or delete on {schema}.seal for each row execute function {schema}.refuse_change();
create trigger append_only before update or delete on {schema}.incarnation for each row execute function {schema}.refuse_change();
create trigger append_only before update or delete on {schema}.operator_act for each row execute function {schema}.refuse_change();
create trigger append_only_truncate before truncate on {schema}.journal for each statement execute function {schema}.refuse_change();
create trigger append_only_truncate before truncate on {schema}.publication for each statement execute function {schema}.refuse_change();
create trigger append_only_truncate before truncate on {schema}.seal for each statement execute function {schema}.refuse_change();
create trigger append_only_truncate before truncate on {schema}.incarnation for each statement execute function {schema}.refuse_change();
create trigger append_only_truncate before truncate on {schema}.operator_act for each statement execute function {schema}.refuse_change();

-- Yearly partitions by the time in the aggregate's UUIDv7: uniqueness stays enforceable, a year is archived as one table.
-- The default partition takes ids of other makes and times. Rows that stand in it already keep a year from being cut out.
create function {schema}.ensure_partitions(first_year integer, last_year integer) returns void language plpgsql as $$
declare
    parent text;
    lower_bound uuid;
    upper_bound uuid;
begin
    foreach parent in array array['journal', 'publication'] loop
        for y in first_year .. last_year loop
            continue when to_regclass(format('{schema}.%I', parent || '_' || y)) is not null;
            lower_bound := (lpad(to_hex((extract(epoch from make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0')
                || repeat('0', 20))::uuid;
            upper_bound := (lpad(to_hex((extract(epoch from make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0')
                || repeat('0', 20))::uuid;
            execute format('create table {schema}.%I partition of {schema}.%I for values from (%L) to (%L)',
                parent || '_' || y, parent, lower_bound, upper_bound);
            execute format('revoke all on {schema}.%I from {schema}_api, {schema}_worker', parent || '_' || y);
            execute format('create trigger append_only_truncate before truncate on {schema}.%I for each statement execute function {schema}.refuse_change()',
                parent || '_' || y);
        end loop;
    end loop;
end $$;
create table {schema}.journal_default partition of {schema}.journal default;
create table {schema}.publication_default partition of {schema}.publication default;
create trigger append_only_truncate before truncate on {schema}.journal_default for each statement execute function {schema}.refuse_change();
create trigger append_only_truncate before truncate on {schema}.publication_default for each statement execute function {schema}.refuse_change();
do $$ begin perform {schema}.ensure_partitions(2025, 2030); end $$;

-- Who may do what here. The default privileges above gave everything; take it back and name each right.
revoke all on all tables in schema {schema} from {schema}_api, {schema}_worker;
revoke execute on function {schema}.ensure_partitions, {schema}.refuse_change from public, {schema}_api, {schema}_worker;
grant select, insert on {schema}.journal, {schema}.journal_unsealed, {schema}.publication, {schema}.pending, {schema}.idempotency
    to {schema}_api, {schema}_worker;
grant select on {schema}.incarnation, {schema}.seal, {schema}.inbox_parked to {schema}_api;
grant delete on {schema}.journal_unsealed, {schema}.idempotency to {schema}_worker;
grant update, delete on {schema}.pending to {schema}_worker;
grant select, insert on {schema}.seal, {schema}.incarnation, {schema}.operator_act to {schema}_worker;
grant select, insert, update, delete on {schema}.inbox_head, {schema}.inbox_waiting, {schema}.inbox_parked, {schema}.repair_mark,
    {schema}.stream_mark, {schema}.rebuild to {schema}_worker;

-- Row-level security (D-6, S1). A transaction of the API's login says for whom it acts in settings that end with it; one that says
-- nothing sees no row that belongs to somebody. `set local` leaves an empty text behind, hence `nullif`. The other logins have
-- a policy of their own: the worker carries out what was decided already, the owner migrates and repairs.
create function {schema}.sees_all() returns boolean language sql stable parallel safe
    return coalesce(current_setting('huiyin.area', true) = '*', false);
create function {schema}.reader_unit() returns text language sql stable parallel safe
    return nullif(current_setting('huiyin.unit', true), '');
create function {schema}.reader_staff() returns uuid language sql stable parallel safe
    return nullif(current_setting('huiyin.staff', true), '')::uuid;
-- The district of the reader's unit, and the one seen whole, each as the digits with which the codes inside it begin.
create function {schema}.reader_district() returns text language sql stable parallel safe
    return nullif(current_setting('huiyin.district', true), '');
create function {schema}.reader_area() returns text language sql stable parallel safe
    return nullif(current_setting('huiyin.area', true), '');
-- Aggregates opened one by one: the petition whose code was shown, the matter just changed.
create function {schema}.matters() returns uuid[] language sql stable parallel safe
    return string_to_array(nullif(current_setting('huiyin.matters', true), ''), ',')::uuid[];

do $$
declare
    guarded text;
begin
    foreach guarded in array array['journal', 'publication', 'inbox_parked', 'inbox_waiting', 'operator_act'] loop
        execute format('alter table {schema}.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on {schema}.%I to {schema}_owner using (true) with check (true)', guarded);
        execute format('create policy worker on {schema}.%I to {schema}_worker using (true) with check (true)', guarded);
    end loop;
    foreach guarded in array array['journal', 'publication'] loop
        execute format('create policy admitted on {schema}.%I to {schema}_api
            using (aggregate_id = any ((select {schema}.matters())::uuid[]) or (select {schema}.sees_all()))
            with check (aggregate_id = any ((select {schema}.matters())::uuid[]) or (select {schema}.sees_all()))', guarded);
    end loop;
    create policy operation on {schema}.inbox_parked for select to {schema}_api using ((select {schema}.sees_all()));
end $$;
-- A service looks here at start whether its migrations have been applied; the migrator makes the table before this file runs.
do $$ begin
    if to_regclass('{schema}._sqlx_migrations') is not null then
        grant select on {schema}._sqlx_migrations to {schema}_api, {schema}_worker;
    end if;
end $$;
