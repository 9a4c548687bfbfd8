"""`qunying deliveries` where something is odd: numbers, names, a broken file, a closed channel."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import errands
from bot import owed_wording as say
from bot.channels.base import SendError
from bot.commands.deliveries import Asked, deliveries
from bot.commands.failures import CommandMisused
from bot.doctor_owed import examine_owed
from bot.errands import Errands
from bot.locks import DataUnusable
from bot.patience import Patience
from bot.records import Answer, Room
from bot.settings import Settings, load_settings
from intents.dialogue import Choice, Question, Text, Ticket, Turn
from tests.bot.owing import ASK, delivering, promise, until_nothing_is_owed
from tests.bot.studio import Look, Studio
from tests.bot.test_deliveries_command import DONE, LIST, owe
from tests.family import FakeChat


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path))
    return load_settings()


async def test_a_question_that_the_owner_drops_is_open_no_more(settings: Settings) -> None:
    question = Question(
        "哪一张？", "photo", (Choice("第一张", "1"), Choice("第二张", "2")), default=0
    )
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _):
        await memory.hear(ASK, addressed=True)
        await memory.answered(ASK, Answer((question,), "视频生成"))
    await deliveries(settings, Asked("drop", 1, every=False, failed=False))
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _):
        assert await memory.asked.of_person(ASK) is None, "nobody answers what was never asked"


@pytest.mark.parametrize("number", [10**10, 2**63, 10**40])
async def test_no_number_is_too_large_to_be_unknown(settings: Settings, number: int) -> None:
    await owe(settings)
    with pytest.raises(CommandMisused, match="没有 "):
        await deliveries(settings, Asked("resend", number, every=False, failed=False))


async def test_a_list_that_is_cut_off_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await owe(settings)
    for module in ("owed", "commands.deliveries"):
        monkeypatch.setattr(f"bot.{module}.MOST", 1)
    await deliveries(settings, LIST)
    assert "只列了最新的 1 条" in capsys.readouterr().out


async def test_a_broken_database_is_told_by_command_and_doctor(settings: Settings) -> None:
    settings.bot_dir.mkdir()
    (settings.bot_dir / "bot.db").write_bytes(b"no database at all" * 500)
    for asked in (LIST, Asked("drop", 1, every=False, failed=False)):
        with pytest.raises(DataUnusable, match="not a database"):
            await deliveries(settings, asked)
    (finding,) = [it async for it in examine_owed(settings)]
    assert (finding.level, "从备份恢复" in finding.cure) == ("bad", True)


async def test_what_others_wrote_cannot_steer_the_terminal(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _):
        ask = replace(ASK, name="\x1b[2J妈妈\x9b1A\x07")
        await memory.hear(ask, addressed=True)
        await memory.answered(ask, Answer((Text("好嘞。\x1b]0;x\x07"),)))
    await deliveries(settings, LIST)
    shown = capsys.readouterr().out
    assert "妈妈" in shown
    assert [c for c in shown if c != "\n" and not c.isprintable()] == []


async def test_what_waits_for_a_channel_that_is_off_says_so(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _):
        for number, channel in enumerate(("wecom", "web", "console")):
            ask = replace(ASK, id=str(number), channel=channel)
            await memory.hear(ask, addressed=True)
            await memory.answered(ask, Answer((Text("好嘞。"),)))
    await deliveries(settings, LIST)
    off = [line for line in capsys.readouterr().out.splitlines() if line.startswith(" ")]
    assert off == [say.SHUT_TERMINAL, say.SHUT.format(where="企业微信")]


async def test_an_errand_that_cannot_be_taken_away_is_done_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.errands.LOOK_S", 0.01)
    await owe(settings)
    folder = settings.bot_dir / "errands"
    (folder / "resend-2").mkdir(parents=True)  # no file to be unlinked
    done: list[Turn] = []
    async with (
        delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _),
        asyncio.TaskGroup() as tasks,
    ):
        watch = tasks.create_task(Errands(settings.bot_dir).run(memory.outbox, done.append))
        for look in range(3):
            (folder / f"drop-{look + 7}").touch()  # there is no such part: gone when looked at
            async with asyncio.timeout(10):
                while (folder / f"drop-{look + 7}").exists():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        watch.cancel()
    assert len(done) == 1, "an owner's word for one more is not one a second"


async def test_an_errand_that_is_left_again_at_once_is_done_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owe(settings)
    left, look, done = ["resend-2", "resend-2"], errands._names, list[Turn]()

    def leave_and_look(folder: Path) -> list[str]:
        folder.mkdir(exist_ok=True)
        if left:
            (folder / left.pop()).touch()
        return look(folder)

    monkeypatch.setattr(errands, "_names", leave_and_look)
    monkeypatch.setattr(errands, "LOOK_S", 0.01)
    async with (
        delivering(settings.bot_dir, Studio([DONE]), FakeChat()) as (memory, _),
        asyncio.TaskGroup() as tasks,
    ):
        watch = tasks.create_task(Errands(settings.bot_dir).run(memory.outbox, done.append))
        async with asyncio.timeout(10):
            while len(done) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        watch.cancel()
    assert [turn.key for turn in done] == [done[0].key] * 2


@pytest.mark.parametrize(
    ("looks", "channel", "told"),
    [([None], "fake", "生成服务一直没有回音"), ([DONE], "wecom", "这个入口一直没有打开")],
)
async def test_the_doctor_tells_also_of_what_could_not_even_be_tried(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    looks: list[Look],
    channel: str,
    told: str,
) -> None:
    ask, patience = replace(ASK, channel=channel), Patience(timedelta(0))
    async with delivering(settings.bot_dir, Studio(looks), FakeChat(), patience=patience) as (
        memory,
        owing,
    ):
        await memory.hear(ask, addressed=True)
        await memory.answered(ask, Answer((Ticket("video_1"),), "视频生成"))
        await owing.resume()
        await until_nothing_is_owed(memory, Room.of(ask))
    await deliveries(settings, Asked("list", None, every=False, failed=True))
    assert f"    {told}" in capsys.readouterr().out.splitlines()
    (finding,) = [it async for it in examine_owed(settings)]
    assert finding.what == say.GIVEN_UP.format(count=1)


async def test_what_the_owner_dropped_is_no_news_to_the_doctor(settings: Settings) -> None:
    refusals: list[Exception] = [SendError("no") for _ in range(9)]
    async with delivering(settings.bot_dir, Studio([DONE]), FakeChat(refusals=refusals)) as (
        memory,
        owing,
    ):
        await promise(memory)
        owing.follow(ASK)
        async with asyncio.timeout(10):
            while len(refusals) > 8:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        for number in (1, 2):
            assert await memory.outbox.decide(number, "drop")
        owing.room_spoke(Room.of(ASK))
        await until_nothing_is_owed(memory)
    (finding,) = [it async for it in examine_owed(settings)]
    assert finding.what == say.ALL_OUT
