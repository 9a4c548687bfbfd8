"""What is heard: words, photos by their two spellings, files by name; in order, once, or again."""

import asyncio
import base64
import json
from typing import Any

import pytest

from tests.channels.ilink.home import Home
from tests.channels.ilink.listening import listening
from tests.ilink_people import text, voice

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


async def test_words_a_photo_and_a_quote_make_one_turn_with_all_of_it(house: Home) -> None:
    quote = {"message_item": {"type": 1, "msg_id": 77, "text_item": {"text": "昨天的照片"}}}
    async with listening(house) as ear:
        await house.says("妈妈", text("让它动起来", quote), house.fake.image(PHOTO))
        turn = await ear.next()
    person = house.fake.person("妈妈")
    assert (turn.text, turn.name, turn.sender) == ("让它动起来", "妈妈", person.id)
    assert (turn.private, turn.room) == (True, f"妈妈:{person.id}")
    assert turn.quote
    assert (turn.quote.id, turn.quote.text, turn.quote.mine) == ("77", "昨天的照片", False)
    assert len(turn.photos) == 1


async def test_what_she_said_is_known_when_it_is_quoted_also_after_a_restart(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", text("在吗"))
        ask = await ear.next()
        await ear.channel.send_text(ask, "在", key=f"{ask.key}:re:0")
    said = await house.gets("妈妈")
    async with listening(house, log_in=False) as ear:
        await house.says("妈妈", text("什么意思", {"svr_id": int(said.id), "title": "在"}))
        turn = await ear.next()
    assert turn.quote
    assert (turn.quote.id, turn.quote.text, turn.quote.mine) == (f"{ask.id}:re:0", "在", True)


@pytest.mark.parametrize("spelling", ["hex", "base64"])
async def test_a_photo_is_fetched_by_its_ref_after_a_restart(house: Home, spelling: str) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", house.fake.image(PHOTO, spelling=spelling))
        (photo,) = (await ear.next()).photos
        assert await photo.read() == PHOTO
    async with listening(house, log_in=False) as ear:
        assert await ear.channel.fetch(photo.ref) == PHOTO


async def test_a_photo_that_cannot_be_had_is_an_os_error(house: Home) -> None:
    wrong_key = {"key": base64.b64encode(bytes(16)).decode()}
    async with listening(house) as ear:
        await house.says("妈妈", house.fake.image(PHOTO))
        (photo,) = (await ear.next()).photos
        with pytest.raises(OSError, match="not sealed"):
            await ear.channel.fetch(json.dumps({**json.loads(photo.ref), **wrong_key}))
        house.fake.fail("download", "error500")
        with pytest.raises(OSError, match="HTTP 500"):
            await photo.read()
        house.fake.cdn.clear()
        for ref in (photo.ref, "no ref of ours", "[]"):
            with pytest.raises(FileNotFoundError):
                await ear.channel.fetch(ref)


async def test_a_photo_of_more_than_twenty_megabytes_is_not_taken_in(house: Home) -> None:
    house.fake.cdn["huge"] = bytes(20 * 2**20 + 17)
    async with listening(house) as ear:
        with pytest.raises(OSError, match="more than"):
            await ear.channel.fetch(json.dumps({"param": "huge", "key": "", "url": ""}))


async def test_a_voice_message_without_words_is_left_to_be_listened_to(house: Home) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", voice(""))
        turn = await ear.next()
    assert turn.voice
    assert (turn.text, turn.voice.kind) == ("", "silk")
    assert json.loads(turn.voice.ref)["param"] == "sound"


@pytest.mark.parametrize(("item", "shown"), [
    ({"type": 4, "file_item": {"file_name": "菜谱.pdf"}}, "[文件] 菜谱.pdf"),
    ({"type": 5, "video_item": {"video_size": 3}}, "[视频]"),
])  # fmt: skip
async def test_what_is_no_photo_is_shown_as_wechat_shows_it(
    house: Home, item: dict[str, Any], shown: str
) -> None:
    async with listening(house) as ear:
        await house.says("妈妈", item)
        assert (await ear.next()).text == shown


async def test_groups_echoes_and_unreadable_messages_are_left_out_and_spoil_nothing(
    house: Home,
) -> None:
    async with listening(house) as ear:
        await house.fake.says("妈妈", text("在群里"), group="family@chatroom")
        bot = house.fake.person("妈妈").bot
        assert bot
        echo = {**bot.inbox[-1], "message_id": 1, "message_type": 2, "group_id": ""}
        bot.inbox += [echo, {"item_list": "not a list"}, {"item_list": [{"type": 11}]}]
        await house.says("妈妈", text("在吗"))
        assert (await ear.next()).text == "在吗"
        assert ear.heard.empty()


async def test_nobody_but_the_one_who_scanned_is_heard(house: Home) -> None:
    async with listening(house) as ear:
        bot = house.fake.person("妈妈").bot
        assert bot
        bot.inbox.append({**await house.says("妈妈", text("在吗")), "from_user_id": "a stranger"})
        await house.says("妈妈", text("说话呀"))
        assert [(await ear.next()).text for _ in range(2)] == ["在吗", "说话呀"]
        assert ear.heard.empty()


async def test_what_could_not_be_written_down_comes_again_and_the_cursor_waits(
    house: Home,
) -> None:
    async with listening(house) as ear:
        bot = house.fake.person("妈妈").bot
        assert bot
        ear.deaf = 2
        await house.says("妈妈", text("一"))
        assert (await ear.next()).text == "一"
        await house.says("妈妈", text("二"))
        assert (await ear.next()).text == "二"
        await house.fake.wait(lambda: bot.cursors[-1] == 2, 30)
    assert bot.cursors[:4] == [0, 0, 0, 1]


async def test_a_message_is_heard_once_across_a_restart(house: Home) -> None:
    async with listening(house) as ear:
        bot = house.fake.person("妈妈").bot
        assert bot
        await house.says("妈妈", text("一"))
        await ear.next()
        await asyncio.to_thread(_until_stored, house, bot.id)
    await house.says("妈妈", text("二"))
    async with listening(house, log_in=False) as ear:
        assert (await ear.next()).text == "二"
        assert ear.heard.empty()


def _until_stored(house: Home, bot_id: str) -> None:
    stored = house.folder / "bot" / "ilink" / "妈妈.json"
    cursor = base64.b64encode(f"{bot_id} 1".encode()).decode()
    while json.loads(stored.read_text("utf-8"))["cursor"] != cursor:
        pass
