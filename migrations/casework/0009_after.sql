-- After the end: whether a return visit (回访; XT-10) is due and was not made yet.
alter table casework.worklist add column awaits_visit boolean not null default false;
create index worklist_awaits_visit on casework.worklist (scope, due_order, case_id) where awaits_visit;
