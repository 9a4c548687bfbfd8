"""The web channel: what a browser posts becomes one turn, once, and clean."""

import asyncio
import io
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.channels import web
from bot.channels.web import ROOM, NotOurPage, Overrun, WebChannel
from bot.web.photos import MAX_BYTES, BadPhoto, clean_photo
from intents.dialogue import Quote, Turn
from tests.web.pictures import GPS, claiming, heic, jpeg, phone_jpeg, see_through_png

MEMBERS = ("妈妈", "爸爸")


def new_id() -> str:
    return str(uuid.uuid4())


@asynccontextmanager
async def listening(channel: WebChannel) -> AsyncIterator[list[Turn]]:
    """What the bot hears, while it listens."""
    heard: list[Turn] = []

    async def hear(turn: Turn) -> None:
        heard.append(turn)

    task = asyncio.ensure_future(channel.run(hear))
    yield heard
    task.cancel()
    await asyncio.wait({task})


async def test_a_message_becomes_a_turn_of_the_member_who_speaks() -> None:
    channel = WebChannel(MEMBERS)
    async with listening(channel) as heard:
        message_id = new_id()
        assert await channel.post("爸爸", " @小爱 你好 ", message_id=message_id)
        (turn,) = heard
    assert (turn.id, turn.channel, turn.room) == (message_id, "web", ROOM)
    assert (turn.sender, turn.name, turn.text) == ("爸爸", "爸爸", "@小爱 你好")
    assert abs(datetime.now(UTC) - turn.at).total_seconds() < 5


async def test_a_double_click_is_heard_once() -> None:
    channel = WebChannel(MEMBERS)
    async with listening(channel) as heard:
        message_id = new_id()
        both = await asyncio.gather(
            channel.post("妈妈", "你好", [jpeg()], message_id=message_id),
            channel.post("妈妈", "你好", [jpeg()], message_id=message_id),
        )
        assert sorted(both) == [False, True]
        assert len(heard) == 1


async def test_what_is_quoted_is_named_by_its_id() -> None:
    channel = WebChannel(MEMBERS)
    async with listening(channel) as heard:
        await channel.post("妈妈", "再来一个", quote_id="earlier", message_id=new_id())
        assert heard[0].quote == Quote(id="earlier")


async def test_a_photo_arrives_upright_and_tells_no_place() -> None:
    channel = WebChannel(MEMBERS)
    async with listening(channel) as heard:
        await channel.post("妈妈", "", [phone_jpeg()], message_id=new_id())
        (photo,) = heard[0].photos
        raw = await photo.read()
    with Image.open(io.BytesIO(raw)) as seen:
        assert (seen.format, seen.size) == ("JPEG", (48, 64))
        assert not seen.getexif().get_ifd(GPS)
        assert not dict(seen.getexif())


def test_what_is_see_through_becomes_white() -> None:
    with Image.open(io.BytesIO(clean_photo(see_through_png()))) as seen:
        assert seen.getpixel((5, 5)) == (255, 255, 255)


def test_what_an_iphone_takes_becomes_a_jpeg_like_any_other() -> None:
    with Image.open(io.BytesIO(clean_photo(heic()))) as seen:
        assert (seen.format, seen.size) == ("JPEG", (320, 240))


def test_a_huge_photo_is_made_smaller() -> None:
    with Image.open(io.BytesIO(clean_photo(jpeg((4000, 1000))))) as seen:
        assert seen.size == (2560, 640)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not a photo",
        jpeg()[:200],
        heic()[:200],
        b"\xff\xd8\xff" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        jpeg() + b"\0" * MAX_BYTES,
        claiming(10_000, 9_000),
    ],
    ids=[
        "empty",
        "words",
        "cut off",
        "cut off heic",
        "noise",
        "svg",
        "too many bytes",
        "too many pixels",
    ],
)
async def test_a_bad_photo_is_refused_kindly_and_nothing_is_heard(raw: bytes) -> None:
    channel = WebChannel(MEMBERS)
    async with listening(channel) as heard:
        with pytest.raises(BadPhoto) as refused:
            await channel.post("妈妈", "看", [raw], message_id=new_id())
        assert refused.value.say.endswith("。")
        assert heard == []


async def test_a_refused_message_may_come_again_under_its_id() -> None:
    channel = WebChannel(MEMBERS)
    async with listening(channel) as heard:
        message_id = new_id()
        with pytest.raises(BadPhoto):
            await channel.post("妈妈", "看", [b"junk"], message_id=message_id)
        assert await channel.post("妈妈", "看", [jpeg()], message_id=message_id)
        assert len(heard) == 1


async def test_a_second_try_is_not_told_yes_before_the_first_is_on_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web, "HEARD_S", 0.02)
    channel, message_id = WebChannel(MEMBERS), new_id()
    for _ in range(2):
        with pytest.raises(Overrun):
            await channel.post("妈妈", "你好", message_id=message_id)
    async with listening(channel) as heard:
        assert not await channel.post("妈妈", "你好", message_id=message_id)
        assert len(heard) == 1


async def test_when_nobody_listens_the_inbox_ends_somewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web, "HEARD_S", 0.02)
    channel = WebChannel(MEMBERS)
    posts = [channel.post("妈妈", str(i), message_id=new_id()) for i in range(web.INBOX + 5)]
    ends = await asyncio.gather(*posts, return_exceptions=True)
    assert all(isinstance(end, Overrun) for end in ends)
    async with listening(channel) as heard:
        await asyncio.sleep(0)  # the listener has a look at what waits
        await channel.post("妈妈", "现在呢", message_id=new_id())
        assert [turn.text for turn in heard] == [*map(str, range(web.INBOX)), "现在呢"]


@pytest.mark.parametrize(
    ("member", "message_id"),
    [("路人", "5f0c2f3e-8a52-4c26-9c0c-0d6c1f1f9a11"), ("妈妈", "1"), ("妈妈", "")],
)
async def test_what_our_page_cannot_have_sent_is_refused(member: str, message_id: str) -> None:
    with pytest.raises(NotOurPage):
        await WebChannel(MEMBERS).post(member, "你好", message_id=message_id)


async def test_the_typing_sign_goes_out_with_the_answer() -> None:
    channel = WebChannel(MEMBERS)
    told: list[bool] = []
    channel.on_typing(lambda: told.append(channel.is_typing))
    turn = Turn("1", "web", ROOM, "妈妈", "妈妈", "小爱", datetime.now(UTC))
    await channel.typing(turn)
    await channel.send_text(turn, "在。", key="k1")
    await channel.typing(turn)
    await channel.send_video(turn, Path("clip.mp4"), poster=None, key="k2")
    await channel.typing(turn)
    await channel.send_image(turn, Path("photo.jpg"), key="k3")
    assert told == [True, False] * 3
