-- Stays as the admission feed tells of them, and the signals that the detectors raised.

-- Holds nothing of our own: rebuilt from the feeds of admission and planning at will.
create table stay (
    admission_id text primary key,
    version bigint not null,
    hospital text not null,
    ward text not null,
    liable_municipality text,
    state text not null,
    legal_status text not null,
    admitted_at bigint not null,
    -- The first judgement of need that stands.
    needed_since bigint,
    -- Why that judgement was told afterwards.
    needed_entry text not null,
    -- When the first admission notice was sent that reached a unit which takes part.
    notified_at bigint,
    -- Why that notice was told afterwards.
    notified_entry text not null,
    discharged_at bigint,
    -- When planning was broken off, while it is.
    interrupted_at bigint
);

-- Projected from admission's feed: judgements of need, and admission notices by unit, in one order of their own.
create table judged_need (
    admission_id text not null,
    number bigint not null,
    -- 1: somebody may be needed.
    needed bigint not null,
    assessed_at bigint not null,
    -- When the patient came, as far as it was known by then.
    admitted_at bigint not null,
    told_at bigint not null,
    entry text not null,
    primary key (admission_id, number)
);
create table sent_notice (
    admission_id text not null,
    number bigint not null,
    unit text not null,
    municipality text,
    sent_at bigint not null,
    entry text not null,
    primary key (admission_id, number, unit)
);

-- Projected from planning's feed: units that left a case or joined it, or one in the place of the other.
create table recipient_change (
    admission_id text not null,
    number bigint not null,
    left_unit text,
    joined_unit text,
    municipality text,
    changed_at bigint not null,
    -- Since when the unit that joined is notified.
    notified_at bigint not null,
    primary key (admission_id, number)
);

-- Projected from planning's feed: that planning was broken off, or that the case is open again.
create table interruption (
    admission_id text not null,
    number bigint not null,
    -- None of a case that is open again.
    interrupted_at bigint,
    primary key (admission_id, number)
);

-- Projected from planning's feed: what it told that the call to a plan (SIP) rests on, 4 kap. 3 §.
create table sip_call (
    admission_id text primary key,
    -- How much was told.
    version bigint not null,
    -- Which notices of the readiness were told, by their ids, as words.
    notices text not null,
    noticed_at bigint,
    withdrawn_at bigint,
    -- Principals, as words.
    needed_by text not null,
    -- 1: the patient does not want a plan.
    is_refused bigint not null,
    -- When another than the named care contact first called since the notice; when the contact did, whenever that was.
    by_another_at bigint,
    called_at bigint
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

-- Who sees a signal beside hospital and ward: the units that were notified of the stay and take part.
create table signal_party (
    signal_id text not null,
    unit text not null,
    -- Set for a municipality's own units only; never where a unit of the region lies.
    municipality text,
    primary key (signal_id, unit)
);
create index signal_party_by_unit on signal_party (unit, signal_id);
create index signal_party_by_municipality on signal_party (municipality, signal_id);
