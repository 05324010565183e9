-- Which services have not yet said that their copies of what was destroyed are gone (S7, D-7).
alter table intake.erasure add column unconfirmed text[] not null default '{}';
create index erasure_unconfirmed on intake.erasure (petition_id) where unconfirmed <> '{}';
grant update (unconfirmed) on intake.erasure to intake_api;
grant select, update (unconfirmed) on intake.erasure to intake_worker;
