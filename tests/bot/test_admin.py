"""小爱 looked after by chatting: exact words, from the right contact, and no model asked."""

import re
import uuid
from dataclasses import replace

import pytest

from bot.admin import wording
from bot.limits import wording as limits
from bot.settings import BotSettings
from bot.wording import failed
from intents.video import change_wording
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.fake_llm import FakeLlm
from tests.family import Family

PANDA = "小爱 生成一个熊猫吃竹子的视频"
SEA = "小爱 生成一个海边日出的视频"


@pytest.fixture
def home(studio_home: Family) -> Family:
    studio_home.settings = BotSettings(admins=("fake:妈妈",))
    return studio_home


async def asks(family: Family, who: str, said: str, room: str = "family") -> str:
    await family.says(who, f"小爱 {said}", room=room)
    return (await family.hears()).text


async def test_a_pause_declines_films_and_pictures_and_no_talk_until_it_ends(
    home: Family, cameraman: Cameraman
) -> None:
    async with home.living() as family:
        assert await asks(family, "妈妈", "暂停") == wording.PAUSED
        assert await asks(family, "妈妈", "暂停") == wording.PAUSED_ALREADY
        assert await asks(family, "小明", "生成一个熊猫的视频") == limits.PAUSED
        assert await asks(family, "奶奶", "画一只猫") == limits.PAUSED
        assert await asks(family, "奶奶", "你好") not in ("", limits.PAUSED)
        await family.quiet()
    async with cameraman.at_work(), home.living() as family:  # a restart changes nothing
        assert await asks(family, "爸爸", "生成一个熊猫的视频") == limits.PAUSED
        assert await asks(family, "妈妈", "继续") == wording.GOING_ON
        assert await asks(family, "妈妈", "继续") == wording.NOT_PAUSED
        await a_clip(family, "小明", PANDA)


async def test_what_is_under_way_is_finished_in_a_pause(home: Family, cameraman: Cameraman) -> None:
    async with home.living() as family:
        await asks(family, "小明", "生成一个熊猫的视频")
        errand = await cameraman.claim()
        await asks(family, "妈妈", "暂停")
        await cameraman.deliver(errand)
        assert (await family.hears()).video


async def test_the_queue_is_numbered_and_any_of_it_is_called_off(
    home: Family, cameraman: Cameraman
) -> None:
    async with home.living() as family:
        assert await asks(family, "妈妈", "队列") == wording.QUEUE_EMPTY
        await asks(family, "小明", "生成一个熊猫吃竹子的视频")
        await asks(family, "奶奶", "生成一个海边日出的视频", room="parents")
        told = (await asks(family, "妈妈", "队列")).splitlines()
        assert told[1:] == ["1. 小明要的熊猫吃竹子", "2. 别处的一段"]
        assert await asks(family, "妈妈", "取消 1") == failed("cancelled")
        # by the list that was shown, though the first is gone
        await family.says("妈妈", "小爱 取消2")
        both = {(await family.hears()).text for _ in range(2)}
        assert both == {failed("cancelled"), wording.CANCELLED.format(n=2)}
        assert await asks(family, "妈妈", "取消 1") == wording.OVER.format(n=1)
        assert await asks(family, "妈妈", "取消 7") == wording.NO_SUCH.format(n=7)


async def test_an_admin_may_call_off_in_her_own_words_what_others_may_not(
    home: Family, cameraman: Cameraman
) -> None:
    async with home.living() as family:
        await asks(family, "小明", "生成一个熊猫吃竹子的视频")
        told = await asks(family, "奶奶", "取消小明那个")
        assert told == change_wording.NOT_YOURS.format(name="小明")
        assert await asks(family, "妈妈", "取消小明那个") == failed("cancelled")


async def test_state_and_shares_are_told(home: Family, cameraman: Cameraman) -> None:
    async with cameraman.at_work(), home.living() as family:
        assert await asks(family, "妈妈", "谁用了多少") == wording.NOBODY
        await a_clip(family, "小明", PANDA)
        await a_clip(family, "小明", SEA)
        await a_clip(family, "奶奶", PANDA)
        told = (await asks(family, "妈妈", "谁用了多少")).splitlines()
        assert told == [wording.SHARES, "小明：2段，0张", "奶奶：1段，0张"]
        state = await asks(family, "妈妈", "状态")
        assert state == f"{wording.SERVICE_GOOD}，在拍0段，排队0段。今天一共拍了3段，画了0张。"


async def test_a_service_that_is_away_is_told(home: Family) -> None:
    home.service_url = "http://127.0.0.1:9"
    async with home.living() as family:
        assert (await asks(family, "妈妈", "状态")).startswith("拍视频的机器没应声")


async def test_a_share_for_one_person_is_kept(home: Family, cameraman: Cameraman) -> None:
    async with cameraman.at_work(), home.living() as family:
        unknown = wording.UNKNOWN_PERSON.format(name="小明")
        assert await asks(family, "妈妈", "额度 @小明 1") == unknown
        await a_clip(family, "小明", PANDA)
        told = wording.GRANTED.format(name="小明", count=1)
        assert await asks(family, "妈妈", "额度 @小明\u20051") == told
        assert await asks(family, "小明", "再来一个") == limits.PERSON["video"].format(count=1)
        assert await asks(family, "妈妈", "额度 @小明 0") == wording.GRANTED_NONE.format(
            name="小明"
        )
        assert await asks(family, "小明", "再来一个") == limits.NONE_FOR_PERSON
        await asks(family, "妈妈", "额度 @小明 2")
        await a_clip(family, "小明", "小爱 再来一个")


@pytest.mark.parametrize("asked", [" -1", " - 1", "\u2005-1", "-1", " －1", "−20"])
async def test_a_share_below_none_is_refused_and_changes_nothing(home: Family, asked: str) -> None:
    async with home.living() as family:
        await family.says("小明", "小爱 你好")
        await family.hears()
        own = await asks(family, "小明", "小爱 我的额度")
        assert await asks(family, "妈妈", f"额度 @小明{asked}") == wording.BELOW_NONE
        assert await asks(family, "小明", "小爱 我的额度") == own


async def test_of_two_with_one_name_nobody_is_meant_and_a_name_of_long_ago_is_nobodys(
    home: Family,
) -> None:
    async with home.living() as family:
        assert family.memory
        for id_, name in (("x1", "小明"), ("x2", "弟弟"), ("x1", "明哥")):
            said = await family.says(name, "大家好")
            other = replace(said, id=uuid.uuid4().hex, sender=id_)
            assert await family.memory.hear(other, addressed=False)
        assert await asks(family, "妈妈", "额度 @小明 5") == wording.GRANTED.format(
            name="小明", count=5
        )
        two = wording.TWO_OF_A_NAME.format(name="弟弟", count=2)
        assert await asks(family, "妈妈", "额度 @弟弟 5") == two
        ask = await family.says("弟弟", "大家好")
        assert (await family.memory.ledger.used(ask, "video")).granted is None


@pytest.mark.parametrize("said", ["状态", "队列", "暂停", "继续", "谁用了多少", "额度 @小明 99"])
async def test_from_anybody_else_the_same_words_are_talk(
    home: Family, llm: FakeLlm, said: str
) -> None:
    async with home.living() as family:
        await family.says("妈妈", "小爱 你好")
        await family.hears()
        asked = len(llm.requests)
        told = await asks(family, "小明", said)
        admins = [it for name, it in vars(wording).items() if name.isupper()]
        assert told
        assert not any(told.startswith(it.split("{")[0]) for it in admins if it.split("{")[0])
        assert len(llm.requests) > asked
        assert family.memory
        assert not await family.memory.ledger.is_paused()


async def test_no_model_is_asked_about_the_exact_words(home: Family, llm: FakeLlm) -> None:
    async with home.living() as family:
        for said in ("状态", "队列", "暂停", "继续", "谁用了多少", "帮助", "我的额度", "取消 1"):
            assert await asks(family, "妈妈", said)
        assert llm.requests == []


async def test_everybody_is_helped_and_an_admin_a_little_more(home: Family) -> None:
    async with home.living() as family:
        told = await asks(family, "小明", "帮助")
        assert wording.HELP_LIMITS in told
        assert wording.HELP_ADMIN not in told
        assert wording.HELP_ADMIN in await asks(family, "妈妈", "帮助")


def test_every_line_is_short_and_calm() -> None:
    for name, line in vars(wording).items():
        if not name.isupper():
            continue
        assert not re.search(r"[A-Za-z!！]", re.sub(r"\{\w+\}", "", line)), line
        shown = re.sub(r"\{\w+\}", "二十段", line)
        assert all(len(it) <= 40 for it in re.split(r"(?<=[。？])", shown)), line
