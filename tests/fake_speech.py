"""A transcription for tests: a real HTTP server with SiliconFlow's audio/transcriptions contract.

with running_speech() as server:
    server.says = "今天天气怎么样"      # what it hears, or
    server.fault = "rate"               # how it fails, as its page of errors has them
    server.heard[-1].file               # what was sent
"""

import contextlib
import email.message
import email.parser
import email.policy
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# SiliconFlow answers 401 and 404 with a bare string, 429 without a code
REFUSALS: dict[str, tuple[int, object]] = {
    "auth": (401, "Invalid token"),
    "rate": (429, {"message": "Request was rejected due to rate limiting.", "data": None}),
    "bad": (400, {"code": 20012, "message": "the file is no sound", "data": None}),
    "gone": (404, "404 page not found"),
    "busy": (503, {"code": 50505, "message": "Model service overloaded.", "data": None}),
}
FAULTS = (*REFUSALS, "slow", "html", "blank", "strange", "reset")


@dataclass(frozen=True, slots=True)
class Heard:
    """One request: who asked, for which model, with which file."""

    auth: str
    model: str
    name: str
    file: bytes


class FakeSpeech:
    """What a test holds: where the server is, what it was sent, how it is to behave."""

    def __init__(self) -> None:
        self.says, self.fault, self.url = "今天天气怎么样", "", ""
        self.heard: list[Heard] = []
        self.closing = threading.Event()

    def reply(self) -> tuple[int, str, bytes]:
        if self.fault in REFUSALS:
            status, body = REFUSALS[self.fault]
            return status, "application/json", json.dumps(body).encode()
        if self.fault == "html":
            return 200, "text/html", b"<html>Please log in</html>"
        says: object = {"blank": " ", "strange": {"words": []}}.get(self.fault, self.says)
        return 200, "application/json", json.dumps({"text": says}, ensure_ascii=False).encode()


class _Handler(BaseHTTPRequestHandler):
    fake: FakeSpeech

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/audio/transcriptions"
        form = _form(self.headers["Content-Type"], body)
        name, file = form["file"]
        auth = self.headers["Authorization"]
        self.fake.heard.append(Heard(auth, form["model"][1].decode(), name, file))
        if self.fake.fault == "reset":
            return
        if self.fake.fault == "slow" and self.fake.closing.wait(30):
            return
        status, kind, answer = self.fake.reply()
        with contextlib.suppress(OSError):  # the other side had no more patience
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what was asked stands in `heard`."""


def _form(kind: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """The fields of multipart/form-data: file name and bytes."""
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    whole = parser.parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    assert isinstance(whole, email.message.EmailMessage)
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_filename() or "",
            bytes(part.get_payload(decode=True)),
        )
        for part in whole.iter_parts()
    }


@contextlib.contextmanager
def running_speech() -> Iterator[FakeSpeech]:
    """A server in a thread of this process."""
    fake = FakeSpeech()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.closing.set()
        server.shutdown()
        server.server_close()
