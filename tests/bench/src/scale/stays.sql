-- So many episodes more, open or closed, in a temporary table: the same for both services and both databases.
-- {first}, {last}, {open} and {places} are put in; {places} are rows (number, ward, hospital, unit, municipality).
create temporary table filled as
with recursive g(n) as (select cast({first} as bigint) union all select n + 1 from g where n < {last}),
  places(number, ward, hospital, unit, municipality) as (values {places}),
  -- Every third belongs to the first place's municipality, as a region has one large city.
  drawn as (select n, case when n % 3 = 0 then 0 else n % (select count(*) from places) end as number from g)
select drawn.n as n, {open} as is_open, places.ward as ward, places.hospital as hospital, places.unit as unit,
  places.municipality as municipality,
  case when {open} = 1 then '01990000-0000-7000-8000-' else '01900000-0000-7000-8000-' end
    || substr('000000000000' || drawn.n, length('000000000000' || drawn.n) - 11) as id,
  -- Open ones came within twenty days, closed ones one every three minutes before.
  1789365600000000 - case when {open} = 1 then (drawn.n % 1728) * 1000000000
    else 2000000000000 + (1000000 - drawn.n) * 180000000 end as admitted_at
from drawn join places on places.number = drawn.number;
