"""A municipality's system that only follows and answers, killed again and again while a ward works.

It watches cases, takes note of every notice for its unit, answers planning, and keeps what it holds and how far it came in a
file. Whatever moment it is killed at, in the end every notice is acknowledged and every case answered, once, and what it
holds is what the service shows.
Usage: municipality.py PATH/TO/hemgang [PATIENTS] [DATABASE-URL]
"""

import collections
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import grpc
from journey import PHYSICIAN, SOCIAL, WARD, at, personnummer
from server import Caller, compile_protos, start, stop

OFFICER = "SE0000001480-P0007"
# How long the system may take to catch up when nobody kills it any more.
PATIENCE = 120


def main():
    if sys.argv[1] == "--system":
        return system(*sys.argv[2:])
    binary, patients, url = (sys.argv[1:] + ["60", "sqlite://hemgang-data"][len(sys.argv) - 2 :])[:3]
    binary = str(pathlib.Path(binary).resolve())
    with tempfile.TemporaryDirectory() as work:
        compile_protos(work)
        server, address = start(binary, work, url)
        try:
            with grpc.insecure_channel(address) as channel:
                run(binary, work, address, channel, int(patients))
        finally:
            stop(server)


def run(binary, work, address, channel, patients):
    """A ward brings patients home while the system is killed and started anew."""
    held = pathlib.Path(work, "held.json")
    command = [sys.executable, __file__, "--system", binary, work, address, str(held)]
    chance, kills = random.Random(1), 0
    running = subprocess.Popen(command)
    bring_home = course(Caller(binary, work, channel, "ward", WARD), channel)
    ids = []
    for number in range(patients):
        ids.append(bring_home(number))
        if chance.random() < 0.25:
            time.sleep(chance.random() * 0.4)
            running.send_signal(signal.SIGKILL)
            running.wait()
            kills += 1
            running = subprocess.Popen(command)
    try:
        until = time.monotonic() + PATIENCE
        while wrong := differences(Caller(binary, work, channel, "municipality", SOCIAL), channel, held, ids):
            assert running.poll() is None, "the system ended by itself"
            assert time.monotonic() < until, f"not caught up: {wrong[:5]}"
            time.sleep(0.2)
    finally:
        running.kill()
        running.wait()
    told = [what for what, count in repeated(Caller(binary, work, channel, "municipality", SOCIAL), channel) if count > 1]
    assert not told, f"done twice: {told[:5]}"
    print(f"{patients} patients, the system killed {kills} times: nothing lost, nothing answered twice")


def course(ward, channel):
    """What a ward does with a patient: told, ready and, most of them, gone."""
    from hemgang.admission.v1 import admission_pb2 as adm
    from hemgang.admission.v1 import admission_service_pb2 as service
    from hemgang.admission.v1.admission_service_pb2_grpc import AdmissionServiceStub
    from hemgang.common.v1 import discharge_pb2, person_pb2
    from hemgang.readiness.v1 import readiness_service_pb2 as readiness
    from hemgang.readiness.v1.readiness_service_pb2_grpc import ReadinessServiceStub

    admissions, ready = AdmissionServiceStub(channel), ReadinessServiceStub(channel)
    (came, _), (judged, _), (left, _) = at(8), at(10), at(15)

    def bring_home(number):
        person = person_pb2.PersonId(oid="1.2.752.129.2.1.3.1", value=personnummer(number))
        visit = adm.VisitNumber(authority="municipality", value=str(number))
        kind = adm.ADMISSION_TYPE_UNPLANNED
        request = service.AdmitPatientRequest(
            person_id=person, ward=WARD, admitted_at=came, visit_number=visit, admission_type=kind
        )
        admission_id = ward(admissions.AdmitPatient, request).admission.admission_id
        needs = adm.NeedsAssessment(social_services=True, assessed_at=came, assessed_by=PHYSICIAN)
        ward(admissions.AssessNeeds, service.AssessNeedsRequest(admission_id=admission_id, needs_assessment=needs))
        notice = service.SendAdmissionNoticeRequest(admission_id=admission_id, recipients=[SOCIAL])
        ward(admissions.SendAdmissionNotice, notice)
        request = readiness.ConfirmReadinessRequest(admission_id=admission_id, assessed_by=PHYSICIAN, assessed_at=judged)
        ward(ready.ConfirmReadiness, request)
        if number % 3:
            home = discharge_pb2.DESTINATION_HOME
            request = service.DischargePatientRequest(admission_id=admission_id, discharged_at=left, destination=home)
            ward(admissions.DischargePatient, request)
        return admission_id

    return bring_home


def differences(social, channel, held, ids):
    """What is not as it should be in the end."""
    from hemgang.planning.v1 import planning_service_pb2 as planning
    from hemgang.planning.v1.planning_service_pb2_grpc import PlanningServiceStub

    stub = PlanningServiceStub(channel)
    owed = social(stub.ListInbox, planning.ListInboxRequest(unacknowledged_only=True)).notices
    wrong = [f"notice {notice.notice_id} is not acknowledged" for notice in owed]
    cases = json.loads(held.read_text())["cases"] if held.exists() else {}
    for admission_id in ids:
        try:
            case = social(stub.GetCase, planning.GetCaseRequest(admission_id=admission_id)).case
        except grpc.RpcError as error:
            # It has yet to follow.
            assert error.code() == grpc.StatusCode.NOT_FOUND, error
            wrong.append(f"{admission_id} is no case yet")
            continue
        if len(case.planning_answers) != 1:
            wrong.append(f"case {case.case_id} has {len(case.planning_answers)} answers")
        if cases.pop(case.case_id, None) != [case.etag, int(case.state)]:
            wrong.append(f"case {case.case_id} is held otherwise")
    assert not cases, f"held, and none of its own: {cases}"
    return wrong


def repeated(social, channel):
    """How often each notice was acknowledged and each case answered, by the feed."""
    from hemgang.planning.v1 import feed_service_pb2 as feed
    from hemgang.planning.v1.feed_service_pb2_grpc import PlanningFeedServiceStub

    told, cursor, stub = collections.Counter(), "", PlanningFeedServiceStub(channel)
    while True:
        page = social(stub.ReadEvents, feed.ReadEventsRequest(cursor=cursor, page_size=500))
        for event in page.events:
            kind = event.WhichOneof("event")
            if kind == "notice_acknowledged":
                told[event.notice_acknowledged.notice_id] += 1
            elif kind == "planning_answered":
                told[event.planning_answered.case_id] += 1
        cursor = page.bookmark.cursor
        if page.at_head:
            assert told, "nothing was done"
            return told.items()


def system(binary, work, address, file):
    """The system itself: it begins where its file says."""
    sys.path.append(str(pathlib.Path(work, "python")))
    from hemgang.planning.v1 import planning_service_pb2 as planning
    from hemgang.planning.v1.planning_service_pb2_grpc import PlanningServiceStub

    channel = grpc.insecure_channel(address)
    caller, stub = Caller(binary, work, channel, "municipal-system", SOCIAL), PlanningServiceStub(channel)
    file = pathlib.Path(file)
    state = json.loads(file.read_text()) if file.exists() else {"cursor": "", "cases": {}}

    for came in caller(stub.WatchCases, planning.WatchCasesRequest(cursor=state["cursor"])):
        if came.WhichOneof("item") == "case":
            case = came.case
            answer(caller, stub, case)
            state["cases"][case.case_id] = [case.etag, int(case.state)]
        elif came.WhichOneof("item") == "gone_case_id":
            state["cases"].pop(came.gone_case_id, None)
        # Only what was dealt with is behind the cursor; what came before it is in the same file.
        state["cursor"] = came.cursor or state["cursor"]
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(state))
        os.replace(beside, file)


def answer(caller, stub, case):
    """Takes note of what nobody did, and answers planning where nobody has: under ids by which a repetition is the same."""
    from hemgang.planning.v1 import planning_pb2
    from hemgang.planning.v1 import planning_service_pb2 as planning

    for notice in case.notices:
        if notice.recipient == SOCIAL and not notice.acknowledged_by:
            request_id = str(uuid.uuid5(uuid.NAMESPACE_OID, notice.notice_id))
            again(
                lambda notice=notice, request_id=request_id: caller(
                    stub.AcknowledgeNotice,
                    planning.AcknowledgeNoticeRequest(
                        request_id=request_id, notice_id=notice.notice_id, acknowledged_by=OFFICER
                    ),
                )
            )
    if not case.planning_answers:
        request = planning.AnswerPlanningRequest(
            request_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"answer {case.case_id}")),
            case_id=case.case_id,
            law=planning_pb2.SERVICE_LAW_SOL,
            ability=planning_pb2.ABILITY_UNKNOWN,
            missing=[planning_pb2.MISSING_ITEM_DECISION],
            decision=planning_pb2.SERVICE_DECISION_UNDER_INVESTIGATION,
            answered_by=OFFICER,
        )
        again(lambda: caller(stub.AnswerPlanning, request))


def again(call):
    """A case that many change at once is lost a few times in a row: then once more."""
    while True:
        try:
            return call()
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.ABORTED, grpc.StatusCode.UNAVAILABLE):
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    main()
