"""What the family wants kept, and what earlier wishes leave for later words to go on from."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.memory import Memory, open_memory
from bot.records import Answer
from bot.settings import BotSettings
from intents.dialogue import Keep, Text, Turn
from tests.bot.test_memory import turn

PARKS = {"places": [{"name": "西湖", "at": [120.1, 30.2]}]}


async def _answered(memory: Memory, ask: Turn, answer: Answer) -> None:
    await memory.hear(ask, addressed=True)
    await memory.answered(ask, answer)


async def test_home_is_the_rooms_and_the_office_is_mine(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        mother, father = turn("1", sender="妈妈"), turn("2", sender="爸爸")
        await memory.notebook.keep(mother, "家", "文三路1号", private=False)
        await memory.notebook.keep(mother, "公司", "庆春路2号", private=True)
        await memory.notebook.keep(father, "家", "老宅", private=True)
    async with open_memory(tmp_path, BotSettings()) as memory:
        notebook = memory.notebook
        assert await notebook.places(mother) == {"家": "文三路1号", "公司": "庆春路2号"}
        assert await notebook.places(father) == {"家": "老宅"}
        assert await notebook.places(replace(mother, room="office")) == {}


async def test_what_is_forgotten_is_the_askers_own_first(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        ask, notebook = turn("1"), memory.notebook
        await notebook.keep(ask, "家", "大家的", private=False)
        await notebook.keep(ask, "家", "我的", private=True)
        assert await notebook.forget(ask, "家")
        assert await notebook.places(ask) == {"家": "大家的"}
        assert await notebook.forget(ask, "家")
        assert not await notebook.forget(ask, "家")


async def test_a_later_turn_knows_what_was_wanted_and_what_was_found(tmp_path: Path) -> None:
    async with open_memory(tmp_path, BotSettings()) as memory:
        found = Answer((Text("西湖。"), Keep(PARKS)), "地点推荐", '{"keyword": "公园"}')
        await _answered(memory, turn("1", "附近有公园吗"), found)
        broken = Answer((Text("没听清。"),), "天气", "{}", outcome="broken")
        await _answered(memory, turn("2", "天气", minute=1), broken)
        ask = turn("3", "第一个怎么走", minute=2)
        await memory.hear(ask, addressed=True)
        dialogue = await memory.dialogue(ask)
        (done,) = dialogue.done  # what failed is nothing to go on from
        assert (done.intent, done.slots, done.kept) == ("地点推荐", {"keyword": "公园"}, PARKS)
        assert dialogue.last("地点推荐") == dialogue.last() == done
        assert dialogue.last("天气") is None
        assert dialogue.last(within=timedelta(minutes=1)) is None
        owed = await memory.outbox.parcels(turn("1"))
        assert [parcel.text for parcel in owed] == ["西湖。"]
