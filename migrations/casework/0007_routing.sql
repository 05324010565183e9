-- Who decides which unit is competent, and who assists it (主办、协办; REG-15), take part in a matter.
alter table casework.participation drop constraint participation_role_check;
alter table casework.participation add constraint participation_role_check
    check (role in ('responsible', 'registered', 'supervised', 'forwarded_to', 'sender', 'reviewing', 'deciding', 'assisting')) not valid;
