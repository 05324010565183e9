-- How alike the texts of two petitions are, without either being opened (QL-09, DOMAIN part D). A signature holds the least keyed hashes of the
-- text's pieces: signatures of like texts agree in many places. Place of the matter, topic and class are part of what is hashed, so that
-- texts of different ones never agree, and without the key no guessed text can be held against a row. Nothing of who petitioned is in it.
create table intake.likeness (
    petition_id uuid        primary key,
    scheme      bytea       not null check (octet_length(scheme) = 8), -- which key and which way of signing
    minima      integer[]   check (cardinality(minima) = 80),          -- null: too little text to compare
    bands       bigint[]    check (cardinality(bands) = 20),           -- hashes of four minima each, to be found by
    place       bytea       check (octet_length(place) = 16),          -- keyed; equal for the same words about the place
    signed_at   timestamptz not null default clock_timestamp(),
    check ((minima is null) = (bands is null))
);
-- Without a list of what is still to be sorted in: it would be read by every search. Signing is in nobody's way.
create index likeness_by_band on intake.likeness using gin (bands) with (fastupdate = off);

-- Up to which petition each scheme has signed; what came in just before is looked through again, for commits that were late.
create table intake.likeness_mark (
    scheme   bytea       primary key,
    upto     uuid        not null,
    moved_at timestamptz not null default clock_timestamp()
);

-- The worker signs. Requests read nothing of it but through the search below.
revoke all on intake.likeness, intake.likeness_mark from intake_api, intake_worker;
grant select, insert, update, delete on intake.likeness to intake_worker;
grant select, insert, update on intake.likeness_mark to intake_worker;
alter table intake.likeness enable row level security, force row level security;
create policy owner on intake.likeness to intake_owner using (true) with check (true);
create policy worker on intake.likeness to intake_worker using (true) with check (true);

-- Petitions of the same place, topic and kind of class as one, whose texts are like its own; who may see them is asked when they are read.
-- Of very many alike the first few hundred are looked at, so that a text handed in by a whole town costs little more than another. Bitmaps alone
-- are left to the planner: it does not know how few rows a band finds, and would look for the first of them along the primary key.
create function intake.likely_same(
    wanted uuid, after uuid, of_bands bigint[], of_minima integer[], of_place bytea, enough integer, enough_at_place integer)
returns table (petition_id uuid, agreeing integer, same_place boolean)
language sql stable security definer set search_path = pg_catalog set enable_indexscan = off set enable_seqscan = off as $$
    with near as materialized (
        select l.petition_id, l.minima, coalesce(l.place = of_place, false) as same_place
        from intake.likeness l where l.bands && of_bands and l.petition_id <> wanted limit 300),
    alike as materialized (
        select n.petition_id, n.same_place,
            (select count(*) from unnest(n.minima, of_minima) pair(a, b) where a = b)::integer as agreeing
        from near n)
    select a.petition_id, a.agreeing, a.same_place
    from intake.petition own, alike a join intake.petition p on p.petition_id = a.petition_id
    where own.petition_id = wanted and a.petition_id > after and a.agreeing >= case when a.same_place then enough_at_place else enough end
        and p.state = 'registered' and p.district = own.district and p.topic = own.topic
        and (p.class = 'accusation') = (own.class = 'accusation') $$;
revoke execute on function intake.likely_same(uuid, uuid, bigint[], integer[], bytea, integer, integer) from public, intake_worker;

-- What is destroyed is no longer compared either. The key goes first: a signature being written at the same time holds it until it stands.
create or replace function intake.destroy_key(petition uuid) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if not exists (select 1 from intake.erasure e where e.petition_id = petition and e.done_by is not null) then
        raise exception 'no two persons have asked for it' using errcode = 'insufficient_privilege';
    end if;
    update intake.data_key k set wrapped = null, destroyed_at = clock_timestamp()
        where k.petition_id = petition and k.wrapped is not null;
    update intake.petitioner p set document_index = null where p.petition_id = petition;
    delete from intake.likeness l where l.petition_id = petition;
end $$;
