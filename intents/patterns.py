"""The offline recognizer: regular expressions that live as data beside each intent.

An intent's certain patterns win first; then its `never` stops the rest. Nothing found = 聊天.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from intents.base import AnyIntent
from intents.sentences import Sentences, sentences_of

LONGEST = 600  # nobody types more in one breath; it bounds the regular expressions' work
CALL = re.compile(r"^(?:\[(?:图片|照片)\]|@?小爱(?:同学)?[\s\u2005，,：:、~～]*|\s)+")
SPACES = re.compile(r"[\s\u2005]+")


@dataclass(frozen=True, slots=True)
class Found:
    """What the patterns make of a sentence. `certain`: no language model needs to be asked."""

    intent: AnyIntent
    slots: BaseModel
    certain: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    match: re.Pattern[str]
    slots: dict[str, Any]
    certain: bool
    photo: bool


class Patterns:
    """All intents' patterns, compiled; the last intent is the one that is left when none holds."""

    def __init__(self, intents: tuple[AnyIntent, ...]) -> None:
        self._intents = [_Compiled(intent, sentences_of(intent)) for intent in intents]

    def find(self, said: str, *, photo: bool = False) -> Found:
        """The intent and slots of `said`; `photo` tells that one is at hand."""
        text = bare(said)
        for compiled in self._intents:
            if found := compiled.find(text, photo):
                return found
        rest = self._intents[-1].intent
        return Found(rest, rest.slots())


def bare(said: str) -> str:
    """`said` without 小爱's name in front, in single spaces."""
    if len(said) > LONGEST:  # what is wanted stands at the start or at the end
        said = f"{said[: LONGEST // 2]} {said[-LONGEST // 2 :]}"
    return SPACES.sub(" ", CALL.sub("", said)).strip()


class _Compiled:
    def __init__(self, intent: AnyIntent, data: Sentences) -> None:
        self.intent = intent
        self._never = [_compile(text, data.words) for text in data.never]
        self._unsure = [_compile(text, data.words) for text in data.unsure]
        self._clean = [_compile(text, data.words) for text in data.clean]
        self._rules = [
            _Rule(_compile(p.match, data.words), p.slots, p.certain, p.photo) for p in data.patterns
        ]

    def find(self, text: str, photo: bool) -> Found | None:
        stopped = any(never.search(text) for never in self._never)
        for rule in self._rules:
            if (rule.photo and not photo) or (stopped and not rule.certain):
                continue
            if match := rule.match.search(text):
                caught = dict(self._slots(match))
                try:
                    filled = self.intent.slots.model_validate(caught | rule.slots)
                except ValidationError:
                    continue
                unsure = stopped or any(word.search(text) for word in self._unsure)
                return Found(self.intent, filled, rule.certain and bool(caught) and not unsure)
        return None

    def _slots(self, match: re.Match[str]) -> Iterator[tuple[str, str]]:
        """Named groups, the numbered ones joined to their slot, cleaned of command words."""
        joined: dict[str, list[str]] = {}
        for name, text in sorted(match.groupdict().items(), key=lambda pair: pair[0]):
            if text and (cleaned := self._cleaned(text)):
                joined.setdefault(name.partition("_")[0], []).append(cleaned)
        for name, texts in joined.items():
            yield name, "，".join(texts)

    def _cleaned(self, text: str) -> str:
        for clean in self._clean:
            text = clean.sub("", text)
        return text.strip()


def _compile(text: str, words: dict[str, str]) -> re.Pattern[str]:
    while "〔" in text:  # words may be made of words
        text = re.sub(r"〔(\w+)〕", lambda named: f"(?:{words[named[1]]})", text)
    return re.compile(text)
