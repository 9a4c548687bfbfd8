"""The offline recognizer: regular expressions that live as data beside each intent.

An intent's `never` stops all of its patterns but those that stand. Nothing found = 聊天.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from intents.base import AnyIntent
from intents.finders import Expression, Finders, expression, is_town
from intents.sentences import CLIPS, Clip, Pattern, Sentences, sentences_of

LONGEST = 600  # nobody types more in one breath; it bounds the regular expressions' work
CALL = re.compile(r"^(?:\[(?:图片|照片)\]|@?小爱(?:同学)?[\s\u2005，,：:、~～]*|\s)+")
NUMBER = re.compile(r"_\d+$")
SPACES = re.compile(r"[\s\u2005]+")
# 诶，那个，你好，: what people say before they say it; and what the chat's own faces become
FILLERS = re.compile(
    r"^(?:(?:[嗯呃额诶哎欸唉喂哦噢]+|那个|就是|话说|对了|请问(?:一下)?|你好|您好|好的|麻烦问一下)[，,。、…\s]+"
    r"|[嗯呃额诶哎欸]+(?=[\u4e00-\u9fff]{3}))+(?=.)"
)
FACES = re.compile(r"(?:\[[\u4e00-\u9fff]{1,4}\]|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])+$")


@dataclass(frozen=True, slots=True)
class Found:
    """What the patterns make of a sentence. `certain`: no language model needs to be asked."""

    intent: AnyIntent
    slots: BaseModel
    certain: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    match: Expression
    said: Pattern
    slots: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Near:
    """What is known of the room besides the sentence."""

    photo: bool
    after: str
    clip: Clip


class Patterns:
    """All intents' patterns; the last intent is the one that is left when none holds."""

    def __init__(self, intents: tuple[AnyIntent, ...]) -> None:
        told = [(intent, sentences_of(intent)) for intent in intents]
        told.sort(key=lambda pair: not pair[1].early)  # the order stays, otherwise
        self._intents = [_Told(intent, data) for intent, data in told]
        self._rest = intents[-1]

    def find(self, said: str, *, photo: bool = False, after: str = "", clip: Clip = "") -> Found:
        """The intent and slots of `said`.

        `photo` tells that one is at hand, `clip` what the room has of clips, `after` which intent
        the room's last wish had.
        """
        text, near = bare(said), _Near(photo, after, clip)
        for intent in self._intents:
            if found := intent.find(text, near):
                return found
        return Found(self._rest, self._rest.slots())


def bare(said: str) -> str:
    """`said` without 小爱's name in front, fillers and faces, in single spaces."""
    if len(said) > LONGEST:  # what is wanted stands at the start or at the end
        said = f"{said[: LONGEST // 2]} {said[-LONGEST // 2 :]}"
    said = SPACES.sub(" ", CALL.sub("", said)).strip()
    return FILLERS.sub("", FACES.sub("", said) or said)


class _Told:
    def __init__(self, intent: AnyIntent, data: Sentences) -> None:
        def ready(texts: tuple[str, ...]) -> list[Expression]:
            return [expression(text, data.words) for text in texts]

        self.intent = intent
        self._hint = expression(data.hint, data.words)
        self._never, self._unsure, self._clean = map(ready, (data.never, data.unsure, data.clean))
        self._rules = [
            _Rule(expression(said.match, data.words), said, data.slots | said.slots)
            for said in data.patterns
        ]
        self._finders = Finders(data)

    def find(self, text: str, near: _Near) -> Found | None:
        hinted = bool(self._hint.search(text))
        open_to = [r for r in self._rules if self._is_open(r.said, hinted, near)]
        stopped = bool(open_to) and any(never.search(text) for never in self._never)
        for rule in open_to:
            if stopped and not rule.said.stands:
                continue
            if (match := rule.match.search(text)) and (found := self._found(rule, match, stopped)):
                return found
        return None

    def _found(self, rule: _Rule, match: re.Match[str], stopped: bool) -> Found | None:
        caught = dict(self._slots(match)) | self._finders.find(match.string)
        said, whole = rule.said, caught | rule.slots
        if said.needs and not any(name in whole for name in said.needs):
            return None
        if said.town and not is_town(caught.get(said.town, "")):
            return None
        try:
            filled = self.intent.slots.model_validate(whole)
        except ValidationError:
            return None
        if said.clip or said.plain:  # 这个, 再, 刚才 are clear where a clip is all they can mean
            return Found(self.intent, filled, said.certain)
        unsure = stopped or any(word.search(match.string) for word in self._unsure)
        return Found(self.intent, filled, said.certain and bool(caught) and not unsure)

    def _slots(self, match: re.Match[str]) -> Iterator[tuple[str, str]]:
        """Named groups, the numbered ones joined to their slot, cleaned of command words."""
        joined: dict[str, list[str]] = {}
        for name, text in sorted(match.groupdict().items(), key=lambda pair: pair[0]):
            if text and (cleaned := self._cleaned(text)):
                joined.setdefault(NUMBER.sub("", name), []).append(cleaned)
        for name, texts in joined.items():
            yield name, "，".join(texts)

    def _cleaned(self, text: str) -> str:
        for clean in self._clean:
            text = clean.without(text)
        return text.strip()

    def _is_open(self, said: Pattern, hinted: bool, near: _Near) -> bool:
        """Whether a pattern may be tried at all, whatever it says."""
        if CLIPS.index(near.clip) < CLIPS.index(said.clip):
            return False
        if said.after or said.same:
            return near.after == self.intent.name if said.same else near.after in said.after
        return hinted and (near.photo or not said.photo)
