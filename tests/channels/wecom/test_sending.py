"""What 小爱 sends: answers to a callback while it is open, else into the chat; files in chunks."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import CannotSendNow, SendError
from bot.channels.wecom.channel import WecomChannel
from intents.dialogue import Turn
from tests.channels.wecom.conftest import QUICK, Ears, living, turns_to
from tests.fake_wecom import SECRET, Wecom

CLIP = hashlib.sha256(b"a clip").digest() * 262_144  # 8 MiB


@pytest.fixture
async def turn(wecom: Wecom, ears: Ears, channel: WecomChannel) -> Turn:
    await wecom.says("mama", "@小爱 拍一段熊猫的视频", group="g1")
    return await ears.next()


async def test_words_answer_the_callback_as_a_finished_stream(
    wecom: Wecom, channel: WecomChannel, turn: Turn
) -> None:
    await channel.send_text(turn, "好嘞，正在拍。", key="k1")
    said = await wecom.hears()
    assert (said.chat, said.text, said.kind, said.pushed) == (
        "g1", "好嘞，正在拍。", "stream", False,
    )  # fmt: skip


async def test_two_answers_to_one_callback_do_not_get_into_each_others_way(
    wecom: Wecom, channel: WecomChannel, turn: Turn
) -> None:
    async with asyncio.TaskGroup() as tasks:
        for n in range(5):
            tasks.create_task(channel.send_text(turn, f"第{n}句。", key=f"k{n}"))
    said = [await wecom.hears() for _ in range(5)]
    assert [it.text for it in said] == [f"第{n}句。" for n in range(5)]
    assert not any(it.pushed for it in said)


async def test_the_longest_text_of_the_widest_letters_is_let_through(
    wecom: Wecom, channel: WecomChannel, turn: Turn
) -> None:
    longest = "𠀀" * channel.limits.text_length
    await channel.send_text(turn, longest, key="k1")
    assert (await wecom.hears()).text == longest


async def test_a_clip_of_eight_megabytes_arrives_byte_by_byte(
    wecom: Wecom, channel: WecomChannel, turn: Turn, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes(CLIP)
    await channel.send_video(turn, tmp_path / "clip.mp4", poster=None, key="k1")
    said = await wecom.hears()
    assert (said.kind, said.name, said.chat, said.pushed) == ("video", "clip.mp4", "g1", False)
    assert said.file == CLIP
    assert wecom.commands.count("aibot_upload_media_chunk") == 16


async def test_a_picture_goes_the_same_way(
    wecom: Wecom, channel: WecomChannel, turn: Turn, tmp_path: Path
) -> None:
    (tmp_path / "picture.png").write_bytes(b"a picture")
    await channel.send_image(turn, tmp_path / "picture.png", key="k1")
    said = await wecom.hears()
    assert (said.kind, said.file) == ("image", b"a picture")


async def test_a_callback_that_is_over_makes_it_a_message_of_her_own(
    wecom: Wecom, channel: WecomChannel, turn: Turn, tmp_path: Path
) -> None:
    wecom.expire()
    (tmp_path / "clip.mp4").write_bytes(b"a short clip")
    await channel.send_text(turn, "拍好啦。", key="k1")
    await channel.send_video(turn, tmp_path / "clip.mp4", poster=None, key="k2")
    words, clip = await wecom.hears(), await wecom.hears()
    assert (words.kind, words.pushed, words.chat) == ("markdown", True, "g1")
    assert (clip.kind, clip.pushed, clip.file) == ("video", True, b"a short clip")


async def test_after_a_day_a_callback_is_not_even_tried(
    wecom: Wecom, channel: WecomChannel, turn: Turn
) -> None:
    at = f'"at": {turn.ref.partition(chr(34) + "at" + chr(34) + ": ")[2]}'
    await channel.send_text(replace(turn, ref=turn.ref.replace(at, '"at": 1}')), "早。", key="k1")
    assert (await wecom.hears()).pushed
    assert "aibot_respond_msg" not in wecom.commands


async def test_a_chunk_that_is_refused_is_sent_again(
    wecom: Wecom, channel: WecomChannel, turn: Turn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wecom.upload.PAUSE_S", 0.01)
    wecom.refuse("aibot_upload_media_chunk", -1, -1)
    (tmp_path / "clip.mp4").write_bytes(b"a short clip")
    await channel.send_video(turn, tmp_path / "clip.mp4", poster=None, key="k1")
    assert (await wecom.hears()).file == b"a short clip"


@pytest.mark.parametrize(
    "cmd", ["aibot_upload_media_init", "aibot_upload_media_finish", "aibot_send_msg"]
)
async def test_what_is_refused_is_a_send_error_and_may_be_tried_again(
    cmd: str, wecom: Wecom, channel: WecomChannel, turn: Turn, tmp_path: Path
) -> None:
    wecom.expire()
    wecom.refuse(cmd, 45009)
    (tmp_path / "clip.mp4").write_bytes(b"a short clip")
    with pytest.raises(SendError, match="45009"):
        await channel.send_video(turn, tmp_path / "clip.mp4", poster=None, key="k1")
    await channel.send_video(turn, tmp_path / "clip.mp4", poster=None, key="k1")
    assert (await wecom.hears()).file == b"a short clip"


async def test_a_request_that_is_never_answered_is_given_up(wecom: Wecom, ears: Ears) -> None:
    async with living(wecom, ears.hear, replace(QUICK, answer=0.3)) as channel:
        await wecom.says("mama", "在吗")
        turn = await ears.next()
        wecom.mute |= {"aibot_respond_msg"}
        with pytest.raises(SendError, match=r"no answer within 0\.3s"):
            await channel.send_text(turn, "在呢。", key="k1")


@pytest.mark.parametrize("size", [0, 51 * 2**20])
async def test_a_file_that_cannot_go_out_is_no_crash(
    size: int, channel: WecomChannel, turn: Turn, tmp_path: Path
) -> None:
    file = tmp_path / "clip.mp4"
    if size:
        file.write_bytes(bytes(size))
    with pytest.raises(SendError):
        await channel.send_video(turn, file, poster=None, key="k1")


async def test_without_a_connection_it_waits_in_the_outbox(wecom: Wecom, ears: Ears) -> None:
    pace = replace(QUICK, wait=0.1, first=60, longest=60)
    async with living(wecom, ears.hear, pace) as channel:
        await wecom.says("mama", "在吗")
        turn = await ears.next()
        async with turns_to(channel, "away"):
            await wecom.drop()
        with pytest.raises(CannotSendNow, match="not connected"):
            await channel.send_text(turn, "在呢。", key="k1")
    assert SECRET not in repr(channel.__dict__)
