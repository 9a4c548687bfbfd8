"""A family whose members live in WeChat: the real app and service behind our channel, and a fake
of Tencent's server before it. `living` may be entered again: that is a restart.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import App
from bot.channels.base import Channel
from bot.channels.ilink.door import open_channel
from bot.channels.ilink.tempo import Tempo
from bot.channels.pulse import Health, Login
from bot.channels.settings import IlinkSettings
from bot.memory import Memory, open_memory
from bot.pace import Pace
from bot.settings import BotSettings, Settings
from intents.settings import IntentsSettings, LlmSettings, MapSettings, WeatherSettings
from intents.tools.kit import open_kit
from tests.fake_ilink import FakeIlink
from tests.family import NOBODY, PATIENCE_S, QUICK
from tests.ilink_people import Body, Got
from video_service.client import open_client

SWIFT = Tempo(
    retry_s=0.02, longest_s=0.2, look_s=0.01, gap_s=0, widest_gap_s=0.5, typing_s=0.05
)  # fmt: skip


@dataclass
class Home:
    """`codes` are the QR codes as they come up; `channel` is the one that lives now."""

    folder: Path
    fake: FakeIlink
    service_url: str = NOBODY
    llm_url: str = NOBODY
    members: tuple[str, ...] = ("妈妈",)
    tempo: Tempo = SWIFT
    pace: Pace = QUICK
    codes: asyncio.Queue[Login] = field(default_factory=asyncio.Queue)
    said: list[str] = field(default_factory=list)  # what stood beside the codes
    channel: Channel | None = None
    memory: Memory | None = None

    @property
    def settings(self) -> Settings:
        ilink = IlinkSettings(
            members=self.members, base_url=self.fake.url, cdn_url=self.fake.cdn_url
        )
        return Settings.model_construct(
            data_dir=self.folder, bot=BotSettings(channels=("ilink",), ilink=ilink)
        )

    @asynccontextmanager
    async def living(self) -> AsyncIterator["Home"]:
        settings = self.settings
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(open_client(self.service_url))
            kit = await stack.enter_async_context(open_kit(self._intents()))
            memory = await stack.enter_async_context(open_memory(settings.bot_dir, settings.bot))
            self.channel = await stack.enter_async_context(
                open_channel(settings, show=self.show, tempo=self.tempo)
            )
            self.memory = memory
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            tools = kit.tools(settings.bot.name, client)
            app = App(memory, tools, (self.channel,), tasks, settings.bot, self.pace)
            await app.resume()
            running = tasks.create_task(self.channel.run(app.hear))
            try:
                yield self
            finally:
                running.cancel()
                app.close()

    def _intents(self) -> IntentsSettings:
        llm = LlmSettings(provider="compatible", base_url=self.llm_url, model="fake")
        return IntentsSettings(
            llm=llm if self.llm_url != NOBODY else LlmSettings(provider="none"),
            maps=MapSettings(amap_url=NOBODY),
            weather=WeatherSettings(forecast_url=NOBODY, geocoding_url=NOBODY),
        )

    def show(self, login: Login, say: str) -> None:
        self.said.append(say)
        self.codes.put_nowait(login)

    async def code(self) -> Login:
        """The next code that is shown."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.codes.get()

    async def log_in(self, *phones: str) -> None:
        """Everybody of `phones` scans the code with their name, in the order the codes come."""
        left = set(phones)
        while left:
            login = await self.code()
            await self.fake.scan(login.url, login.who)
            left.discard(login.who)
        await self.until("up")

    async def until(self, state: str, say: str = "", logins: int | None = None) -> Health:
        """Wait until the channel is so, and so many have to scan."""
        assert self.channel
        changed, pulse = asyncio.Event(), self.channel.pulse
        pulse.watch(lambda _: changed.set())

        def is_so(it: Health) -> bool:
            return it.state == state and say in it.say and logins in (None, len(it.logins))

        async with asyncio.timeout(PATIENCE_S):
            while not is_so(pulse.health):
                changed.clear()
                await changed.wait()
        return pulse.health

    async def says(self, who: str, *items: Body) -> Body:
        return await self.fake.says(who, *items)

    async def gets(self, who: str, kind: str = "") -> Got:
        """The next thing on the phone, or the next of that kind."""
        while True:
            got = await self.fake.person(who).gets()
            if kind in ("", got.kind):
                return got

    async def quiet(self) -> None:
        """Until she owes nobody anything."""
        assert self.memory
        async with asyncio.timeout(PATIENCE_S):
            with self.memory.changes() as bell:
                while await self.memory.open_turns() or await self.memory.outbox.owed():
                    await bell.wait()
                    bell.clear()
