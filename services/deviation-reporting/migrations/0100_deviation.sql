-- Stays as the admission feed tells of them, and the signals that the detectors raised.

-- Holds nothing of our own: rebuilt from the admission feed at will.
create table stay (
    admission_id text primary key,
    version bigint not null,
    hospital text not null,
    ward text not null,
    liable_municipality text,
    state text not null,
    admitted_at bigint not null,
    -- The first judgement of need that stands.
    needed_since bigint,
    -- Why that judgement was told afterwards.
    needed_entry text not null,
    -- When the first admission notice was sent.
    notified_at bigint,
    -- Why that notice was told afterwards.
    notified_entry text not null,
    discharged_at bigint
);

create table signal (
    signal_id text primary key,
    version bigint not null,
    kind text not null,
    state text not null,
    admission_id text not null,
    hospital text not null,
    ward text not null,
    municipality text,
    -- As it read when the signal was raised.
    rule text not null,
    due_at bigint not null,
    met_at bigint,
    detected_at bigint not null,
    -- One duty of one stay gives one signal: the key is the rule.
    unique (admission_id, kind, due_at)
);
create index signal_by_time on signal (detected_at, signal_id);
create index signal_by_hospital on signal (hospital, detected_at, signal_id);
create index signal_by_ward on signal (ward, detected_at, signal_id);

-- Who sees a signal beside hospital and ward: the units that were notified of the stay.
create table signal_party (
    signal_id text not null,
    unit text not null,
    -- Set for a municipality's own units only; never where a unit of the region lies.
    municipality text,
    primary key (signal_id, unit)
);
create index signal_party_by_unit on signal_party (unit, signal_id);
create index signal_party_by_municipality on signal_party (municipality, signal_id);
