"""`qunying deliveries`: what the owner reads, and what comes of resend and drop."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import owed_wording as say
from bot.channels.base import CannotSendNow
from bot.commands.deliveries import Asked, deliveries
from bot.commands.failures import CommandFailed, CommandMisused
from bot.doctor_owed import examine_owed
from bot.errands import Errands
from bot.locks import locked
from bot.owed import read
from bot.patience import Patience
from bot.records import Answer
from bot.settings import Settings, load_settings
from intents.dialogue import Text
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Studio
from tests.family import FakeChat

DONE = {"status": "completed"}
NEVER = timedelta(0)
LIST = Asked("list", None, every=False, failed=False)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path))
    return load_settings()


async def owe(settings: Settings) -> None:
    """A word and a film that nobody has sent."""
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _):
        await promise(memory)


async def states(settings: Settings) -> list[str]:
    found = await asyncio.to_thread(read, settings.bot_dir / "bot.db", "all")
    return [it.state for it in reversed(found)]


async def test_without_a_chat_there_is_a_line_and_no_traceback(settings: Settings) -> None:
    with pytest.raises(CommandFailed, match="还没有聊天"):
        await deliveries(settings, LIST)
    assert not settings.bot_dir.exists(), "looking leaves nothing behind"


async def test_what_is_owed_is_listed_in_plain_chinese(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await owe(settings)
    assert await deliveries(settings, LIST) == 0
    shown = capsys.readouterr().out
    assert "1  欠着  一句话「好嘞。」，给 fake 的 family（妈妈），刚刚答应的" in shown
    assert "2  欠着  片子，给 fake" in shown
    assert "resend 编号" in shown


async def test_a_room_is_shown_by_its_own_name_and_not_as_a_picture(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _):
        ask = replace(ASK, room=":family:", name=":bear: [red]妈妈[/red]")
        await memory.hear(ask, addressed=True)
        await memory.answered(ask, Answer((Text("好嘞。"),)))
    await deliveries(settings, LIST)
    shown = capsys.readouterr().out
    assert "给 fake 的 :family:（:bear: [red]妈妈[/red]）" in shown


async def test_what_was_sent_is_shown_only_when_everything_is_asked_for(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    await deliveries(settings, LIST)
    await deliveries(settings, Asked("list", None, every=False, failed=True))
    nothing = capsys.readouterr().out.splitlines()
    assert nothing == [say.NOTHING["owed"], say.NOTHING["failed"]]
    await deliveries(settings, Asked("list", None, every=True, failed=False))
    assert capsys.readouterr().out.count("送到了") == 2


async def test_drop_and_resend_work_while_no_bot_runs(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await owe(settings)
    assert await deliveries(settings, Asked("drop", 2, every=False, failed=False)) == 0
    assert await states(settings) == ["pending", "dropped"]
    assert await deliveries(settings, Asked("resend", 2, every=False, failed=False)) == 0
    assert await states(settings) == ["pending", "pending"]
    assert capsys.readouterr().out.splitlines() == [
        say.DONE["drop"].format(id=2),
        say.LATER["resend"].format(id=2),
        say.SHUT.format(where="fake"),  # no settings open the channel of this test
    ]


async def test_a_running_bot_does_what_the_owner_wants_by_itself(settings: Settings) -> None:
    await owe(settings)
    chat, bot_dir = FakeChat(), settings.bot_dir
    async with (
        locked(bot_dir / "lock", 0),
        delivering(bot_dir, Studio([DONE]), chat) as (memory, owing),
        asyncio.TaskGroup() as tasks,
    ):
        watch = tasks.create_task(Errands(bot_dir).run(memory.outbox, owing.follow))
        await deliveries(settings, Asked("drop", 1, every=False, failed=False))
        async with asyncio.timeout(10):
            first = await chat.sent.get()
        await until_nothing_is_owed(memory)
        await deliveries(settings, Asked("resend", 2, every=False, failed=False))
        async with asyncio.timeout(10):
            again = await chat.sent.get()
        await until_nothing_is_owed(memory)
        watch.cancel()
    assert chat.sent.empty()
    assert first.video
    assert again.video == first.video
    assert again.key == f"{first.key}:again1", "or whoever drops what it has seen would drop it"
    assert await states(settings) == ["dropped", "sent"]


async def test_an_errand_that_no_bot_takes_is_taken_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.deliveries.DONE_S", 0.3)
    await owe(settings)
    async with locked(settings.bot_dir / "lock", 0):
        with pytest.raises(CommandFailed, match="没有理会"):
            await deliveries(settings, Asked("drop", 1, every=False, failed=False))
    assert list((settings.bot_dir / "errands").iterdir()) == []
    assert await states(settings) == ["pending", "pending"]


@pytest.mark.parametrize("name", ["drop-", "resend-1; DROP TABLE", "nonsense", "drop-٣"])
async def test_strange_files_among_the_errands_do_nothing_and_go(
    settings: Settings, name: str
) -> None:
    await owe(settings)
    folder = settings.bot_dir / "errands"
    folder.mkdir()
    (folder / name).touch()
    (folder / "drop-1").touch()
    async with (
        delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _),
        asyncio.TaskGroup() as tasks,
    ):
        done = asyncio.Event()
        watch = tasks.create_task(
            Errands(settings.bot_dir).run(memory.outbox, lambda turn: done.set())
        )
        async with asyncio.timeout(10):
            await done.wait()
        watch.cancel()
    assert await states(settings) == ["dropped", "pending"]


@pytest.mark.parametrize(
    "asked",
    [
        Asked("list", 3, every=False, failed=False),
        Asked("list", None, every=True, failed=True),
        Asked("resend", None, every=False, failed=False),
        Asked("drop", 1, every=True, failed=False),
        Asked("delete", 1, every=False, failed=False),
    ],
)
async def test_words_that_make_no_sense_together_are_told_what_does(
    settings: Settings, asked: Asked
) -> None:
    with pytest.raises(CommandMisused, match="可以写"):
        await deliveries(settings, asked)


@pytest.mark.parametrize("verb", ["resend", "drop"])
async def test_a_number_that_is_not_there_is_said(settings: Settings, verb: str) -> None:
    await owe(settings)
    with pytest.raises(CommandMisused, match="没有 9 号"):
        await deliveries(settings, Asked(verb, 9, every=False, failed=False))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("", say.TIMED_OUT),
        ("wechaty:a:1: the gateway is away, or WeChat is not logged in", "网关没连上"),
        ("boom 500", "没收下（boom 500）"),
    ],
)
def test_an_error_is_told_as_what_it_means(error: str, told: str) -> None:
    assert told in say.reason(error)


async def test_how_long_ago_is_told_in_the_largest_unit(settings: Settings) -> None:
    await owe(settings)
    (it, *_) = await asyncio.to_thread(read, settings.bot_dir / "bot.db", "owed")
    later = datetime.now(UTC) + timedelta(days=3, hours=5)
    assert "3 天前答应的" in next(say.lines(it, later, ("fake",)))


async def test_the_doctor_tells_what_is_tried_in_vain_and_what_was_given_up(
    settings: Settings,
) -> None:
    assert [it async for it in examine_owed(settings)] == [], "nobody has ever talked to her"
    refusals: list[Exception] = [CannotSendNow("away") for _ in range(2)]
    async with delivering(
        settings.bot_dir, Studio([DONE]), FakeChat(refusals=refusals), patience=Patience(NEVER)
    ) as (memory, owing):
        await promise(memory)
        owing.follow(ASK)
        await until_nothing_is_owed(memory)
    (given_up,) = [it async for it in examine_owed(settings)]
    assert (given_up.level, given_up.what) == ("warn", say.GIVEN_UP.format(count=2))
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, owing):
        for number in (1, 2):
            turn = await memory.outbox.decide(number, "resend")
            assert turn
            owing.follow(turn)
        await until_nothing_is_owed(memory)
    (well,) = [it async for it in examine_owed(settings)]
    assert (well.level, well.what) == ("ok", say.ALL_OUT)
