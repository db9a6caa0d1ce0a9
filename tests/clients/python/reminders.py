"""Reminders as a mail server gets them: nobody at three units takes note in time, and the server is first away, then one that
nobody trusts, then one without TLS, and at last the right one, which asks who we are, is full for a while and does not know
everybody: by STARTTLS, and by TLS from the first byte. Hemgång is killed in between.

Nothing may be lost or doubled, what cannot be delivered is named, and no mail says anything of the patient.
Usage: reminders.py PATH/TO/hemgang [DATABASE-URL]
"""

import collections
import email
import email.policy
import logging
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import grpc
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from journey import HEALTH, OUTPATIENT, PHYSICIAN, SOCIAL, WARD, at, personnummer
from server import Caller, compile_protos, start, stop

GOOD, SLOW, UNKNOWN, TEXT = "jour@kommun.example", "full@kommun.example", "okand@kommun.example", "0701740605@sms.example"
CONTACTS = f"""unit,function,addresses,valid_from
{SOCIAL},duty,{GOOD},
{HEALTH},duty,{SLOW} {UNKNOWN},
"""
REGION = f"unit,function,addresses,valid_from\n{OUTPATIENT},duty,{TEXT},\n"
# What a mail must not say.
NAME, ADDRESS = "Markerad Patientsson", "Hemliga gatan 7, Göteborg"
USER, PASSWORD = "hemgang", "lösen med blanksteg"
# A receipt's minute, and half a minute until it is known that nothing came; the step after it, and again.
PATIENCE = 240


class Server:
    """What the mail server says and takes."""

    def __init__(self):
        self.is_full, self.mails, self.refused, self.postponed = True, [], 0, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == UNKNOWN:
            self.refused += 1
            return "550 5.1.1 no such user here"
        if address == SLOW and self.is_full:
            self.postponed += 1
            return "451 4.3.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def main():
    # What the server thinks of a client that does not trust it.
    logging.getLogger("mail").setLevel(logging.CRITICAL)
    binary, url = (sys.argv[1:] + ["sqlite://hemgang-data"])[:2]
    binary = str(pathlib.Path(binary).resolve())
    with tempfile.TemporaryDirectory() as work:
        compile_protos(work)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        trusted, stranger = trustme.CA(), trustme.CA()
        configure(work, port, trusted)
        running = []
        try:
            running.append(start(binary, work, url, "hemgang.toml"))
            run(binary, work, url, running, (port, trusted, stranger))
        finally:
            if running:
                stop(running.pop()[0])


def configure(work, port, trusted):
    """A minute for a receipt, whoever is on duty after it, and the mail server."""
    trusted.cert_pem.write_to_path(pathlib.Path(work, "ca.pem"))
    pathlib.Path(work, "password").write_text(PASSWORD + "\n")
    pathlib.Path(work, "hemgang.toml").write_text(
        f"""
[[receipt_limits]]
valid_from = "2026-01-01"
minutes = 1

[[escalations]]
valid_from = "2026-01-01"
steps = [{{ function = "duty", minutes = 0 }}]

[reminders]
host = "localhost"
port = {port}
ca_file = "ca.pem"
username = "{USER}"
password_file = "password"
from = "hemgang@region.example"
link = "https://hemgang.region.example"
retry_seconds = 1
"""
    )


def run(binary, work, url, running, ways):
    port, trusted, stranger = ways
    for contacts, unit in ((CONTACTS, SOCIAL), (REGION, OUTPATIENT)):
        import_contacts(binary, work, running[0][1], contacts, unit)
    with grpc.insecure_channel(running[0][1]) as channel:
        secrets = notify(binary, work, channel)
        until(lambda: escalated(binary, work, channel, secrets["admission_id"]) == [1, 1, 2], "the steps are not taken")

    server = Server()
    # Nobody is there; then somebody whom nobody trusts; then one that cannot keep a secret.
    time.sleep(2)
    for context in (context_of(stranger), None):
        with serving(server, port, context):
            time.sleep(5)
    assert not server.mails and not server.refused, f"given to a stranger: {server.mails}"

    killed, _ = running.pop()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    running.append(start(binary, work, url, "hemgang.toml"))
    with serving(server, port, context_of(trusted), asks=True):
        until(lambda: len(server.mails) >= 2 and server.refused and server.postponed, "not everything came")
    # From now on by TLS from the first byte, and there is room again.
    stop(running.pop()[0])
    settings = pathlib.Path(work, "hemgang.toml")
    settings.write_text(settings.read_text() + 'security = "tls"\n')
    running.append(start(binary, work, url, "hemgang.toml"))
    server.is_full = False
    with serving(server, port, context_of(trusted), asks=True, wrapped=True):
        until(lambda: len(server.mails) >= 3, "what was postponed did not come")
        time.sleep(5)
    check(server, secrets)

    stop(running.pop()[0])
    doctor = [binary, "doctor", "--config", "hemgang.toml", "--database-url", url]
    told = subprocess.run(doctor, capture_output=True, text=True, cwd=work)
    lines = [line for line in told.stdout.splitlines() if "reminders" in line]
    assert told.returncode == 1 and len(lines) == 1 and UNKNOWN in lines[0] and "no such user" in lines[0], told.stdout
    print(f"{len(server.mails)} reminders through outages and a kill, one refused for good: nothing lost, nothing doubled")


def check(server, secrets):
    """Each was delivered once, and says nothing of the patient."""
    sent = collections.Counter(address for addresses, _ in server.mails for address in addresses)
    assert sent == {GOOD: 1, SLOW: 1, TEXT: 1}, sent
    assert server.refused == 1, f"asked {server.refused} times for whom nobody knows"
    ids = set()
    for _, content in server.mails:
        mail = email.message_from_bytes(content, policy=email.policy.default)
        ids.add(mail["Message-ID"])
        text = mail.get_content()
        assert mail["From"] == "hemgang@region.example" and mail["Subject"] == "Oläst meddelande i Hemgång", mail
        assert text.startswith("Du har ett oläst meddelande i Hemgång. Enhet: "), text
        assert "https://hemgang.region.example" in text and len(text) <= 160, text
        for said in (content.decode(), text, str(mail["Subject"])):
            for what, secret in secrets.items():
                assert secret not in said, f"a mail says the {what}"
    assert len(ids) == 3, ids


def context_of(authority):
    """What a server shows whose certificate an authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


class serving:
    """A mail server while it runs."""

    def __init__(self, server, port, context, asks=False, wrapped=False):
        options = {"tls_context": context, "require_starttls": True} if context else {}
        if wrapped:
            # It knows of no TLS but the one that it begins itself.
            options = {"ssl_context": context, "auth_require_tls": False}
        if asks:
            options |= {"authenticator": knows, "auth_required": True}
        self.controller = Controller(server, hostname="127.0.0.1", port=port, **options)

    def __enter__(self):
        self.controller.start()

    def __exit__(self, *_):
        self.controller.stop()


def knows(server, session, envelope, mechanism, data):
    """Whether it is us."""
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))


def import_contacts(binary, work, address, contacts, unit):
    """An administrator of the unit's organisation hands a file in."""
    token = [binary, "token", "--role", "directory-admin", "--unit", unit]
    said = subprocess.run(token, check=True, capture_output=True, text=True, cwd=work).stdout
    pathlib.Path(work, "admin.token").write_text(said)
    pathlib.Path(work, "contacts.csv").write_text(contacts)
    command = [binary, "import", "contacts", "contacts.csv", "--token", "admin.token", "--target", f"http://{address}"]
    subprocess.run(command, check=True, capture_output=True, cwd=work)


def notify(binary, work, channel):
    """A patient of whom three units are told; and what no mail may say of it."""
    from hemgang.admission.v1 import admission_pb2 as adm
    from hemgang.admission.v1 import admission_service_pb2 as service
    from hemgang.admission.v1.admission_service_pb2_grpc import AdmissionServiceStub
    from hemgang.common.v1 import person_pb2

    ward, admissions = Caller(binary, work, channel, "ward", WARD), AdmissionServiceStub(channel)
    came, _ = at(8)
    person = person_pb2.PersonId(oid="1.2.752.129.2.1.3.1", value=personnummer(7))
    kind = adm.ADMISSION_TYPE_UNPLANNED
    request = service.AdmitPatientRequest(
        person_id=person, name=NAME, address=ADDRESS, ward=WARD, admitted_at=came, admission_type=kind
    )
    admission_id = ward(admissions.AdmitPatient, request).admission.admission_id
    needs = adm.NeedsAssessment(
        social_services=True, municipal_health_care=True, region_outpatient_care=True, assessed_at=came, assessed_by=PHYSICIAN
    )
    ward(admissions.AssessNeeds, service.AssessNeedsRequest(admission_id=admission_id, needs_assessment=needs))
    notice = service.SendAdmissionNoticeRequest(admission_id=admission_id, recipients=[SOCIAL, HEALTH, OUTPATIENT])
    ward(admissions.SendAdmissionNotice, notice)
    case = found(binary, work, channel, admission_id)
    return {
        "name": NAME.split()[1],
        "address": ADDRESS.split()[0],
        "identity": personnummer(7),
        "admission_id": admission_id,
        "case": case.case_id,
        "notice": case.notices[0].notice_id,
    }


def found(binary, work, channel, admission_id):
    """The case as the ward reads it."""
    from hemgang.planning.v1 import planning_service_pb2 as planning
    from hemgang.planning.v1.planning_service_pb2_grpc import PlanningServiceStub

    ward, stub = Caller(binary, work, channel, "ward", WARD), PlanningServiceStub(channel)
    return ward(stub.GetCase, planning.GetCaseRequest(admission_id=admission_id)).case


def escalated(binary, work, channel, admission_id):
    """To how many addresses each unit's notice went."""
    notices = found(binary, work, channel, admission_id).notices
    return sorted(step.addresses for notice in notices for step in notice.escalations)


def until(holds, what):
    """Waits for something."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.5)


if __name__ == "__main__":
    main()
