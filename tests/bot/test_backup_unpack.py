"""A backup file may come from anywhere: only our own names, whole files, nothing outside."""

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from bot.backup.archive import written
from bot.backup.unpack import NotABackup, unpack

Change = Callable[[tarfile.TarFile], None]


def member(name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> Change:
    """One member of any name and kind."""

    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        info.size = len(data) if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(data))

    return add


def manifest(**files: bytes) -> Change:
    told = {n: {"size": len(d), "sha256": sha256(d).hexdigest()} for n, d in files.items()}
    whole = {
        "format": 1, "version": "1", "made_at": datetime.now(UTC).isoformat(), "files": told
    }  # fmt: skip
    return member("manifest.json", json.dumps(whole).encode())


def archive(folder: Path, *changes: Change) -> Path:
    file = folder / "strange.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        for change in changes:
            change(tar)
    return file


def refused(folder: Path, file: Path) -> str:
    """Why, and that nothing was written outside of where it belongs."""
    into = folder / "in" / "side"
    into.mkdir(parents=True)
    with pytest.raises(NotABackup) as error:
        unpack(file, into)
    assert [it for it in folder.rglob("*") if it.is_file() and into not in it.parents] == [file]
    return str(error.value)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "bot/../../evil",
        "bot/../bot.db",
        "/etc/cron.d/evil",
        "bot//bot.db",
        "bot/./bot.db",
        "bot\\..\\evil",
        "bot/.hidden",
        "bot/.ssh/authorized_keys",
        "logs/bot.log",
        "config.yaml",
        "bot",
        "service/endpoint.json",  # where photos would be sent
        "bot/lock",
        "bot/bot.db-wal",
        "bot/errands/resend-1",
        "bot/a\nb",
        "bot/a/b/c/d/e/f/g",
        "bot/" + "a" * 300,
        "",
    ],
)
def test_a_name_that_we_never_write_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, archive(tmp_path, member(name), manifest(**{name: b"x"})))


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE],
)
def test_only_plain_files_are_taken(tmp_path: Path, kind: bytes) -> None:
    told = refused(tmp_path, archive(tmp_path, member("bot/media", kind=kind), manifest()))
    assert "no plain file" in told


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([member("bot/a")], "not finished"),
        ([member("bot/a"), manifest(**{"bot/a": b"y"})], "not as they were written"),
        ([member("bot/a"), manifest()], "not as they were written"),
        ([manifest(**{"bot/a": b"x"})], "not as they were written"),
        ([member("bot/a"), member("bot/a"), manifest(**{"bot/a": b"x"})], "twice"),
        ([manifest(), member("bot/a")], "after the manifest"),
        ([member("manifest.json", b"{}")], "cannot be read"),
        ([member("manifest.json", b"\xff\xfe")], "cannot be read"),
    ],
)
def test_what_does_not_match_its_manifest_is_refused(
    tmp_path: Path, changes: list[Change], why: str
) -> None:
    assert why in refused(tmp_path, archive(tmp_path, *changes))


@pytest.mark.parametrize(
    "raw",
    [b"", b"PK\x03\x04 a zip", gzip.compress(b"no tar" * 500, mtime=0)],
    ids=["empty", "zip", "no tar"],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "strange.tar.gz"
    file.write_bytes(raw)
    assert refused(tmp_path, file)


def test_an_archive_that_was_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(os.urandom(20_000))
    with written(tmp_path / "whole.tar.gz") as it:
        it.add("bot/media/film", tmp_path / "film")
    whole = (tmp_path / "whole.tar.gz").read_bytes()
    for share in (0.1, 0.5, 0.9, 0.98):
        folder = tmp_path / f"{share}"
        folder.mkdir()
        (folder / "cut.tar.gz").write_bytes(whole[: int(len(whole) * share)])
        assert refused(folder, folder / "cut.tar.gz")


def test_what_was_written_comes_back_byte_by_byte_and_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(os.urandom(3 * 2**20))
    file, into = tmp_path / "whole.tar.gz", tmp_path / "into"
    into.mkdir()
    with written(file) as it:
        assert it.add("bot/media/奶奶.mp4", tmp_path / "film")
        assert not it.add("bot/media/gone.mp4", tmp_path / "gone")
    told = unpack(file, into)
    (found,) = [path for path in into.rglob("*") if path.is_file()]
    assert found.read_bytes() == (tmp_path / "film").read_bytes()
    assert found.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_mode & 0o777 == 0o600
    assert [*told.files] == ["bot/media/奶奶.mp4"]


def test_an_archive_that_breaks_on_its_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no such disk"), written(tmp_path / "a.tar.gz"):
        raise OSError("no such disk")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_too_small_is_seen_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = archive(tmp_path, member("bot/a"), manifest(**{"bot/a": b"x"}))
    monkeypatch.setattr("bot.backup.unpack.ROOM_LEFT", 2**60)
    assert "too small" in refused(tmp_path, file)
