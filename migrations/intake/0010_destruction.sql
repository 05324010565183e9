-- The file of a petition's matter was destroyed (销毁; A11): two persons have agreed there, and its personal data goes with it, by itself.
grant insert on intake.erasure to intake_worker;
grant update (ground, asked_by, asked_at, done_by, done_at) on intake.erasure to intake_worker;
grant execute on function intake.destroy_key(uuid) to intake_worker;
grant update (can_be_told) on intake.petition to intake_worker;
