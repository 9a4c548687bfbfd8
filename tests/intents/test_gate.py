"""Whoever keeps the gate is asked before anything is ordered, and about every prompt."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from intents.dialogue import Turn
from intents.errors import Limited, NotAllowed
from intents.gate import Makes
from intents.picture.handler import INTENT as PICTURE
from intents.tools.llm import OpenAiLlm
from intents.video.handler import INTENT as VIDEO
from tests.intents.talk import dialogue, photo, tools, turn
from tests.intents.videos import COG, EASEL, Studio
from video_service.client import VideoClient

ASK = dialogue("生成一个熊猫吃竹子的视频")


@dataclass
class Keeper:
    """Notes what it is asked; `shut` says no, first to the wish or only to the prompt."""

    shut: str = ""
    checked: list[tuple[Makes, str]] = field(default_factory=list)
    read: list[tuple[str, str]] = field(default_factory=list)

    async def check(self, ask: Turn, makes: Makes, wish: str) -> None:
        self.checked.append((makes, wish))
        if self.shut == "wish":
            raise NotAllowed("no", say="今天不拍。")

    async def words(self, ask: Turn, wish: str, prompt: str) -> None:
        self.read.append((wish, prompt))
        if self.shut == "prompt":
            raise NotAllowed("no", say="今天不拍。")

    async def free(self, ask: Turn) -> None:
        """Nothing is held."""

    def is_admin(self, ask: Turn) -> bool:
        return False


async def test_a_film_is_asked_for_once_and_its_prompt_is_read(
    studio: Studio, video: VideoClient, llm: OpenAiLlm
) -> None:
    studio.cards, keeper = [dict(COG)], Keeper()
    await VIDEO.answer(ASK, VIDEO.slots(wish="熊猫吃竹子"), replace(tools(llm, video), gate=keeper))
    assert keeper.checked == [("video", "熊猫吃竹子")]
    assert keeper.read == [("熊猫吃竹子", studio.asked[0]["prompt"])]


async def test_a_picture_counts_as_a_picture(studio: Studio, video: VideoClient) -> None:
    studio.cards, keeper = [dict(EASEL)], Keeper()
    await PICTURE.answer(ASK, PICTURE.slots(wish="猫"), replace(tools(None, video), gate=keeper))
    assert keeper.checked == [("image", "猫")]
    assert len(keeper.read) == 1


async def test_a_picture_drawn_first_counts_as_a_picture(
    studio: Studio, video: VideoClient
) -> None:
    studio.cards, keeper = [dict(EASEL)], Keeper()
    slots = VIDEO.slots(wish="猫", draw_first=True)
    await VIDEO.answer(ASK, slots, replace(tools(None, video), gate=keeper))
    assert keeper.checked == [("image", "猫")]


async def test_a_photo_that_moves_counts_as_a_film(studio: Studio, video: VideoClient) -> None:
    keeper, talk = Keeper(), dialogue(turn("让它动起来", photos=(photo(),)))
    await VIDEO.answer(talk, VIDEO.slots(uses_photo=True), replace(tools(None, video), gate=keeper))
    assert [makes for makes, _ in keeper.checked] == ["video"]
    assert len(keeper.read) == 1


@pytest.mark.parametrize("shut", ["wish", "prompt"])
@pytest.mark.parametrize("intent", [VIDEO, PICTURE])
async def test_behind_a_shut_gate_nothing_is_ordered(
    studio: Studio, video: VideoClient, shut: str, intent: Any
) -> None:
    studio.cards += [dict(EASEL)]
    shut_tools = replace(tools(None, video), gate=Keeper(shut))
    with pytest.raises(NotAllowed) as refused:
        await intent.answer(ASK, intent.slots(wish="熊猫"), shut_tools)
    assert refused.value.say == "今天不拍。"
    assert studio.asked == []


async def test_a_turn_whose_film_is_ordered_already_is_not_read_again(
    studio: Studio, video: VideoClient, llm: OpenAiLlm
) -> None:
    studio.cards, keeper = [dict(COG)], Keeper()
    studio.earlier = {"id": "video_0", "object": "video", "model": COG["id"], "created_at": 1,
                      "status": "queued"}  # fmt: skip
    await VIDEO.answer(ASK, VIDEO.slots(wish="熊猫"), replace(tools(llm, video), gate=keeper))
    assert (len(keeper.checked), keeper.read, studio.asked) == (1, [], [])


@pytest.mark.parametrize(
    ("code", "rule"), [("quota_exceeded", "own queue"), ("queue_full", "queue")]
)
async def test_a_full_queue_is_a_refusal_that_can_be_damped(
    studio: Studio, video: VideoClient, code: str, rule: str
) -> None:
    studio.refusals = [(429, code)]
    with pytest.raises(Limited) as refused:
        await VIDEO.answer(ASK, VIDEO.slots(wish="熊猫"), tools(None, video))
    assert refused.value.rule == rule
    assert len(refused.value.brief) < len(refused.value.say)
