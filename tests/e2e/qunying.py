"""`qunying` as a user's shell runs it: in an empty home, with a data folder of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

QUNYING = str(Path(sys.executable).with_name("qunying"))
ASK_S = 200  # ten times what it takes: other tests share the cores
NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder to stand in and the variables that are set."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "HOME": str(self.folder),
            "QUNYING_DATA_DIR": str(self.folder / "data"),
            "PYTHONWARNINGS": "default",
            "QUNYING_INTENTS__WEATHER__FORECAST_URL": NOBODY,
            "QUNYING_INTENTS__WEATHER__GEOCODING_URL": NOBODY,
            "OMP_NUM_THREADS": "1",  # two cores and many processes: more threads only wait
            **self.env,
        }

    def run(self, *words: str, timeout: float = ASK_S) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [QUNYING, *words],
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
        )

    def ask(self, *words: str) -> dict[str, Any]:
        """`qunying ask … --out out --json`; the object it prints."""
        done = self.run("ask", *words, "--out", str(self.folder / "out"), "--json")
        assert done.returncode == 0, done.stderr[-2000:]
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def start(self, *words: str) -> subprocess.Popen[str]:
        with (self.folder / "stderr").open("a") as errors:
            return subprocess.Popen(
                [QUNYING, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                text=True,
                cwd=self.folder,
                env=self.environ,
            )


def video(result: dict[str, Any]) -> dict[str, Any]:
    """The one clip among the replies."""
    (clip,) = [reply for reply in result["replies"] if reply["type"] == "video"]
    return dict(clip)


def sidecar(clip: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(Path(clip["path"]).with_suffix(".json").read_text("utf-8"))
    return told


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[psutil.Process]:
    """The process and everything it has started."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def gone(processes: list[psutil.Process], within: float) -> bool:
    """Whether all have ended `within` so many seconds."""
    return not psutil.wait_procs(processes, timeout=within)[1]


def until(true: Callable[[], bool], within: float) -> bool:
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.1)
    return False
