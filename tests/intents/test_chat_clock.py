"""The time, told by the clock and by no language model."""

import pytest

from intents.chat.clock import clock
from intents.chat.handler import Slots, answer
from intents.dialogue import Text
from intents.tools.llm import OpenAiLlm
from tests.fake_llm import FakeLlm
from tests.intents.talk import NOON, dialogue, tools


@pytest.mark.parametrize("said", ["现在几点了", "今天几号", "今天星期几呀", "几点了", "什么时候了"])
async def test_the_time_is_told_by_the_clock(said: str, llm: OpenAiLlm, server: FakeLlm) -> None:
    (part,) = await answer(dialogue(said), Slots(), tools(llm))
    assert part == Text("现在晚上8点整，今天11月21日，星期六。")  # noon is farther west
    assert server.requests == []


@pytest.mark.parametrize(
    ("hour", "told"), [(16, "现在凌晨0点5分，"), (4, "现在中午12点5分，"), (7, "现在下午3点5分，")]
)
def test_the_hours_are_called_as_people_call_them(hour: int, told: str) -> None:
    said = clock("几点了", NOON.replace(hour=hour, minute=5))
    assert said is not None
    assert said.startswith(told)


@pytest.mark.parametrize(
    "said", ["几点开会", "爸爸几点回来", "今天星期几开学", "什么时候吃饭", "什么时候？", "几点呢"]
)
def test_other_times_are_not_the_clocks(said: str) -> None:
    assert clock(said, NOON) is None
