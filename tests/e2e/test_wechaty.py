"""Into WeChat and back: a wish in a real gateway's room, and the clip in the same room, once."""

import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.records import Room
from tests.e2e.gateway.home import Home, living
from tests.e2e.gateway.running import FAMILY, VIDEO, Gateway, gateway, sha256
from tests.service.running import Running

WISH = "@小爱\u2005帮我生成一个小猫跳舞的视频"
pytestmark = pytest.mark.timeout(400)


@pytest.fixture
async def wechat() -> AsyncIterator[Gateway]:
    async with gateway() as running:
        yield running


@pytest.fixture
async def home(tmp_path: Path, service: Running, wechat: Gateway) -> AsyncIterator[Home]:
    async with living(tmp_path, service.url, wechat) as it:
        await it.up()
        yield it


def phone_photo() -> bytes:
    """A JPEG of about 3.5 MB that a phone might have taken."""
    noise = Image.frombytes("RGB", (2200, 1640), os.urandom(2200 * 1640 * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=92)
    return out.getvalue()


async def promise_and_clip(wechat: Gateway, home: Home, room: str = FAMILY) -> dict[str, Any]:
    """One acknowledgement, then one clip, in the room of the wish; nothing else is owed."""
    promise, clip = await wechat.hears(), await wechat.hears()
    await home.quiet()
    assert (promise["kind"], promise["to"]) == ("text", room)
    assert (clip["kind"], clip["to"], clip["type"]) == ("file", room, VIDEO)
    assert clip["name"].endswith(".mp4")
    return clip


async def kept(home: Home, kind: str) -> list[str]:
    """The sums of the files of one kind (photo, video) that memory has of the family's room."""
    lines = await home.memory.history(Room("wechaty", FAMILY))
    return [sha256(it.media.read_bytes()) for it in lines if it.kind == kind and it.media]


async def test_a_mention_in_the_room_brings_a_word_and_then_the_very_clip(
    wechat: Gateway, home: Home
) -> None:
    await wechat.says("今天天气不错")
    await wechat.says(WISH, at_me=True)
    sent = await promise_and_clip(wechat, home)
    assert [sent["sha256"]] == await kept(home, "video")
    assert sent["size"] > 1000
    assert await wechat.silent(0.3)


async def test_a_phone_photo_and_then_the_wish_that_it_moves(wechat: Gateway, home: Home) -> None:
    photo = phone_photo()
    assert 3_000_000 < len(photo) < 5_000_000
    await wechat.shows(photo)
    await wechat.says("@小爱\u2005让它动起来", at_me=True)
    await promise_and_clip(wechat, home)
    assert await kept(home, "photo") == [sha256(photo)]


async def test_a_private_chat_needs_no_mention(wechat: Gateway, home: Home) -> None:
    await wechat.says("生成一个熊猫吃竹子的视频", who="dad", room=None)
    assert (await promise_and_clip(wechat, home, "wxid_dad"))["size"] > 1000


async def test_a_message_that_is_delivered_twice_is_answered_once(
    wechat: Gateway, home: Home
) -> None:
    said = await wechat.says(WISH, at_me=True)
    await wechat.tell("again", id=said)
    await promise_and_clip(wechat, home)
    await wechat.tell("again", id=said)
    assert await wechat.silent(0.5)


async def test_puppets_without_message_ids_and_with_errors_get_their_clip_once(
    wechat: Gateway, home: Home
) -> None:
    await wechat.tell("ids", give=False)
    await wechat.tell("error", text="the network trembles")
    await wechat.says(WISH, at_me=True)
    await wechat.tell("error", text="and again")
    await promise_and_clip(wechat, home)
    assert await wechat.silent(0.5)


async def test_a_clip_that_is_ready_while_the_gateway_is_dead_comes_once_when_it_is_back(
    wechat: Gateway, home: Home
) -> None:
    await wechat.says(WISH, at_me=True)
    assert (await wechat.hears())["kind"] == "text"
    await home.only_films_are_owed()
    await wechat.kill()
    await home.away()
    (waiting,) = await home.memory.waiting(Room("wechaty", FAMILY))
    await home.client.get(waiting.job_id, wait=60)  # the film is there, the room is not
    await wechat.start()
    clip = await wechat.hears()
    assert (clip["to"], clip["type"]) == (FAMILY, VIDEO)
    await home.quiet()
    assert await wechat.silent(0.5)


async def test_a_clip_promised_before_both_ended_comes_once_after_both_are_back(
    tmp_path: Path, service: Running, wechat: Gateway
) -> None:
    async with living(tmp_path, service.url, wechat) as home:
        await home.up()
        await wechat.says(WISH, at_me=True)
        assert (await wechat.hears())["kind"] == "text"
        await home.only_films_are_owed()
        await wechat.kill()
        await home.away()
    async with living(tmp_path, service.url, wechat) as home:
        await home.away()  # the gateway is absent at the start
        await wechat.start()
        assert (await wechat.hears())["type"] == VIDEO
        await home.quiet()
        assert await wechat.silent(0.5)


async def test_a_photo_of_before_a_restart_still_moves(
    tmp_path: Path, service: Running, wechat: Gateway
) -> None:
    photo = phone_photo()
    async with living(tmp_path, service.url, wechat) as home:
        await home.up()
        await wechat.shows(photo)
        await wechat.says("小爱 在吗")
        await wechat.hears()
        await home.quiet()
    async with living(tmp_path, service.url, wechat) as home:
        await home.up()
        await wechat.says("@小爱\u2005让它动起来", at_me=True)
        await promise_and_clip(wechat, home)


async def test_a_quoted_photo_is_the_one_that_moves(wechat: Gateway, home: Home) -> None:
    mums, dads = phone_photo(), phone_photo()
    await wechat.shows(mums)
    await wechat.shows(dads, who="dad")
    dashes = "- - - - - - - - - - - - - - -"
    said = f"「妈妈：[图片]」\n{dashes}\n@小爱\u2005让它动起来"
    await wechat.says(said, at_me=True, who="dad")
    await promise_and_clip(wechat, home)
    assert await kept(home, "photo") == [sha256(mums)]
