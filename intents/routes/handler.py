"""步行规划, 骑行规划, 驾车规划, 公交规划: one question about the way, four ways to go."""

import asyncio
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intents.base import Intent, Tools
from intents.dialogue import Dialogue, Reply
from intents.errors import NotAllowed, Unreachable
from intents.routes import wording
from intents.routes.guide import Guide
from intents.routes.wish import understand
from intents.spots.words import Words
from intents.tools.maps import Way

SECONDS = 6.0  # with the 3.5 of recognizing, within the 10 that the bot waits for an answer


class Slots(BaseModel):
    """What was said of the way; nothing here is looked up or made exact."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    origin: Words = Field(None, description="从哪里出发，照原话写，例如 家、公司、这里；没说就留空")
    destination: Words = Field(None, description="要去的地方，照原话写，例如 西湖、奶奶家、第二个")
    way: Literal["步行", "骑行", "驾车", "公交"] | None = Field(
        None, description="怎么去，原话说了才填；地铁、坐车算公交，打车、导航开车算驾车"
    )


async def walk(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    return await _answer(dialogue, slots, tools, slots.way or "步行")


async def cycle(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    return await _answer(dialogue, slots, tools, slots.way or "骑行")


async def drive(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    return await _answer(dialogue, slots, tools, slots.way or "驾车")


async def ride(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """By public transport; with no way said, the way that suits."""
    return await _answer(dialogue, slots, tools, slots.way)


async def _answer(dialogue: Dialogue, slots: Slots, tools: Tools, named: Way | None) -> Reply:
    """The way in words, or one question; either can be gone on from."""
    if tools.maps is None:
        raise NotAllowed("no map key is set", say=wording.NO_MAP)
    wish = understand(dialogue, slots.model_dump(), named)
    try:
        async with asyncio.timeout(SECONDS):
            return await Guide(dialogue, tools, tools.maps).show(wish)
    except TimeoutError as error:
        raise Unreachable(f"no way within {SECONDS:g} s", say=wording.SLOW) from error


WALK = Intent(name="步行规划", slots=Slots, answer=walk)
CYCLE = Intent(name="骑行规划", slots=Slots, answer=cycle)
DRIVE = Intent(name="驾车规划", slots=Slots, answer=drive)
TRANSIT = Intent(name="公交规划", slots=Slots, answer=ride)
