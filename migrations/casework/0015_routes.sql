-- By what a matter finds its leader (常委包片、市长包线; QD-01): topics and areas of staff, as directory tells them.
alter table casework.staff
    add column portfolio text[] not null default '{}',
    add column areas     text[] not null default '{}';
-- What directory told before is read anew, so that topics stand here at once: its snapshots may be applied again at any time.
delete from casework.inbox_head where consumer = 'casework__directory';
delete from casework.repair_mark where consumer = 'casework__directory';
