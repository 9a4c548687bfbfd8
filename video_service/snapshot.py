"""`python -m video_service backup FOLDER [--check]`: the job table beside its writer, for a backup.

Only the service writes jobs.db. This reads it, also while the service runs, in one transaction, and
names the files that its jobs need. Kept files never change, so they may be copied afterwards.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from video_service.job_schema import MIGRATIONS
from video_service.premises import CannotRun
from video_service.shelf import PART

TABLE, MEDIA, NAME = "jobs.db", "media", "instance"
RECEIPTS = "receipts"  # orders under way at a provider: without them they are paid for twice
WAIT_S = 30.0


def take(folder: Path, into: Path) -> str:
    """Copy the job table of the service's `folder` into `into`; JSON: schema, and files to add.

    The names of the files are relative to `folder`. CannotRun when there is nothing to copy.
    """
    try:
        with closing(_open(folder / TABLE)) as origin, closing(_new(into / TABLE)) as copy:
            origin.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            (schema,) = copy.execute("PRAGMA user_version").fetchone()
            known = {row[0] for row in copy.execute("SELECT id FROM jobs")}
    except (sqlite3.Error, OSError) as error:
        raise CannotRun(f"{folder / TABLE}: cannot be copied: {error}") from error
    return json.dumps({"schema": schema, "files": sorted(_files(folder, known))})


def check(folder: Path) -> str:
    """JSON with the schema of the copy in `folder`; CannotRun when it is broken or too new."""
    try:
        with closing(_open(folder / TABLE)) as it:
            (state,) = it.execute("PRAGMA integrity_check(1)").fetchone()
            (schema,) = it.execute("PRAGMA user_version").fetchone()
            it.execute("SELECT id FROM jobs LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise CannotRun(f"{TABLE}: is no job table: {error}") from error
    if state != "ok":
        raise CannotRun(f"{TABLE}: is damaged: {state}")
    if schema > len(MIGRATIONS):
        raise CannotRun(f"{TABLE}: comes from a newer version ({schema} > {len(MIGRATIONS)})")
    return json.dumps({"schema": schema})


def _files(folder: Path, known: set[str]) -> Iterator[str]:
    if (folder / NAME).is_file():
        yield NAME
    media = folder / MEDIA
    for file in media.iterdir() if media.is_dir() else ():
        if file.name.split(".")[0] in known and not file.name.endswith(PART):
            yield f"{MEDIA}/{file.name}"
    receipts = folder / RECEIPTS
    for file in receipts.iterdir() if receipts.is_dir() else ():
        if file.is_file() and not file.name.endswith(PART):
            yield f"{RECEIPTS}/{file.name}"


def _open(file: Path) -> sqlite3.Connection:
    """To be read only, whoever writes it meanwhile."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)


def _new(file: Path) -> sqlite3.Connection:
    if file.exists():
        raise FileExistsError(f"{file} is there already")
    return sqlite3.connect(file, isolation_level=None)
