"""Our client and WeCom's own SDK do the same on the same line, and neither breaks a rule."""

import asyncio
import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import ChannelBroken
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.link import Credentials
from bot.channels.wecom.media import open_media
from intents.dialogue import Turn
from tests.channels.wecom.conftest import QUICK, Ears, living
from tests.e2e.npm import install
from tests.e2e.wecom_peer.peer import HERE, official
from tests.fake_wecom import BOT_ID, SECRET, Wecom, running_wecom
from tests.wecom_rules import Said

PHOTO = hashlib.sha256(b"a photo").digest() * 30_000
pytestmark = pytest.mark.timeout(400)
Seen = dict[str, Any]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    install(HERE)
    file = tmp_path_factory.mktemp("clip") / "clip.mp4"
    file.write_bytes(os.urandom(8 * 2**20))
    return file


async def talk(wecom: Wecom) -> list[Said]:
    """What is said to either of them, and what they send."""
    await wecom.connected()
    await wecom.says("nainai", msgtype="image", image=wecom.photo(PHOTO))
    await wecom.says("nainai", "拍一段熊猫的视频")
    said = [await wecom.hears(), await wecom.hears()]
    await wecom.drop()
    await wecom.connected()
    await wecom.says("mama", "@小爱 慢慢拍一段", group="family")
    return [*said, await wecom.hears(), await wecom.hears()]


async def ours(wecom: Wecom, clip: Path) -> tuple[list[Seen], list[Said]]:
    """Our channel in the place of the SDK's bot, answering what that one answers."""
    seen, ears = list[Seen](), Ears()

    async def answer(turn: Turn) -> None:
        for photo in turn.photos:
            seen.append({"saw": "photo", "sum": hashlib.sha256(await photo.read()).hexdigest()})
        if not turn.text:
            return
        seen.append({"saw": "text", "from": turn.sender, "private": turn.private})
        await channel.send_text(turn, "好嘞，正在拍。", key=f"{turn.key}:1")
        if "慢慢" in turn.text:
            turn = replace(turn, ref=turn.ref.replace('"link": "', '"link": "an older one '))
        await channel.send_video(turn, clip, poster=None, key=f"{turn.key}:2")

    async with living(wecom, ears.hear) as channel, asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(talk(wecom))
        for _ in range(3):
            await answer(await ears.next())
        return seen, await talking


async def theirs(wecom: Wecom, clip: Path) -> tuple[list[Seen], list[Said]]:
    async with official(wecom, clip) as peer, asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(talk(wecom))
        seen = [await peer.saw() for _ in range(5)]
        said = await talking
    ups = [it for it in seen if it["saw"] == "up"]
    assert len(ups) == 2
    return [
        {"saw": "text", "from": it["from"], "private": it["chattype"] == "single"}
        if it["saw"] == "text"
        else it
        for it in seen
        if it["saw"] != "up"
    ], said


def shape(said: Said) -> tuple[str, str, bool, str, str, str]:
    """All of a message but the id of its stream."""
    sum_ = hashlib.sha256(said.file).hexdigest()
    return said.chat, said.kind, said.pushed, said.text, said.name, sum_


async def test_both_see_and_say_the_same(clip: Path, wecom: Wecom) -> None:
    seen, said = await theirs(wecom, clip)
    their_steps = sorted({*wecom.commands})
    async with running_wecom() as other:
        seen_by_us, said_by_us = await ours(other, clip)
        assert other.complaints == []
    assert sorted(seen_by_us, key=str) == sorted(seen, key=str)
    assert [shape(it) for it in said_by_us] == [shape(it) for it in said]
    assert said[1].file == said_by_us[1].file == clip.read_bytes()
    assert sorted({*other.commands}) == their_steps
    assert other.commands.count("aibot_upload_media_chunk") == 32
    assert wecom.commands.count("aibot_upload_media_chunk") == 32


async def test_both_are_told_of_a_wrong_secret(clip: Path, wecom: Wecom) -> None:
    async with official(wecom, clip, secret="wrong") as peer:
        assert "853000" in (await peer.saw())["text"]
    async with open_media(wecom.url) as media:
        channel = WecomChannel(wecom.url, Credentials(BOT_ID, "wrong"), media, QUICK)
        with pytest.raises(ChannelBroken, match="853000"):
            await channel.run(Ears().hear)


async def test_each_stands_back_when_the_other_takes_the_bot(clip: Path, wecom: Wecom) -> None:
    async with official(wecom, clip) as peer:
        assert (await peer.saw())["saw"] == "up"
        ears = Ears()
        async with open_media(wecom.url) as media:
            channel = WecomChannel(wecom.url, Credentials(BOT_ID, SECRET), media, QUICK)
            async with asyncio.TaskGroup() as tasks:
                ended = tasks.create_task(_ended(channel, ears))
                assert (await peer.saw())["saw"] == "kicked"
                async with official(wecom, clip) as another:
                    assert (await another.saw())["saw"] == "up"
                    assert "有另一个程序" in (await ended).say


async def _ended(channel: WecomChannel, ears: Ears) -> ChannelBroken:
    with pytest.raises(ChannelBroken) as caught:
        await channel.run(ears.hear)
    return caught.value
