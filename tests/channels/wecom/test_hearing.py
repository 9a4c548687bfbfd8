"""What people say in WeCom arrives as turns: groups and single chats, words, photos, quotes."""

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import NotHeard
from bot.channels.wecom.channel import WecomChannel
from intents.dialogue import Turn
from tests.channels.wecom.conftest import Ears, living
from tests.fake_wecom import Wecom

PHOTO = hashlib.sha256(b"a photo").digest() * 30_000


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("@小爱 拍一段熊猫吃竹子的视频", "拍一段熊猫吃竹子的视频"),
        ("@小爱\u2005上海天气", "上海天气"),
        ("  @群里的机器人  在吗", "在吗"),
        ("上海天气怎么样 @小爱", "上海天气怎么样"),
        ("@小爱", ""),
        ("@小爱 @爸爸 说晚上吃面", "@爸爸 说晚上吃面"),
        ("@小爱 发到 mama@example.com", "发到 mama@example.com"),
    ],
)
async def test_in_a_group_the_mention_is_no_part_of_the_wish(
    typed: str, heard: str, wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    content = {"msgtype": "text", "text": {"content": typed}}
    mixed = [content, {"msgtype": "image", "image": wecom.photo(PHOTO)}]
    id_ = await wecom.says("mama", group="g1", msgtype="mixed", mixed={"msg_item": mixed})
    turn = await ears.next()
    assert (turn.id, turn.text, turn.channel) == (id_, heard, "wecom")
    assert (turn.room, turn.sender, turn.private) == ("group:g1", "mama", False)
    assert turn.mentions_me
    assert await turn.photos[0].read() == PHOTO
    assert turn.photos[0].ref == ""  # kept at once: in five minutes it is gone


async def test_in_a_single_chat_every_word_counts(
    wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    await wecom.says("mama", "@一下爸爸", create_time=1_790_000_000)
    turn = await ears.next()
    assert (turn.text, turn.room) == ("@一下爸爸", "single:mama")
    assert (turn.private, turn.mentions_me) == (True, False)
    assert turn.at == datetime.fromtimestamp(1_790_000_000, UTC)


async def test_what_was_spoken_arrives_in_words(
    wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    await wecom.says("nainai", msgtype="voice", voice={"content": "明天下雨吗"})
    turn = await ears.next()
    assert (turn.text, turn.voice) == ("明天下雨吗", None)


@pytest.mark.parametrize(("kind", "shown"), [("file", "[文件]"), ("video", "[视频]")])
async def test_what_she_cannot_look_into_is_named(
    kind: str, shown: str, wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    content: dict[str, Any] = {kind: wecom.photo(b"some file")}
    await wecom.says("mama", msgtype=kind, **content)
    assert (await ears.next()).text == shown


async def test_a_photo_alone_is_a_turn_without_words(
    wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    await wecom.says("mama", msgtype="image", image=wecom.photo(PHOTO))
    turn = await ears.next()
    assert turn.text == ""
    assert [await photo.read() for photo in turn.photos] == [PHOTO]


async def test_a_quoted_photo_comes_along(wecom: Wecom, ears: Ears, channel: WecomChannel) -> None:
    quote = {"msgtype": "image", "image": wecom.photo(PHOTO)}
    await wecom.says("mama", "@小爱 让它动起来", group="g1", quote=quote)
    turn = await ears.next()
    assert turn.quote
    (photo,) = turn.quote.photos
    assert await photo.read() == PHOTO
    assert photo.ref == ""


async def test_a_quoted_text_comes_along(wecom: Wecom, ears: Ears, channel: WecomChannel) -> None:
    quote = {"msgtype": "text", "text": {"content": "外婆桥怎么走"}}
    await wecom.says("mama", "@小爱 这个呢", group="g1", quote=quote)
    turn = await ears.next()
    assert turn.quote
    assert (turn.quote.text, turn.quote.mine) == ("外婆桥怎么走", False)


async def test_what_is_no_message_is_passed_over_and_never_logged(
    wecom: Wecom, ears: Ears, channel: WecomChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bot")
    (await wecom.connected()).logger.setLevel("WARNING")
    await wecom.says("mama", msgtype="location", location={"name": "家里的秘密"})
    await wecom.says("mama", "家里的秘密", chattype="no such type")
    await wecom.says("mama", "家里的秘密", group="g1", chatid="")
    event = {"msgtype": "event", "event": {"eventtype": "enter_chat"}, "from": {"userid": "mama"}}
    await wecom.tells("aibot_event_callback", event, "mama")
    await (await wecom.connected()).send("家里的秘密, no frame at all")
    await (await wecom.connected()).send("[]")
    await wecom.says("mama", "在吗")
    assert (await ears.next()).text == "在吗"
    assert ears.heard.empty()
    assert "秘密" not in caplog.text


async def test_turns_of_a_room_are_heard_in_order_and_no_room_waits_for_another(
    wecom: Wecom,
) -> None:
    heard, go = list[str](), asyncio.Event()
    here = asyncio.Queue[str]()

    async def hear(turn: Turn) -> None:
        if turn.text == "慢0":
            await go.wait()
        heard.append(turn.text)
        here.put_nowait(turn.text)

    async with living(wecom, hear):
        for n in range(5):
            await wecom.says("slow", f"慢{n}")
        await wecom.says("quick", "快")
        assert await asyncio.wait_for(here.get(), 30) == "快"
        go.set()
        assert [await asyncio.wait_for(here.get(), 30) for _ in range(5)] == [
            f"慢{n}" for n in range(5)
        ]


async def test_what_could_not_be_written_down_is_given_again(wecom: Wecom, ears: Ears) -> None:
    refusals = [NotHeard("full"), NotHeard("full")]

    async def hear(turn: Turn) -> None:
        if refusals:
            raise refusals.pop()
        await ears.hear(turn)

    async with living(wecom, hear):
        id_ = await wecom.says("mama", "在吗")
        assert (await ears.next()).id == id_
