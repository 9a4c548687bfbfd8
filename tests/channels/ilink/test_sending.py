"""What may go out: ten for each message, within a day, not too fast; and what did not arrive."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import CannotSendNow, SendError
from bot.channels.ilink.doors import Door, opened
from bot.channels.ilink.faults import LoginEnded, Refused, TooFast, refusal
from bot.channels.ilink.tempo import Pace
from tests.channels.ilink.home import SWIFT, Home
from tests.channels.ilink.listening import listening
from tests.ilink_people import MOST_REPLIES, text

CLIP = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 300


def key(n: int) -> str:
    return f"ilink:room:1:re:{n}"


async def test_ten_replies_go_out_and_the_next_waits_for_her_next_message(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        for n in range(MOST_REPLIES):
            await ear.channel.send_text(ask, f"第{n}句", key=key(n))
        with pytest.raises(CannotSendNow):
            await ear.channel.send_text(ask, "多了", key=key(10))
        assert house.fake.asked["sendmessage"] == MOST_REPLIES  # it was not even tried
        await house.says("妈妈", text("还有吗"))
        await ear.next()
        await ear.channel.send_text(ask, "还有", key=key(10))
    said = [(await house.gets("妈妈")).text for _ in range(11)]
    assert said == [*(f"第{n}句" for n in range(MOST_REPLIES)), "还有"]


async def test_replies_are_counted_across_a_restart(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        for n in range(MOST_REPLIES):
            await ear.channel.send_text(ask, "在", key=key(n))
    async with listening(house, log_in=False) as ear:
        with pytest.raises(CannotSendNow):
            await ear.channel.send_text(ask, "在", key=key(10))
    assert house.fake.asked["sendmessage"] == MOST_REPLIES


def test_a_message_heard_twice_opens_the_door_once() -> None:
    door = Door(context="second", at=2.0, used=3)
    for context, at in (("second", 2.0), ("first", 1.0), ("", 3.0)):
        assert opened(door, context, at) is door
    assert opened(door, "third", 3.0) == Door(context="third", at=3.0)


async def test_the_server_refuses_after_a_day_and_nothing_is_sent_up_for_it_twice(
    house: Home, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP)
    async with listening(house) as ear:
        await house.says("妈妈", text("拍只猫"))
        ask = await ear.next()
        house.fake.pass_time(hours=25)
        with pytest.raises(CannotSendNow):
            await ear.channel.send_video(ask, clip, poster=None, key=key(0))
        await house.says("妈妈", text("好了吗"))
        await ear.next()
        await ear.channel.send_video(ask, clip, poster=None, key=key(0))
    assert (await house.gets("妈妈")).data == CLIP
    assert house.fake.asked["getuploadurl"] == 1


async def test_a_picture_arrives_with_every_byte(house: Home, tmp_path: Path) -> None:
    picture = tmp_path / "cat.png"
    picture.write_bytes(CLIP[:4097])
    async with listening(house) as ear:
        await house.says("妈妈", text("画只猫"))
        await ear.channel.send_image(await ear.next(), picture, key=key(0))
    got = await house.gets("妈妈")
    assert (got.kind, got.data) == ("image", CLIP[:4097])


async def test_too_fast_may_be_tried_again(house: Home) -> None:
    house.fake.gap_s = 3600
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        await ear.channel.send_text(ask, "一", key=key(0))
        with pytest.raises(SendError) as caught:
            await ear.channel.send_text(ask, "二", key=key(1))
        assert not isinstance(caught.value, CannotSendNow)
        house.fake.gap_s = 0
        await ear.channel.send_text(ask, "二", key=key(1))
    assert [(await house.gets("妈妈")).text for _ in range(2)] == ["一", "二"]


def test_the_gap_widens_to_a_limit_and_is_narrow_again_after_a_success() -> None:
    pace, gaps = Pace(gap=0.5, widest=30), []
    for _ in range(8):
        pace.widen()
        gaps.append(pace.gap)
    assert gaps == [1, 2, 4, 8, 16, 30, 30, 30]
    pace.narrow()
    assert pace.gap == 0.5


async def test_a_gap_between_messages_keeps_the_server_content(house: Home) -> None:
    house.fake.gap_s, house.tempo = 0.1, replace(SWIFT, gap_s=0.15)
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        sends = (ear.channel.send_text(ask, str(n), key=key(n)) for n in range(3))
        await asyncio.gather(*sends)
    assert house.fake.refused.empty()
    assert [(await house.gets("妈妈")).text for _ in range(3)] == ["0", "1", "2"]


def test_a_door_is_open_for_a_day() -> None:
    door = Door(context="token", at=1000.0)
    assert door.shut_because(1000.0 + 24 * 3600 - 1) == ""
    assert "a day" in door.shut_because(1000.0 + 24 * 3600 + 1)


@pytest.mark.parametrize(("ret", "message", "kind"), [
    (-2, "rate limited", TooFast), (-2, "prepare failed", Refused),
    (-2, "generate failed", Refused), (-4, "GetTypingTicket rpc failed", Refused),
    (-14, "session timeout", LoginEnded),
])  # fmt: skip
def test_the_ways_to_say_no_are_told_apart(ret: int, message: str, kind: type) -> None:
    assert type(refusal("sendmessage", ret, message)) is kind


async def test_what_was_accepted_without_an_id_is_tried_once_more_and_then_waits(
    house: Home,
) -> None:
    house.fake.fail("sendmessage", "no_id", "no_id")
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        with pytest.raises(SendError) as first:
            await ear.channel.send_text(ask, "在", key=key(0))
        with pytest.raises(CannotSendNow):
            await ear.channel.send_text(ask, "在", key=key(0))
    assert not isinstance(first.value, CannotSendNow)


async def test_a_try_whose_answer_was_lost_is_the_same_message(house: Home) -> None:
    house.fake.fail("sendmessage", "504")
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        with pytest.raises(SendError):
            await ear.channel.send_text(ask, "在", key=key(0))
        await ear.channel.send_text(ask, "在", key=key(0))
        await ear.channel.send_text(ask, "说吧", key=key(1))
    assert house.fake.asked["sendmessage"] == 3
    assert [(await house.gets("妈妈")).text for _ in range(2)] == ["在", "说吧"]
    assert house.fake.person("妈妈").screen.empty()


@pytest.mark.parametrize(("verb", "fault"), [
    ("upload", "error500"), ("upload", "gone"), ("getuploadurl", "html"), ("sendmessage", "list"),
])  # fmt: skip
async def test_a_clip_survives_a_server_that_fails(
    house: Home, tmp_path: Path, verb: str, fault: str
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(CLIP)
    house.fake.fail(verb, fault)
    async with listening(house) as ear:
        await house.says("妈妈", text("拍只猫"))
        ask = await ear.next()
        with pytest.raises(SendError) as caught:
            await ear.channel.send_video(ask, clip, poster=None, key=key(0))
        assert not isinstance(caught.value, CannotSendNow)
        await ear.channel.send_video(ask, clip, poster=None, key=key(0))
    assert (await house.gets("妈妈")).data == CLIP


async def test_typing_is_shown_until_something_is_said(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask, signs = await ear.next(), house.fake.person("妈妈").typing
        await ear.channel.typing(ask)
        assert [await _next(signs) for _ in range(3)] == [1, 1, 1]
        await ear.channel.send_text(ask, "在", key=key(0))
        while await _next(signs) == 1:
            pass
    assert signs.empty()


async def test_typing_ends_by_itself(house: Home) -> None:
    house.tempo = replace(SWIFT, typing_s=0.02, typing_for_s=0.1)
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        await ear.channel.typing(await ear.next())
        signs = house.fake.person("妈妈").typing
        while await _next(signs) == 1:
            pass
    assert signs.empty()


async def test_who_has_left_the_settings_is_not_written_to(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
    house.members = ("爸爸",)
    async with listening(house) as ear:
        await ear.channel.typing(ask)
        with pytest.raises(CannotSendNow):
            await ear.channel.send_text(ask, "在", key=key(0))


async def _next(signs: asyncio.Queue[int]) -> int:
    async with asyncio.timeout(30):
        return await signs.get()
