"""What became of every stay, from nothing but the events of the feeds.

Written from the rules of the indicator catalogue, not from the services: where the two read a rule differently, the
figures differ.
"""

import collections
import dataclasses
import datetime
import zoneinfo

STOCKHOLM = zoneinfo.ZoneInfo("Europe/Stockholm")
DAY = datetime.timedelta(seconds=86_400)
AGE_GROUPS = (("80+", 80), ("65-79", 65), ("18-64", 18), ("0-17", 0))


def instant(stamp):
    """An instant of the contract; microseconds are all that the services keep."""
    return stamp.ToDatetime(tzinfo=datetime.UTC)


def local_day(at):
    """The day that it was in Stockholm."""
    return at.astimezone(STOCKHOLM).date()


@dataclasses.dataclass
class Stay:
    """One stay as its events leave it. Municipalities that are unknown or secret are None."""

    admission_id: str
    patient: str
    admitted_at: datetime.datetime
    hospital: str
    ward: str
    specialty: str
    residence: str | None
    liable: str | None
    sex: str | None = None
    birth_date: datetime.date | None = None
    # Skyddad folkbokföring.
    secret: bool = False
    # The units that were sent an admission notice, each with when.
    notified: list = dataclasses.field(default_factory=list)
    # The participating municipality, once all is told.
    municipality: str | None = None
    voided: bool = False
    notice_at: datetime.datetime | None = None
    needed_at: datetime.datetime | None = None
    discharge_notice: bool = False
    # Whether a unit that no municipality runs was sent an admission notice, once all is told.
    outpatient_told: bool = False
    # When the first named care contact was appointed.
    contact_at: datetime.datetime | None = None
    # HSL, LPT or LRV; what each principal judges of the need of a plan; whether the patient refuses one; when the care
    # contact called to it.
    legal_status: str | None = None
    sip_needs: dict = dataclasses.field(default_factory=dict)
    sip_refused: bool = False
    called_at: list = dataclasses.field(default_factory=list)
    # When something was first handed over for the care afterwards.
    handed_over_at: datetime.datetime | None = None
    # When it was said that the patient would leave, and on what day; None when unknown.
    expectations: list = dataclasses.field(default_factory=list)
    # The last notice of readiness, and the last withdrawal.
    ready_told_at: datetime.datetime | None = None
    withdrawn_at: datetime.datetime | None = None
    left_at: datetime.datetime | None = None
    destination: str | None = None
    # When somebody closed the case, and whether planning was broken off; of one that is open again, neither.
    closed_at: datetime.datetime | None = None
    interrupted: bool = False
    # The valid readiness: when it was judged, where that was recorded, and when it was told.
    ready: tuple | None = None

    @property
    def left_on(self):
        return self.left_at and local_day(self.left_at)

    @property
    def admitted_on(self):
        return local_day(self.admitted_at)

    @property
    def age_group(self):
        """By whole years on the local day of admission; None when the birth date is not known."""
        if self.birth_date is None or self.birth_date > self.admitted_on:
            return None
        born, on = self.birth_date, self.admitted_on
        years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return next(group for group, least in AGE_GROUPS if years >= least)

    def is_case(self):
        """Slutenvårdsärende: a stay with at least one admission notice, and not void."""
        return self.notice_at is not None and not self.voided

    def is_followed_up(self):
        """A case that was discharged, neither dead nor moved to another hospital."""
        elsewhere = ("DECEASED", "OTHER_HOSPITAL", "OTHER_HOSPITAL_GROUP")
        return self.is_case() and self.left_at is not None and self.destination not in elsewhere

    def is_planned_to_the_end(self):
        """A case that was followed up, and whose planning nobody broke off."""
        return self.is_followed_up() and not self.interrupted

    @property
    def closed_on(self):
        """The day of closing; a case that nobody closed closes with the discharge."""
        return local_day(self.closed_at) if self.closed_at else self.left_on

    def ready_at(self, by_notice=False):
        """The valid readiness: by the judgement, else by the notice, and never by a time after the discharge."""
        judged_at, told_at = self.ready or (None, None)
        for at in (None if by_notice else judged_at, told_at):
            if at is not None and (self.left_at is None or at <= self.left_at):
                return at
        return None

    def sip_called_in_time(self):
        """Of a patient who is to have a plan, whether the contact called within three days; None where nobody had to."""
        needed = {principal for principal, judged in self.sip_needs.items() if judged == "NEEDED"}
        if "region" not in needed or needed == {"region"} or self.sip_refused or self.legal_status in ("LPT", "LRV"):
            return None
        if self.ready_told_at is None:
            return None
        fourth_day = local_day(self.ready_told_at) + datetime.timedelta(days=4)
        end = datetime.datetime.combine(fourth_day, datetime.time(), STOCKHOLM)
        if self.withdrawn_at is not None and self.ready_told_at <= self.withdrawn_at < end:
            return None
        return any(at < end for at in self.called_at)

    def expected_error(self, days_before):
        """By how many days the patient left later than it was expected when that day ended: None where nothing was known.
        Nothing where the patient had not been admitted.
        """
        next_day = self.left_on - datetime.timedelta(days=days_before - 1)
        end = datetime.datetime.combine(next_day, datetime.time(), STOCKHOLM)
        if self.admitted_at >= end:
            return ()
        stood = [day for at, day in self.expectations if at < end]
        return ((self.left_on - stood[-1]).days if stood and stood[-1] else None,)

    def needs_judged(self, needed, judged_at):
        """The duty of the notice begins with the judgement of need; what comes after the notice moves nothing."""
        if self.notice_at is not None:
            return
        if needed:
            self.needed_at = judged_at if self.needed_at is None else min(self.needed_at, judged_at)
        elif self.needed_at is not None and judged_at <= self.due_at():
            self.needed_at = None

    def due_at(self):
        """Until when the notice is in time: from the judgement when recorded, else from the admission."""
        return max(self.needed_at or self.admitted_at, self.admitted_at) + DAY

    def notice_in_time(self):
        """Of a stay that is over, whether the required notice was in time; None where none was required."""
        if self.voided or self.left_at is None:
            return None
        if self.notice_at is not None:
            return self.notice_at <= self.due_at()
        if self.needed_at is None or self.left_at - self.admitted_at < DAY:
            return None
        return False

    def participating(self, municipality_of):
        """The municipality that takes part: of those notified the liable one, else that of residence, else the last."""
        told = [(at, municipality_of[unit]) for at, unit in self.notified if unit in municipality_of]
        if self.secret or not told:
            return None
        codes = {code for _, code in told}
        return next((own for own in (self.liable, self.residence) if own in codes), max(told)[1])


def removed(planning):
    """When each unit was taken out of a stay, or said that it was not for it: what was sent to it before reached nobody."""
    removals = collections.defaultdict(list)
    for event in planning:
        kind = event.WhichOneof("event")
        assert kind not in ("recipient_added", "recipient_forwarded"), f"{kind} is not recomputed here"
        if kind == "recipient_removed":
            what = event.recipient_removed
            removals[event.header.admission_id, what.unit].append(instant(what.removed_at))
    return removals


def admission_told(stays, survivors, removals, event):
    """One event of the admission feed."""
    assert not event.header.HasField("retrospective_entry"), "entries made afterwards are not recomputed here"
    kind = event.WhichOneof("event")
    what, admission_id = getattr(event, kind), event.header.admission_id
    expectations = []
    if kind in ("patient_admitted", "admission_notice_sent", "expected_discharge_changed"):
        if what.HasField("expected_discharge") or kind == "expected_discharge_changed":
            expectations = [(instant(event.header.recorded_at), expected_day(what.expected_discharge))]
    if kind == "patient_admitted":
        stays[admission_id] = Stay(
            admission_id,
            what.patient_id,
            instant(what.admitted_at),
            what.hospital,
            what.ward,
            word(what, "specialty"),
            what.residence_municipality or None,
            what.liable_municipality or None,
            legal_status=word(what, "legal_status"),
            expectations=expectations,
        )
        return
    stay = stays[admission_id]
    stay.expectations += expectations
    if kind == "admission_notice_sent":
        sent_at = instant(event.header.occurred_at)
        reached = [unit for unit in what.recipients if all(at < sent_at for at in removals[admission_id, unit])]
        if reached:
            stay.notice_at = stay.notice_at or sent_at
        stay.notified += [(sent_at, unit) for unit in reached]
    elif kind == "needs_assessed":
        needs = what.needs_assessment
        needed = needs.social_services or needs.municipal_health_care or needs.region_outpatient_care
        stay.needs_judged(needed, instant(needs.assessed_at))
    elif kind == "patient_transferred" and not what.superseded:
        stay.hospital, stay.ward, stay.specialty = what.hospital, what.to_ward, word(what, "specialty")
    elif kind == "discharge_notice_sent":
        stay.discharge_notice = True
    elif kind == "patient_discharged":
        stay.left_at, stay.destination = instant(what.discharged_at), word(what, "destination")
    elif kind == "discharge_cancelled":
        stay.left_at = stay.destination = None
    elif kind == "admission_time_corrected":
        stay.admitted_at = instant(what.admitted_at)
    elif kind == "type_and_legal_status_recorded":
        stay.legal_status = word(what, "legal_status")
    elif kind == "admission_voided":
        stay.voided = True
    elif kind == "residence_recorded":
        stay.residence, stay.liable = what.residence_municipality or None, what.liable_municipality or None
    elif kind == "patient_details_recorded":
        # Figures are cut by what the services tell each other of sex and age; here by what they rest on.
        sex, born = word(what, "sex"), what.birth_date
        stay.sex = sex if sex in ("FEMALE", "MALE") else None
        stay.birth_date = datetime.date(born.year, born.month, born.day) if what.HasField("birth_date") else None
        stay.secret = word(what.person, "protection") == "PROTECTED_REGISTRATION"
    elif kind == "patients_merged":
        survivors[what.absorbed_patient_id] = what.surviving_patient_id


def expected_day(expected):
    """The local day of an expected discharge; None when it is unknown yet."""
    kind = expected.WhichOneof("expected")
    if kind == "at":
        return local_day(instant(expected.at))
    return datetime.date(expected.on.year, expected.on.month, expected.on.day) if kind == "on" else None


def readiness_told(stays, event):
    """One event of the readiness feed: the first confirmation after the last withdrawal is the valid one."""
    kind = event.WhichOneof("event")
    stay, judgement = stays[event.header.admission_id], getattr(getattr(event, kind), "judgement", None)
    if kind == "readiness_confirmed":
        judged_at = instant(judgement.assessed_at) if judgement.HasField("assessed_at") else None
        stay.ready = (judged_at, instant(judgement.notified_at))
        stay.ready_told_at = stay.ready[1]
    elif kind == "readiness_withdrawn":
        stay.ready = None
        stay.withdrawn_at = instant(event.header.occurred_at)


def planning_told(stays, event):
    """One event of the planning feed, of those that say something of a stay."""
    if not event.header.admission_id:
        return
    kind = event.WhichOneof("event")
    stay, what = stays[event.header.admission_id], getattr(event, kind)
    if kind == "care_contact_appointed":
        stay.contact_at = stay.contact_at or instant(what.care_contact.appointed_at)
    elif kind in ("case_closed", "case_interrupted"):
        stay.interrupted = kind == "case_interrupted"
        stay.closed_at = None if stay.interrupted else instant(what.ending.ended_at)
    elif kind == "case_reopened":
        stay.interrupted, stay.closed_at = False, None
    elif kind == "discharge_information_transferred":
        stay.handed_over_at = instant(what.discharge_information.transferred_at)
    elif kind == "sip_need_decided":
        need = what.sip_need
        stay.sip_needs[need.principal] = word(need, "decision").removeprefix("SIP_NEED_DECISION_")
    elif kind == "sip_invited" and what.statutory:
        stay.called_at.append(instant(event.header.occurred_at))
    elif kind in ("consent_recorded", "consent_withdrawn") and word(what.consent, "kind") == "CONSENT_KIND_SIP":
        stay.sip_refused = word(what.consent, "decision") != "CONSENT_DECISION_GIVEN"


def word(message, field):
    """An enum's value by its name, without the name of the enum."""
    kind = message.DESCRIPTOR.fields_by_name[field].enum_type
    return kind.values_by_number[getattr(message, field)].name.removeprefix(field.upper() + "_")


def stays_of(admission, readiness, planning, municipality_of):
    """Every stay; patients that were merged are their survivor. Units that a municipality runs have one."""
    stays, survivors, removals = {}, {}, removed(planning)
    for event in admission:
        admission_told(stays, survivors, removals, event)
    for event in readiness:
        readiness_told(stays, event)
    for event in planning:
        planning_told(stays, event)
    for stay in stays.values():
        while stay.patient in survivors:
            stay.patient = survivors[stay.patient]
        stay.municipality = stay.participating(municipality_of)
        stay.outpatient_told = any(unit not in municipality_of for _, unit in stay.notified)
    return list(stays.values())
