-- What the petitioner added for: to the matter, or why a review is asked for (REG-40, REG-41).
alter table intake.supplement add column purpose text not null default 'addition' check (purpose in ('addition', 'review'));

-- A reviewing body (复查、复核机关) reads what it decides on.
create or replace function intake.answers_for(petition uuid, unit text, staff uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return exists (select 1 from intake.case_status c where c.petition_id = petition
        and (c.responsible_unit = unit or c.snapshot ->> 'officer' = staff::text or c.snapshot ->> 'leader' = staff::text
            or c.snapshot -> 'review' ->> 'unit' = unit));
end $$;
