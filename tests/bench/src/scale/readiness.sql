-- Everybody was judged ready; of those still in hospital, every fifth is.
insert into stay (admission_id, version, hospital, ward, specialty, state, admitted_at, liable_municipality,
  residence_municipality, municipality_is_secret, participating_municipality, sex, age_group, needed_since,
  needed_entry, notified_at, notified_entry, notified_on, discharged_at, discharged_on, destination, discharged_entry)
select id, 1, hospital, ward, 'SPECIALTY_SOMATIC',
  case when is_open = 1 then 'ADMISSION_STATE_ADMITTED' else 'ADMISSION_STATE_DISCHARGED' end, admitted_at,
  municipality, municipality, 0, municipality, 'SEX_FEMALE', 'AGE_GROUP_FROM_18_TO_64', admitted_at,
  'ENTRY_REASON_UNSPECIFIED', admitted_at, 'ENTRY_REASON_UNSPECIFIED', '2026-08-01',
  case when is_open = 1 then null else admitted_at + 400000000000 end,
  case when is_open = 1 then null else '2026-08-05' end,
  case when is_open = 1 then 'DESTINATION_UNSPECIFIED' else 'DESTINATION_HOME' end, 'ENTRY_REASON_UNSPECIFIED'
from filled;
insert into judged_need (admission_id, number, needed, assessed_at, admitted_at, told_at, entry)
select id, 1, 1, admitted_at, admitted_at, admitted_at, 'ENTRY_REASON_UNSPECIFIED' from filled;
insert into sent_notice (admission_id, number, unit, municipality, sent_at, entry)
select id, 2, unit, municipality, admitted_at, 'ENTRY_REASON_UNSPECIFIED' from filled;
insert into stay_party (admission_id, unit, municipality, notified_at, is_open)
select id, unit, municipality, admitted_at, is_open from filled;
insert into readiness (admission_id, version, state, ward, assessed_at, notified_at, ready_since, ready_on, judgements,
  in_hospital)
select id, 1, 'READINESS_STATE_READY', ward, admitted_at + 300000000, admitted_at + 300000000,
  admitted_at + 300000000, '2026-08-04', 1, is_open
from filled where is_open = 0 or n % 5 = 0;
