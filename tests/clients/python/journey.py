"""A client that knows nothing but the protos.

It compiles proto/ with the stock generator, starts the binary it is given on an empty folder, and brings a patient
home a thousand times: admit, judge needs, notify, confirm readiness in the very next line, discharge, read the rate.
Not one call may be refused, and every rate must be exact.
Usage: journey.py PATH/TO/hemgang [ROUNDS] [DATABASE-URL]
"""

import datetime
import pathlib
import sys
import tempfile
import time
import uuid
import zoneinfo

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2
from google.rpc import status_pb2
from server import Caller, compile_protos, start, stop

WARD = "SE2321000131-E000000001101"
PHYSICIAN = "SE2321000131-P000000000102"
SOCIAL, HEALTH, OTHER = "SE0000001480-E0002", "SE0000001480-E0003", "SE0000001490-E0002"
OUTPATIENT = "SE2321000131-E000000002001"


def reason(error):
    """The stable reason of a refusal."""
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return ""


def expect(code, wanted, call):
    """The call must be refused with this code and reason."""
    try:
        call()
    except grpc.RpcError as error:
        got = (error.code(), reason(error))
        assert got == (code, wanted), f"{got} instead of {(code, wanted)}"
    else:
        raise AssertionError(f"not refused with {wanted}")


def at(hour):
    """Yesterday at an hour in Stockholm: the past, and one local day whenever the test runs."""
    zone = zoneinfo.ZoneInfo("Europe/Stockholm")
    day = datetime.datetime.now(zone).date() - datetime.timedelta(days=1)
    stamp = Timestamp()
    stamp.FromDatetime(datetime.datetime.combine(day, datetime.time(hour), zone).astimezone(datetime.UTC).replace(tzinfo=None))
    return stamp, day


def personnummer(number):
    """A synthetic identity of 1912-12-12 with a valid check digit."""
    digits = f"121212{number % 1000:03d}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits))
    return f"19{digits}{-total % 10}"


def main():
    binary, rounds, url = (sys.argv[1:] + ["1000", "sqlite://hemgang-data"][len(sys.argv) - 2 :])[:3]
    binary = str(pathlib.Path(binary).resolve())
    with tempfile.TemporaryDirectory() as work:
        compile_protos(work)
        server, address = start(binary, work, url)
        try:
            with grpc.insecure_channel(address) as channel:
                run(binary, work, channel, int(rounds))
        finally:
            stop(server)


def run(binary, work, channel, rounds):
    from google.type import date_pb2
    from hemgang.admission.v1 import admission_pb2 as adm
    from hemgang.admission.v1 import admission_service_pb2 as adm_service
    from hemgang.admission.v1.admission_service_pb2_grpc import AdmissionServiceStub
    from hemgang.common.v1 import discharge_pb2, indicator_pb2, indicator_service_pb2, person_pb2
    from hemgang.common.v1.indicator_service_pb2_grpc import IndicatorServiceStub
    from hemgang.planning.v1 import planning_service_pb2 as planning
    from hemgang.planning.v1.planning_service_pb2_grpc import PlanningServiceStub
    from hemgang.readiness.v1 import readiness_service_pb2 as readiness
    from hemgang.readiness.v1.readiness_service_pb2_grpc import ReadinessServiceStub

    ward = Caller(binary, work, channel, "ward", WARD)
    quality = Caller(binary, work, channel, "quality", WARD)
    social = Caller(binary, work, channel, "municipality", SOCIAL)
    other = Caller(binary, work, channel, "municipality", OTHER)
    admissions, ready = AdmissionServiceStub(channel), ReadinessServiceStub(channel)
    figures, inbox = IndicatorServiceStub(channel), PlanningServiceStub(channel)
    (came, day), (judged, _), (left, _) = at(8), at(10), at(15)
    on = date_pb2.Date(year=day.year, month=day.month, day=day.day)

    def admit(number):
        request = adm_service.AdmitPatientRequest(
            request_id=str(uuid.uuid4()),
            person_id=person_pb2.PersonId(oid="1.2.752.129.2.1.3.1", value=personnummer(number)),
            name=f"Prov Åkesson {number}",
            ward=WARD,
            admitted_at=came,
            visit_number=adm.VisitNumber(authority="journey", value=str(number)),
            admission_type=adm.ADMISSION_TYPE_UNPLANNED,
            residence_municipality="1480",
        )
        first = ward(admissions.AdmitPatient, request)
        if number % 100 == 0:
            assert ward(admissions.AdmitPatient, request) == first, "a replay has another answer"
        return first.admission.admission_id

    def notify(admission_id):
        needs = adm.NeedsAssessment(social_services=True, assessed_at=came, assessed_by=PHYSICIAN)
        ward(admissions.AssessNeeds, adm_service.AssessNeedsRequest(admission_id=admission_id, needs_assessment=needs))
        ward(
            admissions.SendAdmissionNotice,
            adm_service.SendAdmissionNoticeRequest(admission_id=admission_id, recipients=[SOCIAL, OUTPATIENT]),
        )

    def confirm(admission_id):
        request = readiness.ConfirmReadinessRequest(
            request_id=str(uuid.uuid4()), admission_id=admission_id, assessed_by=PHYSICIAN, assessed_at=judged
        )
        return ward(ready.ConfirmReadiness, request)

    def discharge(admission_id):
        request = adm_service.DischargePatientRequest(
            request_id=str(uuid.uuid4()),
            admission_id=admission_id,
            discharged_at=left,
            destination=discharge_pb2.DESTINATION_HOME,
        )
        return ward(admissions.DischargePatient, request)

    def rate():
        period = indicator_pb2.Period(**{"from": on, "to": on})
        request = indicator_service_pb2.QueryIndicatorRequest(indicator_id="same_day", period=period)
        total = quality(figures.QueryIndicator, request).figure_set.total
        return total.numerator, total.denominator

    expect(
        grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID", lambda: admissions.ListAdmissions(adm_service.ListAdmissionsRequest())
    )
    started = time.monotonic()
    for number in range(rounds):
        admission_id = admit(number)
        confirm(admission_id)
        notify(admission_id)
        discharge(admission_id)
        assert rate() == (number + 1, number + 1), f"round {number}: the rate is {rate()}"
    per_second = rounds / (time.monotonic() - started)

    # What was addressed to a unit is there for it, and for no other; what was not is there for none.
    unnotified = admit(rounds)
    position = [(key, value) for key, value in ward_position(admissions, adm_service, ward)]
    get = planning.GetCaseRequest(admission_id=admission_id)
    assert inbox.GetCase(get, metadata=social.metadata + position).case.admission_id == admission_id
    expect(grpc.StatusCode.NOT_FOUND, "NOT_FOUND", lambda: other(inbox.GetCase, get))
    hidden = planning.GetCaseRequest(admission_id=unnotified)
    expect(grpc.StatusCode.NOT_FOUND, "NOT_FOUND", lambda: social(inbox.GetCase, hidden))
    # Three notices a patient: the admission, the readiness that stood then, the departure.
    delivered, token = 0, ""
    while True:
        page = social(inbox.ListInbox, planning.ListInboxRequest(page_size=500, page_token=token))
        delivered, token = delivered + len(page.notices), page.next_page_token
        if not token:
            break
    assert delivered == 3 * rounds, f"{delivered} notices"
    assert not other(inbox.ListInbox, planning.ListInboxRequest()).notices
    print(f"{rounds} patients brought home at {per_second:.0f} a second, not one refusal, every rate exact")


def ward_position(admissions, adm_service, ward):
    """Where admission's feed stood at an answer, to hand to another service."""
    _, call = admissions.ListAdmissions.with_call(
        adm_service.ListAdmissionsRequest(page_size=1), metadata=ward.metadata
    )
    return [("hemgang-after", value) for key, value in call.initial_metadata() if key == "hemgang-position"]


if __name__ == "__main__":
    main()
