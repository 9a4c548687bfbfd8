"""A guard model for tests: 智谱's moderations and any chat model, on one real local server.

with running_guard() as guard:
    guard.says("REJECT")     # the verdict from now on, in the words of either kind
    guard.fault = 500        # or this status instead
    guard.read[-1]           # the text it was last shown, with the key it came with
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.serving import Answers, serving


class FakeGuard:
    def __init__(self) -> None:
        self.url, self.fault, self.body = "", 0, b""
        self.verdict = "PASS"
        self.read: list[tuple[str, str]] = []

    def says(self, verdict: str) -> None:
        self.verdict = verdict

    def reply(self, path: str, asked: dict[str, Any], key: str) -> tuple[int, bytes]:
        """Status and body; remembers what was asked."""
        zhipu = path.endswith("/moderations")
        self.read.append((asked["input"] if zhipu else asked["messages"][-1]["content"], key))
        if self.fault:
            return self.fault, b'{"error": {"message": "no"}}'
        if self.body:
            return 200, self.body
        if zhipu:
            told: dict[str, Any] = {"result_list": [{"risk_level": self.verdict, "risk_type": []}]}
        else:
            told = {"choices": [{"message": {"role": "assistant", "content": self.verdict}}]}
        return 200, json.dumps(told).encode()


class _Handler(Answers):
    guard: FakeGuard

    def do_POST(self) -> None:
        key = self.headers.get("Authorization", "")
        self.tell(*self.guard.reply(self.path, json.loads(self.body()), key))


@contextmanager
def running_guard() -> Iterator[FakeGuard]:
    guard = FakeGuard()
    with serving(_Handler, guard=guard) as url:
        guard.url = f"{url}/api/paas/v4"
        yield guard
