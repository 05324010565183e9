-- The work ledger (工作台账), built from published events only. Everything here can be dropped and built again.

create table ledger.district (
    code text primary key,
    name text not null
);

create table ledger.unit (
    code text primary key,
    name text not null,
    kind text not null,
    district text not null
);

create table ledger.staff (
    staff_id uuid primary key,
    name text not null,
    post text
);

-- One row per matter. Petition and case come from two services in any order: what is not heard of yet is null.
create table ledger.matter (
    petition_id uuid primary key,
    number text,
    channel text,
    class text,
    topic text,
    district text not null,
    kind text,
    people_count integer,
    received_at timestamptz,
    registered_at timestamptz,
    petition_state text,
    case_id uuid unique,
    state text,
    grade text,
    responsible_unit text,
    officer uuid,
    leader uuid,
    taken_by_leader boolean not null default false,
    session_id uuid,
    cause_found text,
    opinion_summary text,
    result_summary text,
    outcome text,
    relief_referral boolean not null default false,
    promise_number text,
    extended_days integer not null default 0,
    -- The nearest deadline that still runs or has passed unmet, and whether any was ever missed.
    due_at timestamptz,
    last_day date,
    overdue boolean not null default false,
    missed boolean not null default false,
    replied_at timestamptz,
    delivered_at timestamptz,
    closed_at timestamptz,
    case_version bigint
);
-- The list is read by district, newest first, page by page.
create index matter_newest on ledger.matter (registered_at desc, petition_id desc);
create index matter_of_district on ledger.matter (district text_pattern_ops, registered_at desc, petition_id desc);
create index matter_overdue on ledger.matter (due_at) where overdue;
create index matter_of_leader on ledger.matter (leader, registered_at desc) where leader is not null;

create table ledger.visit (
    visit_id uuid primary key,
    session_id uuid not null,
    petition_id uuid not null,
    leader uuid not null,
    state text not null,
    outcome text,
    at timestamptz not null
);
create index visit_of_petition on ledger.visit (petition_id);

create table ledger.session (
    session_id uuid primary key,
    district text not null,
    state text not null,
    kind text not null,
    leader uuid not null,
    venue_name text not null,
    starts_at timestamptz not null
);

-- Who was told what, and whether it arrived. Never to which address.
create table ledger.message (
    message_id uuid primary key,
    petition_id uuid,
    template text not null,
    recipient text not null,
    channel text not null,
    state text not null,
    about_event uuid not null,
    at timestamptz not null
);
create index message_of_petition on ledger.message (petition_id, at);
