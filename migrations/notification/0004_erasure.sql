-- Intake has destroyed the personal data of a petition (S7): what stood here of it goes too, and intake is told once it has (D-7).
alter table notification.petition
    add column erased boolean not null default false,
    add column erasure_confirmed boolean not null default false,
    add check (erased or not erasure_confirmed);
create index petition_to_confirm on notification.petition (petition_id) where erased and not erasure_confirmed;
