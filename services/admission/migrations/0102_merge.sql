-- Merged patients: the identity stays and names the survivor.

alter table patient add column merged_into text;
create index patient_by_survivor on patient (merged_into);
create index episode_by_patient on episode (patient_id, admitted_at, admission_id);
