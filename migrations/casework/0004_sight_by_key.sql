-- Whether a matter stands on a list of the reader, asked of each row by itself. As a subquery in the policies it may be planned as "all that
-- stands on the reader's lists, and then look in it": a few rows in a small city, a million in a large one, at every command.
create function casework.is_listed(matter uuid) returns boolean language plpgsql stable parallel safe as $$
begin
    return exists (select 1 from casework.worklist w where w.case_id = matter and w.scope = any (casework.scopes()));
end $$;
drop policy in_sight on casework.case;
create policy in_sight on casework.case to casework_api
    using (casework.is_listed(case_id)) with check (casework.is_listed(case_id));
drop policy in_sight on casework.journal;
create policy in_sight on casework.journal for select to casework_api using (casework.is_listed(aggregate_id));
