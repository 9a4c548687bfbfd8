"""Ears and a voice for tests: a real HTTP server with both halves of the OpenAI audio contract.

with running_speech() as server:
    server.says = "今天天气怎么样"      # what it hears
    server.heard[-1].file               # what was sent to be put into words
    server.asked[-1]["input"]           # what it was to read aloud
    server.fault = "rate"               # how it fails, as SiliconFlow's page of errors has them
"""

import email.message
import email.parser
import email.policy
import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.serving import Answers, serving

HEAR, SPEAK = "/v1/audio/transcriptions", "/v1/audio/speech"
# SiliconFlow answers 401 and 404 with a bare string, 429 without a code
REFUSALS: dict[str, tuple[int, object]] = {
    "auth": (401, "Invalid token"),
    "rate": (429, {"message": "Request was rejected due to rate limiting.", "data": None}),
    "bad": (400, {"code": 20012, "message": "the file is no sound", "data": None}),
    "gone": (404, "404 page not found"),
    "busy": (503, {"code": 50505, "message": "Model service overloaded.", "data": None}),
}
FAULTS = (*REFUSALS, "slow", "html", "blank", "strange", "reset")
Answer = tuple[int, bytes, str]


def a_sound() -> bytes:
    """A second of something that can be heard."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(range(256)) * 62)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Heard:
    """One sound to be put into words: who asked, for which model, with which file."""

    auth: str
    model: str
    name: str
    file: bytes


class FakeSpeech:
    """What a test holds: where the server is, what it was sent, how it is to behave."""

    def __init__(self) -> None:
        self.says, self.fault, self.url = "今天天气怎么样", "", ""
        self.heard: list[Heard] = []
        self.asked: list[dict[str, Any]] = []
        self.closing = threading.Event()

    def reply(self, path: str) -> Answer:
        """Status, body and its kind."""
        if self.fault in REFUSALS:
            status, body = REFUSALS[self.fault]
            return status, json.dumps(body).encode(), "application/json"
        if self.fault == "html":
            return 200, b"<html>Please log in</html>" * 20, "text/html"
        if path == SPEAK and self.fault != "strange":
            return 200, b"" if self.fault == "blank" else a_sound(), "audio/wav"
        says: object = {"blank": " ", "strange": {"words": []}}.get(self.fault, self.says)
        told = json.dumps({"text": says}, ensure_ascii=False).encode()
        return 200, told, "application/json"


class _Handler(Answers):
    fake: FakeSpeech

    def do_POST(self) -> None:
        auth, body = self.headers["Authorization"], self.body()
        assert self.path in (HEAR, SPEAK)
        if self.path == SPEAK:
            self.fake.asked.append({"path": self.path, "auth": auth, **json.loads(body)})
        else:
            form = _form(self.headers["Content-Type"], body)
            name, file = form["file"]
            self.fake.heard.append(Heard(auth, form["model"][1].decode(), name, file))
        if self.fake.fault == "reset":
            return
        if self.fake.fault == "slow" and self.fake.closing.wait(30):
            return
        self.tell(*self.fake.reply(self.path))


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


@contextmanager
def running_speech() -> Iterator[FakeSpeech]:
    """A server in a thread of this process."""
    fake = FakeSpeech()
    with serving(_Handler, fake=fake) as url:
        fake.url = f"{url}/v1"
        try:
            yield fake
        finally:
            fake.closing.set()
