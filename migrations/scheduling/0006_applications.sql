-- Where the application of a matter for an appointment stands (申请约访; QD-02), as casework tells it; null: nobody applied, or it is over.
alter table scheduling.matter add column application text check (application in ('awaits_material', 'ready'));
