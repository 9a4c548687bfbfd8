"""What is noted of a turn on its way, and that neither secrets nor the forgotten stay in it."""

import asyncio
import logging
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import SendError
from bot.owed import NoTable
from bot.traced import Trace, latest, named
from intents.dialogue import Turn
from tests.bot.cameraman import Cameraman
from tests.bot.clips import a_clip
from tests.fake_llm import FakeLlm
from tests.family import Family

CANARY = "zq-canary-81723645"
WISH = "小爱 生成一个熊猫吃竹子的视频"


async def traces(family: Family) -> list[Trace]:
    return await asyncio.to_thread(latest, family.folder / "bot.db", 20)


async def trace_of(family: Family, turn: Turn) -> Trace:
    (found,) = await asyncio.to_thread(named, family.folder / "bot.db", turn.key)
    return found


async def test_one_row_tells_a_wish_from_hearing_to_sending(filmed: Family) -> None:
    job = await a_clip(filmed, "妈妈", WISH)
    assert await filmed.quiet()
    (it,) = await traces(filmed)
    assert (it.channel, it.name, it.heard) == ("fake", "妈妈", WISH)
    assert (it.intent, it.by, it.outcome) == ("视频生成", "patterns", "ok")
    assert it.slots["wish"] == "熊猫吃竹子"
    (film,) = it.films
    assert (film.job, film.told["status"], film.told["model"]) == (job.id, "completed", "draft")
    assert film.told["prompt"] == job.prompt
    assert film.told["seed"] == job.seed
    assert [said.kind for said in it.sent] == ["text", "video"]
    assert "草稿" in it.sent[0].text
    assert [part.state for part in it.parts] == ["sent", "sent"]
    assert it.understood_s is not None
    assert it.answered_s is not None
    assert it.sent_s is not None
    assert it.understood_s <= it.answered_s <= it.sent_s


async def test_it_is_read_while_she_films_and_says_what_is_still_owed(
    studio_home: Family, cameraman: Cameraman
) -> None:
    async with studio_home.living() as family:
        ask = await family.says("妈妈", WISH)
        await family.hears_and_notes()
        await cameraman.claim()
        it = await trace_of(family, ask)
        assert it.answered_s is not None
        assert (it.sent_s, it.filmed_s) == (None, None)
        assert [(part.kind, part.state) for part in it.parts][-1] == ("ticket", "pending")


async def test_who_understood_it_is_told_and_talk_that_is_not_hers_leaves_no_row(
    family: Family, llm: FakeLlm
) -> None:
    await family.says("爸爸", "今天吃什么")
    chat = await family.says("妈妈", "小爱 你觉得人为什么要旅行呢")
    await family.hears_and_notes()
    exact = await family.says("妈妈", "小爱 我的额度")
    await family.hears_and_notes()
    assert llm.requests
    newer, older = await traces(family)
    assert (older.key, older.by, older.intent) == (chat.key, "llm", "聊天")
    assert (newer.key, newer.by) == (exact.key, "")


async def test_a_film_that_failed_and_a_send_that_was_refused_stand_in_it(
    studio_home: Family, cameraman: Cameraman
) -> None:
    async with studio_home.living() as family:
        family.chat.refusals.append(SendError(f"boom token={CANARY}"))
        ask = await family.says("妈妈", WISH)
        await family.hears()
        await family.calls_off(ask)
        assert await family.quiet()
        it = await trace_of(family, ask)
    assert it.parts[0].attempts == 1
    assert it.parts[0].last_error.startswith("boom token=***")
    (film,) = it.films
    assert (film.told["status"], film.told["error"]) == ("failed", "cancelled")


async def test_no_secret_of_this_process_is_ever_in_it(
    studio_home: Family, cameraman: Cameraman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAMILY_API_KEY", CANARY)
    async with cameraman.at_work(), studio_home.living() as family:
        await a_clip(family, "妈妈", f"小爱 生成一个熊猫举着{CANARY}牌子的视频")
        assert await family.quiet()
        (it,) = await traces(family)
    assert "牌子" in it.heard
    assert CANARY not in repr(it)
    with closing(sqlite3.connect(studio_home.folder / "bot.db")) as db:
        assert CANARY not in repr(db.execute("SELECT * FROM traces").fetchall())


async def test_a_turn_that_is_forgotten_takes_its_trace_along(filmed: Family) -> None:
    await a_clip(filmed, "妈妈", WISH)
    assert await filmed.quiet()
    assert len(await traces(filmed)) == 1
    assert filmed.memory
    await filmed.memory.forget_before(datetime.now(UTC) + timedelta(days=1))
    assert await traces(filmed) == []


async def test_a_trace_that_cannot_be_written_holds_no_film_up(
    studio_home: Family, cameraman: Cameraman, caplog: pytest.LogCaptureFixture
) -> None:
    async with cameraman.at_work(), studio_home.living() as family:
        with closing(sqlite3.connect(family.folder / "bot.db")) as db:
            db.execute(
                "CREATE TRIGGER full BEFORE UPDATE OF films ON traces"
                " BEGIN SELECT raise(ABORT, 'no space'); END"
            )
        await a_clip(family, "妈妈", WISH)
        assert await family.quiet()
    assert "no trace of film" in caplog.text


async def test_the_log_has_a_line_a_turn_and_a_line_a_job_and_not_a_word_of_the_talk(
    home: Family, llm: FakeLlm, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    unheard_of = {"intent": "不存在的意图", "wish": "紫罗兰暗号"}
    impossible = {"intent": "天气", "day": "紫罗兰暗号" * 200, "place": "紫罗兰暗号" * 200}
    llm.script([unheard_of, "紫罗兰暗号", "紫罗兰暗号", impossible, impossible, impossible])
    async with home.living() as family:
        ask = await family.says("妈妈", WISH.replace("熊猫", "紫罗兰暗号"))
        promised, clip = await family.hears(), await family.hears()
        assert promised.text
        assert clip.video
        await family.says("爸爸", "小爱 紫罗兰暗号好不好看")
        await family.hears()
        llm.fault = "error500"
        llm.forget()
        await family.says("爸爸", "小爱 把海边日出那个重拍一下")
        await family.hears()
        await family.quiet()
    turn = rf"^{re.escape(ask.key)}: 视频生成 ok in \d+\.\d s$"
    job = rf"^{re.escape(ask.key)}: film {clip.video.stem} sent after \d+\.\d s$"
    for line in (turn, job):
        assert sum(bool(re.match(line, it)) for it in caplog.messages) == 1
    assert not re.search("紫罗兰|海边", caplog.text)


def test_nothing_is_made_where_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NoTable):
        latest(tmp_path / "bot.db", 5)
    assert list(tmp_path.iterdir()) == []
