-- The access log. Entries are never changed: each link of them is chained to the one before it, and the chain's head is
-- signed.

create table access_link (
    -- One chain a process that writes.
    chain text not null,
    -- Of its last entry. Entries are numbered from 1, without a gap.
    number bigint not null,
    -- Of its first.
    first bigint not null,
    -- The event that its one entry was copied from, feed:cursor; null for what was shown.
    source text,
    -- An array of AccessEntry as proto3 JSON, as it is chained.
    entries text not null,
    -- The hash before it, and SHA-256 of that and of all that is chained, in base64.
    before text not null,
    hash text not null,
    primary key (chain, number)
);
-- An event is copied once, whoever follows.
create unique index access_link_source on access_link (source) where source is not null;

-- What follows repeats what entries say, for lists, and is written after them: each of these rows lies on other pages than
-- the one before it, and every read would wait for them.

-- An entry, by time.
create table access_listed (
    chain text not null,
    number bigint not null,
    -- The number of its link.
    link bigint not null,
    at bigint not null,
    organisation text not null,
    unit text not null,
    caller text not null,
    primary key (chain, number)
);
create index access_listed_by_time on access_listed (organisation, at, chain, number);

-- Whose data an entry tells of: an admission, a case or a patient.
create table access_subject (
    subject text not null,
    chain text not null,
    number bigint not null,
    primary key (subject, chain, number)
);
create index access_subject_by_entry on access_subject (chain, number);

-- Up to which entry of a chain they are written.
create table chain_index (
    chain text primary key,
    number bigint not null
);

-- The last entry of each chain.
create table chain_head (
    chain text primary key,
    version bigint not null,
    number bigint not null,
    hash text not null,
    signed_at bigint not null,
    -- Ed25519 over the other columns, in base64.
    signature text not null
);

-- From time to time, the heads that have moved, chained and signed: what is missing after one shows.
create table checkpoint (
    number bigint primary key,
    -- JSON, as it is signed.
    content text not null,
    signature text not null
);

-- Who the person of an admission was said to be, from admission's feed; all that were said.
create table stay_person (
    admission_id text not null,
    oid text not null,
    value text not null,
    patient_id text not null,
    primary key (admission_id, oid, value, patient_id)
);
create index stay_person_by_identity on stay_person (value, oid);

-- Admissions of protected persons, from admission's feed.
create table protected_stay (
    admission_id text primary key
);

-- Cases without an admission of protected persons, from planning's feed.
create table protected_case (
    case_id text primary key
);

-- Who the person of a case without an admission is, from planning's feed.
create table case_person (
    case_id text not null,
    oid text not null,
    value text not null,
    primary key (case_id, oid, value)
);
create index case_person_by_identity on case_person (value, oid);

-- What a unit opened in an emergency (nödöppning): the id of a case or an admission, as it named it.
create table emergency (
    subject text not null,
    unit text not null,
    version bigint not null,
    until bigint not null,
    primary key (subject, unit)
);
