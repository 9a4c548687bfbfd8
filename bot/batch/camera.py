"""One wish of a batch from its order to the clip in the folder."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot import wording as said
from bot.batch import wording
from bot.batch.captions import NoCaption, caption_of
from bot.batch.ledger import Ledger
from bot.batch.orders import Drawing, NotFilmed, Orders, Pace
from bot.batch.style import RowStyle
from bot.batch.wishes import Wish
from bot.media import Shelf
from intents.base import Tools
from video_service.client import ServiceRefused, VideoServiceError
from video_service.schema import Status, VideoJob

LOOK_S = 2.0
Show = Callable[[int], None]  # percent


class Camera:
    """Films into the folder of `ledger`. The service sees one person, and keeps its limits."""

    def __init__(self, tools: Tools, ledger: Ledger, pace: Pace | None = None) -> None:
        self._tools, self._ledger, self._pace = tools, ledger, pace or Pace()
        self._client, self._shelf = tools.video, Shelf(ledger.out)
        self._orders = Orders(ledger, self._pace)

    async def film(self, wish: Wish, show: Show) -> None:
        """The clip of `wish` is in the folder when this returns. Raises NotFilmed."""
        try:
            caption = await caption_of(wish.row, self._tools.llm)
        except NoCaption as error:
            raise NotFilmed(error.say) from error
        tools = replace(self._tools, styles=RowStyle(wish.row.style))
        name = self._ledger.entry(wish).name
        ticket = await self._orders.place(wish, caption, tools)
        if ticket.makes == "image":  # what in a chat somebody is asked: yes, move it
            drawing = await self._draw(ticket.job_id, name, show)
            ticket = await self._orders.place(wish, caption, tools, drawing)
        job = await self._wait(partial(self._client.get, ticket.job_id, wait=LOOK_S), show)
        await self._save(job, name)

    async def _draw(self, job_id: str, name: str, show: Show) -> Drawing:
        """The picture lies beside the clip that it becomes."""
        await self._wait(partial(self._client.get_image, job_id, wait=LOOK_S), show)
        download = partial(self._client.download_image, job_id)
        try:
            return Drawing(job_id, await _kept(self._shelf.fetch(f"{name}.png", download)))
        except VideoServiceError as error:
            raise NotFilmed(wording.NOT_FETCHED) from error

    async def _wait(self, look: Callable[[], Awaitable[VideoJob]], show: Show) -> VideoJob:
        pauses, heard = self._pace.pauses(), time.monotonic()
        while True:
            try:
                job = await look()
            except ServiceRefused as error:
                raise NotFilmed(said.GONE, spent=True) from error
            except VideoServiceError as error:
                if time.monotonic() - heard > self._pace.away:
                    raise NotFilmed(wording.AWAY) from error
                await asyncio.sleep(next(pauses))
                continue
            if job.status is Status.completed:
                return job
            if job.status is Status.failed:
                why = said.failed(job.error.code if job.error else "", "video")
                raise NotFilmed(why, spent=True)
            show(job.progress)
            pauses, heard = self._pace.pauses(), time.monotonic()

    async def _save(self, job: VideoJob, name: str) -> None:
        with suppress(VideoServiceError):  # other makers' services have none
            sidecar = partial(self._client.download, job.id, variant="sidecar")
            await _kept(self._shelf.fetch(f"{name}.json", sidecar))
        try:
            film = partial(self._client.download, job.id)
            await _kept(self._shelf.fetch(f"{name}.mp4", film))
        except VideoServiceError as error:
            raise NotFilmed(wording.NOT_FETCHED) from error


async def _kept(fetching: Awaitable[Path]) -> Path:
    """The file once it is whole; a full disk fails this one row, and the next run fetches it."""
    try:
        return await fetching
    except OSError as error:
        raise NotFilmed(wording.NOT_SAVED.format(why=error.strerror or error)) from error
