"""A message of the gateway made a turn: who, where, to whom, with which photo, about what."""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePath

from bot.channels.wechaty import wire as on
from bot.channels.wechaty.people import People
from bot.channels.wechaty.quotes import Lately, Spoken, split
from bot.channels.wechaty.wire import Contact, Message, Wire
from intents.dialogue import Photo, Quote, Turn, Voice

# Some puppets give everything of the last days anew after a login. Nobody waits for an answer to
# that any more; what is younger is heard, and memory hears nothing twice.
TOO_OLD = timedelta(hours=1)
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic")
SOUNDS = {".mp3": "mp3", ".silk": "silk", ".sil": "silk", ".amr": "amr", ".wav": "wav"}
SONGS = (".mp3", ".m4a", ".aac", ".flac", ".wav", ".ogg")
SPACE = "\u2005"  # WeChat ends a mention with it
Fetch = Callable[[str], Awaitable[bytes]]
log = logging.getLogger(__name__)


class Scribe:
    """Writes turns for the channel `name`; `fetch` reads what a ref stands for."""

    def __init__(self, name: str, lately: Lately, fetch: Fetch) -> None:
        self._name, self._lately, self._fetch = name, lately, fetch
        self._people = People()

    async def turn(self, wire: Wire, me: Contact, message_id: str) -> Turn | None:
        """What was said, None when it is nothing for us. Raises GatewayError."""
        it = await wire.message(message_id)
        if not it.sender or it.sender == me.id or not (shape := _shape(it)):
            return None
        if datetime.now(UTC) - it.at > TOO_OLD:
            log.info("a message of %s is too old to be heard", it.at.isoformat("T", "seconds"))
            return None
        names = await self._people.names(wire, it.sender, it.room)
        mine = {me.name, await self._people.alias(wire, me.id, it.room)} - {""}
        said = split(it.text) if shape == "text" else split("")
        room = it.room or it.sender
        turn = Turn(
            id=it.id,
            channel=self._name,
            room=room,
            sender=it.sender,
            name=names[0],
            text=_without(said.said, mine),
            at=it.at,
            photos=self._photos(it, shape),
            quote=self._quote(room, said.who, said.what, mine),
            mentions_me=me.id in it.mentions or _mentions(said.said, mine, it.mentions),
            private=not it.room,
            voice=self._voice(it, shape),
            room_name=await self._people.topic(wire, it.room),
        )
        self._lately.note(room, Spoken(it.id, names, said.said, shape))
        return turn

    def _photos(self, it: Message, shape: str) -> tuple[Photo, ...]:
        if shape != "photo":
            return ()
        ref = json.dumps({"message": it.id, "as": "image" if it.kind == on.IMAGE else "file"})
        return (Photo(it.id, partial(self._fetch, ref), ref),)

    def _voice(self, it: Message, shape: str) -> Voice | None:
        if shape not in ("voice", "song"):
            return None
        ref = json.dumps({"message": it.id, "as": "file"})
        song = shape == "song"
        kind = _ending(it)[1:] if song else SOUNDS.get(_ending(it), "mp3")
        return Voice(it.id, partial(self._fetch, ref), kind, ref, music=song)

    def _quote(self, room: str, who: str, what: str, mine: set[str]) -> Quote | None:
        if not who:
            return None
        found = self._lately.find(room, who, what)
        if found is None:
            return Quote("", what, who, mine=who in mine)
        return Quote(found.id, found.text, who, mine=found.mine)


def _shape(it: Message) -> str:
    """text, photo, voice or song; empty for what nobody answers: stickers, cards, money."""
    if it.kind == on.ATTACHMENT:  # a picture may be sent as a file, and a song is nothing else
        shapes = {**dict.fromkeys(PICTURES, "photo"), **dict.fromkeys(SONGS, "song")}
        return shapes.get(_ending(it), "")
    return {on.TEXT: "text", on.IMAGE: "photo", on.AUDIO: "voice"}.get(it.kind, "")


def _ending(it: Message) -> str:
    return PurePath(it.file).suffix.lower()


def _mention(names: set[str]) -> re.Pattern[str] | None:
    found = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(f"[@＠](?:{found})(?:{SPACE}|\\s|$)") if found else None


def _mentions(text: str, mine: set[str], mentions: tuple[str, ...]) -> bool:
    """Whether the text itself mentions us, where the puppet does not tell whom it mentions."""
    pattern = _mention(mine)
    return bool(pattern and not mentions and pattern.search(text))


def _without(text: str, mine: set[str]) -> str:
    """The text without @ and the account's name, which need not be hers."""
    pattern = _mention(mine)
    return pattern.sub(" ", text).strip() if pattern else text.strip()
