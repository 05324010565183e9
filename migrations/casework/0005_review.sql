-- Reviewing bodies (复查、复核机关; REG-40, REG-41) and those who sent a matter on (转送机关; REG-14) take part in it.
alter table casework.participation drop constraint participation_role_check;
alter table casework.participation add constraint participation_role_check
    check (role in ('responsible', 'registered', 'forwarded_to', 'sender', 'reviewing'));
