-- What the petitioner said of how the matter was handled (满意度评价; REG-07): ratings of two bodies open, the words sealed among what was added.
alter table intake.petition add column evaluation jsonb;
grant update (evaluation) on intake.petition to intake_api;
alter table intake.supplement drop constraint supplement_purpose_check;
alter table intake.supplement add constraint supplement_purpose_check check (purpose in ('addition', 'review', 'evaluation'));

-- The words are for the petition office: the unit that was rated does not read them, whatever else of the matter it sees.
create policy rated on intake.supplement as restrictive for select to intake_api
    using (purpose <> 'evaluation' or (select intake.reader_unit()) is null
        or not exists (select from intake.case_status c where c.petition_id = supplement.petition_id
            and c.responsible_unit = (select intake.reader_unit())));
