"""Chinese prompts changed: by the writer under the contract, else word for word."""

import pytest

from intents.tools.llm import LlmRefused, OpenAiLlm
from intents.video.changing.chinese import in_chinese, rewrite_chinese
from intents.video.changing.meaning import meant
from tests.fake_llm import FakeLlm

PANDA = "一只大熊猫坐在竹林里吃竹子，清晨的阳光洒下来，镜头慢慢推近"
NIGHT = "一只大熊猫坐在竹林里吃竹子，夜里的月光洒下来，镜头慢慢推近"
DROPPED = "空荡荡的街道上下着雨，霓虹灯一闪一闪"


@pytest.mark.parametrize(
    ("before", "wish", "after"),
    [
        ("熊猫吃竹子", "换成晚上吧", "熊猫吃竹子，晚上"),
        ("熊猫吃竹子，晚上", "换成白天", "熊猫吃竹子，白天"),
        ("熊猫吃竹子", "把熊猫换成猫", "猫吃竹子"),
        ("熊猫吃竹子", "慢一点", "熊猫吃竹子，动作慢一点"),
        ("熊猫吃竹子，动作慢一点", "再快一点", "熊猫吃竹子，动作快一点"),
        ("熊猫吃竹子", "镜头近一点", "熊猫吃竹子，镜头近一点"),
        ("熊猫吃竹子", "把背景换成海边", "熊猫吃竹子，海边"),
        ("熊猫吃竹子，水彩风格", "换成油画风格", "熊猫吃竹子，油画风格"),
        ("熊猫吃竹子", "亮一点", "熊猫吃竹子，画面亮一点"),
        ("熊猫吃竹子，画面亮一点", "画面暗一点", "熊猫吃竹子，画面暗一点"),
        ("熊猫吃竹子，晚上", "换成小狗吧", "小狗吃竹子，晚上"),
        ("一只小花猫追蝴蝶", "换成狗", "一只狗追蝴蝶"),
        ("一匹马在马路上跑", "换成一头大象", "一头大象在马路上跑"),
        ("奶奶抱着猫喝牛奶", "把它换成兔子", "奶奶抱着兔子喝牛奶"),
        ("小猫跳舞，小猫转圈", "换成爷爷", "小猫跳舞，小猫转圈，爷爷"),
        ("小猫跳舞，小猫转圈", "换成狗", "狗跳舞，狗转圈"),
        ("爷爷和奶奶跳舞", "换成爸爸", "爷爷和奶奶跳舞，爸爸"),
        ("树下的猫和狗", "换成兔子", "树下的猫和狗，兔子"),
        ("海边日出", "换成狗", "海边日出，狗"),
        ("熊猫和猫", "把猫去掉", "熊猫和猫，没有猫"),
        ("熊猫吃竹子，晚上", "加一只小狗", "熊猫吃竹子，晚上，加一只小狗"),
    ],
)
def test_without_a_writer_it_is_worked_in_as_it_was_said(
    before: str, wish: str, after: str
) -> None:
    assert in_chinese(before, wish) == after


@pytest.mark.parametrize(
    ("said", "one_form"),
    [
        ("不要猫，要狗", "把猫换成狗"),
        ("我说的是小猫不是小狗", "把小狗换成小猫"),
        ("不是猫，是狗", "把猫换成狗"),
        ("小猫换成小兔子吧", "把小猫换成小兔子"),
        ("换个小猫吧", "换成小猫"),
        ("把猫换成狗", "把猫换成狗"),
        ("慢一点吧", "慢一点吧"),
        ("换成晚上", "换成晚上"),
    ],
)
def test_a_swap_is_one_however_it_is_said(said: str, one_form: str) -> None:
    assert meant(said) == one_form


async def test_the_writer_edits_the_stored_one(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.script([{"prompt": NIGHT}])
    assert await rewrite_chinese(PANDA, "换成晚上", llm, 200) == NIGHT
    assert PANDA in server.requests[0]["messages"][1]["content"]


async def test_a_rewrite_that_drops_it_all_is_repaired_once_then_said_plainly(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.script([{"prompt": DROPPED}, {"prompt": NIGHT}])
    assert await rewrite_chinese(PANDA, "换成晚上", llm, 200) == NIGHT
    assert "改得太多" in server.requests[1]["messages"][-1]["content"]
    server.script([{"prompt": DROPPED}, {"prompt": "in English"}])
    assert await rewrite_chinese(PANDA, "换成晚上", llm, 200) == f"{PANDA}，晚上"


async def test_a_writer_that_refuses_is_not_gone_around(llm: OpenAiLlm, server: FakeLlm) -> None:
    server.fault = "risk"
    with pytest.raises(LlmRefused):
        await rewrite_chinese(PANDA, "换成可怕的", llm, 200)


async def test_it_stays_within_what_the_engine_reads() -> None:
    told = await rewrite_chinese("很长的话" * 40, "换成晚上", None, 60)
    assert len(told) <= 60
    assert told.endswith("，晚上")
