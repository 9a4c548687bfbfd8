"""忘记我 in what others were told: their line is gone, and every number means what it meant."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.admin.lists import GONE, SHARES
from bot.memory import Memory, open_memory
from bot.questions import choose, put
from bot.records import Answer, Room
from bot.settings import BotSettings
from intents.dialogue import Choice, Keep, Part, Question, Text, Ticket, Turn

MING = Turn("1", "fake", "room", "wxid-ming", "小明", "小爱 拍熊猫", datetime.now(UTC))
GRANDMA = replace(MING, id="2", sender="wxid-grandma", name="奶奶", text="小爱 拍大海")
MUM = replace(MING, id="3", sender="wxid-mum", name="妈妈", text="")
CHOICES = (Choice("小明要的熊猫", "panda"), Choice("奶奶要的大海", "sea"))
WHICH = Question("是哪一段？", "clip", CHOICES)


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    """Two clips are owed, to two people."""
    async with open_memory(tmp_path, BotSettings()) as memory:
        for ask, job in ((MING, "panda"), (GRANDMA, "sea")):
            await memory.hear(ask, addressed=True)
            await memory.answered(ask, Answer((Ticket(job),), "视频生成"))
        yield memory


async def told(memory: Memory, said: str, *parts: Part) -> Turn:
    """What 妈妈 was answered to `said`, sent; then 小明 is forgotten."""
    ask = replace(MUM, text=said, said=said)
    await memory.hear(ask, addressed=True)
    await memory.answered(ask, Answer(parts))
    for parcel in await memory.outbox.parcels(ask):
        await memory.outbox.sent(ask, parcel, parcel.text)
    last = replace(MING, id="4", text="小爱 忘记我")
    await memory.hear(last, addressed=True)
    await memory.forgetting.forget(last)
    return ask


async def line_of_hers(memory: Memory) -> list[str]:
    (line,) = [it for it in await memory.history(Room.of(MUM)) if it.mine]
    return line.text.split("\n")


async def test_the_queue_keeps_its_numbers(memory: Memory) -> None:
    queue = "还没送到的有2段：\n1. 小明要的熊猫\n2. 奶奶要的大海"
    ask = await told(memory, "队列", Text(queue), Keep({"queue": ["panda", "sea"]}))
    assert await line_of_hers(memory) == ["还没送到的有2段：", f"1. {GONE}", "2. 奶奶要的大海"]
    assert await memory.register.shown(ask) == ["", "sea"]


async def test_a_question_keeps_its_numbers_and_can_be_answered(memory: Memory) -> None:
    ask = await told(memory, "再发一次", WHICH)
    asked = await memory.asked.of_person(replace(ask, id="5"))
    assert asked
    assert [choice.label for choice in asked.question.choices] == [GONE, "奶奶要的大海"]
    assert choose(asked.question, "2") == CHOICES[1]
    assert await line_of_hers(memory) == put(asked.question).split("\n")


async def test_who_used_how_much_names_the_others_alone(memory: Memory) -> None:
    await told(memory, SHARES, Text("今天：\n小明：1段\n小明明：2段\n奶奶：1段"))
    assert await line_of_hers(memory) == ["今天：", GONE, "小明明：2段", "奶奶：1段"]
