"""天气: one forecast for one place, told in one line first."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intents.base import Intent, Tools
from intents.dialogue import Dialogue, Reply, Text
from intents.errors import NotAllowed
from intents.tools.forecast import Town
from intents.weather import wording


class Slots(BaseModel):
    """Words as they were said; what they mean is found out here."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    place: str | None = Field(None, description="哪里的天气，照原话写地名；没说就留空")
    day: str | None = Field(
        None, description="哪一天，照原话写，例如 明天、周六、这几天；没说就留空"
    )
    about: Literal["天气", "带伞", "穿衣"] = Field(
        "天气", description="问带不带伞、会不会下雨写带伞，问穿什么、冷不冷写穿衣，其余写天气"
    )


async def answer(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """One line of weather, or one question, or an IntentError."""
    if not tools.forecasters:
        raise NotAllowed("no forecaster", say=wording.NO_FORECAST)
    town = Town(slots.place or tools.home.city)
    if not town.name:
        return (Text(wording.WHERE),)
    told = await tools.forecasters[0].forecast(town)
    day = told.days[0]
    line = wording.DAY.format(
        town=told.town, day="今天", sky=day.sky, low=round(day.low), high=round(day.high)
    )
    return (Text(line),)


INTENT = Intent(name="天气", slots=Slots, answer=answer)
