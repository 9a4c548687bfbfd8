"""The people and rules behind the stand-in for Tencent's server: phones, logins, contexts, a clock.

Written from the published client (npm @tencent-weixin/openclaw-weixin 2.4.9) and from what its
users and maintainers report: ten replies for each message, within a day, slower when told so.
"""

import asyncio
import base64
import hashlib
import os
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from bot.channels.ilink.crypto import seal
from tests.ilink_scans import Scan

Body = dict[str, Any]
DAY_S, MOST_REPLIES, LONGEST_TEXT = 24 * 3600, 10, 4000
REFUSED, STALE = {"ret": -2, "errmsg": "prepare failed"}, {"ret": -14, "errmsg": "session timeout"}
TOO_FAST = {"ret": -2, "errmsg": "rate limited"}


@dataclass(frozen=True)
class Got:
    """One thing on a phone: text, image or video, with what the server knows of it."""

    kind: str
    text: str = ""
    data: bytes = b""
    id: str = ""
    client_id: str = ""

    @property
    def seen(self) -> tuple[str, str, str]:
        """What two clients that say the same have in common."""
        return self.kind, self.text, hashlib.sha256(self.data).hexdigest()


@dataclass
class Context:
    """What one message of a person allows."""

    person: "Person"
    at: float
    left: int = MOST_REPLIES


@dataclass
class Bot:
    """The contact a login makes on a phone. `token` is empty once the login has ended."""

    id: str
    person: "Person"
    token: str
    inbox: list[Body] = field(default_factory=list)
    poll: Request | None = None  # the one that is held
    cursors: list[int] = field(default_factory=list)  # where each poll began
    notified: list[str] = field(default_factory=list)


@dataclass
class Person:
    """Somebody with a phone. `number` is what it shows before a login, `host` where it sends on."""

    id: str
    bot: Bot | None = None
    number: str = ""
    host: str = ""
    unheard: list[Body] = field(default_factory=list)
    screen: asyncio.Queue[Got] = field(default_factory=asyncio.Queue)
    typing: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    async def gets(self, within: float = 30) -> Got:
        """The next thing that arrives."""
        async with asyncio.timeout(within):
            return await self.screen.get()


class People:
    """The world of one server. What breaks a rule is a complaint; what the rules allow happens."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.scans: dict[str, Scan] = {}
        self.tokens: dict[str, Bot] = {}
        self.contexts: dict[str, Context] = {}
        self.cdn: dict[str, bytes] = {}
        self.complaints: list[str] = []
        self.arrived: dict[str, Got] = {}  # by client id
        self.refused: asyncio.Queue[Body] = asyncio.Queue()  # messages that the rules forbid
        self.gap_s = 0.0  # the least time between two messages
        self._sent_at: deque[float] = deque([0.0], maxlen=1)
        self._later = 0.0
        self._bell = asyncio.Condition()
        self._count = 0
        self._first_id = 2**62 + secrets.randbits(
            60
        )  # no other world's, and too long for JavaScript

    # -- what a test does -------------------------------------------------------------------

    def person(self, name: str) -> Person:
        return self.people.setdefault(name, Person(f"o9{name.encode().hex()}@im.wechat"))

    def pass_time(self, hours: float) -> None:
        self._later += hours * 3600

    async def scan(self, url: str, name: str) -> None:
        """The person holds the phone to the code."""
        (scan,) = [it for it in self.scans.values() if it.url == url]
        scan.person = self.person(name)
        await self.ring()

    async def expire(self, url: str) -> None:
        (scan,) = [it for it in self.scans.values() if it.url == url]
        scan.expired = True
        await self.ring()

    async def says(
        self, name: str, *items: Body, message_id: int | None = None, group: str = ""
    ) -> Body:
        """One message with these items; see `text`, `image` and the others."""
        person = self.person(name)
        context = f"ctx-{secrets.token_hex(8)}"
        self.contexts[context] = Context(person, self.now())
        self._count += 1
        message = {
            "seq": self._count,
            "message_id": message_id or self._first_id + self._count,
            "from_user_id": person.id,
            "to_user_id": person.bot.id if person.bot else "",
            "create_time_ms": int(self.now() * 1000),
            "message_type": 1,
            "message_state": 2,
            "item_list": list(items),
            "context_token": context,
            **({"group_id": group} if group else {}),
        }
        (person.bot.inbox if person.bot else person.unheard).append(message)
        await self.ring()
        return message

    async def end_login(self, name: str) -> None:
        """Tencent ends it: -14 from now on."""
        bot = self.person(name).bot
        assert bot
        del self.tokens[bot.token]
        self.people[name].bot, bot.token = None, ""
        await self.ring()

    def image(self, data: bytes, *, spelling: str = "hex") -> Body:
        """A photo, its key in one of the two places where clients must look for it."""
        media, key = self.store(data)
        if spelling == "hex":
            return {"type": 2, "image_item": {"aeskey": key.hex(), "media": media}}
        media["aes_key"] = base64.b64encode(key).decode()
        return {"type": 2, "image_item": {"media": media}}

    def store(self, data: bytes) -> tuple[Body, bytes]:
        """A sealed file on the CDN, and its key."""
        key, name = os.urandom(16), f"in-{secrets.token_hex(8)}"
        self.cdn[name] = seal(key, data)
        return {"encrypt_query_param": name, "aes_key": None, "full_url": ""}, key

    # -- what the server needs --------------------------------------------------------------

    def now(self) -> float:
        return time.time() + self._later

    async def ring(self) -> None:
        async with self._bell:
            self._bell.notify_all()

    async def wait(self, true: Any, within: float) -> None:
        """Until `true()`, at most `within` seconds."""
        try:
            async with asyncio.timeout(within), self._bell:
                await self._bell.wait_for(true)
        except TimeoutError:
            return

    def log_in(self, person: Person) -> Bot:
        """A new contact on the phone; what was said to nobody waits in it."""
        if person.bot:
            self.tokens.pop(person.bot.token, None)
        self._count += 1
        bot_id = f"bot{self._count}@im.bot"
        bot = Bot(bot_id, person, f"{bot_id}:canary-{secrets.token_hex(12)}", person.unheard)
        person.bot, person.unheard = bot, []
        self.tokens[bot.token] = bot
        return bot

    def judge(self, message: Body) -> Body | None:
        """Why this may not be sent; None when it may. A reply that may is counted."""
        if refusal := self._refusal(message):
            self.refused.put_nowait(message)
        return refusal

    def _refusal(self, message: Body) -> Body | None:
        context = self.contexts.get(message.get("context_token") or "")
        if context is None or context.person.id != message["to_user_id"]:
            return REFUSED
        if context.left <= 0 or self.now() - context.at > DAY_S:
            return REFUSED
        if time.monotonic() - self._sent_at[-1] < self.gap_s:
            return TOO_FAST
        self._sent_at.append(time.monotonic())
        context.left -= 1
        return None


def text(words: str, quote: Body | None = None) -> Body:
    return {"type": 1, "text_item": {"text": words}, **({"ref_msg": quote} if quote else {})}


def voice(words: str) -> Body:
    """A voice message, transcribed by WeChat as a rule."""
    media = {"encrypt_query_param": "sound", "aes_key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    item = {"media": media, "encode_type": 6, "playtime": 2300, "text": words or None}
    return {"type": 3, "voice_item": item}
