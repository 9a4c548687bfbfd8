"""A small cluster of real processes: Redis, the service, two workers; any may be killed."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx
import pytest

Part = Literal["redis", "service", "w0", "w1"]
WORKERS: tuple[Part, ...] = ("w0", "w1")
WORKER_TOKEN = "the-token-of-the-workers"
PATIENCE_S = 90.0
T = TypeVar("T")

needs_cluster = pytest.mark.skipif(
    find_spec("celery") is None or shutil.which("redis-server") is None,
    reason="needs Celery and Redis: pip install -e '.[cluster]'; apt-get install redis-server",
)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass(slots=True)
class Cell:
    """Everything lives under `folder`; a worker films `steps` steps of `pause` seconds."""

    folder: Path
    steps: int = 8
    pause: float = 0.1
    rules: Mapping[str, str] = field(default_factory=dict)
    password: str = ""
    token: str = ""  # the workers' own, where it is not the service's
    redis_flags: Sequence[str] = ()
    ports: dict[str, int] = field(
        default_factory=lambda: {"redis": free_port(), "service": free_port()}
    )
    parts: dict[Part, subprocess.Popen[bytes]] = field(default_factory=dict)
    http: httpx.Client = field(  # one for all looks: each new one reads all certificates anew
        default_factory=lambda: httpx.Client(
            timeout=30, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['service']}"

    @property
    def broker(self) -> str:
        user = f":{self.password}@" if self.password else ""
        return f"redis://{user}127.0.0.1:{self.ports['redis']}/0"

    def start(self, *parts: Part) -> None:
        """Start them; all but the workers are there when this is over."""
        for part in parts:
            log = (self.folder / f"{part}.err").open("ab")
            out = (self.folder / f"{part}.out").open("ab")
            with log, out:
                self.parts[part] = subprocess.Popen(
                    self._command(part), stdin=subprocess.PIPE, stdout=out, stderr=log,
                    env=self._environment(part), cwd=Path(__file__).parents[2],
                )  # fmt: skip
            if part == "redis":
                self.until(lambda: self._listens("redis"))
            if part == "service":
                self.until(lambda: self.ask("GET", "/healthz"))

    def kill(self, *parts: Part) -> None:
        """kill -9."""
        for part in parts:
            process = self.parts.pop(part)
            process.kill()
            process.wait()
            if process.stdin:
                process.stdin.close()

    def ended(self, worker: Part) -> int:
        """Its exit code, once it has ended by itself."""
        code = self.parts[worker].wait(PATIENCE_S)
        self.kill(worker)
        return code

    def signal(self, part: Part, number: signal.Signals) -> None:
        self.parts[part].send_signal(number)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """The service's answer; None when there is none."""
        with suppress(httpx.TransportError):
            answer = self.http.request(method, self.url + path, timeout=10, **more)
            return answer if answer.is_success else None
        return None

    def order(self, name: str, user: str | None = None) -> str:
        """The id of the job, as soon as the service has taken it."""
        wish = {"prompt": name, "seconds": "2", **({"user": user} if user else {})}
        key = {"Idempotency-Key": name}
        answer = self.until(lambda: self.ask("POST", "/v1/videos", json=wish, headers=key))
        return str(answer.json()["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.until(lambda: self.ask("GET", f"/v1/videos/{job_id}"))
        found: dict[str, Any] = answer.json()
        return found

    def over(self, job_id: str) -> dict[str, Any]:
        """The job once it is over."""

        def look() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] in ("completed", "failed") else None

        return self.until(look)

    def until(self, look: Callable[[], T | None], seconds: float = PATIENCE_S) -> T:
        """What `look` finds."""
        ends = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < ends, self.last_words()
            time.sleep(0.02)
        return found

    def steps_of(self, *workers: Part) -> list[str]:
        """What they have filmed so far, a line a step."""
        files = [self.folder / f"{worker}.out" for worker in workers or WORKERS]
        return [line for file in files if file.exists() for line in file.read_text().splitlines()]

    def heard(self, worker: Part, line: str) -> None:
        self.until(lambda: line in self.steps_of(worker) or None)

    def table(self) -> sqlite3.Connection:
        """The service's own table; look when the service is not running."""
        return sqlite3.connect(self.folder / "house" / "service" / "jobs.db")

    def tell_redis(self, order: str) -> None:
        """FLUSHALL: it forgets everything; and whatever else Redis obeys."""
        with socket.create_connection(("127.0.0.1", self.ports["redis"]), 5) as line:
            line.sendall(f"{order}\r\n".encode())
            assert line.recv(100).startswith(b"+OK")

    def logs(self) -> str:
        return "".join(f.read_text("utf-8", "replace") for f in sorted(self.folder.rglob("*.log")))

    def last_words(self) -> str:
        ends = [f"{f.name}: {f.read_text()[-1500:]}" for f in sorted(self.folder.glob("*.err"))]
        return "\n".join(ends)

    def _listens(self, part: str) -> bool | None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[part]), 1):
            return True
        return None

    def _command(self, part: Part) -> list[str]:
        if part == "redis":
            told = ["--port", str(self.ports["redis"]), "--bind", "127.0.0.1", "--save", "",
                    "--dir", str(self.folder)]  # fmt: skip
            secret = ["--requirepass", self.password] if self.password else []
            return ["redis-server", *told, *secret, *self.redis_flags]
        if part == "service":
            told = ["serve", "--tied", "--workers", "0", "--port", str(self.ports["service"])]
            return [sys.executable, "-m", "video_service", *told]
        film = [self.url, self.broker, part[1:], str(self.steps), str(self.pause)]
        return [sys.executable, "-m", "tests.cluster.film_worker", *film]

    def _environment(self, part: Part) -> dict[str, str]:
        rules = {"model": "draft", "dispatch": "celery", "resend_s": "2", "lease_s": "30",
                 "beat_s": "0.5", "attempts": "20", **self.rules}  # fmt: skip
        return {
            **os.environ,
            **{f"QUNYING_VIDEO_SERVICE__{k.upper()}": value for k, value in rules.items()},
            "QUNYING_DATA_DIR": str(self.folder / ("house" if part == "service" else part)),
            "QUNYING_WORKER_TOKEN": (self.token if part in WORKERS else "") or WORKER_TOKEN,
            "QUNYING_BROKER_URL": self.broker,
        }


@contextmanager
def open_cell(folder: Path, *parts: Part, **how: Any) -> Iterator[Cell]:
    """A cluster with these parts running; none is left at the end."""
    cell = Cell(folder, **how)
    try:
        cell.start(*parts)
        yield cell
    finally:
        cell.kill(*cell.parts)
        cell.http.close()
