-- Durable timers (D-4). Rendered per service by `huiyin_timers::schema`; `migrations/<service>/0002_timer.sql` are the
-- renderings, and a test keeps them equal. Run as directory_owner.

create table directory.timer (
    timer_id         uuid        primary key,
    aggregate_id     uuid        not null,
    kind             text        not null,
    generation       integer     not null check (generation >= 0),
    due_at           timestamptz not null,
    state            text        not null default 'armed' check (state in ('armed', 'fired', 'cancelled')),
    calendar_version text,
    armed_at         timestamptz not null default clock_timestamp(),
    fired_at         timestamptz,
    late_ms          bigint,
    -- Firing that failed: set back, so that one bad timer holds up no other.
    attempts         integer     not null default 0,
    not_before       timestamptz not null default '-infinity',
    last_error       text,
    unique (aggregate_id, kind, generation),
    check ((state = 'fired') = (fired_at is not null))
) with (autovacuum_vacuum_scale_factor = 0.02);
-- Scanned by state, never by a cursor: a timer set in the past fires like any other (T2).
create index timer_due on directory.timer (due_at, timer_id) where state = 'armed';
create index timer_armed_by_aggregate on directory.timer (aggregate_id) where state = 'armed';

-- The clock guard's high-water mark (T6): the latest instant the runner has acted upon.
create table directory.timer_clock (
    singleton boolean     primary key default true check (singleton),
    last_now  timestamptz not null
);

revoke all on directory.timer, directory.timer_clock from directory_api, directory_worker;
grant select, insert, update on directory.timer to directory_api;
grant select, insert, update, delete on directory.timer to directory_worker;
grant select, insert, update on directory.timer_clock to directory_worker;
