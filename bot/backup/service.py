"""The service's part of a backup: only its own program knows its job table."""

import asyncio
import json
import sys
from pathlib import Path

VERB_S = 300.0  # a large table on a slow disk


class ServicePart(Exception):
    """Its program could not do it; the text is its own last line."""


async def take(data_dir: Path, into: Path) -> list[str]:
    """A copy of jobs.db in `into`; its files by their names in the service's folder."""
    told = await _run("--data-dir", str(data_dir), str(into))
    return [str(name) for name in told["files"]]


async def check(folder: Path) -> None:
    """ServicePart when the jobs.db in `folder` is broken or too new."""
    await _run("--check", str(folder))


async def _run(*words: str) -> dict[str, list[str]]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "video_service", "backup", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(VERB_S):
            said, error = await child.communicate()
    except TimeoutError as late:
        raise ServicePart(f"it took longer than {VERB_S:g} s") from late
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        lines = error.decode("utf-8", "replace").strip().splitlines()
        raise ServicePart(lines[-1] if lines else f"it ended with {child.returncode}")
    told: dict[str, list[str]] = json.loads(said)
    return told
