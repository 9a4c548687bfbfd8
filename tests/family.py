"""A whole family to test with: the real app, memory, client and service; only the chat is a fake.

await family.says("妈妈", "小爱 拍一段熊猫吃竹子的视频")
assert (await family.hears()).text.startswith("好嘞")
"""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from bot.app import App
from bot.channels.base import Channel, Hear, Limits
from bot.channels.pulse import Pulse
from bot.memory import Memory, open_memory
from bot.pace import Pace
from bot.records import Room
from bot.settings import BotSettings
from intents.dialogue import Photo, Quote, Turn, Voice
from intents.settings import (
    HomeSettings,
    IntentsSettings,
    LlmSettings,
    MapSettings,
    ModerationSettings,
    SpeechSettings,
    VisionSettings,
    WeatherSettings,
)
from intents.tools.kit import open_kit
from tests.fake_maps import FakeMaps
from video_service.client import VideoClient, open_client

NOBODY = "http://127.0.0.1:9"
PATIENCE_S = 30
QUICK = Pace(first=0.02, longest=0.1, closed_door=30, look=2)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing 小爱 sent."""

    to: Turn
    key: str
    text: str = ""
    video: Path | None = None
    poster: Path | None = None
    picture: Path | None = None


@dataclass
class FakeChat(Channel):
    """A chat that hands over what it is told and keeps what it is sent; `refusals` come first."""

    name: str = "fake"
    limits: Limits = field(default_factory=Limits)
    sent: asyncio.Queue[Said] = field(default_factory=asyncio.Queue)
    refusals: list[Exception] = field(default_factory=list)
    hear: Hear | None = None
    pulse: Pulse = field(default_factory=lambda: Pulse("fake"))
    gone: dict[str, bytes] = field(default_factory=dict)  # what can still be fetched, by ref

    async def run(self, hear: Hear) -> None:
        self.hear = hear
        await asyncio.Event().wait()

    async def send_text(self, to: Turn, text: str, *, key: str) -> None:
        self._send(Said(to, key, text))

    async def send_image(self, to: Turn, image: Path, *, key: str) -> None:
        self._send(Said(to, key, picture=image))

    async def send_video(self, to: Turn, video: Path, *, poster: Path | None, key: str) -> None:
        self._send(Said(to, key, video=video, poster=poster))

    async def typing(self, to: Turn) -> None:
        """Nobody looks."""

    async def fetch(self, ref: str) -> bytes:
        if ref not in self.gone:
            raise FileNotFoundError(ref)
        return self.gone[ref]

    def _send(self, said: Said) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.put_nowait(said)


@dataclass
class Family:
    """People in rooms with 小爱. `living` may be entered again: that is a restart."""

    folder: Path
    service_url: str
    llm_url: str | None = None
    settings: BotSettings = field(default_factory=BotSettings)
    pace: Pace = QUICK
    chat: FakeChat = field(default_factory=FakeChat)
    memory: Memory | None = None
    client: VideoClient | None = None
    speech_url: str | None = None  # where voice messages become words
    vision_url: str | None = None  # where photos are looked at
    world: FakeMaps | None = None  # the map and the forecasts that can be asked
    home: HomeSettings = field(default_factory=HomeSettings)
    moderation: ModerationSettings = field(default_factory=ModerationSettings)

    @asynccontextmanager
    async def living(self) -> AsyncIterator["Family"]:
        chosen = LlmSettings(provider="none")
        if self.llm_url:
            chosen = LlmSettings(provider="compatible", base_url=self.llm_url, model="fake")
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(open_client(self.service_url))
            self.client = client
            if self.world and self.world.key:
                stack.enter_context(patch.dict(os.environ, {"AMAP_API_KEY": self.world.key}))
            kit = await stack.enter_async_context(open_kit(self._intents(chosen)))
            self.memory = await stack.enter_async_context(open_memory(self.folder, self.settings))
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            tools = kit.tools(self.settings.name, client)
            app = App(self.memory, tools, (self.chat,), tasks, self.settings, self.pace)
            self.chat.hear = app.hear
            await app.resume()
            try:
                yield self
            finally:
                app.close()

    def _intents(self, llm: LlmSettings) -> IntentsSettings:
        url = self.world.url if self.world else NOBODY
        speech = SpeechSettings()
        if self.speech_url:
            speech = SpeechSettings(provider="compatible", base_url=self.speech_url, model="fake")
        vision = VisionSettings(provider="none")
        if self.vision_url:
            vision = VisionSettings(
                provider="compatible", base_url=self.vision_url, model="fake-sees"
            )
        return IntentsSettings(
            llm=llm,
            speech=speech,
            vision=vision,
            home=self.home,
            moderation=self.moderation,
            maps=MapSettings(amap_url=url, per_second=50),
            weather=WeatherSettings(forecast_url=url, geocoding_url=url),
        )

    async def says(
        self,
        who: str,
        text: str = "",
        *,
        room: str = "family",
        photo: bytes | None = None,
        photo_ref: str = "",
        voice: Voice | None = None,
        quote: Quote | None = None,
        id_: str = "",
        private: bool = False,
        at: datetime | None = None,
    ) -> Turn:
        """One message of one person, heard when this returns.

        `photo_ref`: a photo that the channel fetches later, out of `chat.gone`.
        """

        async def read() -> bytes:
            assert photo is not None
            return photo

        turn = Turn(
            id=id_ or uuid.uuid4().hex,
            channel="fake",
            room=f"{self.folder.name}-{room}",
            sender=who,
            name=who,
            text=text,
            at=at or datetime.now(UTC),
            photos=(Photo("photo", read, photo_ref),) if photo or photo_ref else (),
            quote=quote,
            private=private,
            voice=voice,
        )
        assert self.chat.hear
        await self.chat.hear(turn)
        return turn

    async def hears(self, within: float = PATIENCE_S) -> Said:
        """The next thing 小爱 sends."""
        async with asyncio.timeout(within):
            return await self.chat.sent.get()

    async def hears_and_notes(self) -> Said:
        """The next thing, and that she has noted it as sent: no restart will repeat it."""
        said = await self.hears()
        assert self.memory
        with self.memory.changes(Room.of(said.to)) as bell:
            while said.key in [p.key for p in await self.memory.outbox.parcels(said.to)]:
                await bell.wait()
                bell.clear()
        return said

    async def calls_off(self, ask: Turn) -> str:
        """Somebody cancels the clip at the service; what 小爱 says to that."""
        assert self.memory
        assert self.client
        (waiting,) = await self.memory.waiting(Room.of(ask))
        await self.client.cancel(waiting.job_id)
        return (await self.hears()).text

    async def quiet(self, within: float = PATIENCE_S) -> bool:
        """Whether she owes nothing and has nothing more to say."""
        assert self.memory
        async with asyncio.timeout(within):
            with self.memory.changes() as bell:
                while await self.memory.open_turns() or await self.memory.outbox.owed():
                    await bell.wait()
                    bell.clear()
        return self.chat.sent.empty()
