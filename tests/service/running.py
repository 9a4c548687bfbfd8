"""A really running generation service, for tests that need the product and not a part of it."""

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

START_S = 40.0
STOP_S = 30.0
TOKEN = {"QUNYING_WORKER_TOKEN": "a-fixed-worker-token"}
SERVE = ("serve", "--tied", "--port", "0")
BRIEF = "tests.service.brief"


@dataclass(frozen=True, slots=True)
class Running:
    """Where it listens, the name of its data folder, its process, and a line to it."""

    url: str
    instance: str
    process: subprocess.Popen[str]
    http: httpx.Client

    def stop(self) -> int:
        """End it the way its parent does: by closing its stdin."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        return self.process.wait(STOP_S)


@contextmanager
def running_service(
    data_dir: Path, *flags: str, module: str = "video_service", **env: str
) -> Iterator[Running]:
    """Start the service over `data_dir` on a free port, draft engine; stop it at the end.

    `flags` go to `serve`, `env` into its environment. Its log is `data_dir/service.stderr`.
    With BRIEF as its `module` it films two seconds where nobody says how long.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    theirs = {
        **os.environ,
        "QUNYING_DATA_DIR": str(data_dir),
        "QUNYING_VIDEO_SERVICE__MODEL": "draft",
        **env,
    }
    stderr = data_dir / "service.stderr"
    with (
        stderr.open("a") as log,
        subprocess.Popen(
            [sys.executable, "-m", module, *SERVE, *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=theirs,
        ) as process,
    ):
        try:
            said = _first_line(process, stderr)
            with httpx.Client(base_url=said["url"], timeout=70, trust_env=False) as http:
                running = Running(said["url"], said["instance"], process, http)
                yield running
            if process.poll() is None:
                running.stop()
        finally:
            if process.poll() is None:
                process.kill()


class Caller:
    """Speaks to a running service as a blocking program would; deadlines are its own."""

    def __init__(self, service: Running) -> None:
        self._ask = service.http.request

    def order(self, prompt: str, **fields: Any) -> str:
        """Order a short film; its id."""
        wish = {"prompt": prompt, "seconds": "2", **fields}
        answer = self._ask("POST", "/v1/videos", json=wish)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def get(self, job_id: str, wait: float = 0) -> dict[str, Any]:
        job: dict[str, Any] = self._ask("GET", f"/v1/videos/{job_id}", params={"wait": wait}).json()
        return job

    def delete(self, job_id: str) -> None:
        assert self._ask("DELETE", f"/v1/videos/{job_id}").status_code == 200

    def events(self, job_id: str) -> list[str]:
        """The types of everything that happened to a job that is over."""
        stream = self._ask("GET", f"/v1/videos/{job_id}/events").text
        return re.findall(r"^event: (\w+)", stream, re.M)

    def film(self, job_id: str, variant: str = "video") -> bytes:
        told = {"variant": variant}
        return self._ask("GET", f"/v1/videos/{job_id}/content", params=told).content

    def until_filming(self, job_id: str, seconds: float = 30) -> None:
        """Wait until the job has made some progress."""
        ends = time.monotonic() + seconds
        while self.get(job_id)["progress"] == 0:
            assert time.monotonic() < ends, self.get(job_id)
            time.sleep(0.05)


def _first_line(process: subprocess.Popen[str], stderr: Path) -> dict[str, str]:
    assert process.stdout is not None
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and process.poll() is None:
        if select.select([process.stdout], [], [], 0.2)[0] and (line := process.stdout.readline()):
            said: dict[str, str] = json.loads(line)
            assert said["event"] == "listening"
            return said
    raise AssertionError(f"the service did not start: {stderr.read_text()[-2000:]}")
