-- What the petitioner wishes of an appointment with a leader (申请约访; QD-02), among what was added.
alter table intake.supplement drop constraint supplement_purpose_check;
alter table intake.supplement add constraint supplement_purpose_check check (purpose in ('addition', 'review', 'evaluation', 'appointment'));
