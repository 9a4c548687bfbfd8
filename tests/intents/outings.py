"""A family that asks its way: the real app and the real map client, a scripted mind, a fake Amap.

async with outing.living():
    await outing.asks("妈妈", "怎么去西湖", "公交规划", destination="西湖")
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from intents.dialogue import Turn
from intents.settings import HomeSettings
from tests import map_bodies
from tests.fake_llm import FakeLlm
from tests.fake_maps import FakeMaps
from tests.family import NOBODY, Family
from tests.map_bodies import Body

HANGZHOU = HomeSettings(city="杭州")
FOOT, BIKE, CAR, BUS = "步行规划", "骑行规划", "驾车规划", "公交规划"
PLACES = "地点推荐"


@dataclass
class Outing:
    """`asks` scripts what the language model understands; `says` is for answers to a question."""

    family: Family
    llm: FakeLlm
    world: FakeMaps
    last: Turn | None = None

    @classmethod
    def of(cls, folder: Path, llm: FakeLlm, world: FakeMaps) -> "Outing":
        home = Family(folder, NOBODY, llm.url, world=world, home=HANGZHOU)
        return cls(home, llm, world)

    @asynccontextmanager
    async def living(self, **home: Any) -> AsyncIterator["Outing"]:
        self.family.home = self.family.home.model_copy(update=home)
        async with self.family.living():
            yield self

    async def asks(self, who: str, text: str, intent: str, **slots: Any) -> str:
        """What 小爱 says to words that mean this intent with these slots."""
        self.llm.script([{"intent": intent, "confidence": 0.95, **slots}])
        said = await self.says(who, f"小爱 {text}")
        self.llm.forget()  # a pattern may have been certain without her
        return said

    async def says(self, who: str, text: str, *, room: str = "family") -> str:
        """What 小爱 says to words that need no understanding: an answer to her question."""
        self.last = await self.family.says(who, text, room=room)
        return (await self.family.hears()).text

    async def saves(self, who: str, name: str, address: str, *, private: bool = False) -> None:
        """Somebody has had a place kept before."""
        ask = await self.family.says(who, f"{name}是{address}")
        assert self.family.memory
        await self.family.memory.notebook.keep(ask, name, address, private=private)

    def replies(self, path: str, body: Body) -> None:
        """From now on the map answers questions below `path` with this body."""
        self._spoils(path, (200, body, None))

    def hangs(self, path: str) -> None:
        """From now on the map takes its time below `path`."""
        self._spoils(path, (200, {}, "slow"))

    def _spoils(self, path: str, answer: tuple[int, Body | None, str | None]) -> None:
        sane = self.world.reply

        def reply(there: str, params: dict[str, str]) -> tuple[int, Body | None, str | None]:
            told = sane(there, params)
            return answer if there.startswith(path) else told

        vars(self.world)["reply"] = reply

    async def outcome(self) -> str:
        """How the last turn ended."""
        assert self.family.memory
        assert self.last
        result = await self.family.memory.outbox.result(self.last)
        assert result
        return result[0]


def link_of(text: str) -> dict[str, str]:
    """The parameters of the link to the map app."""
    found = re.search(r"https://uri\.amap\.com/navigation\?\S+", text)
    assert found
    return {key: values[0] for key, values in parse_qs(urlsplit(found[0]).query).items()}


def head(text: str) -> str:
    return text.splitlines()[0]


def many(count: int, *, first: int = 1) -> map_bodies.Body:
    """So many places around a spot, each a little farther and a little cheaper."""
    pois = [
        {
            "name": f"第{n}号面馆", "location": f"{120.14 + n / 1000:.6f},30.27", "id": f"B{n}",
            "address": f"面馆路{n}号", "distance": str(n * 100),
            "business": {"rating": f"{4 + n / 100:.2f}", "cost": f"{60 - n}.00"},
        }
        for n in range(first, first + count)
    ]  # fmt: skip
    return map_bodies.OK | {"count": str(count), "pois": pois}
