"""A really running generation service, for tests that need the product and not a part of it."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 40.0
STOP_S = 15.0
SERVE = (sys.executable, "-m", "video_service", "serve", "--tied", "--port", "0")


@dataclass(frozen=True, slots=True)
class Running:
    """Where it listens, the name of its data folder, and its process."""

    url: str
    instance: str
    process: subprocess.Popen[str]

    def stop(self) -> int:
        """End it the way its parent does: by closing its stdin."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        return self.process.wait(STOP_S)


@contextmanager
def running_service(data_dir: Path, *flags: str, **env: str) -> Iterator[Running]:
    """Start the service over `data_dir` on a free port, draft engine; stop it at the end.

    `flags` go to `serve`, `env` into its environment. Its log is `data_dir/service.stderr`.
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
            [*SERVE, *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=theirs,
        ) as process,
    ):
        try:
            said = _first_line(process, stderr)
            running = Running(said["url"], said["instance"], process)
            yield running
            if process.poll() is None:
                running.stop()
        finally:
            if process.poll() is None:
                process.kill()


def _first_line(process: subprocess.Popen[str], stderr: Path) -> dict[str, str]:
    assert process.stdout is not None
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and process.poll() is None:
        if select.select([process.stdout], [], [], 0.2)[0] and (line := process.stdout.readline()):
            said: dict[str, str] = json.loads(line)
            assert said["event"] == "listening"
            return said
    raise AssertionError(f"the service did not start: {stderr.read_text()[-2000:]}")
