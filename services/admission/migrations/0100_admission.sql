-- Persons as hospitals know them, and their inpatient episodes.

create table patient (
    patient_id text primary key,
    version bigint not null,
    oid text not null,
    value text not null,
    protection text not null,
    -- When the last statement of protection was recorded by its sender, for whichever stay.
    protection_registered_at bigint,
    -- The survivor, where identities were merged: the identity stays and names it.
    merged_into text,
    unique (oid, value)
);
create index patient_by_survivor on patient (merged_into);

create table episode (
    admission_id text primary key,
    version bigint not null,
    patient_id text not null,
    visit_authority text not null,
    visit_value text not null,
    -- Who the patient is as the stay's own sender said: all that the parties of the stay are told.
    name text not null,
    -- Always empty for protected persons.
    address text not null,
    birth_date text,
    sex text not null,
    hospital text not null,
    ward text not null,
    specialty text not null,
    admission_type text not null,
    legal_status text not null,
    state text not null,
    admitted_at bigint not null,
    -- When the sender recorded the admission last, and its void.
    registered_at bigint not null,
    void_registered_at bigint,
    -- When the stay before it under its visit number was voided: what was recorded by then is not this one's.
    after_void bigint,
    -- When the sender recorded the last statement of when the patient came: INSTANT ORDER.
    admitted_recorded text not null,
    residence_municipality text,
    liable_municipality text,
    municipality_source text not null,
    listed_unit text,
    -- FLAG/STATEMENT/INSTANT, separated by spaces.
    quality_flags text not null,
    expected_discharge text,
    needs_social_services bigint not null,
    needs_health_care bigint not null,
    needs_outpatient bigint not null,
    needs_assessed_at bigint,
    needs_assessed_by text,
    -- How many admission notices were sent.
    notices bigint not null,
    agreed_at bigint,
    agreed_destination text not null,
    transport text not null,
    received_by text not null,
    discharge_notice_at bigint,
    discharged_at bigint,
    destination text not null,
    -- How many movements were told, and since when the patient is on leave.
    movements bigint not null,
    on_leave_since bigint,
    -- When the last statements of a kind were recorded by their sender: an older one that comes late says nothing.
    expected_recorded text,
    -- Of what was said of the patient in this stay, a line for each part that was: PART INSTANT ORDER.
    details_recorded text not null
);
create index episode_by_patient on episode (patient_id, admitted_at, admission_id);
create index episode_by_hospital on episode (hospital, admitted_at, admission_id);
create index episode_by_ward on episode (ward, admitted_at, admission_id);
-- Work lists read what is open and never pass what is closed.
create index episode_open_by_hospital on episode (hospital, admitted_at, admission_id)
    where state = 'ADMISSION_STATE_ADMITTED';
create index episode_open_by_ward on episode (ward, admitted_at, admission_id)
    where state = 'ADMISSION_STATE_ADMITTED';

-- What a hospital's system said last of a person apart from any stay, for stays that it tells of later, until its
-- deadline. Null says nothing; an empty municipality or unit says that there is none.
create table person_statement (
    patient_id text not null,
    hospital text not null,
    version bigint not null,
    -- A line for each part that was said: PART INSTANT ORDER.
    details_recorded text not null,
    name text,
    -- Never of protected persons.
    address text,
    birth_date text,
    sex text not null,
    residence_municipality text,
    liable_municipality text,
    municipality_source text not null,
    listed_unit text,
    -- That the person has died, for stays that had begun by then; and what is at fault with the time, in words.
    died_at bigint,
    death_faults text not null,
    primary key (patient_id, hospital)
);

-- That two identities are one person's, as last recorded of the two this way round. Who survives follows from all.
create table merge (
    surviving text not null,
    absorbed text not null,
    version bigint not null,
    -- INSTANT ORDER.
    recorded text not null,
    -- Order of telling.
    number bigint not null,
    primary key (surviving, absorbed)
);

-- A visit number names one admission, and another only when that one is void: the key is the rule.
create table visit (
    authority text not null,
    value text not null,
    version bigint not null,
    admission_id text not null,
    primary key (authority, value)
);

create table admission_notice (
    admission_id text not null,
    number bigint not null,
    sent_at bigint not null,
    sent_on text not null,
    -- HSA-ids, separated by spaces.
    recipients text not null,
    primary key (admission_id, number)
);
create index admission_notice_by_day on admission_notice (sent_on);

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
create index recipient_change_by_time on recipient_change (notified_at);

-- Movements of a stay as they were told, in any order; the episode says what follows from all of them.
create table movement (
    admission_id text not null,
    -- Order of telling, from 1: the admission itself.
    number bigint not null,
    kind text not null,
    -- 1: it takes the last one of its kind back.
    cancels bigint not null,
    moved_at bigint not null,
    -- When the sender's system recorded it, else when we were told; and its order among what was recorded then.
    registered_at bigint not null,
    registered_order text not null,
    -- The sender's number of the movement, where it gives one.
    sender_number text,
    -- Where the patient is after an admission or a transfer.
    hospital text,
    ward text,
    specialty text not null,
    -- Where the patient went, of discharges.
    destination text not null,
    -- What is at fault with moved_at, in words; empty where nothing is.
    time_faults text not null,
    primary key (admission_id, number)
);
