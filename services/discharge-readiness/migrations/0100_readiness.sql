-- Projected from admission's feed, and from planning's for who was told: what readiness needs to know of a stay.
create table stay (
    admission_id text primary key,
    version bigint not null,
    hospital text not null,
    ward text not null,
    specialty text not null,
    state text not null,
    admitted_at bigint not null,
    liable_municipality text,
    residence_municipality text,
    -- 1: with skyddad folkbokföring, when neither is told.
    municipality_is_secret bigint not null,
    -- Of the municipalities whose units hold an admission notice, the one that figures count the stay under.
    participating_municipality text,
    -- What figures cut by of the person; the group is of the age at admission.
    sex text not null,
    age_group text not null,
    -- Since when somebody may be needed, as judged; none when nobody is.
    needed_since bigint,
    -- Why the judgement was told afterwards.
    needed_entry text not null,
    -- The first admission notice that reached a unit which takes part.
    notified_at bigint,
    -- Why it was told afterwards.
    notified_entry text not null,
    -- Local day of it: a stay without one is no case.
    notified_on text,
    -- The latest discharge notice.
    discharge_notice_at bigint,
    discharged_at bigint,
    discharged_on text,
    destination text not null,
    -- Why the departure was told afterwards.
    discharged_entry text not null
);
create index stay_by_discharge on stay (discharged_on);
-- Work lists read what is open and never pass what is closed.
create index stay_open_by_hospital on stay (hospital) where state = 'ADMISSION_STATE_ADMITTED';
create index stay_open_by_ward on stay (ward) where state = 'ADMISSION_STATE_ADMITTED';

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

-- What follows from the three: units that hold an admission notice of a stay. One that left has no row.
create table stay_party (
    admission_id text not null,
    unit text not null,
    municipality text,
    -- When it was notified last.
    notified_at bigint not null,
    -- 1: the patient is in hospital.
    is_open bigint not null,
    primary key (admission_id, unit)
);
create index stay_party_open_by_unit on stay_party (unit) where is_open = 1;
create index stay_party_open_by_municipality on stay_party (municipality) where is_open = 1;

-- Projected from planning's feed: units that the case is kept from, for reasons of secrecy. They read no readiness.
create table barred (
    admission_id text not null,
    unit text not null,
    primary key (admission_id, unit)
);

-- Projected from planning's feed: how the case of a stay ended, closed or interrupted. One that is open again has no row.
create table ending (
    admission_id text primary key,
    state text not null,
    -- Local day.
    ended_on text not null
);
create index ending_by_day on ending (ended_on) where state = 'CASE_STATE_CLOSED';

-- Our own: the readiness of a stay as it stands.
create table readiness (
    admission_id text primary key,
    version bigint not null,
    state text not null,
    -- The ward of the latest judgement.
    ward text,
    -- Of the valid confirmation: the first after the last withdrawal.
    assessed_at bigint,
    notified_at bigint,
    ready_since bigint,
    ready_on text,
    withdrawn_at bigint,
    judgements bigint not null,
    -- 0: the patient has left, so that a work list need not look. 1 may be late; the stay decides.
    in_hospital bigint not null
);
create index readiness_waiting on readiness (ready_since, admission_id)
    where state = 'READINESS_STATE_READY' and in_hospital = 1;
create index readiness_by_day on readiness (ready_on);

-- Our own: every judgement, never changed.
create table judgement (
    admission_id text not null,
    number bigint not null,
    kind text not null,
    assessed_at bigint,
    assessed_by text,
    notified_at bigint not null,
    registered_by text not null,
    withdrawal_reason text not null,
    -- What a confirmation rests on: a judgement, or the notice of LPT 7 a §.
    basis text not null,
    primary key (admission_id, number)
);
