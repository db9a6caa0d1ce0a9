"""What every client of these tests begins with: the protos compiled, the binary serving, a token for each caller."""

import pathlib
import socket
import subprocess
import sys

from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[3]


def compile_protos(work):
    """Generates Python for every proto that is ours, and Google's date."""
    out = pathlib.Path(work, "python")
    out.mkdir()
    protos = sorted(str(path) for path in (ROOT / "proto").rglob("*.proto"))
    well_known = pathlib.Path(protoc.__file__).parent / "_proto"
    arguments = ["protoc", f"-I{ROOT / 'proto'}", f"-I{well_known}", f"--python_out={out}", f"--grpc_python_out={out}"]
    if protoc.main(arguments + protos) != 0:
        sys.exit("the protos do not compile")
    # google.type.date is also in googleapis-common-protos, under the same name and with the same descriptor.
    sys.path.append(str(out))


def start(binary, work, url, config=None):
    """Starts the suite and waits until it serves; as a configuration says, where there is one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [binary, "serve", "--database-url", url, "--listen", address, *(["--config", config] if config else [])],
        cwd=work,
        stdout=subprocess.PIPE,
        text=True,
        env={"HEMGANG_TELEMETRY__LOG": "warn"},
    )
    line = server.stdout.readline()
    if "serving" not in line:
        sys.exit(f"the server did not start: {line}")
    return server, address


def stop(server):
    """Ends the suite as a terminal would."""
    server.terminate()
    assert server.wait(timeout=20) == 0, "the server did not end cleanly"


class Caller:
    """One role at one unit: a channel and its token."""

    def __init__(self, binary, work, channel, role, unit):
        command = [binary, "token", "--role", role, "--unit", unit]
        token = subprocess.run(command, check=True, capture_output=True, text=True, cwd=work).stdout.strip()
        self.metadata = [("authorization", f"Bearer {token}")]
        self.channel = channel

    def __call__(self, method, request):
        return method(request, metadata=self.metadata)
