-- When the last statements of a kind were recorded by their sender: an older one that comes late says nothing.
alter table episode add column expected_registered_at bigint;
alter table episode add column details_registered_at bigint;
