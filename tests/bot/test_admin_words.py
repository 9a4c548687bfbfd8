"""Which words look after 小爱 and which only sound like it: exact, typed, however she is called."""

from datetime import UTC, datetime

import pytest

from bot.admin import wording
from bot.admin.commands import Command, command
from bot.settings import BotSettings
from intents.dialogue import Turn, Voice
from tests.family import Family


@pytest.fixture
def home(studio_home: Family) -> Family:
    studio_home.settings = BotSettings(admins=("fake:妈妈",))
    return studio_home


def turn(text: str, said: str | None = None, voice: Voice | None = None) -> Turn:
    said = text if said is None else said
    at = datetime.now(UTC)
    return Turn("1", "fake", "r", "妈妈", "妈妈", text, at, said=said, voice=voice)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("取消２", Command("取消", count=2)),
        ("取消\u3000 2", Command("取消", count=2)),
        ("额度\u3000＠小明\u3000３", Command("额度", count=3, who="小明")),
        ("额度 @小 明 3", Command("额度", count=3, who="小 明")),
        ("额度 @小明2 3", Command("额度", count=3, who="小明2")),
        ("额度@Ann Lee\u20053", Command("额度", count=3, who="Ann Lee")),
        ("\u3000状态\u3000", Command("状态")),
    ],
)
def test_wide_digits_and_blanks_and_names_with_blanks_are_read(said: str, meant: Command) -> None:
    assert command(turn(said), admin=True) == meant
    assert command(turn(said), admin=False) is None


@pytest.mark.parametrize(
    "said",
    ["@小爱 状态", "状态 @小爱\u2005", "小爱状态", "小爱，状态", "@小爱\u3000状态", "＠小爱状态"],
)
@pytest.mark.parametrize("private", [False, True])
async def test_however_she_is_called_the_words_are_heard(
    home: Family, said: str, private: bool
) -> None:
    async with home.living() as family:
        await family.says("妈妈", said, private=private)
        assert (await family.hears()).text.startswith(wording.SERVICE_GOOD)


async def test_in_private_no_name_is_needed_and_in_a_group_it_is(home: Family) -> None:
    async with home.living() as family:
        await family.says("妈妈", "状态")
        assert await family.quiet()
        await family.says("妈妈", "状态", private=True)
        assert (await family.hears()).text.startswith(wording.SERVICE_GOOD)


def test_a_name_may_end_in_a_stroke() -> None:
    assert command(turn("额度 @小明- 3"), admin=True) == Command("额度", count=3, who="小明-")


@pytest.mark.parametrize(
    "said",
    [
        "状态。", "状态吗", "请暂停", "暂停一下", "暂停！", "取消", "取消第2个", "取消 二",
        "取消 -1", "取消 1 2", "额度", "额度 小明 3", "额度 @小明", "额度 @小明 很多",
        "额度 @小明 1000", "帮助我", "忘记我吧", "忘记我。", "别忘记我", "我的额度呢",
        "状态\n暂停", "谁用了多少？", "",
    ],
)  # fmt: skip
def test_anything_more_or_less_than_the_words_is_talk(said: str) -> None:
    assert command(turn(said), admin=True) is None


async def _nothing() -> bytes:
    return b""


def test_what_a_model_heard_or_silence_chose_is_no_command() -> None:
    assert command(turn("状态"), admin=True) == Command("状态")
    assert command(turn("", said="状态"), admin=True) is None  # silence took a label for an answer
    assert command(turn("状态", voice=Voice("v", _nothing)), admin=True) is None


def test_an_admin_is_named_with_or_without_a_blank_and_never_by_half() -> None:
    assert BotSettings(admins=("web: 妈妈 ", "wechaty:a:b")).admins == ("web:妈妈", "wechaty:a:b")
    for name in ("妈妈", "web:", ":妈妈", "web：妈妈"):
        with pytest.raises(ValueError, match="no contact"):
            BotSettings(admins=(name,))
