-- Every case has one party with one notice; those of closed cases are acknowledged.
insert into stay (admission_id, version, hospital, ward, specialty, legal_status, sex, age_group, state, admitted_at,
  expectations, agreed_destination, transport, received_by, discharged_at, destination, ready)
select id, 1, hospital, ward, 'SPECIALTY_SOMATIC', 'LEGAL_STATUS_HSL', 'SEX_FEMALE', 'AGE_GROUP_FROM_18_TO_64',
  case when is_open = 1 then 'ADMISSION_STATE_ADMITTED' else 'ADMISSION_STATE_DISCHARGED' end, admitted_at,
  '', 'DESTINATION_UNSPECIFIED', 'TRANSPORT_UNSPECIFIED', 'RECEIVER_UNSPECIFIED',
  case when is_open = 1 then null else admitted_at + 400000000000 end,
  case when is_open = 1 then 'DESTINATION_UNSPECIFIED' else 'DESTINATION_HOME' end, 0
from filled;
insert into patient (admission_id, version, oid, value, name, address, protection)
select id, 1, '1.2.752.129.2.1.3.1', '191212121212', 'Tolvan Tolvansson', '', 'PROTECTION_NONE' from filled;
insert into care_case (case_id, version, admission_id, hospital, ward, state, course, opened_at)
select id, 1, id, hospital, ward,
  case when is_open = 1 then 'CASE_STATE_PLANNING' else 'CASE_STATE_DISCHARGED' end,
  case when is_open = 1 then 'CASE_STATE_PLANNING' else 'CASE_STATE_DISCHARGED' end, admitted_at
from filled;
insert into party (case_id, unit, version, municipality, since, opened_at, is_open, is_barred,
  left_reason)
select id, unit, 1, municipality, admitted_at, admitted_at, is_open, 0, 'REMOVAL_REASON_UNSPECIFIED' from filled;
insert into notice (notice_id, version, case_id, number, admission_id, recipient, municipality, kind, source, sent_at,
  entry_reason, delivered_at, acknowledged_at, acknowledged_by, acknowledge_by, is_missed, escalations)
select id, 1, id, 1, id, unit, municipality, 'NOTICE_KIND_ADMISSION', 'admission 1', admitted_at,
  'ENTRY_REASON_UNSPECIFIED', admitted_at, case when is_open = 1 then null else admitted_at + 3600000000 end,
  case when is_open = 1 then null else 'SE2321000131-P000000000102' end, admitted_at + 86400000000, 0, '[]'
from filled;
