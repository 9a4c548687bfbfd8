"""A backup that is broken off, or aimed at something odd: the one before stays, nothing is left."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from bot.backup.archive import Archive
from bot.backup.patient import Look, Stopped, finished
from bot.commands.backup import backup
from bot.commands.failures import CommandFailed, CommandMisused
from bot.commands.restore import restore
from bot.locks import locked
from bot.settings import Settings, load_settings
from tests.bot.test_backup import fill


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / "data"))
    return load_settings()


def leave(folder: Path) -> None:
    """What a backup that was killed leaves."""
    folder.mkdir()
    for name in ("lock", "bot.db"):
        (folder / name).write_text("talk", "utf-8")


async def test_ctrl_c_in_a_backup_leaves_the_one_before_and_nothing_else(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    await backup(settings, file, force=False)
    before = file.read_bytes()
    begun, go_on, add = threading.Event(), threading.Event(), Archive.add

    def slow(self: Archive, name: str, path: Path) -> bool:
        begun.set()
        go_on.wait(30)
        return add(self, name, path)

    monkeypatch.setattr(Archive, "add", slow)
    work = asyncio.ensure_future(backup(settings, file, force=True))
    await asyncio.to_thread(begun.wait, 30)
    for _ in range(3):  # and pressed again, because nothing seems to happen
        work.cancel()
        await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert file.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"data", "family.tar.gz"}


async def test_work_is_over_when_it_is_left() -> None:
    begun, ended = threading.Event(), list[bool]()

    def work(look: Look) -> None:
        begun.set()
        while True:
            try:
                look()
            except Stopped:
                ended.append(True)
                raise

    task = asyncio.ensure_future(finished(work))
    await asyncio.to_thread(begun.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


async def test_what_a_killed_backup_left_is_deleted_by_the_next_unless_it_is_at_work(
    settings: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    dead, alive, young = (tmp_path / f".qunying-{name}" for name in ("dead", "alive", "young"))
    for folder in (dead, alive, young):
        leave(folder)
    for folder in (dead, alive):
        os.utime(folder, (1, 1))
    async with locked(alive / "lock", 0):
        await backup(settings, tmp_path / "family.tar.gz", force=False)
    assert [folder.exists() for folder in (dead, alive, young)] == [False, True, True]


async def test_another_backup_that_ends_meanwhile_is_no_trouble(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(settings)
    ending, look = tmp_path / ".qunying-ending", Path.lstat
    leave(ending)

    def gone(path: Path) -> os.stat_result:
        if path == ending:
            raise FileNotFoundError(path)
        return look(path)

    monkeypatch.setattr(Path, "lstat", gone)
    assert await backup(settings, tmp_path / "family.tar.gz", force=False) == 0


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
async def test_a_backup_goes_into_a_plain_file_or_nowhere(
    settings: Settings, tmp_path: Path, kind: str
) -> None:
    await fill(settings)
    target = tmp_path / "target"
    if kind == "pipe":
        os.mkfifo(target)
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to("/dev/null")
    with pytest.raises(CommandMisused, match="不是普通的文件"):
        await backup(settings, target, force=True)
    if kind != "device":
        async with asyncio.timeout(20):
            with pytest.raises(CommandMisused, match="不是文件"):
                await restore(settings, target, force=True)


async def test_a_link_into_the_data_folder_is_the_data_folder(
    settings: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    (tmp_path / "link").symlink_to(settings.data_dir)
    for target in (tmp_path / "link" / "a.tar.gz", tmp_path / "x" / ".." / "data" / "a.tar.gz"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(CommandMisused, match="不要放进"):
            await backup(settings, target, force=True)


@pytest.mark.parametrize("from_byte", [-4096, 0, 4096])
async def test_tables_that_could_not_be_restored_are_no_backup(
    settings: Settings, tmp_path: Path, from_byte: int
) -> None:
    await fill(settings)
    file = settings.bot_dir / "bot.db"
    whole = bytearray(file.read_bytes())
    whole[from_byte:] = os.urandom(len(whole[from_byte:]))
    file.write_bytes(whole)
    with pytest.raises(CommandFailed, match="这样的备份恢复不了"):
        await backup(settings, tmp_path / "a.tar.gz", force=False)
    assert not (tmp_path / "a.tar.gz").exists()
