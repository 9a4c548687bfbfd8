"""The tools by name: what each takes, what it says of itself, and what it does."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mcp.types import CallToolResult, Tool, ToolAnnotations

from bot.agents import answers, inputs
from bot.agents import wording as say
from bot.agents.desk import Desk, Report
from bot.agents.library import search
from bot.agents.photos import photo_of
from bot.clip_library import Search
from bot.memory import Memory
from intents.picture.handler import INTENT as PICTURE
from intents.video.handler import INTENT as VIDEO


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a call may touch; `memories` are the ones that are searched."""

    desk: Desk
    memories: tuple[Memory, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """One tool. `looks`: it changes nothing."""

    about: str
    takes: type[inputs.Input]
    does: Callable[[Workplace, Any, Report], Awaitable[CallToolResult]]
    looks: bool = False


async def _video(at: Workplace, asked: inputs.GenerateVideo, report: Report) -> CallToolResult:
    ticket, said = await at.desk.order(VIDEO, {"wish": asked.wish}, asked.wish)
    if ticket.makes == "image":
        said = say.DRAWN_FIRST
    result = await at.desk.follow(ticket, asked.wait_seconds, report, said)
    return await asyncio.to_thread(answers.of_job, result)


async def _photo(at: Workplace, asked: inputs.AnimatePhoto, report: Report) -> CallToolResult:
    photo = await asyncio.to_thread(photo_of, asked)
    slots = {"wish": asked.wish, "uses_photo": True}
    ticket, said = await at.desk.order(VIDEO, slots, asked.wish or "", photo)
    result = await at.desk.follow(ticket, asked.wait_seconds, report, said)
    return await asyncio.to_thread(answers.of_job, result)


async def _image(at: Workplace, asked: inputs.GenerateImage, report: Report) -> CallToolResult:
    slots = {"wish": asked.wish, "style": asked.style}
    ticket, said = await at.desk.order(PICTURE, slots, asked.wish)
    result = await at.desk.follow(ticket, asked.wait_seconds, report, said)
    return await asyncio.to_thread(answers.of_job, result)


async def _status(at: Workplace, asked: inputs.JobStatus, report: Report) -> CallToolResult:
    result = await at.desk.status(asked.job_id, asked.wait_seconds, report)
    return await asyncio.to_thread(answers.of_job, result)


async def _cancel(at: Workplace, asked: inputs.CancelJob, report: Report) -> CallToolResult:
    done = await at.desk.cancel(asked.job_id)
    said = say.CANCELLED if done else say.OVER
    return answers.told(said.format(job=asked.job_id), job_id=asked.job_id, cancelled=done)


async def _search(at: Workplace, asked: inputs.SearchLibrary, report: Report) -> CallToolResult:
    wanted = Search(words=asked.words, person=asked.person)
    found = await search(at.memories, wanted, asked.limit)
    return await asyncio.to_thread(answers.of_pieces, found)


TRADES: dict[str, Trade] = {
    "generate_video": Trade(say.VIDEO, inputs.GenerateVideo, _video),
    "animate_photo": Trade(say.PHOTO, inputs.AnimatePhoto, _photo),
    "generate_image": Trade(say.IMAGE, inputs.GenerateImage, _image),
    "job_status": Trade(say.STATUS, inputs.JobStatus, _status, looks=True),
    "cancel_job": Trade(say.CANCEL, inputs.CancelJob, _cancel),
    "search_library": Trade(say.SEARCH, inputs.SearchLibrary, _search, looks=True),
}


def listed() -> list[Tool]:
    """All of them as a client sees them."""
    return [
        Tool(
            name=name,
            description=trade.about,
            input_schema=trade.takes.model_json_schema(),
            annotations=ToolAnnotations(read_only_hint=trade.looks, open_world_hint=False),
        )
        for name, trade in TRADES.items()
    ]
