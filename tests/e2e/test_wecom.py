"""Into WeCom and back: a wish in a group or a single chat, and its clip in the same one, once."""

import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
from PIL import Image

from tests.channels.wecom.conftest import turns_to
from tests.e2e.wecom_peer.home import Home, living
from tests.fake_wecom import Wecom
from tests.service.running import Running
from tests.wecom_rules import Said

WISH = "@小爱 帮我生成一个小猫跳舞的视频"
pytestmark = pytest.mark.timeout(400)


@pytest.fixture
async def home(tmp_path: Path, service: Running, wecom: Wecom) -> AsyncIterator[Home]:
    async with living(tmp_path, service.url, wecom) as it:
        await wecom.connected()
        yield it


def photo() -> bytes:
    """A JPEG of some hundred kilobytes."""
    out = io.BytesIO()
    Image.frombytes("RGB", (640, 480), os.urandom(640 * 480 * 3)).save(out, "JPEG", quality=92)
    return out.getvalue()


def plays(clip: Said) -> bool:
    with av.open(io.BytesIO(clip.file)) as film:
        return film.streams.video[0].codec_context.name == "h264"


async def promise_and_clip(wecom: Wecom, home: Home, chat: str) -> Said:
    """One acknowledgement, then one clip, in the chat of the wish; nothing else is owed or said."""
    promise, clip = await wecom.hears(), await wecom.hears()
    await home.quiet()
    assert (promise.chat, promise.kind, promise.pushed) == (chat, "stream", False)
    assert (clip.chat, clip.kind) == (chat, "video")
    assert clip.name.endswith(".mp4")
    assert wecom.said.empty()
    return clip


async def test_a_wish_in_a_group_is_promised_and_its_clip_comes_there(
    wecom: Wecom, home: Home
) -> None:
    await wecom.says("mama", WISH, group="family")
    clip = await promise_and_clip(wecom, home, "family")
    assert plays(clip)
    assert not clip.pushed


async def test_a_wish_in_a_single_chat_stays_there(wecom: Wecom, home: Home) -> None:
    await wecom.says("nainai", WISH.removeprefix("@小爱 "))
    assert plays(await promise_and_clip(wecom, home, "nainai"))


async def test_a_photo_and_then_the_wish_to_see_it_move(wecom: Wecom, home: Home) -> None:
    shown = photo()
    await wecom.says("mama", msgtype="image", image=wecom.photo(shown))
    (line,) = await home.heard("single:mama")
    assert line.media
    assert line.media.read_bytes() == shown
    wecom.files.clear()  # its five minutes are over
    await wecom.says("mama", "让它动起来")
    assert plays(await promise_and_clip(wecom, home, "mama"))


async def test_a_photo_with_the_wish_in_one_message_of_a_group(wecom: Wecom, home: Home) -> None:
    words = {"msgtype": "text", "text": {"content": "@小爱 让它动起来"}}
    picture = {"msgtype": "image", "image": wecom.photo(photo())}
    items = {"msg_item": [words, picture]}
    await wecom.says("mama", group="family", msgtype="mixed", mixed=items)
    assert plays(await promise_and_clip(wecom, home, "family"))


async def test_a_photo_of_somebody_else_is_quoted(wecom: Wecom, home: Home) -> None:
    quote = {"msgtype": "image", "image": wecom.photo(photo())}
    await wecom.says("baba", "@小爱 让它动起来", group="family", quote=quote)
    assert plays(await promise_and_clip(wecom, home, "family"))


async def test_a_message_that_comes_twice_is_answered_once(wecom: Wecom, home: Home) -> None:
    id_ = await wecom.says("mama", WISH, group="family")
    await wecom.says("mama", WISH, group="family", id_=id_)
    assert plays(await promise_and_clip(wecom, home, "family"))


async def test_a_clip_that_was_ready_while_the_line_was_down_comes_once_when_it_is_back(
    wecom: Wecom, home: Home
) -> None:
    await wecom.says("mama", WISH, group="family")
    promise = await wecom.hears()
    wecom.closed = True
    async with turns_to(home.channel, "away"):
        await wecom.drop()
    await home.filmed("group:family")
    assert wecom.said.empty()
    wecom.closed = False
    clip = await wecom.hears()
    await home.quiet()
    assert (promise.kind, clip.kind, clip.pushed, clip.chat) == ("stream", "video", True, "family")
    assert plays(clip)
    assert wecom.said.empty()


async def test_a_clip_that_is_ready_after_the_callbacks_day_goes_into_the_chat(
    wecom: Wecom, home: Home
) -> None:
    await wecom.says("mama", WISH, group="family")
    await wecom.hears()
    wecom.expire()
    clip = await wecom.hears()
    await home.quiet()
    assert (clip.kind, clip.pushed, clip.chat) == ("video", True, "family")
    assert wecom.said.empty()


async def test_after_a_restart_the_promise_is_kept_once(
    tmp_path: Path, service: Running, wecom: Wecom
) -> None:
    async with living(tmp_path, service.url, wecom) as before:
        await wecom.says("mama", WISH, group="family")
        await wecom.hears()
        wecom.refuse("aibot_upload_media_init", *[-1] * 1000)
        await before.filmed("group:family")
    wecom.refusals.clear()
    async with living(tmp_path, service.url, wecom) as after:
        clip = await wecom.hears()
        await after.quiet()
    assert (clip.kind, clip.pushed, clip.chat) == ("video", True, "family")
    assert wecom.said.empty()
