"""`qunying mcp` as a process: it comes with others, speaks protocol only, goes when it is told."""

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="pip install '.[agents]'")

from tests.e2e.qunying import QUNYING, Shell
from tests.e2e.test_mcp import LONG, agent, linked, words

pytestmark = pytest.mark.timeout(300)
HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


class Raw:
    """The process and its lines; its stdin stays open until it has ended."""

    def __init__(self, folder: Path) -> None:
        env = {**Shell(folder).environ, "QUNYING_VIDEO_SERVICE__MODEL": "draft"}
        self.process = subprocess.Popen(
            [QUNYING, "mcp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**env, "QUNYING_VIDEO_SERVICE__PORT": "0"},
        )

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer; whatever comes before it must be protocol, too."""
        asked = {"jsonrpc": "2.0", "id": os.urandom(4).hex(), "method": method, "params": params}
        self.write(json.dumps(asked))
        assert self.process.stdout
        while True:
            told: dict[str, Any] = json.loads(self.process.stdout.readline())
            assert told["jsonrpc"] == "2.0"
            if told.get("id") == asked["id"]:
                return told

    def write(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told_though_the_other_program_stays(
    tmp_path: Path, number: signal.Signals
) -> None:
    with Raw(tmp_path) as raw:
        raw.ask("initialize", **HELLO)
        raw.process.send_signal(number)
        assert raw.process.wait(LONG) == 130
        assert raw.process.stderr
        assert raw.process.stderr.read() == ""


def test_what_is_no_protocol_is_passed_over_and_nothing_else_is_ever_said(tmp_path: Path) -> None:
    with Raw(tmp_path) as raw:
        raw.ask("initialize", **HELLO)
        raw.write("not json")
        raw.write('{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": "\\ud800"}')
        asked = {"wish": "熊猫", "wait_seconds": 60}
        made = raw.ask("tools/call", name="generate_image", arguments=asked)["result"]
        assert made["structuredContent"]["status"] == "completed"
        unknown = raw.ask("tools/call", name="job_status", arguments={"job_id": "video_1"})
        assert unknown["result"]["isError"]
        rest, errors = raw.process.communicate(timeout=LONG)  # this closes its stdin
    assert (raw.process.returncode, rest, errors) == (0, "", "")


async def test_two_that_start_at_once_share_one_service(tmp_path: Path) -> None:
    async with agent(tmp_path / "data") as mine, agent(tmp_path / "data") as theirs:
        asked = [{"wish": wish, "wait_seconds": LONG} for wish in ("一只猫", "一只狗")]
        made = await asyncio.gather(
            mine.call_tool("generate_image", asked[0]), theirs.call_tool("generate_image", asked[1])
        )
        assert [words(it)[:3] for it in made] == ["画好了", "画好了"]
        found = await mine.call_tool("search_library", {})
    assert len(linked(found)) == 2
