-- Who carries on for an abolished unit, as directory tells it (REG-16): the unit complained about never learns who complained, and neither
-- does whoever has its people now (DOMAIN part D).
alter table intake.unit add column successor text;
