"""The line to WeCom: comes back after every drop, tells how it is, gives up only for its owner."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import ChannelBroken, SendError
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.link import Credentials, Pace
from bot.channels.wecom.media import open_media
from intents.dialogue import Turn
from tests.channels.wecom.conftest import QUICK, Ears, living, turns_to
from tests.fake_wecom import BOT_ID, SECRET, Wecom


async def broken_of(wecom: Wecom, ears: Ears, secret: str = SECRET) -> ChannelBroken:
    """Why the channel ended."""
    async with open_media(wecom.url) as media:
        channel = WecomChannel(wecom.url, Credentials(BOT_ID, secret), media, QUICK)
        with pytest.raises(ChannelBroken) as caught:
            await channel.run(ears.hear)
        return caught.value


async def test_after_a_drop_it_is_back_and_hears_and_answers(
    wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    await wecom.says("mama", "@小爱 拍一段熊猫的视频", group="g1")
    before = await ears.next()
    async with turns_to(channel, "away"):
        await wecom.drop()
    await wecom.connected()
    await channel.send_text(before, "拍好啦。", key="k1")
    assert (await wecom.hears()).pushed
    assert "aibot_respond_msg" not in wecom.commands  # a callback belongs to its connection
    await wecom.says("mama", "@小爱 谢谢", group="g1")
    after = await ears.next()
    assert after.text == "谢谢"
    await channel.send_text(after, "不客气。", key="k2")
    assert not (await wecom.hears()).pushed
    assert wecom.links == 2


async def test_a_message_out_waits_for_a_line_that_is_coming_back(
    wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    await wecom.says("mama", "在吗")
    turn = await ears.next()
    async with turns_to(channel, "away"):
        await wecom.drop()
    await channel.send_text(turn, "在呢。", key="k1")
    assert (await wecom.hears()).text == "在呢。"


async def test_a_drop_in_the_middle_of_a_clip_leaves_it_to_be_sent_again_once(
    wecom: Wecom, ears: Ears, channel: WecomChannel, tmp_path: Path
) -> None:
    await wecom.says("mama", "在吗")
    turn = await ears.next()
    (tmp_path / "clip.mp4").write_bytes(bytes(3 * 2**20))
    wecom.mute.add("aibot_upload_media_chunk")
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(expect_send_error(channel, turn, tmp_path / "clip.mp4"))
        await wecom.sees("aibot_upload_media_chunk")
        async with turns_to(channel, "away"):
            await wecom.drop()
        await sending
    wecom.mute.clear()
    await channel.send_video(turn, tmp_path / "clip.mp4", poster=None, key="k1")
    assert len((await wecom.hears()).file) == 3 * 2**20
    assert wecom.said.empty()


async def expect_send_error(channel: WecomChannel, turn: Turn, file: Path) -> None:
    with pytest.raises(SendError):
        await channel.send_video(turn, file, poster=None, key="k1")


async def test_a_line_that_looks_open_and_is_not_is_opened_anew(
    wecom: Wecom, ears: Ears, channel: WecomChannel
) -> None:
    await wecom.says("mama", "在吗")
    turn = await ears.next()
    wecom.refuse("aibot_respond_msg", 846609)
    wecom.refuse("aibot_send_msg", 846609)
    async with turns_to(channel, "away"):
        with pytest.raises(SendError, match="846609"):
            await channel.send_text(turn, "在呢。", key="k1")
    await channel.send_text(turn, "在呢。", key="k1")
    assert (await wecom.hears()).text == "在呢。"
    assert wecom.links == 2


async def test_pings_that_nobody_answers_end_the_connection(wecom: Wecom, ears: Ears) -> None:
    wecom.mute.add("ping")
    pace = replace(QUICK, beat=0.02, answer=0.1)
    async with living(wecom, ears.hear, pace) as channel, turns_to(channel, "away"):
        pass
    assert wecom.commands.count("ping") == 2


async def test_pings_that_are_answered_keep_it(wecom: Wecom, ears: Ears) -> None:
    async with living(wecom, ears.hear, replace(QUICK, beat=0.001)):
        await wecom.sees("ping", 20)
    assert wecom.links == 1


async def test_pings_that_are_late_do_not_end_a_line_on_which_something_comes(
    wecom: Wecom, ears: Ears
) -> None:
    wecom.mute.add("ping")
    wecom.mutters = True
    async with living(wecom, ears.hear, replace(QUICK, beat=0.01, answer=0.5)):
        await wecom.sees("ping", 4)
    assert wecom.links == 1


async def test_a_wrong_secret_ends_it_with_a_word_to_the_owner(
    wecom: Wecom, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    broken = await broken_of(wecom, ears, secret="wrong-secret-wrong-secret")
    assert "853000" in str(broken)
    assert broken.say == "企业微信说机器人的编号或密钥不对，请重新抄一遍再启动。"
    assert wecom.commands == ["aibot_subscribe"]
    assert "wrong-secret" not in caplog.text + str(broken)


async def test_when_another_program_takes_the_bot_it_stands_back_and_says_so(
    wecom: Wecom, ears: Ears
) -> None:
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(broken_of(wecom, ears))
        await wecom.connected()
        async with living(wecom, ears.hear):
            assert "有另一个程序用同一个机器人" in (await first).say
            await wecom.says("mama", "在吗")
            assert (await ears.next()).text == "在吗"
    assert wecom.links == 2


async def test_a_refusal_of_the_moment_is_tried_again(wecom: Wecom, ears: Ears) -> None:
    wecom.refuse("aibot_subscribe", -1, -1, 45009, -1)
    async with living(wecom, ears.hear) as channel:
        async with turns_to(channel, "up"):
            pass
        wecom.refuse("aibot_subscribe", -1)  # once it was up, they are counted anew
        async with turns_to(channel, "up"):
            await wecom.drop()
    assert wecom.commands.count("aibot_subscribe") == 7


async def test_a_bot_that_is_refused_again_and_again_is_its_owners_matter(
    wecom: Wecom, ears: Ears
) -> None:
    wecom.refuse("aibot_subscribe", *[60011] * 5)
    assert "错误码 60011" in (await broken_of(wecom, ears)).say


class Enough(Exception):
    """So often was tried."""


class FourTries(Pace):
    def pauses(self) -> Iterator[float]:
        yield from [0.001] * 3
        raise Enough


async def test_where_nobody_listens_it_waits_and_says_so_once(
    ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_media("ws://127.0.0.1:9") as media:
        bot = Credentials(BOT_ID, SECRET)
        channel = WecomChannel("ws://127.0.0.1:9", bot, media, FourTries())
        with pytest.raises(ExceptionGroup) as caught:
            await channel.run(ears.hear)
    assert caught.group_contains(Enough)
    assert (channel.pulse.health.state, channel.pulse.health.say) == (
        "away", "企业微信连不上，正在重连。",
    )  # fmt: skip
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_pauses_double_up_to_half_a_minute_and_are_never_all_the_same() -> None:
    pauses = Pace().pauses()
    first = [next(pauses) for _ in range(9)]
    for pause, most in zip(first, (1, 2, 4, 8, 16, 30, 30, 30, 30), strict=True):
        assert most / 2 <= pause <= most
    assert len({round(pause, 6) for pause in first[-4:]}) > 1


async def test_whatever_is_logged_the_secret_is_not(
    wecom: Wecom, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with living(wecom, ears.hear) as channel:
        await wecom.says("mama", "在吗")
        await channel.send_text(await ears.next(), "在呢。", key="k1")
        await wecom.hears()
        async with turns_to(channel, "away"):
            await wecom.drop()
        await wecom.connected()
        assert SECRET not in repr(vars(channel)) + repr(vars(channel._line))
    assert SECRET not in caplog.text
    assert "wecom is up" in caplog.text
