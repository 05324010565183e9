-- What is due is found by not having ended. By its state, the index was also taken for changes of one message by its id: while few were waiting
-- when the plan was made it looked as good as the key, and later walked all that waited.
alter table notification.message add check ((state = 'pending') = (settled_at is null));
drop index notification.message_due;
create index message_due on notification.message (next_attempt_at, message_id) where settled_at is null;
