"""How the weather tests talk: what the model understands is scripted, the app does the rest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intents.weather import asking
from tests.fake_llm import FakeLlm
from tests.family import Family

TEN = datetime.fromisoformat("2026-11-21T10:00:00+08:00")
# each kind of trouble once; the whole list is tried on the clients themselves
WORST = ("slow", "reset", "html", "garbage", "qps", "quota", "bad_key", "empty")
FIRST_S, SECONDS = asking.FIRST_S, asking.SECONDS
RAINY = "杭州明天小雨转阴，6到11度，北风4级。\n出门记得带伞。"


@dataclass
class Talk:
    """`asks` scripts what the language model understands; the app does the rest."""

    family: Family
    llm: FakeLlm
    minute: int = 0

    async def asks(self, who: str, text: str, **slots: Any) -> str:
        self.llm.script([{"intent": "天气", "confidence": 0.95, **slots}])
        said = await self.says(who, f"小爱 {text}")
        self.llm.forget()
        return said

    async def says(self, who: str, text: str) -> str:
        """What 小爱 says to words that need no understanding, such as an answer."""
        self.minute += 1
        await self.family.says(who, text, at=TEN + timedelta(minutes=self.minute))
        return (await self.family.hears()).text

    async def kept(self, who: str) -> dict[str, str]:
        """What the room has had kept."""
        ask = await self.family.says(who, "嗯")
        assert self.family.memory
        return await self.family.memory.notebook.places(ask)
