"""What the family says in WeChat, as a turn: who, where, to whom, with what."""

from datetime import UTC, datetime, timedelta

import pytest

from intents.dialogue import Quote
from tests.channels.wechaty.chat import Chat
from tests.e2e.gateway.running import BOT, FAMILY, Gateway

AUDIO, ATTACHMENT, STICKER = 2, 1, 5
LINE = "\n- - - - - - - - - - - - - - -\n"


async def test_a_mention_in_a_room_is_for_her_and_leaves_the_text(
    wechat: Gateway, chat: Chat
) -> None:
    said = await wechat.says("@小爱\u2005拍一段小猫跳舞的视频", at_me=True)
    turn = await chat.turn()
    assert (turn.id, turn.room, turn.sender) == (said, FAMILY, "wxid_mum")
    assert (turn.name, turn.room_name) == ("妈妈", "幸福一家人")
    assert turn.text == "拍一段小猫跳舞的视频"
    assert turn.mentions_me
    assert not turn.private
    assert turn.ref == ""


@pytest.mark.parametrize(
    ("text", "mine"),
    [
        ("@小爱\u2005在吗", True),
        ("在吗 @小爱", True),
        ("＠影子\u2005在吗", True),  # what the account is called in this room
        ("@小爱同学\u2005在吗", False),  # somebody else, whose name is longer
        ("小爱 在吗", False),  # called by name: manners judge that
        ("写到mum@小爱.cn去", False),
    ],
)
async def test_without_ids_of_the_mentioned_the_text_tells(
    wechat: Gateway, chat: Chat, text: str, mine: bool
) -> None:
    await wechat.tell("alias", room=FAMILY, who="bot", name="影子")
    await wechat.says(text)
    assert (await chat.turn()).mentions_me is mine


async def test_a_mention_of_somebody_else_is_not_hers(wechat: Gateway, chat: Chat) -> None:
    await wechat.says("@爸爸\u2005回家吃饭 @小爱 也来", mention=["wxid_dad"])
    assert not (await chat.turn()).mentions_me


async def test_the_name_in_the_room_comes_first(wechat: Gateway, chat: Chat) -> None:
    await wechat.tell("alias", room=FAMILY, who="mum", name="老妈")
    await wechat.says("今天天气不错")
    assert (await chat.turn()).name == "老妈"


async def test_a_private_chat_is_a_room_of_its_own(wechat: Gateway, chat: Chat) -> None:
    await wechat.says("你好", room=None, who="dad")
    turn = await chat.turn()
    assert (turn.room, turn.name, turn.private, turn.room_name) == ("wxid_dad", "爸爸", True, "")


async def test_her_own_words_stickers_and_old_messages_are_not_heard(
    wechat: Gateway, chat: Chat
) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    await wechat.says("我说的", who="bot")
    await wechat.says(kind=STICKER)
    await wechat.says("昨天的话", at=int(long_ago.timestamp() * 1000))
    await wechat.says("十分钟前的话", at=int(datetime.now(UTC).timestamp() - 600))  # in seconds
    turn = await chat.turn()
    assert turn.text == "十分钟前的话"
    assert timedelta(minutes=9) < datetime.now(UTC) - turn.at < timedelta(minutes=20)


async def test_a_clock_that_is_ahead_says_now(wechat: Gateway, chat: Chat) -> None:
    await wechat.says("来自明天", at=int((datetime.now(UTC).timestamp() + 86400) * 1000))
    assert (await chat.turn()).at <= datetime.now(UTC)


async def test_a_photo_is_fetched_only_when_it_is_wanted(wechat: Gateway, chat: Chat) -> None:
    said = await wechat.shows(b"\xff\xd8 a photo")
    turn = await chat.turn()
    (photo,) = turn.photos
    assert (photo.id, turn.text) == (said, "")
    assert await photo.read() == b"\xff\xd8 a photo"
    assert await chat.channel.fetch(photo.ref) == b"\xff\xd8 a photo"


async def test_a_photo_sent_as_a_file_is_a_photo(wechat: Gateway, chat: Chat) -> None:
    await wechat.shows(b"a report", name="report.pdf", kind=ATTACHMENT)
    await wechat.shows(b"a photo", name="IMG_1.JPG", kind=ATTACHMENT)
    assert await (await chat.turn()).photos[0].read() == b"a photo"


async def test_what_was_spoken_is_a_voice(wechat: Gateway, chat: Chat) -> None:
    await wechat.shows(b"silk", name="1.sil", kind=AUDIO)
    voice = (await chat.turn()).voice
    assert voice
    assert voice.kind == "silk"
    assert await voice.read() == b"silk"


async def test_a_song_sent_as_a_file_is_music_and_no_speech(wechat: Gateway, chat: Chat) -> None:
    await wechat.shows(b"a song", name="生日歌.MP3", kind=ATTACHMENT)
    song = (await chat.turn()).voice
    assert song
    assert (song.kind, song.music) == ("mp3", True)
    assert await song.read() == b"a song"


async def test_a_quoted_text_is_found_again(wechat: Gateway, chat: Chat) -> None:
    first = await wechat.says("周末去大理看洱海吧")
    await chat.turn()
    await wechat.says(f"「妈妈：周末去大理看洱海吧」{LINE}@小爱 那边天气怎么样", who="dad")
    turn = await chat.turn()
    assert turn.text == "那边天气怎么样"
    assert turn.mentions_me
    assert turn.quote == Quote(first, "周末去大理看洱海吧", "妈妈")


async def test_a_quoted_photo_is_the_newest_of_whom_it_is_by(wechat: Gateway, chat: Chat) -> None:
    mums = await wechat.shows(b"hers")
    await wechat.shows(b"his", who="dad")
    await wechat.says(f"「妈妈：[图片]」{LINE}让它动起来", mention=[BOT])
    quote = [await chat.turn() for _ in range(3)][-1].quote
    assert quote
    assert (quote.id, quote.name, quote.mine) == (mums, "妈妈", False)


async def test_a_name_inside_a_quote_calls_nobody(wechat: Gateway, chat: Chat) -> None:
    await wechat.says(f"「妈妈：@小爱 拍一段」{LINE}她怎么不理你", who="dad")
    turn = await chat.turn()
    assert not turn.mentions_me
    assert turn.text == "她怎么不理你"


async def test_her_own_words_and_clips_are_known_when_quoted(wechat: Gateway, chat: Chat) -> None:
    await wechat.says("小爱 在吗")
    ask = await chat.turn()
    await chat.channel.send_text(ask, "我在呢，想看什么画面。", key=f"{ask.key}:re:0")
    await wechat.says(f"「小爱：我在呢，想看什么画面。」{LINE}小猫跳舞")
    quote = (await chat.turn()).quote
    assert quote == Quote(f"{ask.id}:re:0", "我在呢，想看什么画面。", "小爱", mine=True)


async def test_her_own_words_of_before_a_restart_are_at_least_hers(
    wechat: Gateway, chat: Chat
) -> None:
    await wechat.says(f"「小爱：[视频]」{LINE}再来一遍")
    assert (await chat.turn()).quote == Quote("", "[视频]", "小爱", mine=True)
