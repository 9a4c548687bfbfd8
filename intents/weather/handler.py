"""天气: what it will be like, umbrella or not, what to wear."""

import asyncio
import re
from dataclasses import replace
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intents.base import Intent, Tools
from intents.dialogue import Choice, Dialogue, Question, Reply, Text
from intents.errors import NotAllowed
from intents.tools.beijing import BEIJING
from intents.tools.forecast import Forecast, Town, TownNotFound
from intents.weather import wording
from intents.weather.asking import ask
from intents.weather.days import Span, name_of, read_days
from intents.weather.place import CITY, Places, ask_home, plain_name, seat
from intents.weather.telling import tell
from intents.weather.wish import Wish, answers_home, understand

AIR = re.compile(r"空气|雾霾|污染|紫外线|湿度|花粉|pm", re.I)


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
    """One line of weather and at most four below it, or one question, or an IntentError."""
    if not tools.forecasters:
        raise NotAllowed("no forecaster", say=wording.NO_FORECAST)
    wish = understand(dialogue, slots.place, slots.day, slots.about)
    places = await Places.of(dialogue, tools)
    found = [places.find(words) for words in wish.places] or [places.home]
    towns = [town for town in found if isinstance(town, Town)]
    if len(towns) < len(found):
        return _asked(wish, found)
    today = dialogue.ask.at.astimezone(BEIJING).date()
    text = await _told(wish, towns, today, dialogue.ask.said, tools)
    if answers_home(dialogue) and tools.notebook and text != _unknown(towns[0]):
        await tools.notebook.keep(dialogue.ask, CITY, plain_name(towns[0]), private=False)
        text += "\n" + wording.NOTED.format(town=towns[0].name)
    names = tuple(plain_name(town) for town in towns)
    return (Text(text), Wish(names, wish.day, wish.about).keep())


def _asked(wish: Wish, found: list[Town | Question | None]) -> Reply:
    """The first open question; its answer stands beside the other places that were named."""
    for n, question in enumerate(found):
        if isinstance(question, Question):
            before, after = wish.places[:n], wish.places[n + 1 :]
            choices = tuple(
                Choice(choice.label, "、".join((*before, choice.value, *after)))
                for choice in question.choices
            )
            return (replace(question, choices=choices), wish.keep(asking="which"))
    return (ask_home(), wish.keep(asking="home"))


async def _told(wish: Wish, towns: list[Town], today: date, said: str, tools: Tools) -> str:
    span = read_days(wish.day, today)
    if span is None or not span.days:
        return wording.WHICH_DAY
    ahead = Span(tuple(day for day in span.days if day >= today), span.name)
    if not ahead.days:
        return wording.PAST
    lines = await asyncio.gather(*(_of(town, ahead, wish, today, said, tools) for town in towns))
    if len(lines) > 1:
        return "\n".join(line.partition("\n")[0] for line in lines)
    return lines[0] + ("\n" + wording.NO_AIR if AIR.search(said) else "")


async def _of(town: Town, span: Span, wish: Wish, today: date, said: str, tools: Tools) -> str:
    """The weather of one town, or that it is not known so far ahead, or not at all."""
    seated, shown = seat(town)
    try:
        told = await ask(seated, span.days, tools)
    except TownNotFound:
        return _unknown(town)
    if told.town == seated.name:
        told = replace(told, town=shown)
    seen = Span(tuple(day for day in span.days if _has(told, day)), span.name)
    if not seen.days:
        last = name_of(told.days[-1].date, today)
        return wording.FAR.format(day=wish.day or span.name, last=last)
    text = tell(told, seen, wish.about, said, today)
    return text if len(seen.days) == len(span.days) else f"{text}\n{wording.NO_MORE}"


def _has(told: Forecast, day: date) -> bool:
    return any(it.date == day for it in told.days)


def _unknown(town: Town) -> str:
    return wording.UNKNOWN.format(name=town.name)


INTENT = Intent(name="天气", slots=Slots, answer=answer)
