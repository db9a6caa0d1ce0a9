-- What every service's database has, whatever it owns. TEXT and BIGINT only; instants are UTC microseconds.

-- The feed's counter: one row, stepped once per transaction, whose lock orders the commits.
create table feed_counter (
    id bigint primary key,
    epoch text not null,
    seq bigint not null,
    -- Epochs before a restore, each with the last of its numbers that stands: epoch.number words, the oldest first.
    former text not null,
    -- Seals the cursors that leave the installation, so that they tell no volumes. 32 hex digits.
    cursor_key text not null
);

-- The feed. Never pruned: it is the record of who knew what when. Whom it was about may be blanked by law.
create table feed_event (
    seq bigint primary key,
    kind text not null,
    -- What it is about: an admission, or a case that has none. The other is empty.
    admission_id text not null,
    case_id text not null,
    occurred_at bigint not null,
    recorded_at bigint not null,
    actor_unit text not null,
    -- Why it was told afterwards, and when it was sent or registered there and then.
    entry_reason text not null,
    stated_at bigint,
    -- Who may see it: words separated by spaces, see hemgang_rpc::Audience.
    audience text not null,
    -- Positions of other feeds that the decision rested on: name=cursor words separated by spaces.
    seen text not null,
    -- Who asked for the change, on the first event of one: an AccessEntry as proto3 JSON. Empty where nobody called.
    access text not null,
    -- proto3 JSON.
    payload text not null
);
-- What is rewritten when the law takes away who somebody was, and nothing else is.
create index feed_event_identifying on feed_event (admission_id, case_id)
    where kind in ('PatientDetailsRecorded', 'PatientAdmitted', 'PatientsMerged', 'StayShared');
-- What figures mark as entered from the papers of the reserve routine.
create index feed_event_on_paper on feed_event (admission_id, case_id)
    where entry_reason = 'ENTRY_REASON_DOWNTIME_ROUTINE';

-- How far this service has followed others.
create table feed_cursor (
    feed text primary key,
    version bigint not null,
    -- Everything up to here has been applied,
    position text not null,
    -- and of what comes after it, these: positions separated by spaces, at most a page of them.
    ahead text not null,
    -- Where the feed was left in each epoch before: positions separated by spaces, the oldest first.
    former text not null
);

-- Events that could not be applied, and those of the same subject that queue behind them. The cursor has passed them;
-- what they say is read again from their feed.
create table feed_parked (
    feed text not null,
    position text not null,
    subject text not null,
    kind text not null,
    reason text not null,
    parked_at bigint not null,
    primary key (feed, position)
);

-- Answers to requests with a request_id, so that a replay gets the first answer. Kept 30 days.
create table answer (
    caller text not null,
    unit text not null,
    rpc text not null,
    request_id text not null,
    request_hash text not null,
    response text not null,
    answered_at bigint not null,
    primary key (caller, unit, rpc, request_id)
);
create index answer_by_age on answer (answered_at);

-- Duties that run out: written by the change that opens the duty, removed by the one that meets it.
create table deadline (
    kind text not null,
    subject text not null,
    due_at bigint not null,
    primary key (kind, subject)
);
create index deadline_due on deadline (due_at);

-- What a process that does not run the directory service knows of units, in the database of the first of its services: one
-- row.
create table directory_copy (
    id bigint primary key,
    version bigint not null,
    -- Everything up to here in the directory's feed is in it.
    position text not null,
    -- The events that tell it, as a JSON array.
    said text not null
);
