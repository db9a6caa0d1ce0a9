"""Notices as units acknowledge them, from nothing but the events of the planning feed; and the minutes in which an office is
manned: Monday to Friday from 8 to 16, public holidays and the three eves out.
"""

import dataclasses
import datetime
import functools
import zoneinfo

from meetings import requested
from stays import Stay, instant, local_day, word

STOCKHOLM = zoneinfo.ZoneInfo("Europe/Stockholm")
# Where the region's policy says nothing: a day's office hours.
LIMIT = 8 * 60


@dataclasses.dataclass
class Notice:
    """A notice in the inbox where it lies now."""

    notice_id: str
    case_id: str
    kind: str
    unit: str
    # What that unit is.
    party: str
    # The unit's own; none of the region's, nor with skyddad folkbokföring.
    municipality: str | None
    delivered_at: datetime.datetime
    stay: Stay
    # Until when somebody is to have taken note; none where nothing is due.
    due: datetime.datetime | None = None
    acknowledged_at: datetime.datetime | None = None

    @property
    def delivered_on(self):
        return local_day(self.delivered_at)

    def elapsed(self):
        return minutes(self.acknowledged_at - self.delivered_at)

    def office(self):
        return office_minutes(self.delivered_at, self.acknowledged_at)


def notices_of(planning, stays, municipality_of, party_of):
    """Every notice that was told as it happened and is in an inbox: neither misdirected nor its unit's that was removed."""
    by_id = {stay.admission_id: stay for stay in stays}
    at_home, notices, over, broken_off = {}, {}, set(), set()
    for event in planning:
        kind = event.WhichOneof("event")
        what = getattr(event, kind)
        if kind == "care_request_sent":
            at_home[what.case_id] = requested(event, what)
        elif kind == "protection_recorded":
            at_home[what.case_id].secret = word(what, "protection") == "PROTECTED_REGISTRATION"
        if kind in ("notice_delivered", "notice_held"):
            end(notices, over, what)
        elif kind == "case_interrupted":
            break_off(notices, what.case_id, instant(event.header.occurred_at))
            broken_off.add(what.case_id)
        assert kind != "case_reopened", "cases that are opened again are not recomputed here"
        # What lies in a ward's inbox is no unit's.
        if kind == "notice_delivered" and not what.hospital and not event.header.HasField("retrospective_entry"):
            header = event.header
            stay = by_id[header.admission_id] if header.admission_id else at_home[header.case_id]
            at = instant(header.recorded_at)
            name = word(what, "kind").removeprefix("NOTICE_KIND_")
            unit = what.recipient
            own = municipality_of.get(unit)
            due = None if what.case_id in over | broken_off else office_until(at, LIMIT)
            assert due == (instant(what.acknowledge_by) if what.HasField("acknowledge_by") else None), what
            party = party_of.get(unit)
            notices[what.notice_id] = Notice(what.notice_id, what.case_id, name, unit, party, own, at, stay, due)
        elif kind == "notice_acknowledged" and what.notice_id in notices:
            notices[what.notice_id].acknowledged_at = instant(event.header.occurred_at)
        elif kind == "recipient_removed":
            gone = [one.notice_id for one in notices.values() if (one.case_id, one.unit) == (what.case_id, what.unit)]
            for notice_id in gone:
                del notices[notice_id]
        elif kind == "recipient_forwarded":
            for one in notices.values():
                if (one.case_id, one.unit) == (what.case_id, what.from_unit):
                    one.unit, one.party = what.to_unit, party_of.get(what.to_unit)
                    one.municipality = municipality_of.get(what.to_unit)
    for one in notices.values():
        one.municipality = None if one.stay.secret else one.municipality
    return list(notices.values())


def end(notices, over, told):
    """Nothing is due of somebody who died, or never was there, unless that is taken back: then it is by the time that it had."""
    kind = word(told, "kind").removeprefix("NOTICE_KIND_")
    if kind in ("DEATH", "VOIDED"):
        over.add(told.case_id)
    elif kind == "DISCHARGE_CANCELLED":
        over.discard(told.case_id)
    else:
        return
    for one in notices.values():
        if one.case_id == told.case_id and not one.acknowledged_at:
            one.due = None if told.case_id in over else office_until(one.delivered_at, LIMIT)


def break_off(notices, case_id, at):
    """No time runs where planning is broken off; what is late by then stays late."""
    for one in notices.values():
        if one.case_id == case_id and not one.acknowledged_at and one.due and one.due >= at:
            one.due = None


def minutes(span):
    return span // datetime.timedelta(minutes=1)


def office_hours(start):
    """From when to when an office is manned on a day, and on each after it."""
    day = local_day(start)
    while True:
        if day.weekday() < 5 and day not in holidays(day.year):
            yield tuple(
                datetime.datetime(day.year, day.month, day.day, hour, tzinfo=STOCKHOLM).astimezone(datetime.UTC) for hour in (8, 16)
            )
        day += datetime.timedelta(days=1)


def office_minutes(start, end):
    """Whole minutes of office hours between two instants."""
    manned = datetime.timedelta()
    for opens, closes in office_hours(start):
        if opens >= end:
            return minutes(manned)
        manned += max(min(closes, end) - max(opens, start), datetime.timedelta())


def office_until(start, wanted):
    """The first instant at which an office has been manned for so many minutes."""
    left = datetime.timedelta(minutes=wanted)
    for opens, closes in office_hours(start):
        opens = max(opens, start)
        if left <= max(closes - opens, datetime.timedelta()):
            return opens + left
        left -= max(closes - opens, datetime.timedelta())


@functools.cache
def holidays(year):
    """Lag (1989:253) om allmänna helgdagar; midsommar-, jul- and nyårsafton as semesterlagen 3 a §."""
    easter, day = easter_sunday(year), datetime.date

    def saturday_from(first):
        return first + datetime.timedelta(days=(5 - first.weekday()) % 7)

    midsummer = saturday_from(day(year, 6, 20))
    moving = (easter + datetime.timedelta(days=days) for days in (-2, 0, 1, 39, 49))
    fixed = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))
    eve = midsummer - datetime.timedelta(days=1)
    return {*moving, *(day(year, *date) for date in fixed), midsummer, eve, saturday_from(day(year, 10, 31))}


def easter_sunday(year):
    """The Gregorian computus."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return datetime.date(year, month, day + 1)
