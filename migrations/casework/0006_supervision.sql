-- Supervision orders (督办; REG-50, REG-51) are part of the case. An office called to account takes part in the matter until it has answered,
-- whoever is responsible by then. Wider than before, so no row needs to be looked at again.
alter table casework.participation drop constraint participation_role_check;
alter table casework.participation add constraint participation_role_check
    check (role in ('responsible', 'registered', 'forwarded_to', 'sender', 'reviewing', 'supervised')) not valid;

-- Where the open order of the case stands; null when there is none. A supervisor's three questions (who owes an answer, who is late, which
-- answers wait to be judged) are each one index scan in the order of the nearest deadline.
alter table casework.worklist add column supervision text
    check (supervision in ('awaiting_answer', 'overdue', 'answered'));
create index worklist_supervision on casework.worklist (scope, supervision, due_order, case_id) where supervision is not null;
