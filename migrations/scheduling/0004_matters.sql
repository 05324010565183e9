-- The matters a session is for (约访、下访、带案下访; DW-15, TJ-05), in the order they were named. The session is announced, they are
-- not: the API shows them to who works at the session and to who answers for the matter.
alter table scheduling.session add column matters uuid[] not null default '{}';
create index session_by_matter on scheduling.session using gin (matters);

-- What casework tells besides of a case: who answers for it, which leader took it (包案), whether an opinion was proposed or given
-- (XT-06). Of a case opened before, from the next thing that happens to it on.
alter table scheduling.matter
    add column responsible_unit text,
    add column taken_by         uuid,
    add column has_opinion      boolean not null default false;
create index matter_taken on scheduling.matter (taken_by) where taken_by is not null;

-- Why a turn was booked before the level below gave its opinion (XT-06).
alter table scheduling.visit add column waived text;
