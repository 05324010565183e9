-- Who carries on what an abolished unit answered for (REG-16): its successor, or whom the level's committee or government designated, and
-- the discipline body for accusations it still held (REG-22).
alter table directory.unit
    add column successor      text references directory.unit (code),
    add column accusations_to text references directory.unit (code),
    add column designated_on  date,
    add column designated_for text,
    add constraint succession_of_the_abolished check (successor is null or (not active and successor <> code)),
    add constraint succession_whole check (successor is not null or (accusations_to is null and designated_on is null)),
    add constraint designation_whole check ((designated_on is null) = (designated_for is null));
