"""`qunying backup` and `qunying restore`: what is in it, what is not, and when they refuse."""

import asyncio
import os
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.backup import databases, service
from bot.backup import wording as say
from bot.commands.backup import backup
from bot.commands.failures import CommandFailed, CommandMisused
from bot.commands.restore import restore
from bot.locks import locked
from bot.owed import read
from bot.settings import Settings, load_settings
from bot.tables import MIGRATIONS
from tests.bot.owing import delivering, promise
from tests.bot.studio import Studio
from tests.family import FakeChat


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / "data"))
    return load_settings()


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> Settings:
    """The new machine."""
    return settings.model_copy(update={"data_dir": tmp_path / "there"})


async def fill(settings: Settings) -> None:
    """A chat with something owed, a login, a half file, a lock, and a log."""
    async with delivering(settings.bot_dir, Studio([]), FakeChat()) as (memory, _):
        await promise(memory)
        await memory.shelf.keep(b"\xff\xd8\xff a photo")
    for name in (
        *("bot/ilink/login.json", "bot/media/.x.part", "bot/lock", "bot/errands/drop-1"),
        *("bot/a\\b", "bot/a\nb", "bot/1/2/3/4/5/6"),  # somebody else's: none could be restored
    ):
        (settings.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.data_dir / name).write_text("{}", "utf-8")
    (settings.data_dir / "logs").mkdir()
    (settings.data_dir / "logs" / "bot.log").write_text("secret", "utf-8")


def names(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return sorted(tar.getnames())


async def test_the_talk_its_files_and_the_logins_are_in_it_and_no_logs_or_locks(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    assert await backup(settings, file, force=False) == 0
    kept = await asyncio.to_thread(names, file)
    (photo,) = [name for name in kept if name.startswith("bot/media/")]
    assert kept == ["bot/bot.db", "bot/ilink/login.json", photo, "manifest.json"]
    told = capsys.readouterr().out
    assert "3 个文件" in told
    assert "登录" in told
    assert "密钥不在里面" in told
    assert [it.name for it in tmp_path.iterdir() if it.name.startswith(".")] == []


async def test_the_jobs_of_a_service_elsewhere_are_not_promised(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await fill(settings)
    url = "http://192.168.1.9:8601"
    there = settings.video_service.model_copy(update={"url": url})
    remote = settings.model_copy(update={"video_service": there})
    await backup(remote, tmp_path / "family.tar.gz", force=False)
    assert say.ELSEWHERE.format(url=url) in capsys.readouterr().out


async def test_what_was_owed_is_owed_on_the_new_machine(
    settings: Settings, there: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    async with locked(settings.bot_dir / "lock", 0):  # it runs
        await backup(settings, file, force=False)
    assert await restore(there, file, force=False) == 0
    before = await asyncio.to_thread(read, settings.bot_dir / "bot.db", "owed")
    after = await asyncio.to_thread(read, there.bot_dir / "bot.db", "owed")
    assert after == before
    assert len(after) == 2
    left = {path.name for path in there.data_dir.iterdir()}
    assert left == {"bot", "ask", "agents", "service"}, "nothing half is left"
    assert there.data_dir.stat().st_mode & 0o777 == 0o700


async def test_a_backup_is_not_written_over_unless_that_is_wanted(
    settings: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    file.write_text("precious", "utf-8")
    with pytest.raises(CommandMisused, match="已经有了"):
        await backup(settings, file, force=False)
    assert file.read_text("utf-8") == "precious"
    await backup(settings, file, force=True)
    assert await asyncio.to_thread(tarfile.is_tarfile, file)


async def test_where_it_cannot_be_written_is_said_before_anything_is_done(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandFailed, match="还没有可以备份的"):
        await backup(settings, tmp_path / "a.tar.gz", force=False)
    await fill(settings)
    with pytest.raises(CommandMisused, match="先建好"):
        await backup(settings, tmp_path / "no" / "a.tar.gz", force=False)
    with pytest.raises(CommandMisused, match="不要放进"):
        await backup(settings, settings.data_dir / "a.tar.gz", force=False)
    monkeypatch.setattr("bot.commands.backup.SLACK", 2**60)
    with pytest.raises(CommandFailed, match="不够大"):
        await backup(settings, tmp_path / "a.tar.gz", force=False)
    assert not (tmp_path / "a.tar.gz").exists()


async def test_nothing_is_restored_over_data_unless_that_is_wanted_and_then_it_is_kept(
    settings: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    await backup(settings, file, force=False)
    (settings.bot_dir / "ilink" / "login.json").write_text("newer", "utf-8")
    with pytest.raises(CommandMisused, match="已经有数据"):
        await restore(settings, file, force=False)
    assert (settings.bot_dir / "ilink" / "login.json").read_text("utf-8") == "newer"
    await restore(settings, file, force=True)
    assert (settings.bot_dir / "ilink" / "login.json").read_text("utf-8") == "{}"
    (aside,) = settings.data_dir.glob("replaced-*")
    assert (aside / "bot" / "ilink" / "login.json").read_text("utf-8") == "newer"


@pytest.mark.parametrize("folder", ["bot", "service", "ask"])
async def test_nothing_is_restored_under_a_running_program(
    settings: Settings, tmp_path: Path, folder: str
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    await backup(settings, file, force=False)
    async with locked(settings.data_dir / folder / "lock", 0):
        with pytest.raises(CommandFailed, match="正在运行"):
            await restore(settings, file, force=True)
    assert list(settings.data_dir.glob("replaced-*")) == []


async def test_a_damaged_file_changes_nothing(
    settings: Settings, there: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    await backup(settings, file, force=False)
    raw = file.read_bytes()
    file.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(CommandFailed, match="什么也没动"):
        await restore(there, file, force=False)
    with pytest.raises(CommandMisused, match="打不开"):
        await restore(there, tmp_path / "no.tar.gz", force=False)
    assert [path for path in there.data_dir.rglob("*") if path.is_file()] == [
        path for path in there.data_dir.rglob("lock")
    ]


def spoil(file: Path, sql: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as it:
        it.execute(sql)


async def test_tables_of_a_newer_version_are_refused(
    settings: Settings, there: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    spoil(settings.bot_dir / "bot.db", f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    file = tmp_path / "family.tar.gz"
    await backup(settings, file, force=False)
    with pytest.raises(CommandFailed, match="先升级"):
        await restore(there, file, force=False)
    assert not (there.bot_dir / "bot.db").exists()


async def test_what_is_no_table_is_refused_by_either_check(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(os.urandom(8192))
    (tmp_path / "jobs.db").write_bytes(os.urandom(8192))
    with pytest.raises(databases.Damaged):
        await asyncio.to_thread(databases.check, tmp_path / "bot.db", len(MIGRATIONS))
    with pytest.raises(service.ServicePart, match="no job table"):
        await service.check(tmp_path)
    (tmp_path / "jobs.db").unlink()
    with pytest.raises(service.ServicePart, match="no job table"):
        await service.check(tmp_path)
