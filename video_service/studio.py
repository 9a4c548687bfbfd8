"""What the service works with while it runs, opened and closed in order."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from video_service.auth import Keys
from video_service.board import Board, open_board
from video_service.catalogue import Catalogue
from video_service.chores import keep_house
from video_service.crew import Crew
from video_service.job_table import Job
from video_service.metrics import Metrics
from video_service.probe import probe
from video_service.problems import Refusal
from video_service.schema import VideoJob
from video_service.schema.settings import ServiceSettings
from video_service.shelf import Shelf

log = logging.getLogger(__name__)
PROBE_S = 75.0
DECODED_AT_ONCE = 2  # photos: one of 25 million pixels takes 100 MB meanwhile


@dataclass(frozen=True, slots=True)
class Studio:
    """`instance` names the data folder; `engines` is known once the machine was looked at."""

    settings: ServiceSettings
    keys: Keys
    instance: str
    board: Board
    shelf: Shelf
    crew: Crew
    metrics: Metrics
    engines: asyncio.Task[Catalogue]
    decoding: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DECODED_AT_ONCE))

    async def catalogue(self) -> Catalogue:
        """The engines; a caller who is too early waits for the look at the machine."""
        try:
            async with asyncio.timeout(PROBE_S):
                return await asyncio.shield(self.engines)
        except TimeoutError as error:
            raise Refusal(
                503, "starting", "the service is still looking at its machine",
                headers={"Retry-After": "5"},
            ) from error  # fmt: skip

    async def tell(self, *jobs: Job) -> list[VideoJob]:
        """The jobs as anyone may see them, the open ones with place and waiting time."""
        return await self.foresee([job.wire() for job in jobs])

    async def foresee(self, jobs: list[VideoJob]) -> list[VideoJob]:
        """The same jobs, the open ones with the place and waiting time they have now."""
        if all(job.status.final for job in jobs):
            return jobs
        outlooks = await self.board.read(lambda store: store.outlooks())
        return [
            job.model_copy(update={"queue_position": seen.position, "eta_s": seen.eta_s})
            if (seen := outlooks.get(job.id)) and not job.status.final
            else job
            for job in jobs
        ]


class State(TypedDict):
    """What every request carries."""

    studio: Studio


@asynccontextmanager
async def open_studio(
    tasks: asyncio.TaskGroup, settings: ServiceSettings, folder: Path, keys: Keys, instance: str
) -> AsyncIterator[Studio]:
    """The studio over the service's data `folder`; what runs in it belongs to `tasks`."""
    shelf = await asyncio.to_thread(Shelf, folder / "media")
    metrics = Metrics()
    async with open_board(folder / "jobs.db", settings, metrics.ended) as board:
        await board.read(lambda store: store.leases.take_over())
        await asyncio.to_thread(shelf.tidy, await board.read(lambda store: store.ids()))
        engines = tasks.create_task(asyncio.to_thread(_look_around, settings))
        chores = tasks.create_task(keep_house(board, shelf))
        try:
            yield Studio(settings, keys, instance, board, shelf, Crew(), metrics, engines)
        finally:
            board.close()
            chores.cancel()
            engines.cancel()
            try:
                await board.read(lambda store: store.leases.hand_back())
            except sqlite3.Error as error:  # a full disk: the next start takes them over
                log.warning("could not put the open jobs back: %r", error)


def _look_around(settings: ServiceSettings) -> Catalogue:
    return Catalogue(settings, probe(settings))
