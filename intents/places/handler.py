"""地点推荐: up to five places around a spot or in a city, told so that later words can refer."""

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from intents.base import Intent, Tools
from intents.dialogue import Dialogue, Keep, Reply, Text
from intents.errors import NotAllowed, Unreachable
from intents.places import wording
from intents.places.details import about
from intents.places.kinds import kind
from intents.places.scout import Scout, kept_of
from intents.places.search import understand
from intents.spots.listed import listed
from intents.spots.words import Words
from intents.tools.maps import Maps

SECONDS = 6.0  # with the 3.5 of recognizing, within the 10 that the bot waits for an answer


class Slots(BaseModel):
    """What is looked for and where, as it was said."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    keyword: Words = Field(None, description="找什么，照原话写，例如 火锅、公园、加油站")
    near: Words = Field(None, description="在哪里附近，照原话写，例如 西湖、家；只说“附近”就留空")
    city: Words = Field(None, description="在哪个城市，原话说了才填")


async def answer(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """Places by number, something about one of them, or one question."""
    if tools.maps is None:
        raise NotAllowed("no map key is set", say=wording.NO_MAP)
    told, words = listed(dialogue), dialogue.ask.said or dialogue.ask.text
    elsewhere = slots.near or slots.city
    if told and not elsewhere and (known := about(words, told, kind(slots.keyword))):
        return (Text(known.text), Keep(kept_of(told, known.index)))
    try:
        async with asyncio.timeout(SECONDS):
            return await _look(dialogue, slots, tools, tools.maps)
    except TimeoutError as error:
        raise Unreachable(f"no places within {SECONDS:g} s", say=wording.SLOW) from error


async def _look(dialogue: Dialogue, slots: Slots, tools: Tools, maps: Maps) -> Reply:
    search = understand(dialogue, slots.model_dump())
    return await (await Scout.of(dialogue, tools, maps)).show(search)


INTENT = Intent(name="地点推荐", slots=Slots, answer=answer)
