"""Local dispatch: worker processes on this machine, started, watched and restarted here."""

import asyncio
import logging
import os
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from video_service.dispatch.posts import CARD, Post
from video_service.schema.config import BROKER_URL, SERVICE_TOKEN, WORKER_TOKEN
from video_service.studio import Studio

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "video_service", "worker", "--tied")
PAUSES_S = (0.2, 1.0, 2.0, 5.0, 15.0, 30.0)
STDERR = 2  # our stdout has one line and no other
GOOD_RUN_S = 60.0  # who lived that long starts with the shortest pause again
STOP_S, LOOK_S = 3.0, 60.0


async def keep_worker(studio: Studio, service: str, data_dir: Path, post: Post = CARD) -> None:
    """Runs until cancelled, with a worker all the while; its end takes the worker with it."""
    failures = 0
    while True:
        if post.rests:
            await _wanted(studio, post)
        began = time.monotonic()
        code = await _run(service, post, _environment(studio.keys.worker, data_dir))
        for worker in post.workers:
            studio.crew.leave(worker)
        lost = await _released(studio, post)
        failures = 0 if time.monotonic() - began > GOOD_RUN_S else failures
        pause = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
        log.warning(
            "the %s worker ended with %s (%s); the next in %.1f s", post.lane, code, lost, pause
        )
        failures += 1
        await asyncio.sleep(pause)


async def _wanted(studio: Studio, post: Post) -> None:
    """Until there is something to do: most houses never ask for it."""
    well = True
    while not studio.board.closing:
        try:
            if await studio.board.until(lambda store: store.waits(post.lane) or None, LOOK_S):
                return
        except sqlite3.Error as error:
            if well:
                log.warning("cannot see whether anything waits for %s: %r", post.lane, error)
            well = False
            await asyncio.sleep(1)
    await asyncio.Event().wait()  # closing: whoever stops us comes soon


async def _released(studio: Studio, post: Post) -> str:
    """Put back what the worker held, and say so; where the disk fails, its next claim does it."""
    try:
        lost = await studio.board.write(
            lambda store: [job for name in post.workers for job in store.leases.release(name)]
        )
    except sqlite3.Error as error:
        return f"its job stays: {error!r}"
    return ", ".join(f"{job.id} is {job.status}" for job in lost) or "no job was lost"


async def _run(service: str, post: Post, environment: Mapping[str, str]) -> int:
    told = ("--service", service, "--lane", post.lane,
            "--slot", str(post.first), "--slots", str(post.slots))  # fmt: skip
    try:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *told, stdin=PIPE, stdout=STDERR, env=environment
        )
    except OSError as error:  # no memory for it, too many processes: later there may be
        log.warning("worker %s cannot be started: %s", post.workers[0], error)
        return error.errno or 1
    log.info("worker %s is process %d", post.workers[0], process.pid)
    try:
        return await process.wait()
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    """Closing its stdin is the order to stop; a worker deep in a library gets no vote."""
    if process.stdin is not None:
        process.stdin.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_S):
            await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()


def _environment(token: str, data_dir: Path) -> dict[str, str]:
    """Ours, with the worker's token instead of the callers'; nobody calls it, so no broker."""
    ours_alone = (SERVICE_TOKEN, BROKER_URL)
    theirs = {k: v for k, v in os.environ.items() if not k.startswith(ours_alone)}
    return {**theirs, WORKER_TOKEN: token, "QUNYING_DATA_DIR": str(data_dir)}
