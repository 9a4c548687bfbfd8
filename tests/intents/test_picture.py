"""图片生成 from the talk to the order: engine, prompt, style, and how it goes on."""

from dataclasses import replace

import pytest

from intents.dialogue import Dialogue, Done, Keep, Question, Reply, Text, Ticket
from intents.errors import NotAllowed, Unreachable
from intents.picture import wording
from intents.picture.handler import Slots, answer
from intents.tools.llm import OpenAiLlm
from tests.fake_llm import FakeLlm
from tests.intents.talk import NOON, dialogue, tools
from tests.intents.videos import COG, DRAFT, EASEL, FLUX, Studio
from video_service.client import VideoClient

KITTEN = Slots(wish="窗台上的小猫")
ASK = dialogue("画一张窗台上的小猫")
ENGLISH = "A natural photograph of a small orange kitten on a wooden windowsill in daylight."


def after(reply: Reply) -> Dialogue:
    """The talk that goes on from this picture."""
    (kept,) = [part.data for part in reply if isinstance(part, Keep)]
    return replace(ASK, done=(Done("图片生成", {}, kept, "妈妈", NOON),))


@pytest.fixture
def easel(studio: Studio) -> Studio:
    studio.cards = [dict(COG), dict(EASEL), dict(DRAFT)]
    return studio


async def test_a_wish_becomes_a_promise_of_a_picture(easel: Studio, video: VideoClient) -> None:
    easel.job = {"queue_position": 1, "eta_s": 20}
    said, ticket, _ = await answer(ASK, KITTEN, tools(None, video))
    assert said == Text("好嘞，前面1个，大约20秒。")
    assert ticket == Ticket("image_1", "image")
    assert easel.keys == ["web:family:m1:0"]
    order = easel.asked[0]
    assert (order["prompt"], order["model"]) == ("窗台上的小猫", "qwen-image")


async def test_an_engine_that_reads_english_gets_an_english_prompt(
    studio: Studio, video: VideoClient, llm: OpenAiLlm, server: FakeLlm
) -> None:
    studio.cards = [dict(FLUX)]
    server.script([{"prompt": ENGLISH}])
    await answer(ASK, KITTEN, tools(llm, video))
    assert studio.asked[0]["prompt"] == ENGLISH
    assert "text-to-image" in server.requests[0]["messages"][0]["content"]


async def test_without_a_writer_english_engines_are_passed_over(
    studio: Studio, video: VideoClient
) -> None:
    draft = {"id": "draft-picture", "draft": True, "languages": ["zh"], "makes": "image"}
    studio.cards = [dict(FLUX), {**draft, "ready": True}]
    said, *_ = await answer(ASK, KITTEN, tools(None, video))
    assert isinstance(said, Text)
    assert said.text.startswith(wording.DRAFT_NO_WRITER)
    studio.cards = [dict(FLUX)]
    with pytest.raises(NotAllowed) as declined:
        await answer(ASK, KITTEN, tools(None, video))
    assert declined.value.say == wording.NO_WRITER


async def test_where_nothing_draws_she_says_so_and_promises_nothing(
    studio: Studio, video: VideoClient
) -> None:
    studio.cards = [dict(COG), dict(DRAFT)]
    with pytest.raises(Unreachable) as declined:
        await answer(ASK, KITTEN, tools(None, video))
    assert declined.value.say == wording.NOT_READY
    assert studio.asked == []


async def test_one_more_is_the_same_prompt_with_another_seed(
    studio: Studio, video: VideoClient, llm: OpenAiLlm, server: FakeLlm
) -> None:
    studio.cards = [dict(FLUX)]
    server.script([{"prompt": ENGLISH}])
    first = await answer(ASK, KITTEN, tools(llm, video))
    again = await answer(after(first), Slots(again="再来一张"), tools(llm, video))
    assert [order["prompt"] for order in studio.asked] == [ENGLISH, ENGLISH]
    assert not any("seed" in order for order in studio.asked)
    assert len(server.requests) == 1
    assert Ticket("image_1", "image") in again


async def test_another_style_keeps_the_wish_and_walks_through_the_styles(
    easel: Studio, video: VideoClient
) -> None:
    talk, reply = ASK, await answer(ASK, KITTEN, tools(None, video))
    for _ in range(2):
        talk = after(reply)
        reply = await answer(talk, Slots(again="换风格"), tools(None, video))
    reply = await answer(after(reply), Slots(again="换风格", style="卡通风格"), tools(None, video))
    reply = await answer(after(reply), Slots(again="再来一张"), tools(None, video))
    said = [order["prompt"].partition("，")[2] for order in easel.asked]
    assert said == ["", "水彩风格", "油画风格", "卡通风格", "卡通风格"]
    assert {order["prompt"].partition("，")[0] for order in easel.asked} == {"窗台上的小猫"}


async def test_somebody_else_in_the_picture_leaves_the_rest_of_it(
    easel: Studio, video: VideoClient
) -> None:
    reply = await answer(ASK, KITTEN, tools(None, video))
    for said in ("换成狗", "换成晚上", "把狗换成鸟", "兔子"):
        slots = Slots(again="再来一张", wish=said)
        reply = await answer(after(reply), slots, tools(None, video))
    assert [order["prompt"] for order in easel.asked[1:]] == [
        "窗台上的狗", "窗台上的狗，晚上", "窗台上的鸟，晚上", "窗台上的兔子，晚上",
    ]  # fmt: skip


async def test_nothing_to_go_on_from_is_said(easel: Studio, video: VideoClient) -> None:
    with pytest.raises(NotAllowed) as declined:
        await answer(ASK, Slots(again="再来一张"), tools(None, video))
    assert declined.value.say == wording.NOTHING_BEFORE


async def test_an_empty_wish_is_asked_about_once(easel: Studio, video: VideoClient) -> None:
    (question,) = await answer(ASK, Slots(), tools(None, video))
    assert isinstance(question, Question)
    assert (question.slot, len(question.choices), question.open) == ("wish", 3, True)


@pytest.mark.parametrize(
    ("status", "code", "say"),
    [
        (429, "queue_full", wording.BUSY),
        (429, "quota_exceeded", wording.ENOUGH),
        (400, "prompt_language", wording.FAILED),
        (500, "internal_error", wording.FAILED),
    ],
)
async def test_a_refusal_is_told_in_the_words_of_pictures(
    easel: Studio, video: VideoClient, status: int, code: str, say: str
) -> None:
    easel.refusals = [(status, code)] * 2
    with pytest.raises((NotAllowed, Unreachable)) as declined:
        await answer(ASK, KITTEN, tools(None, video))
    assert declined.value.say == say


async def test_a_prompt_that_is_too_long_is_cut_shorter(easel: Studio, video: VideoClient) -> None:
    easel.refusals = [(400, "prompt_too_long")]
    await answer(ASK, Slots(wish="小猫" * 40), tools(None, video))
    first, second = (len(order["prompt"]) for order in easel.asked)
    assert second < first
