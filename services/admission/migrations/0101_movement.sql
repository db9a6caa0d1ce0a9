-- Movements of a stay as they were told, in any order; the episode says what follows from all of them.

create table movement (
    admission_id text not null,
    -- Order of telling, from 1: the admission itself.
    number bigint not null,
    kind text not null,
    -- 1: it takes the last one of its kind back.
    cancels bigint not null,
    moved_at bigint not null,
    -- When the sender's system recorded it, else when we were told.
    registered_at bigint not null,
    -- Where the patient is after an admission or a transfer.
    hospital text,
    ward text,
    specialty text not null,
    -- Where the patient went, of discharges.
    destination text not null,
    primary key (admission_id, number)
);

-- How many movements were told, and since when the patient is on leave.
alter table episode add column movements bigint not null default 1;
alter table episode add column on_leave_since bigint;

-- Earlier moves were not kept: what stands is taken as the admission.
insert into movement
select admission_id, 1, 'MOVEMENT_KIND_ADMISSION', 0, admitted_at, admitted_at, hospital, ward, specialty,
    'DESTINATION_UNSPECIFIED'
from episode;
insert into movement
select admission_id, 2, 'MOVEMENT_KIND_DISCHARGE', 0, discharged_at, discharged_at, null, null,
    'SPECIALTY_UNSPECIFIED', destination
from episode where discharged_at is not null;
update episode set movements = 2 where discharged_at is not null;
