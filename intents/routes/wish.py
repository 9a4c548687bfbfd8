"""What is wanted of the way, with what the room said before: 换成走路, 那去灵隐寺呢, 回来呢."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intents.dialogue import Dialogue, Done
from intents.routes.ways import ROUTES, WAYS, said
from intents.spots import names
from intents.spots.listed import PLACES, pack, unpack_spot
from intents.tools.maps import Spot, Way

End = str | Spot
POINTED = re.compile(r"[那它]|那个地方|目的地|同一个地方|刚才(?:那个|的地方|说的地方)|终点")
BACK = re.compile(r"^(?:那|然后|再|怎么|从那里|之后)*(?:回来|返程|回程|往回|返回)")
GOES_ON = re.compile(r"^(?:那么?|如果|要是|换成?|改)|呢[？?。]*$")


@dataclass(frozen=True, slots=True)
class Wish:
    """Both ends, in words or found already, and the way that was named; None = nobody said.

    `pending`: a question about it is open, so that the next words belong to it.
    """

    origin: End | None = None
    destination: End | None = None
    named: Way | None = None
    pending: bool = False

    def kept(self) -> dict[str, Any]:
        """As JSON, for the turns that go on from here."""
        ends = {"origin": self.origin, "destination": self.destination}
        packed = {k: pack(end) if isinstance(end, Spot) else end for k, end in ends.items()}
        return {**packed, "named": self.named, "pending": self.pending}


def understand(dialogue: Dialogue, slots: Mapping[str, Any], named: Way | None) -> Wish:
    """This turn's words on top of the room's last way, where they go on from there.

    `named` is the way that was named, as far as the recognizer saw.
    """
    words = dialogue.ask.said or dialogue.ask.text
    origin, destination = slots["origin"], slots["destination"]
    now = Wish(origin, destination, named or said(_without(words, origin, destination)))
    before = before_of(dialogue)
    if before is None:
        return now
    if BACK.search(words) and not origin:
        return Wish(before.destination, before.origin, now.named or before.named)
    return _on_top(now, before, bool(GOES_ON.search(words)), lists_newer(dialogue))


def _on_top(now: Wish, before: Wish, goes_on: bool, list_newer: bool) -> Wish:
    if not list_newer:
        now = replace(
            now,
            origin=before.destination if _points(now.origin) else now.origin,
            destination=None if _points(now.destination) else now.destination,
        )
    if now.destination is None and list_newer:
        return now
    if now.destination is None or goes_on or before.pending:
        now = replace(now, origin=now.origin or before.origin)
    if before.pending:
        now = replace(now, named=now.named or before.named)
    return replace(now, destination=now.destination or before.destination)


def before_of(dialogue: Dialogue) -> Wish | None:
    """The last way that was asked for in this room, answered or still in question."""
    done = dialogue.last(*ROUTES)
    if done is None:
        return None
    named = _said_before(done, "named") or done.slots.get("way")
    return Wish(
        _end(_said_before(done, "origin")),
        _end(_said_before(done, "destination")),
        next((way for way in WAYS if way == named), None),
        bool(done.kept.get("pending")),
    )


def own_before(dialogue: Dialogue) -> Wish:
    """The asker's own last way: where somebody else started from is not where they are."""
    done = dialogue.last(*ROUTES)
    mine = done is not None and done.sender == dialogue.ask.sender
    return (before_of(dialogue) if mine else None) or Wish()


def lists_newer(dialogue: Dialogue) -> bool:
    """Whether places were listed after the last way was told."""
    done = dialogue.last(*ROUTES, PLACES)
    return done is not None and done.intent == PLACES


def is_home(end: End | None) -> bool:
    name = end.name if isinstance(end, Spot) else end or ""
    return names.canonical(name) == names.HOME


def _said_before(done: Done, name: str) -> Any:
    return done.kept[name] if name in done.kept else done.slots.get(name)


def _end(told: Any) -> End | None:
    return unpack_spot(told) if isinstance(told, Mapping) else told


def _points(end: End | None) -> bool:
    return isinstance(end, str) and POINTED.fullmatch(names.canonical(end)) is not None


def _without(words: str, *ends: str | None) -> str:
    """The words without the names in them: 公交公司 names no way."""
    for end in ends:
        words = words.replace(end, " ") if end else words
    return words
