-- What the figures of notices, stays and residence need of a stay. Nullable: an older version writes none of it.
alter table stay add column residence_municipality text;
-- Since when somebody may be needed, as judged; none when nobody is.
alter table stay add column needed_since bigint;
-- The first admission notice.
alter table stay add column notified_at bigint;
-- Local day on which the 24 hours for it run out.
alter table stay add column notice_due_on text;
-- The latest discharge notice.
alter table stay add column discharge_notice_at bigint;
create index stay_by_notice_due on stay (notice_due_on);

-- What is projected has no such facts of stays that were read before: read admission's feed again.
delete from stay;
delete from stay_party;
delete from feed_cursor where feed = 'admission';
