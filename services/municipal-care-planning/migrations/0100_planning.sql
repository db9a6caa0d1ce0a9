-- What was heard of stays from two feeds (rebuilt at will), and our own cases, parties and notices.

-- Followed from admission: the patient as the notified stay's own sender told of it, a row a stay. What a later stay
-- says that nobody was notified of is not for these parties. Protection is told of every stay whenever it changes, so
-- name and address are always empty for protected persons.
create table patient (
    admission_id text primary key,
    version bigint not null,
    oid text not null,
    value text not null,
    name text not null,
    address text not null,
    protection text not null
);
create index patient_by_identity on patient (oid, value);

-- Followed from admission and readiness. Either may speak first, so nothing but the key is sure.
create table stay (
    admission_id text primary key,
    version bigint not null,
    hospital text,
    ward text,
    state text not null,
    -- What figures are cut by.
    specialty text not null,
    -- Under compulsory care the plan is another one, 4 kap. 1 § 2 st.
    legal_status text not null,
    residence_municipality text,
    liable_municipality text,
    sex text not null,
    age_group text not null,
    admitted_at bigint,
    expected_discharge text,
    -- That and what was said before, each with its instant.
    expectations text not null,
    -- Local days, by which lists find who goes home when.
    expected_on text,
    agreed_on text,
    agreed_at bigint,
    agreed_destination text not null,
    transport text not null,
    received_by text not null,
    discharge_notice_at bigint,
    discharged_at bigint,
    destination text not null,
    ready bigint not null,
    ready_since bigint
);

create index stay_by_discharge on stay (discharged_at) where discharged_at is not null;

-- Followed from readiness: confirmations and withdrawals in the order of their feed.
create table judgement (
    admission_id text not null,
    number bigint not null,
    -- Name of the feed and the event's cursor.
    source text not null,
    -- The kind of notice that it gives.
    kind text not null,
    recorded_at bigint not null,
    -- When the physician judged.
    occurred_at bigint not null,
    -- When its notice was given, and why that was told afterwards.
    sent_at bigint not null,
    entry_reason text not null,
    -- How far readiness had read admission when it was made.
    seen_admission text not null,
    primary key (admission_id, number)
);

-- `case` is a word of SQL.
create table care_case (
    case_id text primary key,
    version bigint not null,
    -- Of an inpatient case: its admission, and where the patient is.
    admission_id text unique,
    hospital text,
    ward text,
    -- Of a case without an admission: the unit whose care request opened it.
    requested_by text,
    state text not null,
    -- What follows from the stay: the state that it has unless it has ended.
    course text not null,
    -- How it ended, the last time, as proto3 JSON; also of one that is open again.
    ending text,
    opened_at bigint not null,
    -- Of a patient who came home and is to be called: from when, until when, and while nobody has, when that deadline runs out.
    contact_from bigint,
    contact_by bigint,
    contact_runs_out_at bigint
);
create index care_case_by_opened on care_case (opened_at, case_id);
create index care_case_by_hospital on care_case (hospital, opened_at, case_id);
create index care_case_by_ward on care_case (ward, opened_at, case_id);
-- Work lists read what is open and never pass what is closed.
create index care_case_open_by_hospital on care_case (hospital, opened_at, case_id)
    where state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY');
create index care_case_open_by_ward on care_case (ward, opened_at, case_id)
    where state in ('CASE_STATE_PLANNING', 'CASE_STATE_READY');

-- The person of a case without an admission, as the care request told of them. Of a protected one, name and address are
-- empty, whoever knew of the protection.
create table person (
    case_id text primary key,
    version bigint not null,
    oid text not null,
    value text not null,
    name text not null,
    address text not null,
    protection text not null
);
create index person_by_identity on person (oid, value);

create table party (
    case_id text not null,
    unit text not null,
    version bigint not null,
    -- Of municipal units only.
    municipality text,
    since bigint not null,
    -- Of its case, so that a page of cases is a part of an index: when it was opened, and 1 while it is open.
    opened_at bigint not null,
    is_open bigint not null,
    -- 1: notices to it are held for reasons of secrecy.
    is_barred bigint not null,
    -- Of a party from which the case is kept: what it reads instead, as proto3 JSON, and the state of that.
    shown text,
    shown_state text,
    -- Of one that takes part no more: when it left, and why.
    left_at bigint,
    left_reason text not null,
    -- The unit that took its place.
    left_to text,
    -- Of a unit that is to call the patient who came home: until when.
    calls_by bigint,
    primary key (case_id, unit)
);
create index party_calls_by_unit on party (unit, opened_at, case_id) where calls_by is not null;
create index party_calls_by_municipality on party (municipality, opened_at, case_id) where calls_by is not null;
create index party_by_unit on party (unit, opened_at, case_id) where left_at is null;
create index party_by_municipality on party (municipality, opened_at, case_id) where left_at is null;
create index party_open_by_unit on party (unit, opened_at, case_id)
    where is_open = 1 and left_at is null;
create index party_open_by_municipality on party (municipality, opened_at, case_id)
    where is_open = 1 and left_at is null;

create table notice (
    notice_id text primary key,
    version bigint not null,
    case_id text not null,
    -- Order of delivery within the case, from 1.
    number bigint not null,
    -- None where the case has none.
    admission_id text,
    recipient text not null,
    -- Of municipal units only.
    municipality text,
    -- Of wards only: theirs.
    hospital text,
    kind text not null,
    -- What it carries: name of the feed and the cursor of the event; or the care request, or the version of the meeting.
    source text not null,
    -- The party that did what it tells of; none of what the sending side did.
    sent_by text,
    sent_at bigint not null,
    -- Why it was told afterwards: an imported one is history that nobody has to acknowledge.
    entry_reason text not null,
    -- None while it is held for reasons of secrecy: no inbox shows it.
    delivered_at bigint,
    acknowledged_at bigint,
    acknowledged_by text,
    -- When it left the inbox of a unit that takes part no more.
    withdrawn_at bigint,
    -- When its receipt is due, or was; none where nothing is.
    acknowledge_by bigint,
    -- When its deadline runs out; none where it has none any more.
    runs_out_at bigint,
    -- 1: its receipt did not come in time, and whoever sent it was told.
    is_missed bigint not null,
    -- Who was reminded since, as a list in proto3 JSON.
    escalations text not null
);
-- Nothing is delivered twice: the key is the rule. Who left and came back is told once more.
create unique index notice_once on notice (case_id, recipient, kind, source) where withdrawn_at is null;
create index notice_by_case on notice (case_id, sent_at, number);
create index notice_by_delivered on notice (delivered_at) where withdrawn_at is null;
create index notice_by_recipient on notice (recipient, delivered_at, notice_id) where withdrawn_at is null;
create index notice_by_municipality on notice (municipality, delivered_at, notice_id) where withdrawn_at is null;
create index notice_owed_by_recipient on notice (recipient, delivered_at, notice_id)
    where acknowledged_at is null and withdrawn_at is null and entry_reason <> 'ENTRY_REASON_IMPORT';
create index notice_owed_by_municipality on notice (municipality, delivered_at, notice_id)
    where acknowledged_at is null and withdrawn_at is null and entry_reason <> 'ENTRY_REASON_IMPORT';
create index notice_by_hospital on notice (hospital, delivered_at, notice_id) where withdrawn_at is null;
create index notice_owed_by_hospital on notice (hospital, delivered_at, notice_id)
    where acknowledged_at is null and withdrawn_at is null and entry_reason <> 'ENTRY_REASON_IMPORT';

-- Ours: reminders that are to go out, one an address, written with the step that they tell of. What was delivered is no more.
create table reminder (
    reminder_id text primary key,
    version bigint not null,
    notice_id text not null,
    -- Whose notice it is, and who is reminded.
    unit text not null,
    function text not null,
    address text not null,
    -- Since when the notice lies there.
    unread_since bigint not null,
    written_at bigint not null,
    -- How often it was tried, and when it is next.
    tries bigint not null,
    next_try_at bigint not null,
    -- Why it could not be delivered, the last time.
    fault text,
    -- When nobody tries any more.
    given_up_at bigint
);
create index reminder_due on reminder (next_try_at, reminder_id) where given_up_at is null;
create index reminder_given_up on reminder (given_up_at) where given_up_at is not null;

-- What was decided of disclosure, SIP and shared documentation, as a list in proto3 JSON; there before the case is.
create table consent (
    -- The admission, or the case that has none.
    subject text primary key,
    version bigint not null,
    said text not null
);

-- Ours: the named care contact (fast vårdkontakt) of a case, 2 kap. 5 §, as last appointed.
create table care_contact (
    case_id text primary key,
    version bigint not null,
    unit text not null,
    person text not null,
    function text not null,
    -- HSA-ids, as words.
    deputies text not null,
    appointed_at bigint not null,
    -- When the first of the case was.
    first_at bigint not null
);

-- Ours: what each unit states about a case, the last on each topic: answers to planning by law, what it decided,
-- what it does for the patient today, whether outpatient care is ready, when the patient is received, the summary that the patient got.
create table statement (
    case_id text not null,
    unit text not null,
    topic text not null,
    version bigint not null,
    stated_at bigint not null,
    -- The event that told it, without its header, as proto3 JSON.
    said text not null,
    primary key (case_id, unit, topic)
);

-- Ours: what the hospital handed over for the care afterwards, 3 kap. 2 §.
create table discharge_information (
    case_id text primary key,
    version bigint not null,
    unit text not null,
    -- When something first was.
    transferred_at bigint not null,
    transferred_by text not null,
    -- One a kind, as a list in proto3 JSON. The words in it are the patient's record.
    items text not null
);

-- Ours: who is around the patient.
create table related_persons (
    case_id text primary key,
    version bigint not null,
    unit text not null,
    recorded_by text not null,
    recorded_at bigint not null,
    -- A list in proto3 JSON. The words in it are the patient's record.
    persons text not null
);

-- Ours: contacts by telephone.
create table contact_log (
    contact_id text primary key,
    version bigint not null,
    case_id text not null,
    -- That recorded it.
    unit text not null,
    -- With whom, and where that is a unit, with which.
    counterpart text not null,
    other_unit text,
    -- 1: the others called.
    is_incoming bigint not null,
    contacted_at bigint not null,
    topic text not null,
    -- The patient's record.
    words text not null,
    contacted_by text not null,
    recorded_at bigint not null
);
create index contact_log_by_case on contact_log (case_id, contacted_at, contact_id);

-- Ours: messages about a case.
create table message (
    message_id text primary key,
    version bigint not null,
    case_id text not null,
    -- That sent it, and its municipality where one runs it.
    unit text not null,
    municipality text,
    -- Units, as words; empty when it is to everybody.
    recipients text not null,
    -- 1: the hospital's side sent it, or is named among the recipients.
    is_hospitals bigint not null,
    kind text not null,
    state text not null,
    -- Of what it says.
    number bigint not null,
    answers text,
    -- The patient's record; of one that was voided, nothing.
    words text not null,
    sent_by text not null,
    sent_at bigint not null,
    corrected_by text,
    corrected_at bigint
);
create index message_by_case on message (case_id, sent_at, message_id);

-- Ours: who at a unit has a case.
create table assignment (
    case_id text not null,
    unit text not null,
    version bigint not null,
    -- Of municipal units only.
    municipality text,
    -- Of its case, so that a page of somebody's cases is a part of an index.
    opened_at bigint not null,
    -- None when nobody has it.
    officer text,
    -- While the officer is away, until a local day.
    deputy text,
    deputy_until text,
    assigned_by text not null,
    assigned_at bigint not null,
    primary key (case_id, unit)
);
create index assignment_by_officer on assignment (officer, opened_at, case_id) where officer is not null;
create index assignment_by_deputy on assignment (deputy, opened_at, case_id) where deputy is not null;

-- Ours: the plan (SIP) of a case.
create table sip (
    case_id text primary key,
    version bigint not null,
    -- Local day on which a version first was agreed.
    agreed_on text,
    -- A Sip as proto3 JSON. The words in it are the patient's record.
    said text not null
);
create index sip_by_agreed on sip (agreed_on) where agreed_on is not null;

-- Ours: what each principal judges of the need of an individual plan (SIP), 4 kap. 1 §.
create table sip_need (
    case_id text not null,
    -- region, or a municipality's code.
    principal text not null,
    version bigint not null,
    decision text not null,
    unit text not null,
    decided_by text not null,
    decided_at bigint not null,
    primary key (case_id, principal)
);

create table meeting (
    meeting_id text primary key,
    version bigint not null,
    case_id text not null,
    kind text not null,
    state text not null,
    -- As planned; once held, as it was.
    form text not null,
    starts_at bigint not null,
    called_by text not null,
    -- 1: it is the call of 4 kap. 3 §.
    is_statutory bigint not null,
    -- Units, as words.
    invited text not null,
    booked_at bigint not null,
    held_at bigint,
    -- The local day that figures count it on.
    held_on text,
    -- Units, as words.
    participants text not null,
    patient_took_part bigint not null,
    relatives_took_part bigint not null,
    -- What invited units answered, as proto3 JSON.
    answers text not null,
    -- Who is invited without a login, as proto3 JSON. Their names are no part of a log.
    invitees text not null
);
create index meeting_by_case on meeting (case_id, starts_at, meeting_id);
create index meeting_by_held on meeting (kind, held_on);
