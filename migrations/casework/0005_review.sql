-- Reviewing bodies (复查、复核机关) take part in a matter (REG-40, REG-41).
alter table casework.participation drop constraint participation_role_check;
alter table casework.participation add constraint participation_role_check
    check (role in ('responsible', 'registered', 'forwarded_to', 'reviewing'));
