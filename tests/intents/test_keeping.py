"""记住家是…, 忘掉…, 你记得哪些地方: the places a family wants kept, told without a model."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from intents.chat import wording
from intents.chat.handler import Slots, answer
from intents.dialogue import Text, Turn
from intents.errors import NotAllowed
from tests.family import NOBODY, Family
from tests.intents.talk import dialogue, tools

Say = Callable[..., Awaitable[str]]


@pytest.fixture
async def say(tmp_path: Path) -> AsyncIterator[Say]:
    async with Family(tmp_path, NOBODY).living() as family:

        async def say(who: str, text: str, room: str = "family") -> str:
            await family.says(who, f"小爱 {text}", room=room)
            return (await family.hears()).text

        yield say


async def test_what_is_kept_is_told_again(say: Say) -> None:
    assert await say("妈妈", "你记得哪些地方") == wording.NO_PLACES
    kept = await say("妈妈", "记住家是学院路8号")
    assert kept == "记下了，家在学院路8号。大家都可以用。"
    await say("爸爸", "记一下奶奶家在柳树巷12号")
    told = await say("奶奶", "你都记住了什么地方")
    assert told.splitlines() == [wording.PLACES, "奶奶家：柳树巷12号", "家：学院路8号"]


async def test_my_home_is_mine_alone(say: Say) -> None:
    kept = await say("姑姑", "记住我家在和平小区3栋")
    assert kept == "记下了，你的家在和平小区3栋。只给你自己用。"
    assert await say("妈妈", "你记得哪些地方") == wording.NO_PLACES
    assert "和平小区3栋" in await say("姑姑", "你记得哪些地方")


async def test_our_home_is_everybodys(say: Say) -> None:
    assert (await say("妈妈", "记住我们家在学院路8号")).endswith("大家都可以用。")
    assert "学院路8号" in await say("爸爸", "你记得哪些地方")


async def test_a_new_address_takes_the_place_of_the_old_one(say: Say) -> None:
    await say("妈妈", "记住家是学院路8号")
    await say("妈妈", "我们家搬到柳树巷12号了")
    assert await say("妈妈", "你记得哪些地方") == f"{wording.PLACES}\n家：柳树巷12号"


async def test_what_is_to_be_forgotten_is_forgotten_by_any_of_its_names(say: Say) -> None:
    await say("妈妈", "记住公司是科技大厦5楼")
    assert await say("妈妈", "忘掉单位地址") == "好，公司的地址我忘掉了。"
    assert await say("妈妈", "忘掉单位地址") == "我没记过公司的地址。"


async def test_one_cannot_make_her_forget_what_is_anothers(say: Say) -> None:
    await say("姑姑", "记住我家在和平小区3栋")
    assert await say("妈妈", "忘掉我家地址") == "我没记过家的地址。"
    assert "和平小区3栋" in await say("姑姑", "你记得哪些地方")


async def test_a_place_of_one_room_is_unknown_in_another(say: Say) -> None:
    await say("妈妈", "记住家是学院路8号")
    assert await say("妈妈", "你记得哪些地方", "work") == wording.NO_PLACES


class Blank:
    """A notebook with nothing in it, that nothing may be written into."""

    async def places(self, ask: Turn) -> dict[str, str]:
        return {}

    async def keep(self, ask: Turn, name: str, address: str, *, private: bool) -> None:
        raise AssertionError(name)

    async def forget(self, ask: Turn, name: str) -> bool:
        raise AssertionError(name)


async def test_a_name_without_an_address_is_asked_for_it() -> None:
    noting = replace(tools(None), notebook=Blank())
    (part,) = await answer(dialogue("记住我家"), Slots(place_name="我家"), noting)
    assert part == Text("我家在哪里？把地址也告诉我，我就记下。")


async def test_without_a_notebook_she_says_so() -> None:
    with pytest.raises(NotAllowed) as error:
        await answer(dialogue("记住家是学院路8号"), Slots(place_name="家"), tools(None))
    assert error.value.say == wording.NO_NOTEBOOK
