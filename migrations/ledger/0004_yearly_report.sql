-- What the yearly report of the petition office counts (Art. 41; REG-54): matters, and the bodies named in them, never persons. Rows of
-- before are filled when their matter is next told of, or by a rebuild.
alter table ledger.matter
    -- The body a request or suggestion names; of an accusation it never leaves intake (REG-22).
    add column concerned_unit text,
    -- 转送 or 交办, by the newest of them.
    add column sent_on        text    check (sent_on in ('transferred', 'handed_down')),
    add column orders         integer not null default 0,
    add column advice_given   integer not null default 0,
    add column advice_adopted integer not null default 0,
    add column measures       integer not null default 0;

-- Reviews and re-examinations of a matter, in the order asked for.
create table ledger.review (
    petition_id uuid    not null,
    nth         integer not null,
    level       text    not null,
    state       text    not null,
    result      text,
    primary key (petition_id, nth)
);
revoke insert, update, delete on ledger.review from ledger_api;
alter table ledger.review enable row level security, force row level security;
create policy owner on ledger.review to ledger_owner using (true) with check (true);
create policy worker on ledger.review to ledger_worker using (true) with check (true);
create policy of_matter on ledger.review for select to ledger_api
    using (exists (select 1 from ledger.matter m where m.petition_id = review.petition_id));
