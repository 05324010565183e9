-- Sessions of the staff console, and nothing else: the portal keeps no business data.

grant usage on schema portal to portal_api, portal_worker;

-- One browser signed in. The cookie's token is not stored, only its hash; what the session holds (directory's tokens, the
-- name to greet with) is sealed under a key that needs that token, so that a copy of this table opens nothing.
create table portal.session (
    token_hash bytea       primary key check (octet_length(token_hash) = 32),
    staff_id   uuid        not null,
    sealed     bytea       not null,
    created_at timestamptz not null,
    -- Moved at most once a minute; idle time counts from here.
    seen_at    timestamptz not null check (seen_at >= created_at),
    -- Over at this instant, however busy.
    ends_at    timestamptz not null check (ends_at > created_at)
);
create index session_by_staff on portal.session (staff_id);
create index session_by_end on portal.session (ends_at);

grant select, insert, update, delete on portal.session to portal_api;
grant select, delete on portal.session to portal_worker;
