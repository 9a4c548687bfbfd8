"""地点推荐: up to five places around a spot or in a city, told so that later words can refer."""

from pydantic import BaseModel, ConfigDict, Field

from intents.base import Intent, Tools
from intents.dialogue import Dialogue, Question, Reply, Text
from intents.errors import NotAllowed
from intents.places import wording


class Slots(BaseModel):
    """What is looked for and where, as it was said."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    keyword: str | None = Field(
        None, max_length=40, description="找什么，照原话写，例如 火锅、公园、加油站"
    )
    near: str | None = Field(
        None, max_length=60, description="在哪里附近，照原话写，例如 西湖、家；只说“附近”就留空"
    )
    city: str | None = Field(None, max_length=20, description="在哪个城市，原话说了才填")


async def answer(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """Places by number, or one question, or an IntentError."""
    if tools.maps is None:
        raise NotAllowed("no map key is set", say=wording.NO_MAP)
    if slots.keyword is None:
        return (Question(wording.WHAT, "keyword", (), default=None, after_s=300, open=True),)
    found = await tools.maps.search(slots.keyword, slots.city or tools.home.city)
    if not found:
        raise NotAllowed("no such place", say=wording.NONE)
    return (Text("\n".join(f"{i}. {place.name}" for i, place in enumerate(found, 1))),)


INTENT = Intent(name="地点推荐", slots=Slots, answer=answer)
