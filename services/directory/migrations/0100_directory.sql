-- What units there are, who works there, and whom municipalities want to be told. Rows are dated; none is rewritten for
-- days that are past.

-- One row, which every change replaces: what is told is held against the whole directory, so changes come one by one.
create table directory (
    id bigint primary key,
    version bigint not null
);

create table municipality (
    code text primary key,
    name text not null,
    area text,
    area_is_verified bigint not null
);

-- A unit as it is between two days. All rows of a unit have its version.
create table unit (
    hsa_id text not null,
    valid_from text not null,
    -- The last day; the day before valid_from where the row held for no whole day.
    valid_to text,
    version bigint not null,
    name text not null,
    kind text not null,
    parent text,
    municipality text,
    law text,
    specialty text,
    hospital_group text,
    primary key (hsa_id, valid_from)
);

create table assignment (
    assignment_id text primary key,
    version bigint not null,
    person text not null,
    unit text not null,
    role text not null,
    function text not null,
    valid_from text not null,
    -- The last day; the day before valid_from where it held for no whole day.
    valid_to text
);
create index assignment_by_person on assignment (person);

-- Criteria that are null ask nothing.
create table routing_rule (
    rule_id text primary key,
    version bigint not null,
    municipality text not null,
    law text not null,
    age_group text,
    postal_code text,
    listed_unit text,
    unit text not null,
    valid_from text not null,
    -- The last day; the day before valid_from where it held for no whole day.
    valid_to text
);
create index routing_rule_by_municipality on routing_rule (municipality);

-- A week from a day on, until the next row of the same units. Empty texts are the region, and every kind of unit that has
-- no hours of its own.
create table office_hours (
    municipality text not null,
    kind text not null,
    valid_from text not null,
    -- weekday=opens-closes words separated by spaces, 1 is Monday.
    week text not null,
    on_holidays bigint not null,
    primary key (municipality, kind, valid_from)
);

-- Where a function at a unit is reached, from a day on until the next row of the same.
create table function_contact (
    unit text not null,
    function text not null,
    valid_from text not null,
    -- E-mail addresses, as words; empty when nobody is written to.
    addresses text not null,
    primary key (unit, function, valid_from)
);
