"""步行规划, 骑行规划, 驾车规划, 公交规划: one question about the way, four ways to go."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intents.base import Intent, Tools
from intents.dialogue import Dialogue, Question, Reply, Text
from intents.errors import NotAllowed
from intents.routes import wording
from intents.tools.maps import Way


class Slots(BaseModel):
    """What was said of the way; nothing here is looked up or made exact."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    origin: str | None = Field(
        None, max_length=60, description="从哪里出发，照原话写，例如 家、公司、这里；没说就留空"
    )
    destination: str | None = Field(
        None, max_length=60, description="要去的地方，照原话写，例如 西湖、奶奶家、第二个"
    )
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
    """By public transport, or, with no way said, the way that suits."""
    return await _answer(dialogue, slots, tools, slots.way)


async def _answer(dialogue: Dialogue, slots: Slots, tools: Tools, way: Way | None) -> Reply:
    if tools.maps is None:
        raise NotAllowed("no map key is set", say=wording.NO_MAP)
    if slots.destination is None:
        return (Question(wording.WHERE_TO, "destination", (), default=None, after_s=300, open=True),)
    if slots.origin is None:
        return (Question(wording.WHERE_FROM, "origin", (), default=None, after_s=300, open=True),)
    city = tools.home.city
    start = (await tools.maps.locate(slots.origin, city))[0]
    end = (await tools.maps.locate(slots.destination, city))[0]
    route = await tools.maps.route(way or tools.home.habit, start, end)
    return (Text(wording.THERE.format(start=slots.origin, end=slots.destination, way=route.way)),)


WALK = Intent(name="步行规划", slots=Slots, answer=walk)
CYCLE = Intent(name="骑行规划", slots=Slots, answer=cycle)
DRIVE = Intent(name="驾车规划", slots=Slots, answer=drive)
TRANSIT = Intent(name="公交规划", slots=Slots, answer=ride)
