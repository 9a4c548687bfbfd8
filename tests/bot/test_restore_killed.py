"""A restore that is broken off at any moment: nothing has moved, or the next one finishes it."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.backup import swap
from bot.commands.backup import backup
from bot.commands.deliveries import Asked, deliveries
from bot.commands.failures import CommandFailed
from bot.commands.restore import restore
from bot.house import House
from bot.locks import UNFINISHED, HalfRestored
from bot.memory import open_memory
from bot.settings import Settings, load_settings
from tests.bot.test_backup import fill
from tests.service.running import running_service


class Killed(BaseException):
    """What kill -9 is to a test: nothing catches it, and nothing is put right."""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path / "data"))
    return load_settings()


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DB", ".db")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def contents(root: Path) -> dict[str, str]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and path.name != "lock")
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in files}


def kill_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """The step-th rename from now on is the last thing that does not happen."""
    left = [step]

    def stepped(move: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def it(self: Path, to: Path) -> Path:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return move(self, to)

        return it

    monkeypatch.setattr(Path, "rename", stepped(Path.rename))
    monkeypatch.setattr(Path, "replace", stepped(Path.replace))


OLD = {
    "bot__bot_DB": "old",
    "bot__bot.db-wal": "log",
    "bot__media__a": "a",
    "service__jobs_DB": "j",
}
NEW = {"bot__bot_DB": "new", "bot__media__b": "b", "ask__bot_DB": "asked", "service__jobs_DB": "k"}
STEPS = 10  # one to decide, four that go, one for where they are, four that come


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_restore_killed_at_any_step_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    data, staged = tmp_path / "data", tmp_path / "data" / ".restore-x.part"
    write(data, **OLD)
    write(staged / swap.NEW, **NEW)
    old, new = contents(tmp_path / "data"), contents(staged / swap.NEW)
    old = {name: text for name, text in old.items() if not name.startswith(".")}
    with monkeypatch.context() as context:
        kill_at(context, step)
        with pytest.raises(Killed):
            swap.swap(staged, data)
    decided = (data / UNFINISHED).exists()
    assert decided == (step > 1)
    if not decided:
        swap.tidy(data)
        assert contents(data) == old, "nothing has moved"
        return
    swap.finish(data)
    (aside,) = data.glob("replaced-*")
    assert contents(aside) == old
    found = {name: text for name, text in contents(data).items() if "replaced-" not in name}
    assert found == new
    assert not (data / UNFINISHED).exists()


def test_a_restore_is_as_many_steps_as_are_tried_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, staged = tmp_path / "data", tmp_path / "data" / ".restore-x.part"
    write(data, **OLD)
    write(staged / swap.NEW, **NEW)
    kill_at(monkeypatch, STEPS + 1)
    assert swap.swap(staged, data), "it came to its end"


async def test_nobody_works_with_what_is_half_restored_and_the_next_restore_finishes_it(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await fill(settings)
    file, before = tmp_path / "family.tar.gz", sorted(contents_of(settings))
    await backup(settings, file, force=False)
    with monkeypatch.context() as context:
        kill_at(context, 3)
        with pytest.raises(Killed):
            await restore(settings, file, force=True)
    with pytest.raises(HalfRestored):
        async with open_memory(settings.bot_dir, settings.bot):
            raise AssertionError
    with pytest.raises(HalfRestored):
        await House(settings).open()
    with pytest.raises(HalfRestored):
        await backup(settings, tmp_path / "half.tar.gz", force=False)
    with pytest.raises(HalfRestored):
        await deliveries(settings, Asked("list", None, every=False, failed=False))
    with (
        pytest.raises(AssertionError, match="half restored"),
        running_service(settings.data_dir),
    ):
        raise NotImplementedError
    capsys.readouterr()
    assert await restore(settings, tmp_path / "not needed", force=False) == 0
    assert "接着做完了" in capsys.readouterr().out
    assert sorted(contents_of(settings)) == before
    async with open_memory(settings.bot_dir, settings.bot) as memory:
        assert len(await memory.outbox.owed()) == 1


def contents_of(settings: Settings) -> list[str]:
    """The names of what belongs to the bot, but for the logs of its database."""
    found = (path for path in settings.bot_dir.rglob("*") if path.is_file())
    return [path.name for path in found if path.suffix in (".db", ".jpg")]


async def backed_up(settings: Settings, tmp_path: Path) -> tuple[Path, list[str]]:
    """A backup of a house with something in it, and what is in it."""
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    await backup(settings, file, force=False)
    return file, sorted(contents_of(settings))


async def test_what_lies_on_another_disk_is_not_moved_half(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = await backed_up(settings, tmp_path)
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second disk here")
    with tempfile.TemporaryDirectory(dir=memory) as there:
        (settings.data_dir / "ask").symlink_to(there)
        with pytest.raises(CommandFailed, match="cross-device"):
            await restore(settings, file, force=True)
    assert sorted(contents_of(settings)) == before


async def test_a_disk_that_is_mounted_within_is_another_disk_too(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = await backed_up(settings, tmp_path)
    look, mounted = Path.lstat, Path("/proc").stat()
    monkeypatch.setattr(Path, "lstat", lambda it: mounted if it.name == "media" else look(it))
    with pytest.raises(CommandFailed, match="cross-device"):
        await restore(settings, file, force=True)
    assert sorted(contents_of(settings)) == before
    assert not (settings.data_dir / UNFINISHED).exists()


async def test_what_killed_restores_left_is_deleted_by_the_next(
    settings: Settings, tmp_path: Path
) -> None:
    await fill(settings)
    file = tmp_path / "family.tar.gz"
    await backup(settings, file, force=False)
    write(settings.data_dir / ".restore-gone.part", bot__media__a="half")
    await restore(settings, file, force=True)
    assert list(settings.data_dir.glob(".restore-*")) == []
