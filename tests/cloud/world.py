"""The providers' world on this machine: real HTTP, their shapes, scripted answers.

A script maps "METHOD /path" (its beginning counts) to answers; the last one is repeated. The files
in answers/ have the shapes that were recorded or documented in November 2026, with values of our
own. Links in them point to reserved names: they are turned to this world's own /files.
"""

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.serving import Answers, serving

ANSWERS = Path(__file__).parent / "answers"
KEY = "the-key-of-the-tests-0571"
LINK = re.compile(r"https://[\w.-]+\.example(/[^\"]*)")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `hang`: it never comes while the world stands."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False


def told(name: str, status: int = 200, **headers: str) -> Answer:
    """A recorded answer, by its file's name."""
    body = (ANSWERS / f"{name}.json").read_bytes()
    return Answer(body, status, {k.replace("_", "-"): v for k, v in headers.items()})


def said(body: object, status: int = 200) -> Answer:
    """An answer of our own."""
    return Answer(json.dumps(body).encode(), status)


HANG = Answer(hang=True)
GARBAGE = Answer(b"<html>502 Bad Gateway</html>")


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


class World:
    """`script` may be changed at any time; `heard` is everything that was asked, in order."""

    def __init__(self) -> None:
        self.script: dict[str, list[Answer]] = {}
        self.heard: list[Heard] = []
        self.over = threading.Event()
        self.lock = threading.Condition()
        self._turns: defaultdict[str, int] = defaultdict(int)
        self._open = ExitStack()
        self.url = self._open.enter_context(serving(_Handler, world=self))

    def close(self) -> None:
        """Nobody is there any more."""
        self.over.set()
        self._open.close()

    def on(self, line: str, answers: Answer | list[Answer]) -> None:
        """Answer requests that begin like `line`, e.g. "GET /tasks"."""
        self.script[line] = answers if isinstance(answers, list) else [answers]

    def asked(self, line: str) -> list[Heard]:
        """The requests that began like `line`."""
        return [one for one in self.heard if f"{one.method} {one.path}".startswith(line)]

    def until_asked(self, line: str, times: int = 1) -> None:
        """Wait until that was asked so often."""
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.asked(line)) >= times, 30), self.heard

    def answer(self, heard: Heard) -> Answer:
        """What the script says now."""
        asked = f"{heard.method} {heard.path}"
        with self.lock:
            self.heard.append(heard)
            self.lock.notify_all()
            line = max((one for one in self.script if asked.startswith(one)), key=len, default="")
            answers = self.script.get(line, [Answer(b"{}", 404)])
            turn, self._turns[line] = self._turns[line], self._turns[line] + 1
        return answers[min(turn, len(answers) - 1)]


class _Handler(Answers):
    world: World
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._serve(json.loads(self.body() or b"{}"))

    def do_GET(self) -> None:
        self._serve({})

    def _serve(self, body: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.world.answer(Heard(self.command, self.path, headers, body))
        if answer.hang:
            self.world.over.wait()
            self.close_connection = True
            return
        content = answer.body
        if content[:1] in b"{[":
            content = LINK.sub(rf"{self.world.url}/files\1", content.decode()).encode()
        self.tell(answer.status, content, "", **answer.headers)


@contextmanager
def open_world() -> Iterator[World]:
    """A world while the block lasts."""
    world = World()
    try:
        yield world
    finally:
        world.close()
