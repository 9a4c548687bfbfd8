"""What the service does by itself: take back lost jobs, throw away what is past its time."""

import asyncio
import logging
import sqlite3
import time

from video_service.board import Board
from video_service.shelf import PHOTO, Shelf

log = logging.getLogger(__name__)
REAP_EVERY_S = 1.0
DEAF_S = 5.0  # not looked for so long: this very process was stopped, or its machine
SWEEP_EVERY_S = 600.0
# a remix may want the photo again for a day; the next sweep would be too late for that day
PHOTO_KEPT_S = 86_400.0 - SWEEP_EVERY_S


async def keep_house(board: Board, shelf: Shelf) -> None:
    """Runs until cancelled; a disk that fails is told once, and once when it is back."""
    swept, well, looked = float("-inf"), True, time.monotonic()
    while True:
        try:
            if not well or time.monotonic() - looked > DEAF_S:
                await board.read(lambda store: store.leases.renew())
            looked = time.monotonic()
            await _reap(board)
            await board.keep_spare()
            if time.monotonic() - swept > SWEEP_EVERY_S:
                swept = time.monotonic()
                await sweep(board, shelf)
            if not well:
                log.info("the disk works again")
            well = True
        except (sqlite3.Error, OSError) as error:
            if well:
                log.warning("cannot keep the job table in order: %r", error)
            well = False
        await asyncio.sleep(REAP_EVERY_S)


async def _reap(board: Board) -> None:
    for job in await board.read(lambda store: store.leases.reap()):
        log.warning("job %s: its worker fell silent; now %s", job.id, job.status)
        board.ring()


async def sweep(board: Board, shelf: Shelf) -> None:
    """Jobs past their time go with their files; photos go a day after their job."""
    for job_id in await board.read(lambda store: store.expired()):
        await forget(board, shelf, job_id)
    for job_id in await board.read(lambda store: store.photos_over_since(PHOTO_KEPT_S)):
        await asyncio.to_thread(shelf.drop, job_id, PHOTO)
    await board.read(lambda store: store.wipe())


async def forget(board: Board, shelf: Shelf, job_id: str) -> None:
    """The row first: files without a job are found at the next start, a job without files never."""
    await board.write(lambda store: store.remove(job_id))
    await asyncio.to_thread(shelf.remove, job_id)
