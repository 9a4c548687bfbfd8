"""Slots found anywhere in a sentence: names of towns, words for days, one value out of a few."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from intents.sentences import Sentences
from intents.tools.towns import find_towns

MOST = 4  # nobody asks for the weather of more places, or days, in one breath


class Expression:
    """A regular expression, compiled when it is first used.

    All of them together take half a second; what somebody says needs one in ten.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self._text)

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text)

    def without(self, text: str) -> str:
        """`text` with all that matches cut out."""
        return self.pattern.sub("", text)


def expression(text: str, words: Mapping[str, str]) -> Expression:
    """`text` with the words it is made of put in; words may be made of words."""
    while "〔" in text:
        text = re.sub(r"〔(\w+)〕", lambda named: f"(?:{words[named[1]]})", text)
    return Expression(text)


def compiled(text: str, words: Mapping[str, str]) -> re.Pattern[str]:
    """The same, ready at once."""
    return expression(text, words).pattern


class Finders:
    """What an intent's sentences say under `towns` and `find`, ready to be used."""

    def __init__(self, data: Sentences) -> None:
        self._towns = data.towns
        self._all: dict[str, Expression] = {}
        self._values: dict[str, list[tuple[str, Expression]]] = {}
        for slot, how in data.find.items():
            if isinstance(how, str):
                self._all[slot] = expression(how, data.words)
            else:
                pairs = [(value, expression(text, data.words)) for value, text in how.items()]
                self._values[slot] = pairs

    def find(self, text: str) -> dict[str, str]:
        """Slot to value, several joined by 、; without the slots that nothing was found for."""
        found: dict[str, str] = {}
        names = towns(text) if self._towns else []
        if names:
            found[self._towns] = "、".join(names)
        for slot, pattern in self._all.items():
            known = names if slot == self._towns else []
            if hits := [*known, *(hit[0] for hit in pattern.finditer(text))]:
                found[slot] = "、".join(_whole(hits)[:MOST])
        for slot, pairs in self._values.items():
            for value, pattern in pairs:
                if pattern.search(text):
                    found[slot] = value
                    break
        return found


def _whole(names: Sequence[str]) -> list[str]:
    """Each once, and no part of another: 青海 is in 青海湖."""
    each = list(dict.fromkeys(names))
    return [name for name in each if not any(name in other for other in each if other != name)]


def towns(text: str) -> list[str]:
    """The names of towns in `text`, as they stand there, in their order, each once."""
    return list(dict.fromkeys(mention.said for mention in find_towns(text)))[:MOST]


def is_town(text: str) -> bool:
    """Whether `text` is the name of a town and nothing else."""
    return towns(text) == [text]
