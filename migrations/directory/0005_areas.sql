-- Which districts and streets a leader answers for (包片; QD-01). What a leader answers for by topic stands in `portfolio` (分管工作, 包线).
alter table directory.staff add column areas text[] not null default '{}';
