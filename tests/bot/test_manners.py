"""Manners: when 小爱 is meant, and what is left of the sentence without her name."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.manners import Heard, listen
from intents.dialogue import Photo, Quote, Turn

NAMES = ("小爱", "爱爱")


def turn(text: str, *, mentions: bool = False, private: bool = False, mine: bool = False) -> Turn:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Turn("1", "fake", "family", "妈妈", "妈妈", text, at, (), None, mentions, private, mine)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@小爱\u2005生成一个熊猫视频", "生成一个熊猫视频"),
        ("@小爱 生成一个熊猫视频", "生成一个熊猫视频"),
        ("@小爱生成一个熊猫视频", "生成一个熊猫视频"),
        ("@小爱\u3000生成一个熊猫视频", "生成一个熊猫视频"),
        ("＠小爱，生成一个熊猫视频", "生成一个熊猫视频"),
        ("生成一个熊猫视频 @小爱\u2005", "生成一个熊猫视频"),
        ("@爸爸\u2005@小爱\u2005拍一段", "@爸爸 拍一段"),
        ("@小爱", ""),
        ("@爱爱 在吗", "在吗"),
        ("小爱，拍一段", "拍一段"),
        ("小爱 拍一段", "拍一段"),
        ("小爱：拍一段", "拍一段"),
        ("小爱拍一段小狗", "拍一段小狗"),
        ("小爱帮我拍一段", "帮我拍一段"),
        ("小爱同学，在吗", "在吗"),
        ("小爱？", ""),
        ("嘿，小爱，拍一段", "拍一段"),
        ("你好小爱", "你好"),
        ("小爱你好", "你好"),
        ("小爱同学", ""),
        ("小爱小爱", ""),
        ("小爱小爱，在吗", "在吗"),
        ("小爱啊，拍一段小狗", "拍一段小狗"),
        ("小爱呀", ""),
        ("小爱在吗", "在吗"),
        ("小爱早", "早"),
        ("小爱晚安", "晚安"),
        ("小爱谢谢你", "谢谢你"),
        ("谢谢小爱", "谢谢"),
        ("谢谢你，小爱！", "谢谢你"),
        ("小爱我想看熊猫", "我想看熊猫"),
        ("小爱想看大海", "想看大海"),
        ("小爱会什么", "会什么"),
        ("小爱会做视频吗", "会做视频吗"),
        ("小爱讲个笑话", "讲个笑话"),
        ("小爱今天天气怎么样", "今天天气怎么样"),
        ("小爱怎么不说话", "怎么不说话"),
        ("小爱别拍了", "别拍了"),
        ("小爱好了吗", "好了吗"),
        ("小爱慢一点", "慢一点"),
        ("小爱短一点", "短一点"),
        ("小爱亮一点", "亮一点"),
        ("小爱加速", "加速"),
        ("小爱停", "停"),
        ("小爱救命", "救命"),
        ("小爱几点了", "几点了"),
        ("小爱为什么不动", "为什么不动"),
        ("小爱加个字幕", "加个字幕"),
        ("小爱快点", "快点"),
        ("请小爱帮我拍一段", "帮我拍一段"),
        ("麻烦小爱生成一个熊猫视频", "生成一个熊猫视频"),
        ("小爱~~", ""),
        ("小爱\n拍一段", "拍一段"),
    ],
)
def test_she_is_called(text: str, said: str) -> None:
    assert listen(turn(text), NAMES) == Heard(True, said)


@pytest.mark.parametrize(
    "text",
    [
        "小爱心送给你",
        "小爱心怎么画？",
        "小爱说得对",
        "小爱说的对",
        "小爱是个机器人",
        "小爱拍得真好",
        "小爱拍过这个",
        "小爱真棒",
        "小爱也太慢了",
        "小爱妈妈来了吗",
        "小爱莲想吃糖",
        "问问小爱",
        "让小爱拍吧",
        "叫小爱帮你拍",
        "我和小爱说过了",
        "谢谢小爱妈妈",
        "@所有人 小爱会拍视频",
        "@妈妈\u2005小爱拍的好看吗",
        "小爱好可爱",
        "小爱画的真好",
        "小爱拍的视频在哪",
        "我最喜欢小爱",
        "@小爱妈\u2005晚上来吃饭",
        "mail@小爱同学录",
        "生成一个熊猫视频",
        "",
    ],
)
def test_she_is_not_meant(text: str) -> None:
    assert listen(turn(text), NAMES) == Heard(False, text)


def test_channel_mentions_quotes_and_private_chats_are_for_her() -> None:
    assert listen(turn("拍一段", mentions=True), NAMES).addressed
    assert listen(turn("拍一段", private=True), NAMES).addressed
    at = datetime(2026, 11, 21, tzinfo=UTC)
    for mine in (True, False):
        quoting = Turn(
            "1", "f", "r", "妈妈", "妈妈", "再来一个", at, (), Quote("9", "好嘞。", mine=mine)
        )
        assert listen(quoting, NAMES).addressed is mine


def test_a_bare_photo_is_kept_in_mind_and_not_answered() -> None:
    async def read() -> bytes:
        return b""

    at = datetime(2026, 11, 21, tzinfo=UTC)
    bare = Turn("1", "f", "r", "妈妈", "妈妈", "", at, (Photo("p", read),), private=True)
    assert listen(bare, NAMES) == Heard(False, "")


@given(st.text(), st.sampled_from(["", "@小爱 ", "小爱，"]))
def test_she_never_answers_herself(text: str, call: str) -> None:
    assert not listen(turn(call + text, mine=True, private=True, mentions=True), NAMES).addressed


@given(st.text(), st.sampled_from(["\u2005", " ", "\u3000", "，", "："]))
def test_a_mention_is_heard_whatever_follows(text: str, pause: str) -> None:
    if "\u2005" in text:  # may end a longer name, which is somebody else's
        return
    heard = listen(turn(f"@小爱{pause}{text}"), NAMES)
    assert heard.addressed
    assert "@小爱" not in heard.said
    assert heard.said == heard.said.strip()


@given(st.text().filter(lambda text: "爱" not in text))
def test_without_her_name_a_group_is_left_alone(text: str) -> None:
    assert listen(turn(text), NAMES) == Heard(False, text.strip())
