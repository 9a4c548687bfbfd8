"""From the words for a place to the town whose weather is meant, or to the question which."""

import re
from collections.abc import Mapping

from intents.base import Tools
from intents.dialogue import Choice, Dialogue, Question
from intents.errors import NotAllowed
from intents.spots import names
from intents.tools.forecast import Town
from intents.tools.town_names import short_name
from intents.tools.towns import capital, find_towns, label, towns_named, whole_name
from intents.weather import wording

CITY = "城市"  # the name under which a room keeps where it lives
AROUND = re.compile(r"(?<=..)(?:地区|的)$")
AT_HOME = (names.HOME, names.WORK, "外面", "外边", "外头", "室外", "户外")
MOST_CHOICES = 5


class Places:
    """One room's places: its home town and what it has saved."""

    def __init__(self, saved: Mapping[str, str], home: Town | None) -> None:
        self._saved, self.home = saved, home

    @classmethod
    async def of(cls, dialogue: Dialogue, tools: Tools) -> "Places":
        saved = await tools.notebook.places(dialogue.ask) if tools.notebook else {}
        saved = {names.canonical(name): address for name, address in saved.items()} | saved
        if city := saved.get(CITY) or tools.home.city:
            return cls(saved, _town_in(city) or Town(city))
        return cls(saved, _town_in(saved.get(names.HOME, "")))

    def find(self, words: str) -> Town | Question | None:
        """The town meant by `words`, the question which, or None when it is home, unknown yet.

        Raises NotAllowed for a place only the family knows, and has not told.
        """
        name = AROUND.sub("", names.plain(words)) or words
        own = names.canonical(words)
        if address := self._saved.get(name) or self._saved.get(own):
            return _town_in(address) or self.home
        if names.is_here(words) or names.is_here(own) or own in AT_HOME:
            return self.home
        towns = towns_named(name, self.home.adcode if self.home else "")
        if len(towns) > 1:
            return _ask_which(name, towns)
        if not towns and names.is_ours(own):
            raise NotAllowed("a place that nobody has saved", say=wording.OURS.format(name=own))
        return towns[0] if towns else _town_in(name) or Town(name)


def seat(town: Town) -> tuple[Town, str]:
    """The town with weather, for a province its capital, and what to call it."""
    city = capital(town)
    if city is None:
        return town, town.name
    own = town.province.endswith("自治区")
    line = wording.CAPITAL_AUTONOMOUS if own else wording.CAPITAL
    return city, line.format(province=short_name(town.province), town=city.name)


def plain_name(town: Town) -> str:
    """The shortest name that means this town alone."""
    return town.name if towns_named(town.name) == (town,) else whole_name(town)


def _town_in(words: str) -> Town | None:
    """The last town named in an address that is not left open."""
    clear = [mention.towns[0] for mention in find_towns(words) if len(mention.towns) == 1]
    return clear[-1] if clear else None


def _ask_which(name: str, towns: tuple[Town, ...]) -> Question:
    choices = tuple(Choice(label(town), whole_name(town)) for town in towns[:MOST_CHOICES])
    return Question(wording.WHICH.format(name=name), "place", choices, open=True, place=True)


def ask_home() -> Question:
    """Silence is no answer to it, and no town is as good as another."""
    return Question(wording.HOME, "place", (), default=None, after_s=300, open=True, place=True)
