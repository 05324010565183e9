-- Reception days (接访安排): who receives, where and when; who is booked or waiting (by petition number only); how each
-- visit ended. No names of petitioners: those stay in intake.

-- What other services told, as far as a plan or a booking needs it.
create table scheduling.district (
    code          text    primary key,
    name          text    not null,
    policy_pack   text    not null,
    petition_unit text    not null,
    active        boolean not null
);

create table scheduling.unit (
    code     text    primary key,
    name     text    not null,
    kind     text    not null,
    district text    not null,
    active   boolean not null
);

create table scheduling.staff (
    staff_id  uuid    primary key,
    name      text    not null,
    unit      text    not null,
    district  text    not null,
    roles     text[]  not null,
    post      text,
    portfolio text[]  not null,
    active    boolean not null
);

create table scheduling.petition (
    petition_id    uuid    primary key,
    number         text    not null,
    class          text    not null,
    topic          text    not null,
    district       text    not null,
    concerned_unit text,
    withdrawn      boolean not null
);

-- The state of the case, shown beside a visit. Separate, because neither stream waits for the other.
create table scheduling.matter (
    petition_id uuid primary key,
    case_id     uuid not null,
    case_state  text not null
);

-- A reception place (接访场所): a hall, or a site a leader goes down to.
create table scheduling.venue (
    venue_id   uuid    primary key,
    version    bigint  not null check (version > 0),
    district   text    not null,
    name       text    not null,
    address    text    not null,
    kind       text    not null check (kind in ('hall', 'site')),
    phone      text,
    accessible boolean not null,
    hours      text
);
create index venue_by_district on scheduling.venue (district text_pattern_ops, venue_id);

-- A round (一轮大接访): sessions that together cover every street (WH-01).
create table scheduling.round (
    round_id     uuid        primary key,
    version      bigint      not null check (version > 0),
    district     text        not null,
    title        text        not null,
    first_day    date        not null,
    last_day     date        not null check (last_day >= first_day),
    state        text        not null check (state in ('draft', 'published')),
    streets      text[]      not null default '{}',
    published_at timestamptz,
    check ((state = 'published') = (published_at is not null))
);
create index round_published on scheduling.round (first_day, round_id) where state = 'published';

-- A session (接访场次). Until it is published it may lack what the gate asks for, and nobody outside sees it.
create table scheduling.session (
    session_id       uuid        primary key,
    version          bigint      not null check (version > 0),
    round_id         uuid        references scheduling.round,
    district         text        not null,
    state            text        not null check (state in ('draft', 'published', 'cancelled', 'held')),
    kind             text,
    form             text,
    venue_id         uuid        references scheduling.venue,
    leader           uuid,
    starts_at        timestamptz,
    ends_at          timestamptz check (ends_at > starts_at),
    capacity         integer     not null check (capacity >= 0),
    slot_minutes     integer     not null check (slot_minutes > 0),
    reason           text,
    topics           text[]      not null default '{}',
    -- As announced (公示): later changes of post or place are announced, never slipped in.
    venue_name       text,
    venue_address    text,
    leader_name      text,
    leader_post      text,
    leader_portfolio text[],
    published_at     timestamptz,
    -- Names the cell of an imported table (日程安排表), so that importing twice creates nothing twice.
    import_key       text        unique,
    check (state = 'draft' or (kind is not null and form is not null and venue_id is not null and leader is not null
        and starts_at is not null and ends_at is not null and venue_name is not null and venue_address is not null
        and leader_name is not null and leader_post is not null and leader_portfolio is not null and published_at is not null))
);
-- The public schedule reads by time; one street's schedule by its code first.
create index session_announced on scheduling.session (starts_at, session_id) where state <> 'draft';
create index session_announced_by_district on scheduling.session (district, starts_at, session_id) where state <> 'draft';
create index session_by_round on scheduling.session (round_id) where round_id is not null;
create index session_by_leader on scheduling.session (leader, starts_at) where state in ('published', 'held');
create index session_drafts on scheduling.session (session_id) where state = 'draft';

-- Tickets of the day, in order. Apart from the session, so that taking a ticket does not hold up a booking.
create table scheduling.ticket_counter (
    session_id  uuid    primary key references scheduling.session,
    last_ticket integer not null check (last_ticket >= 0)
);

-- A visitor's turn (接访登记).
create table scheduling.visit (
    visit_id     uuid        primary key,
    version      bigint      not null check (version > 0),
    session_id   uuid        not null references scheduling.session,
    petition_id  uuid        not null,
    state        text        not null check (state in ('booked', 'registered', 'cancelled', 'concluded')),
    ticket       integer     check (ticket > 0),
    expected_at  timestamptz not null,
    arrived_at   timestamptz,
    received_by  uuid,
    concluded_at timestamptz,
    cancelled_for text,
    outcome      jsonb,
    record       jsonb,
    unique (session_id, ticket),
    check ((state = 'concluded') = (concluded_at is not null)),
    check (state <> 'concluded' or (outcome is not null and record is not null and received_by is not null))
);
-- One live turn per petition and session.
create unique index visit_live on scheduling.visit (session_id, petition_id) where state in ('booked', 'registered');
create index visit_by_session on scheduling.visit (session_id, visit_id);
create index visit_booked_by_petition on scheduling.visit (petition_id) where state = 'booked';

-- A bookable slot. Claimed by setting `visit_id`, which one transaction alone can do: two people never get the same one.
create table scheduling.slot (
    session_id uuid        not null references scheduling.session,
    number     integer     not null check (number > 0),
    starts_at  timestamptz not null,
    visit_id   uuid        unique references scheduling.visit deferrable initially deferred,
    primary key (session_id, number)
) with (fillfactor = 80);
create index slot_free on scheduling.slot (session_id, number) where visit_id is null;

-- Who sees what, once more in the database (S1). What is announced is everybody's; plans are the district's own and those above;
-- turns are for the session's leader and for offices on the way up from or down to its district, who book.
create function scheduling.prefix(code text) returns text language sql immutable parallel safe
    return case when code like '__0000' then left(code, 2) when code like '____00' then left(code, 4) else code end;
do $$
declare
    guarded text;
begin
    foreach guarded in array array['session', 'visit', 'round', 'venue'] loop
        execute format('alter table scheduling.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on scheduling.%I to scheduling_owner using (true) with check (true)', guarded);
        execute format('create policy worker on scheduling.%I to scheduling_worker using (true) with check (true)', guarded);
    end loop;
end $$;
create policy announced on scheduling.session for select to scheduling_api using (state <> 'draft');
create policy own_plans on scheduling.session for select to scheduling_api
    using ((select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district())));
create policy planned on scheduling.session for insert to scheduling_api
    with check ((select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district()))
        or leader = (select scheduling.reader_staff()));
-- Bookings hold a session still that is not theirs to change: they may lock it, and the check keeps them from changing it.
create policy kept on scheduling.session for update to scheduling_api
    using (state <> 'draft' or (select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district())))
    with check ((select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district()))
        or leader = (select scheduling.reader_staff()));
create policy of_session on scheduling.visit to scheduling_api
    using (exists (select 1 from scheduling.session s where s.session_id = visit.session_id
        and ((select scheduling.sees_all()) or starts_with(s.district, (select scheduling.reader_district()))
            or starts_with((select scheduling.reader_district()), scheduling.prefix(s.district))
            or s.leader = (select scheduling.reader_staff()))))
    with check (exists (select 1 from scheduling.session s where s.session_id = visit.session_id
        and ((select scheduling.sees_all()) or starts_with(s.district, (select scheduling.reader_district()))
            or starts_with((select scheduling.reader_district()), scheduling.prefix(s.district))
            or s.leader = (select scheduling.reader_staff()))));
create policy announced on scheduling.round for select to scheduling_api using (state = 'published');
create policy own_plans on scheduling.round to scheduling_api
    using ((select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district())))
    with check ((select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district())));
create policy open on scheduling.venue for select to scheduling_api using (true);
create policy own_places on scheduling.venue to scheduling_api
    using ((select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district())))
    with check ((select scheduling.sees_all()) or starts_with(district, (select scheduling.reader_district())));
