"""A guard model for tests: 智谱's moderations and any chat model, on one real local server.

with running_guard() as guard:
    guard.says("REJECT")     # the verdict from now on, in the words of either kind
    guard.fault = 500        # or this status instead
    guard.read[-1]           # the text it was last shown, with the key it came with
"""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


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


@contextlib.contextmanager
def running_guard() -> Iterator[FakeGuard]:
    guard = FakeGuard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = guard.reply(self.path, asked, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    guard.url = f"http://127.0.0.1:{server.server_port}/api/paas/v4"
    try:
        yield guard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
