"""A callback becomes a Turn: who said what where, with nothing of WeCom left in it but its refs."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.wecom.frames import Body
from intents.dialogue import Photo, Quote, Turn

Fetch = Callable[[str, str], Awaitable[bytes]]  # address and key of a photo
FILE_SAID, VIDEO_SAID = "[文件]", "[视频]"  # what the talk shows in their place, as WeChat does
SPACE = "\\s\u2005\u3000\u200b"
# In a group only what mentions the bot arrives at all, and nothing says by which name.
MENTION = re.compile(rf"^[{SPACE}]*@[^{SPACE}@]+[{SPACE}]*|[{SPACE}]*@[^{SPACE}@]+[{SPACE}]*$")


class _Theirs(BaseModel):
    """What they send more than this is none of our business."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Text(_Theirs):
    content: str = ""


class _File(_Theirs):
    url: str
    aeskey: str = ""


class _Item(_Theirs):
    text: _Text | None = None
    image: _File | None = None


class _Mixed(_Theirs):
    msg_item: tuple[_Item, ...] = ()


class _Content(_Theirs):
    """One message, or the one it quotes."""

    msgtype: str
    text: _Text | None = None
    voice: _Text | None = None  # in words already
    image: _File | None = None
    mixed: _Mixed | None = None

    @property
    def words(self) -> str:
        if self.msgtype in ("file", "video"):
            return FILE_SAID if self.msgtype == "file" else VIDEO_SAID
        items = self.mixed.msg_item if self.mixed else ()
        pieces = (self.text, self.voice, *(item.text for item in items))
        return "\n".join(it.content.strip() for it in pieces if it and it.content.strip())

    @property
    def pictures(self) -> tuple[_File, ...]:
        items = self.mixed.msg_item if self.mixed else ()
        return tuple(it for it in (self.image, *(item.image for item in items)) if it)


class _From(_Theirs):
    userid: str = Field(min_length=1)


class _Message(_Content):
    msgid: str = Field(min_length=1)
    chattype: Literal["single", "group"]
    chatid: str = ""
    sender: _From = Field(alias="from")
    create_time: int | None = None
    quote: _Content | None = None


class NotForUs(Exception):
    """A callback that is no message of a person; the text says why, and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Address:
    """What answering needs: `req_id` on the connection `link`, else `chatid` at any time.

    `chatid` is the person's userid in a single chat. `at`: seconds since 1970.
    """

    req_id: str
    link: str
    chatid: str
    chattype: str
    userid: str
    at: float

    def pack(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, turn: Turn) -> "Address":
        return cls(**json.loads(turn.ref))


def turn_of(channel: str, body: Body, req_id: str, link: str, fetch: Fetch) -> Turn:
    """The turn in a message callback; NotForUs when there is none."""
    try:
        said = _Message.model_validate(body)
    except ValidationError as error:
        where = {".".join(map(str, problem["loc"])) for problem in error.errors()}
        raise NotForUs(f"a message without {', '.join(sorted(where))}") from None
    private = said.chattype == "single"
    chat = said.sender.userid if private else said.chatid
    if not chat:
        raise NotForUs("a group message without chatid")
    if not said.words and not said.pictures:
        raise NotForUs(f"a message of the kind {said.msgtype!r}")
    now = datetime.now(UTC)
    return Turn(
        id=said.msgid,
        channel=channel,
        room=f"{said.chattype}:{chat}",
        sender=said.sender.userid,
        name=said.sender.userid,
        text=said.words if private else MENTION.sub("", said.words, count=1),
        at=datetime.fromtimestamp(said.create_time, UTC) if said.create_time else now,
        photos=_photos(said.msgid, said.pictures, fetch),
        quote=_quote(said, fetch),
        mentions_me=not private,
        private=private,
        ref=Address(req_id, link, chat, said.chattype, said.sender.userid, now.timestamp()).pack(),
    )


def _quote(said: _Message, fetch: Fetch) -> Quote | None:
    """They tell what is quoted, not of whom nor which message: it gets an id of its own."""
    if said.quote is None:
        return None
    id_ = f"{said.msgid}:quote"
    return Quote(id_, said.quote.words, photos=_photos(id_, said.quote.pictures, fetch))


def _photos(id_: str, pictures: tuple[_File, ...], fetch: Fetch) -> tuple[Photo, ...]:
    """Without a ref, so that they are kept as soon as they are heard: in five minutes they are
    gone, and only what is meant for the bot arrives at all."""
    return tuple(
        Photo(f"{id_}:{n}", partial(fetch, picture.url, picture.aeskey))
        for n, picture in enumerate(pictures)
    )
