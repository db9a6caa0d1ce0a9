"""The meetings that were held, from nothing but the events of the planning feed: each with the stay that it is about,
or with a case that has none (öppenvårdsprocess).
"""

import dataclasses
import datetime

from stays import Stay, instant, local_day, word


@dataclasses.dataclass
class Meeting:
    """A meeting as its events leave it, or the plan of a case when it first was agreed."""

    # Empty of a plan.
    meeting_id: str
    case_id: str
    # PLANNING, SIP, or PLAN.
    kind: str
    form: str
    held_at: datetime.datetime
    # Of a case without an admission, one that knows of nothing but who was told.
    stay: Stay

    @property
    def held_on(self):
        return local_day(self.held_at)


def meetings_of(planning, stays, municipality_of):
    """Every meeting that was held. What is cancelled, or never held, tells of none."""
    by_id = {stay.admission_id: stay for stay in stays}
    at_home, meetings, drawn_up = {}, [], set()

    def about(header):
        assert bool(header.admission_id) != bool(header.case_id), "an event is about an admission or a case"
        return by_id[header.admission_id] if header.admission_id else at_home[header.case_id]

    for event in planning:
        kind = event.WhichOneof("event")
        what = getattr(event, kind)
        if kind == "care_request_sent":
            at_home[what.case_id] = requested(event, what)
        elif kind == "protection_recorded":
            at_home[what.case_id].secret = word(what, "protection") == "PROTECTED_REGISTRATION"
        elif kind == "sip_agreed" and what.case_id not in drawn_up:
            drawn_up.add(what.case_id)
            stay = about(event.header)
            meetings.append(Meeting("", what.case_id, "PLAN", "", instant(what.sip.agreed_at), stay))
        elif kind == "meeting_held":
            stay = about(event.header)
            kind, form = (word(what, field).removeprefix(f"MEETING_{field.upper()}_") for field in ("kind", "form"))
            meetings.append(Meeting(what.meeting_id, what.case_id, kind, form, instant(what.held_at), stay))
    for stay in at_home.values():
        stay.municipality = stay.participating(municipality_of)
    return meetings


def requested(event, what):
    """What figures know of a case without an admission: its parties, since they are, and whether it is secret."""
    sent_at = instant(event.header.occurred_at)
    return Stay(
        admission_id="",
        patient=None,
        admitted_at=None,
        hospital="",
        ward=None,
        specialty=None,
        residence=None,
        liable=None,
        secret=word(what, "protection") == "PROTECTED_REGISTRATION",
        notified=[(sent_at, unit) for unit in (what.requested_by, *what.recipients)],
    )
