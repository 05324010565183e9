-- Messages to petitioners and staff, with the projections that say who is to be told and how.

-- Staff and units as directory last told them.
create table notification.staff (
    staff_id uuid primary key,
    name text not null,
    post text,
    unit text not null,
    district text not null,
    roles text[] not null,
    office_email text,
    active boolean not null
);
create index staff_by_unit on notification.staff (unit) where active;
create index staff_by_district on notification.staff (district) where active;

create table notification.unit (
    code text primary key,
    name text not null,
    district text not null
);

create table notification.district (
    code text primary key,
    name text not null
);

-- Petitions as far as telling somebody needs it. No text, no identity.
create table notification.petition (
    petition_id uuid primary key,
    number text not null,
    district text not null,
    can_be_told boolean not null
);

-- How a petitioner can be reached: ciphertext, opened for the moment of sending only.
create table notification.contact (
    petition_id uuid primary key,
    key_id uuid not null,
    -- The district of origin, to which the ciphertext is bound.
    district text not null,
    sealed text not null
);

-- Who is expected at a session, so that a change can be told to them.
create table notification.expected_visit (
    visit_id uuid primary key,
    session_id uuid not null,
    petition_id uuid not null,
    leader uuid not null,
    open boolean not null
);
create index expected_visit_by_session on notification.expected_visit (session_id) where open;

create table notification.message (
    message_id uuid primary key,
    -- One message per (event, template, recipient, channel), however often the event comes.
    send_once_key text not null unique,
    template text not null,
    recipient_kind text not null check (recipient_kind in ('petitioner', 'staff')),
    petition_id uuid,
    staff_id uuid,
    channel text not null check (channel in ('inbox', 'email')),
    state text not null default 'pending' check (state in ('pending', 'sent', 'failed', 'unreachable')),
    district text not null,
    about_event uuid not null,
    case_id uuid,
    -- What the template needs besides what is asked for at sending; nothing personal.
    data jsonb not null,
    -- The trace of the event that caused it, so that one trace leads from the request to the sending.
    traceparent text,
    title text,
    body text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    give_up_at timestamptz not null,
    last_error text,
    created_at timestamptz not null,
    settled_at timestamptz,
    read_at timestamptz,
    check ((recipient_kind = 'petitioner') = (staff_id is null)),
    check (recipient_kind = 'staff' or petition_id is not null)
);
create index message_due on notification.message (next_attempt_at) where state = 'pending';
create index message_of_staff on notification.message (staff_id, created_at desc) where channel = 'inbox';
create index message_of_petition on notification.message (petition_id, created_at desc);

-- What a person has to look at: no route, a message given up, nobody in a role.
create table notification.alarm (
    alarm_id bigint generated always as identity primary key,
    kind text not null check (kind in ('no_route', 'given_up', 'nobody_in_role')),
    district text not null,
    unit text,
    message_id uuid unique,
    petition_id uuid,
    detail text not null,
    raised_at timestamptz not null,
    resolved_at timestamptz,
    resolved_by uuid
);
create index alarm_open on notification.alarm (raised_at desc) where resolved_at is null;

-- Who sees what, once more in the database (S1): one's own inbox; what was sent in a district one looks after; what was written to
-- the petitioner of one petition. How petitioners are reached is read by no request at all.
revoke all on notification.contact, notification.expected_visit, notification.petition from notification_api;
revoke insert, delete on notification.message, notification.alarm from notification_api;
revoke insert, update, delete on notification.staff, notification.unit, notification.district from notification_api;
do $$
declare
    guarded text;
begin
    foreach guarded in array array['message', 'alarm', 'contact', 'expected_visit', 'petition'] loop
        execute format('alter table notification.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on notification.%I to notification_owner using (true) with check (true)', guarded);
        execute format('create policy worker on notification.%I to notification_worker using (true) with check (true)', guarded);
    end loop;
end $$;
create policy own_inbox on notification.message to notification_api
    using (staff_id = (select notification.reader_staff()) and channel = 'inbox')
    with check (staff_id = (select notification.reader_staff()) and channel = 'inbox');
create policy of_district on notification.message for select to notification_api
    using ((select notification.sees_all()) or starts_with(district, (select notification.reader_area())));
create policy of_petition on notification.message for select to notification_api
    using (staff_id is null and petition_id = any ((select notification.matters())::uuid[]));
create policy of_district on notification.alarm to notification_api
    using ((select notification.sees_all()) or starts_with(district, (select notification.reader_area())))
    with check ((select notification.sees_all()) or starts_with(district, (select notification.reader_area())));
