"""A cloud engine: order, wait, fetch; Cancelled is heard at every tick, whatever hangs."""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

from video_service.engines.base import Cancelled, Footage, Report, Shot
from video_service.engines.cloud.base import Made, Provider, Task
from video_service.engines.cloud.errors import CloudError
from video_service.engines.cloud.fetch import fetch
from video_service.engines.cloud.line import Account, Line, Pace
from video_service.engines.cloud.receipts import Receipt, tidy
from video_service.engines.specs import EngineSpec
from video_service.media import unwritten

log = logging.getLogger(__name__)
LARGEST = {"video": 200 * 2**20, "image": 30 * 2**20}
HALF_WAY_S = {"video": 120.0, "image": 15.0}  # nobody tells how far it is: half after this long
STOP_S = 5.0  # for telling the provider that nobody wants it any more


@dataclass(slots=True)
class Way:
    """How far one job is."""

    task: Task | None = None
    stage: str = "submit"
    since: float = 0.0

    def enter(self, stage: str) -> None:
        self.stage, self.since = stage, time.monotonic()


class CloudEngine:
    """One model of one provider. `receipts`: where orders in flight are noted."""

    def __init__(
        self, spec: EngineSpec, provider: Provider, account: Account, pace: Pace, receipts: Path
    ) -> None:
        self.name = spec.name
        self._spec, self._provider, self._account = spec, provider, account
        self._pace, self._receipts = pace, receipts
        self._facts: dict[str, Any] = {}

    def load(self) -> None:
        """There is nothing to load; what dead workers left long ago goes."""
        tidy(self._receipts)

    def film(self, shot: Shot, photo: bytes | None, report: Report) -> Footage:
        """What the provider made of `shot`, as it came."""
        try:
            held = Receipt.of(self._receipts, shot, photo)
        except OSError as error:
            raise unwritten(self._receipts, error) from error
        with held as receipt:
            return asyncio.run(self._film(shot, photo, report, receipt))

    def facts(self) -> dict[str, Any]:
        return {
            "weights": None,
            "profile": "cloud",
            "step_downs": [],
            "provider": self._spec.family,
            "versions": {"httpx": version("httpx")},
            **self._facts,
        }

    def close(self) -> None:
        pass  # nothing was held

    async def _film(
        self, shot: Shot, photo: bytes | None, report: Report, receipt: Receipt
    ) -> Footage:
        # plain http is spoken in the house, where no proxy stands in between
        outside = self._account.url.startswith("https:")
        async with httpx.AsyncClient(trust_env=outside) as http:
            line, way = Line(self._account, http, self._pace), Way()
            ends: list[BaseException] = []
            try:
                async with asyncio.TaskGroup() as tasks:
                    work = tasks.create_task(self._in_time(line, shot, photo, receipt, way))
                    while not work.done():
                        await asyncio.to_thread(report, way.stage, _fraction(way, shot))
                        await asyncio.wait({work}, timeout=self._pace.tick)
            except* (Cancelled, CloudError) as group:
                ends.extend(group.exceptions)
            for end in ends:
                if isinstance(end, Cancelled):
                    await self._stop(line, way)
                raise end
            return work.result()

    async def _in_time(
        self, line: Line, shot: Shot, photo: bytes | None, receipt: Receipt, way: Way
    ) -> Footage:
        try:
            async with asyncio.timeout(self._pace.deadline):
                return await self._make(line, shot, photo, receipt, way)
        except TimeoutError as error:
            await self._stop(line, way)
            late = f"{self.name}: not done after {self._pace.deadline:g} s, at {way.stage}"
            raise line.trouble or CloudError("cloud_timeout", late) from error

    async def _make(
        self, line: Line, shot: Shot, photo: bytes | None, receipt: Receipt, way: Way
    ) -> Footage:
        way.enter("submit" if shot.makes == "video" else "wait")  # a picture is made meanwhile
        ordered = await self._order(line, shot, photo, receipt)
        if isinstance(ordered, Task):
            way.task = ordered
            way.enter("wait")
            ordered = await self._follow(line, ordered)
        way.enter("download")
        self._note(ordered, photo, way)
        return Footage(await self._fetch(line, ordered, shot, way))

    async def _order(
        self, line: Line, shot: Shot, photo: bytes | None, receipt: Receipt
    ) -> Task | Made:
        if receipt.number:
            log.info("%s: an earlier worker ordered it: asking for that", self.name)
            return Task(receipt.number)
        ordered = await self._provider.order(line, shot, photo)
        if isinstance(ordered, Task):
            try:
                await asyncio.to_thread(receipt.note, ordered.number)
            except OSError as error:  # it is paid for: without a note it is made all the same
                log.warning("%s: the order could not be noted: %s", self.name, error)
        return ordered

    async def _follow(self, line: Line, task: Task) -> Made:
        for pause in self._pace.pauses():
            if made := await self._provider.look(line, task):
                return made
            await asyncio.sleep(pause)
        raise AssertionError  # pauses never end

    async def _fetch(self, line: Line, made: Made, shot: Shot, way: Way) -> bytes:
        if made.content:
            return made.content
        try:
            return await fetch(line, made.link, LARGEST[shot.makes])
        except CloudError as error:
            if error.code != "cloud_expired" or way.task is None:
                raise
            log.info("%s: the link has expired; asking for another", self.name)
        again = await self._follow(line, way.task)
        return await fetch(line, again.link, LARGEST[shot.makes])

    async def _stop(self, line: Line, way: Way) -> None:
        """Tell the provider, where it listens, that nobody wants it any more."""
        if way.task is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._provider.cancel(line, way.task)

    def _note(self, made: Made, photo: bytes | None, way: Way) -> None:
        number = {"provider_task": way.task.number} if way.task else {}
        self._facts = {"provider_model": self._provider.model(photo), **number, **made.facts}


def _fraction(way: Way, shot: Shot) -> float:
    """Ever nearer to the end, and never there."""
    spent = time.monotonic() - way.since
    return spent / (spent + HALF_WAY_S[shot.makes]) if way.stage == "wait" else 0.0
