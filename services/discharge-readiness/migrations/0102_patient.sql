-- Whose a stay is, so that figures of distinct patients follow merges. Nullable: an older version writes none.
alter table stay add column patient_id text;

-- Stays that were read before do not have it: read admission's feed again.
delete from stay;
delete from stay_party;
delete from feed_cursor where feed = 'admission';
