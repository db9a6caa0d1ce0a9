"""The indicators as the catalogue defines them, over stays and meetings in plain Python: cases, cells, values,
intervals.
"""

import collections
import dataclasses
import datetime
import math

from meetings import Meeting
from receipts import Notice
from stays import Stay, local_day

UNALLOCATED = "unallocated"
# The 97.5th percentile of the normal distribution.
Z = 1.959963984540054


@dataclasses.dataclass
class Case:
    """A stay as an indicator counts it, or a meeting or notice, which fall where their stay does."""

    stay: Stay
    on: datetime.date
    numerator: int
    meeting: Meeting | None = None
    notice: Notice | None = None

    @property
    def municipality(self):
        """The participating one; of a notice, that of the unit."""
        return self.notice.municipality if self.notice else self.stay.municipality

    @property
    def case_id(self):
        """The case, of what is planned or delivered in one."""
        part = self.meeting or self.notice
        return part.case_id if part else ""

    @property
    def key(self):
        """What tells it from the others of its figure."""
        if self.notice:
            return self.notice.notice_id
        meeting_id = self.meeting.meeting_id if self.meeting else ""
        return meeting_id or self.stay.admission_id or self.meeting.case_id


def same_day(stay, by_notice=False):
    ready_at = stay.ready_at(by_notice)
    if stay.is_followed_up() and ready_at:
        return stay.left_on, int(local_day(ready_at) == stay.left_on)


def same_day_of_all(stay):
    if stay.is_followed_up():
        return same_day(stay) or (stay.left_on, 0)


def ready_days(stay, least=0):
    ready_at = stay.ready_at()
    if stay.is_followed_up() and ready_at:
        days = (stay.left_on - local_day(ready_at)).days
        return (stay.left_on, days) if days >= least else None


def stay_days(stay):
    # A move within the hospital group continues the stay; the dead and those moved further are counted.
    if not stay.voided and stay.left_at and stay.destination != "OTHER_HOSPITAL":
        return stay.left_on, (stay.left_on - stay.admitted_on).days


def notified(stay):
    if stay.is_case():
        return local_day(stay.notice_at), 1


def late_ready_notice(stay):
    if stay.is_followed_up():
        return stay.left_on, int(stay.ready is not None and stay.ready[1] > stay.left_at)


def missing_messages(stay, least=1):
    # Closed before anybody told that the patient had left: it counts all the same.
    is_in = stay.is_case() and stay.left_at is None and stay.closed_at is not None and not stay.interrupted
    if stay.is_planned_to_the_end() or is_in:
        missing = (stay.ready is None) + (not stay.discharge_notice)
        return stay.closed_on, int(missing >= least)


def notice_within_24h(stay):
    in_time = stay.notice_in_time()
    if in_time is not None:
        return stay.left_on, int(in_time)


def ready_cases(stay):
    ready_at = stay.ready_at()
    if stay.is_case() and ready_at:
        return local_day(ready_at), 1


def care_contact_named(stay):
    if stay.is_planned_to_the_end() and stay.outpatient_told:
        return stay.left_on, int(stay.contact_at is not None and stay.contact_at < stay.left_at)


def information_same_day(stay):
    if stay.is_case() and stay.left_at is not None and stay.destination != "DECEASED" and not stay.interrupted:
        at = stay.handed_over_at
        return stay.left_on, int(at is not None and local_day(at) <= stay.left_on)


def expected_date_error(what, days_before):
    """How far off the expected day was, with its sign or without, or whether none was known."""

    def rule(stay):
        for error in stay.expected_error(days_before) if stay.is_followed_up() else ():
            if what == "unknown":
                return stay.left_on, int(error is None)
            if error is not None:
                return stay.left_on, error if what == "signed" else abs(error)

    return rule


def sip_called_in_time(stay):
    in_time = stay.sip_called_in_time() if stay.is_planned_to_the_end() else None
    if in_time is not None:
        return stay.left_on, int(in_time)


def meetings(kind, *forms):
    """The meetings of a kind that were held, and whether in one of these forms."""

    def rule(meeting):
        if meeting.kind == kind and not meeting.stay.voided:
            return meeting.held_on, int(meeting.form in forms)

    return rule


def sip_drawn_up(plan):
    if plan.kind == "PLAN" and not plan.stay.voided:
        return plan.held_on, 1


def acknowledged_in_time(notice, now):
    if notice.stay.voided or not notice.due:
        return None
    if notice.acknowledged_at:
        return notice.delivered_on, int(notice.acknowledged_at <= notice.due)
    return (notice.delivered_on, 0) if now > notice.due else None


def acknowledged_after(measure):
    """The notices that were acknowledged, and after how many minutes."""

    def rule(notice, now):
        if notice.acknowledged_at and not notice.stay.voided:
            return notice.delivered_on, measure(notice)

    return rule


# A hybrid meeting is a value of its own: neither on distance nor in person.
ON_DISTANCE = ("VIDEO", "TELEPHONE")

# Indicator and variant: how its value is made, and the day and numerator of a stay, or nothing.
CATALOGUE = {
    ("acknowledgement", "published"): ("SHARE", acknowledged_in_time),
    ("acknowledgement", "elapsed_median"): ("MEDIAN", acknowledged_after(Notice.elapsed)),
    ("acknowledgement", "elapsed_p90"): ("PERCENTILE_90", acknowledged_after(Notice.elapsed)),
    ("acknowledgement", "office_median"): ("MEDIAN", acknowledged_after(Notice.office)),
    ("acknowledgement", "office_p90"): ("PERCENTILE_90", acknowledged_after(Notice.office)),
    ("admissions_per_patient", "published"): ("PER_PATIENT", notified),
    ("care_contact_named", "published"): ("SHARE", care_contact_named),
    ("expected_date_error", "published"): ("MEAN", expected_date_error("absolute", 3)),
    **{
        ("expected_date_error", f"{what}_{days}"): (measure, expected_date_error(what, days))
        for what, measure in (("absolute", "MEAN"), ("signed", "MEAN"), ("unknown", "SHARE"))
        for days in (0, 1, 2, 3, 7)
        if (what, days) != ("absolute", 3)
    },
    ("information_same_day", "published"): ("SHARE", information_same_day),
    ("late_ready_notice", "published"): ("SHARE", late_ready_notice),
    ("missing_messages", "published"): ("SHARE", missing_messages),
    ("missing_messages", "both"): ("SHARE", lambda stay: missing_messages(stay, least=2)),
    ("notice_within_24h", "published"): ("SHARE", notice_within_24h),
    ("notified_admissions", "published"): ("COUNT", notified),
    ("planning_meetings", "published"): ("SHARE", meetings("PLANNING", *ON_DISTANCE)),
    ("planning_meetings", "hybrid"): ("SHARE", meetings("PLANNING", "HYBRID")),
    ("planning_meetings", "in_person"): ("SHARE", meetings("PLANNING", "IN_PERSON")),
    ("ready_cases", "published"): ("COUNT", ready_cases),
    ("ready_days", "published"): ("MEAN", ready_days),
    ("ready_days", "skr"): ("MEAN", lambda stay: ready_days(stay, least=1)),
    ("same_day", "published"): ("SHARE", same_day),
    ("same_day", "all"): ("SHARE", same_day_of_all),
    ("same_day", "notice"): ("SHARE", lambda stay: same_day(stay, by_notice=True)),
    ("sip_called_in_time", "published"): ("SHARE", sip_called_in_time),
    ("sip_drawn_up", "published"): ("COUNT", sip_drawn_up),
    ("sip_meetings", "published"): ("SHARE", meetings("SIP", *ON_DISTANCE)),
    ("sip_meetings", "hybrid"): ("SHARE", meetings("SIP", "HYBRID")),
    ("sip_meetings", "in_person"): ("SHARE", meetings("SIP", "IN_PERSON")),
    ("stay_days", "published"): ("MEAN", lambda stay: stay_days(stay) if stay.is_case() else None),
    ("stay_days", "all"): ("MEAN", stay_days),
}

# Indicators whose cases are notices.
OF_NOTICES = ("acknowledgement",)
# Indicators whose cases are meetings, or plans; of all others they are stays.
OF_MEETINGS = ("planning_meetings", "sip_drawn_up", "sip_meetings")

# Where a case falls in each dimension; `areas` gives a municipality's.
CUTS = {
    "MUNICIPALITY": lambda case, areas: case.municipality,
    "LIABLE": lambda case, areas: case.stay.liable,
    "RESIDENCE": lambda case, areas: case.stay.residence,
    "AREA": lambda case, areas: areas.get(case.municipality),
    "HOSPITAL": lambda case, areas: case.stay.hospital,
    "WARD": lambda case, areas: case.stay.ward,
    "SPECIALTY": lambda case, areas: case.stay.specialty,
    "DESTINATION": lambda case, areas: case.stay.destination,
    "MONTH": lambda case, areas: f"{case.on:%Y-%m}",
    "WEEKDAY": lambda case, areas: str(case.on.isoweekday()),
    "SEX": lambda case, areas: case.stay.sex,
    "AGE_GROUP": lambda case, areas: case.stay.age_group,
    "NOTICE_KIND": lambda case, areas: case.notice and case.notice.kind,
    "PARTY": lambda case, areas: case.notice and case.notice.party,
}


def cases(things, rule, first, last):
    """The cases of a period of local days, both included, of stays or of meetings."""
    counted = ((thing, rule(thing)) for thing in things)
    return [case(thing, *found) for thing, found in counted if found and first <= found[0] <= last]


def case(thing, on, numerator):
    if isinstance(thing, Meeting):
        return Case(thing.stay, on, numerator, thing)
    if isinstance(thing, Notice):
        return Case(thing.stay, on, numerator, notice=thing)
    return Case(thing, on, numerator)


def figure(measure, counted):
    """Numerator, denominator, value, and of shares the interval."""
    numerator = sum(case.numerator for case in counted)
    if measure == "COUNT":
        return numerator, 0, float(numerator), None, None
    patients = {case.stay.patient for case in counted}
    denominator = len(patients) if measure == "PER_PATIENT" else len(counted)
    if measure in PERCENTILES:
        return numerator, denominator, percentile(counted, PERCENTILES[measure]), None, None
    value = numerator / denominator if denominator else None
    low, high = wilson(numerator, denominator) if measure == "SHARE" and denominator else (None, None)
    return numerator, denominator, value, low, high


PERCENTILES = {"MEDIAN": 50, "PERCENTILE_90": 90}


def percentile(counted, percent):
    """The lowest value that so many percent do not exceed."""
    values = sorted(case.numerator for case in counted)
    covered = (at for at in range(len(values)) if (at + 1) * 100 >= percent * len(values))
    return float(values[next(covered)]) if values else None


def cells(measure, counted, by, areas):
    """A figure for each cell that has cases."""
    found = collections.defaultdict(list)
    for case in counted:
        found[tuple(CUTS[cut](case, areas) or UNALLOCATED for cut in by)].append(case)
    return {cell: figure(measure, of_cell) for cell, of_cell in found.items()}


def wilson(numerator, denominator):
    """Wilson's score interval of 95 %."""
    n, share = float(denominator), numerator / denominator
    weight = 1.0 + Z * Z / n
    centre = (share + Z * Z / (2.0 * n)) / weight
    half = Z * math.sqrt(share * (1.0 - share) / n + Z * Z / (4.0 * n * n)) / weight
    return max(centre - half, 0.0), min(centre + half, 1.0)
