-- Many documents at once (文书批量打印). The papers name petitioners: they are kept sealed under a key that only whoever asked for them holds,
-- for an hour. Times here are the database's: nothing of the law hangs on them.

create table casework.document_batch (
    batch_id uuid        primary key,
    -- Who asked: nobody else sees that there is one.
    staff_id uuid        not null,
    -- Bound into the seal, with the number of the row and the place in the order.
    district text        not null,
    total    integer     not null check (total between 1 and 1000),
    state    text        not null check (state in ('running', 'finished', 'cancelled', 'replaced')),
    asked_at timestamptz not null default clock_timestamp(),
    -- The last sign of life of the process that makes it; of one that ended, when.
    seen_at  timestamptz not null default clock_timestamp()
);
-- One at a time for each person, whichever process is asked.
create unique index document_batch_running on casework.document_batch (staff_id) where state = 'running';
create index document_batch_of on casework.document_batch (staff_id);
create index document_batch_by_age on casework.document_batch (seen_at);

create table casework.document_batch_piece (
    batch_id  uuid    not null references casework.document_batch on delete cascade,
    position  integer not null,
    case_id   uuid    not null,
    kind      text    not null,
    -- Of the document when it was made, else of the matter if it is seen.
    number    text,
    sealed    bytea,
    reason    text,
    reason_en text,
    primary key (batch_id, position),
    -- Made, or refused with a reason.
    check ((sealed is null) = (reason is not null) and (reason is null) = (reason_en is null)),
    check (sealed is null or number is not null)
);

do $$
declare
    guarded text;
begin
    foreach guarded in array array['document_batch', 'document_batch_piece'] loop
        execute format('alter table casework.%I enable row level security, force row level security', guarded);
        execute format('create policy owner on casework.%I to casework_owner using (true) with check (true)', guarded);
        execute format('create policy worker on casework.%I to casework_worker using (true) with check (true)', guarded);
    end loop;
end $$;
create policy own on casework.document_batch to casework_api
    using (staff_id = (select casework.reader_staff())) with check (staff_id = (select casework.reader_staff()));
create policy own on casework.document_batch_piece to casework_api
    using (exists (select 1 from casework.document_batch b where b.batch_id = document_batch_piece.batch_id))
    with check (exists (select 1 from casework.document_batch b where b.batch_id = document_batch_piece.batch_id));
