"""Quotes: WeChat's own text form of them, and which message of late was meant."""

import re
from collections import OrderedDict, deque
from dataclasses import dataclass

# how a quote comes through a gateway: 「妈妈：那张照片」, a line of dashes, the reply
QUOTE = re.compile(
    r"\s*「(?P<who>[^：:」]{1,40})[：:](?P<what>.*?)」\s*\n(?:[-—] ?){5,}\s*\n?", re.S
)
# what stands there for something that is no text
SHAPES = {
    "photo": ("[图片]", "[照片]", "图片", "[Photo]", "[Image]"),
    "clip": ("[视频]", "[小视频]", "视频", "[Video]"),
    "voice": ("[语音]", "[Audio]", "[Voice]"),
}
ROOMS, LATELY = 200, 60
ENOUGH = 10  # characters by which a quote that was cut short is still known


@dataclass(frozen=True, slots=True)
class Words:
    """A message without its quote, and the quote: whose words, and which. Empty: no quote."""

    said: str
    who: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of late: `names` are all that its speaker is called; `shape`: text or SHAPES."""

    id: str
    names: tuple[str, ...]
    text: str
    shape: str = "text"
    mine: bool = False


def split(text: str) -> Words:
    if not (found := QUOTE.match(text)):
        return Words(text)
    return Words(text[found.end() :].strip(), found["who"].strip(), found["what"].strip())


class Lately:
    """The last messages of the rooms that spoke last; a restart forgets them."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, deque[Spoken]] = OrderedDict()

    def note(self, room: str, spoken: Spoken) -> None:
        lately = self._rooms.setdefault(room, deque(maxlen=LATELY))
        self._rooms.move_to_end(room)
        if all(it.id != spoken.id for it in lately):
            lately.append(spoken)
        while len(self._rooms) > ROOMS:
            self._rooms.popitem(last=False)

    def find(self, room: str, who: str, what: str) -> Spoken | None:
        """The newest message that was quoted; None when it is too long ago."""
        newest = [*reversed(self._rooms.get(room, ()))]
        return next((it for it in newest if who in it.names and _is(it, what)), None)


def _is(spoken: Spoken, what: str) -> bool:
    if spoken.shape != "text":
        return what in SHAPES[spoken.shape]
    cut = what.rstrip(".…")
    return spoken.text == what or (len(cut) >= ENOUGH and spoken.text.startswith(cut))
