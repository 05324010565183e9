-- When a matter that a leader took (包案) was closed by an answer to it (化解; SZ-02, HB-04, HB-05), as casework told; what quotas count. Of a case told
-- of before, from the next thing that happens to it on.
alter table scheduling.matter add column resolved_at timestamptz;
create index matter_resolved on scheduling.matter (taken_by, resolved_at) where resolved_at is not null;

-- Where the matter is received by law, when the session stands more than one level above the competent body (REG-06), as it was told to
-- whoever came. It belongs to the turn and its matter; nothing is kept of a person.
alter table scheduling.visit add column competent jsonb;
