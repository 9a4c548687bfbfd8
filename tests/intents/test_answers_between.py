"""Her question waits while others talk: what plainly answers it, from whom she asked, is taken."""

from datetime import timedelta

import pytest

from bot import attention
from bot.questions import names_place, proposes
from intents.routes import wording
from intents.spots import wording as spots
from tests.intents.outings import BUS, Outing, head


async def asked(outing: Outing) -> None:
    told = await outing.asks("妈妈", "怎么去西湖", BUS, destination="西湖")
    assert told == wording.WHERE_FROM


async def test_a_place_is_an_answer_though_somebody_else_spoke(outing: Outing) -> None:
    await asked(outing)
    await outing.family.says("爸爸", "西湖这会儿人多不多")
    await outing.family.says("奶奶", "多带件衣服")
    assert head(await outing.says("妈妈", "从武林广场出发")).startswith("从武林广场到西湖")


async def test_a_place_that_is_a_kind_of_shop_too_is_still_an_answer(outing: Outing) -> None:
    await asked(outing)
    told = await outing.says("妈妈", "小爱 超市")
    assert head(told) == spots.LIKE.format(name="超市")  # which of them, and not a list of some


async def test_other_words_after_somebody_else_are_to_the_family(outing: Outing) -> None:
    await asked(outing)
    await outing.family.says("爸爸", "中午在哪吃")
    await outing.family.says("妈妈", "一碗面就行")
    await outing.family.says("妈妈", "大家")
    await outing.family.says("奶奶", "武林广场")  # was not asked
    assert await outing.family.quiet()


async def test_long_after_the_question_a_place_is_talk(
    outing: Outing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "SOON", timedelta(0))
    await asked(outing)
    await outing.family.says("爸爸", "中午在哪吃")
    await outing.family.says("妈妈", "武林广场")
    assert await outing.family.quiet()


@pytest.mark.parametrize(
    "said",
    [
        "春熙路", "从奶奶家出发", "医院", "我家", "我在天府广场", "成都", "药店", "东门",
        "人民公园", "地铁二号线犀浦站", "就从天府广场那边走吧", "北京市朝阳区",
    ],
)  # fmt: skip
def test_a_place_is_known_by_its_name(said: str) -> None:
    assert names_place(said)


@pytest.mark.parametrize(
    "said",
    [
        "", "好", "大家", "你家", "走路", "回家", "逛街", "到家了", "上大学", "刚到公司", "网站",
        "城市", "吃完饭去公园", "我在医院陪外婆", "妈在医院", "公园好漂亮", "一只小狗", "晚上吃面",
    ],
)  # fmt: skip
def test_what_only_has_a_place_in_it_is_none(said: str) -> None:
    assert not names_place(said)


@pytest.mark.parametrize("said", ["晚上吃面吧", "带伞了吗", "我们先走", "要不去公园", "几点走？"])
def test_after_a_proposal_a_yes_is_to_that(said: str) -> None:
    assert proposes(said)
    assert not proposes("画得真好")
