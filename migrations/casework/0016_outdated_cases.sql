-- Cases reckoned with another calendar than the present one stand before or after it in this order: none are left, and nothing is read.
drop index casework.case_by_calendar;
create index case_by_calendar on casework.case (calendar_version, case_id) where calendar_version is not null;
