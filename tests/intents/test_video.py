"""视频生成 from the talk to the order: engine, prompt, photo, question, and honest refusals."""

import pytest

from intents.dialogue import Question, Reply, Text, Ticket
from intents.errors import IntentError, NotAllowed, Unreachable
from intents.making import orders
from intents.tools.llm import OpenAiLlm
from intents.video import wording
from intents.video.handler import answer
from intents.video.slots import Slots
from tests.fake_llm import FakeLlm
from tests.intents.talk import dialogue, tools, turn
from tests.intents.videos import COG, DRAFT, Studio
from video_service.client import VideoClient, open_client

PANDA = Slots(wish="熊猫吃竹子")
ASK = dialogue("生成一个熊猫吃竹子的视频")
MOVE = Slots(uses_photo=True)


def words(reply: Reply) -> str:
    first = reply[0]
    assert isinstance(first, Text)
    return first.text


async def test_a_wish_becomes_an_acknowledgement_and_a_ticket(
    studio: Studio, video: VideoClient
) -> None:
    studio.job = {"queue_position": 1, "eta_s": 200}
    said, ticket, _ = await answer(ASK, PANDA, tools(None, video))
    assert said == Text("这里还没有能真拍的机器，先给你做个草稿。前面1个，大约4分钟。")
    assert ticket == Ticket("video_1")
    assert studio.keys == ["web:family:m1:0"]


async def test_the_service_learns_no_names(studio: Studio, video: VideoClient) -> None:
    await answer(ASK, PANDA, tools(None, video))
    user = studio.asked[0]["user"]
    assert len(user) == 32
    assert "妈妈" not in user
    await answer(dialogue(turn("x", who="爸爸")), PANDA, tools(None, video))
    assert studio.asked[1]["user"] != user


async def test_an_engine_that_reads_chinese_gets_the_wish_itself(
    studio: Studio, video: VideoClient, llm: OpenAiLlm, server: FakeLlm
) -> None:
    await answer(ASK, PANDA, tools(llm, video))
    assert studio.asked[0]["prompt"] == "熊猫吃竹子"
    assert server.requests == []
    await answer(ASK, Slots(wish="很" * 200), tools(None, video))
    assert len(studio.asked[1]["prompt"]) == 60


async def test_an_english_engine_gets_an_english_paragraph(
    studio: Studio, video: VideoClient, llm: OpenAiLlm
) -> None:
    studio.cards, studio.job = [dict(COG), dict(DRAFT)], {"eta_s": 45}
    reply = await answer(ASK, PANDA, tools(llm, video))
    assert studio.asked[0]["model"] == "cogvideox-2b"
    assert "giant panda" in studio.asked[0]["prompt"]
    assert studio.asked[0]["prompt"].isascii()
    assert words(reply) == "好嘞，大约50秒。"


async def test_without_a_writer_an_english_engine_is_passed_over_and_that_is_said(
    studio: Studio, video: VideoClient
) -> None:
    studio.cards, studio.job = [dict(COG), dict(DRAFT)], {"eta_s": 8}
    reply = await answer(ASK, PANDA, tools(None, video))
    assert studio.asked[0]["model"] == "draft"
    assert words(reply) == wording.DRAFT_NO_WRITER + "大约10秒。"


async def test_another_chinese_engine_is_told_as_such(studio: Studio, video: VideoClient) -> None:
    wan = {"id": "wan", "ready": True, "languages": ["zh", "en"]}
    studio.cards = [dict(COG), wan]
    reply = await answer(ASK, PANDA, tools(None, video))
    assert words(reply) == wording.OTHER_NO_WRITER + wording.UNKNOWN_WAIT


async def test_a_named_engine_is_never_swapped(studio: Studio, video: VideoClient) -> None:
    studio.cards = [COG | {"named": True}, dict(DRAFT)]
    with pytest.raises(NotAllowed) as caught:
        await answer(ASK, PANDA, tools(None, video))
    assert caught.value.say == wording.NO_WRITER
    assert studio.asked == []


async def test_a_named_engine_that_is_not_ready_is_waited_for(
    studio: Studio, video: VideoClient
) -> None:
    studio.cards = [COG | {"named": True, "ready": False, "reason": "no weights"}, dict(DRAFT)]
    with pytest.raises(Unreachable, match="cogvideox-2b: no weights") as caught:
        await answer(ASK, PANDA, tools(None, video))
    assert caught.value.say == wording.NOT_READY


async def test_cards_of_servers_that_know_no_readiness_count_as_ready(
    studio: Studio, video: VideoClient, llm: OpenAiLlm
) -> None:
    studio.cards = [{"id": "Wan-AI/Wan2.2"}]
    assert await answer(ASK, PANDA, tools(llm, video))
    assert studio.asked[0]["model"] == "Wan-AI/Wan2.2"


@pytest.mark.parametrize("said", ["", " ", "视频", "一个小视频吧", "短片", "一段"])
def test_a_wish_that_names_nothing_is_none(said: str) -> None:
    assert Slots(wish=said).wish is None
    assert Slots(wish=f"熊猫的{said}").wish is not None


async def test_no_wish_and_no_photo_is_one_question(studio: Studio, video: VideoClient) -> None:
    (question,) = await answer(dialogue("帮我弄个视频"), Slots(), tools(None, video))
    assert isinstance(question, Question)
    assert (question.slot, question.open, question.after_s, question.default) == (
        "wish", True, 60, 0,
    )  # fmt: skip
    assert [choice.value for choice in question.choices] == list(wording.CHOICES)
    again = Slots(wish=question.choices[0].value)
    assert await answer(dialogue("1"), again, tools(None, video))
    assert studio.asked[0]["prompt"] == "熊猫吃竹子"


@pytest.mark.parametrize(
    ("fault", "kind", "say"),
    [
        ("chinese", Unreachable, wording.WRITER_FAILED),
        ("error500", Unreachable, wording.WRITER_FAILED),
        ("drip", Unreachable, wording.WRITER_FAILED),
        ("blank", Unreachable, wording.WRITER_FAILED),
        ("sensitive", NotAllowed, wording.REFUSED),
        ("no_money", NotAllowed, wording.NO_WRITER),
    ],
)
async def test_a_writer_that_fails_means_a_polite_decline_and_no_order(
    fault: str,
    kind: type[IntentError],
    say: str,
    studio: Studio,
    video: VideoClient,
    llm: OpenAiLlm,
    server: FakeLlm,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orders, "SECONDS", 1.2)
    studio.cards, server.fault = [dict(COG), dict(DRAFT)], fault
    with pytest.raises(kind) as caught:
        await answer(ASK, PANDA, tools(llm, video))
    assert caught.value.say == say
    assert studio.asked == []


async def test_a_prompt_that_is_too_long_is_written_again_shorter(
    studio: Studio, video: VideoClient, llm: OpenAiLlm, server: FakeLlm
) -> None:
    studio.cards, studio.refusals = [dict(COG)], [(400, "prompt_too_long")]
    assert await answer(ASK, PANDA, tools(llm, video))
    assert len(server.requests) == 2
    assert "At most 67 words" in server.requests[1]["messages"][0]["content"]
    assert studio.keys == ["web:family:m1:0"] * 2


@pytest.mark.parametrize(
    ("status", "code", "kind", "say"),
    [
        (429, "queue_full", NotAllowed, wording.BUSY),
        (429, "quota_exceeded", NotAllowed, wording.ENOUGH),
        (400, "invalid_image", NotAllowed, wording.PHOTO_BAD),
        (400, "invalid_value", NotAllowed, wording.FAILED),
        (500, "internal_error", Unreachable, wording.FAILED),
    ],
)
async def test_a_refusal_of_the_service_is_told_in_plain_chinese(
    status: int, code: str, kind: type[IntentError], say: str, studio: Studio, video: VideoClient
) -> None:
    studio.refusals = [(status, code)]
    with pytest.raises(kind) as caught:
        await answer(ASK, PANDA, tools(None, video))
    assert caught.value.say == say


async def test_still_too_long_is_declined(
    studio: Studio, video: VideoClient, llm: OpenAiLlm
) -> None:
    studio.cards, studio.refusals = [dict(COG)], [(400, "prompt_too_long")] * 2
    with pytest.raises(NotAllowed) as caught:
        await answer(ASK, PANDA, tools(llm, video))
    assert caught.value.say == wording.TOO_LONG


async def test_a_service_that_is_not_there_is_told() -> None:
    async with open_client("http://127.0.0.1:9") as nobody:
        with pytest.raises(Unreachable) as caught:
            await answer(ASK, PANDA, tools(None, nobody))
    assert caught.value.say == wording.ASLEEP


async def test_a_turn_taken_up_again_finds_its_film_even_when_the_writer_is_gone(
    studio: Studio, video: VideoClient, llm: OpenAiLlm, server: FakeLlm
) -> None:
    studio.cards, server.fault = [dict(COG)], "down"
    studio.earlier = {"id": "video_7", "model": "cogvideox-2b", "status": "queued",
                      "created_at": 1, "eta_s": 45}  # fmt: skip
    reply = await answer(ASK, PANDA, tools(llm, video))
    assert reply[1] == Ticket("video_7")
    assert studio.asked == []
