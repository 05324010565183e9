-- The coming years' partitions are made by one function, at every migration; petitions are partitioned like the journal.
alter function intake.ensure_partitions(integer, integer) rename to ensure_journal_partitions;
create function intake.ensure_partitions(first_year integer, last_year integer) returns void language plpgsql as $$
begin
    perform intake.ensure_journal_partitions(first_year, last_year);
    perform intake.ensure_petition_partitions(first_year, last_year);
end $$;
revoke execute on function intake.ensure_partitions(integer, integer) from public, intake_api, intake_worker;
