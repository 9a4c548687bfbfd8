"""A voice for tests: a real HTTP server with the OpenAI audio/speech contract.

with running_voice() as server:
    server.fault = "rate"        # how it fails; "" = it reads aloud
    server.asked[-1]["input"]    # what it was to say
"""

import contextlib
import io
import json
import threading
import wave
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAULTS: dict[str, tuple[int, str, bytes]] = {
    "auth": (401, "application/json", b'"Invalid token"'),
    "rate": (429, "application/json", b'{"message": "too many"}'),
    "html": (200, "text/html", b"<html>Please log in</html>" * 20),
    "blank": (200, "audio/mpeg", b""),
}


def a_sound() -> bytes:
    """A second of something that can be heard."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(range(256)) * 62)
    return out.getvalue()


class FakeVoice:
    """What a test holds: where the server is, what it was asked, how it is to behave."""

    def __init__(self) -> None:
        self.fault, self.url = "", ""
        self.asked: list[dict[str, Any]] = []
        self.closing = threading.Event()

    def reply(self) -> tuple[int, str, bytes]:
        return FAULTS.get(self.fault) or (200, "audio/wav", a_sound())


class _Handler(BaseHTTPRequestHandler):
    fake: FakeVoice

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told = {"path": self.path, "auth": self.headers.get("Authorization")}
        self.fake.asked.append({**told, **body})
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
        """Nothing: what was asked stands in `asked`."""


@contextlib.contextmanager
def running_voice() -> Iterator[FakeVoice]:
    fake = FakeVoice()
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
        thread.join()
        server.server_close()
