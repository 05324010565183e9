-- Who carries on what an abolished unit answered for, as directory tells it (REG-16).
alter table casework.unit
    add column successor      text,
    add column accusations_to text,
    add column designated_on  date;
