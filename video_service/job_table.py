"""The table of jobs on disk: its shape, its rows, its events. Wall time; one thread; one writer."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from video_service.engines.base import Shot
from video_service.engines.specs import Lane, Makes
from video_service.schema import Problem, Status, VideoJob, VideoRequest

MIGRATIONS = (
    """
    CREATE TABLE jobs(
      seq           INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of arrival
      id            TEXT NOT NULL UNIQUE,
      owner         TEXT NOT NULL,                      -- opaque; '' = nobody in particular
      request_key   TEXT UNIQUE,                        -- Idempotency-Key
      fingerprint   TEXT NOT NULL,                      -- of the request body
      request       TEXT NOT NULL,                      -- VideoRequest, JSON
      shot          TEXT NOT NULL,                      -- Shot, JSON
      photo         INTEGER NOT NULL,
      remixed_from  TEXT,
      status        TEXT NOT NULL
                    CHECK(status IN ('queued', 'in_progress', 'completed', 'failed')),
      stage         TEXT,
      progress      INTEGER NOT NULL DEFAULT 0 CHECK(progress BETWEEN 0 AND 100),
      attempt       INTEGER NOT NULL DEFAULT 0,
      lease_owner   TEXT,
      lease_token   INTEGER NOT NULL DEFAULT 0,         -- fencing: grows with every claim
      lease_until   REAL,
      not_before    REAL NOT NULL DEFAULT 0,
      error_code    TEXT,
      error_message TEXT,
      hidden        INTEGER NOT NULL DEFAULT 0,         -- deleted while unfinished
      created_at    REAL NOT NULL,
      started_at    REAL,
      finished_at   REAL,
      expires_at    REAL
    ) STRICT;
    CREATE INDEX jobs_open ON jobs(status) WHERE status IN ('queued', 'in_progress');
    CREATE INDEX jobs_owner ON jobs(owner, started_at);
    CREATE INDEX jobs_expiry ON jobs(expires_at);
    CREATE TABLE job_events(
      seq    INTEGER PRIMARY KEY AUTOINCREMENT,
      job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
      at     REAL NOT NULL,
      type   TEXT NOT NULL,
      job    TEXT NOT NULL                              -- VideoJob as it was then, JSON
    ) STRICT;
    CREATE INDEX job_events_job ON job_events(job_id, seq);
    CREATE TABLE timings(                               -- how long films took on this machine
      seq     INTEGER PRIMARY KEY AUTOINCREMENT,
      model   TEXT NOT NULL,
      look    TEXT NOT NULL,                            -- size, frames and steps
      work    REAL NOT NULL,                            -- pixels x frames x steps
      seconds REAL NOT NULL
    ) STRICT;
    CREATE INDEX timings_model ON timings(model, look, seq);
    """,
    """
    ALTER TABLE jobs ADD COLUMN makes TEXT NOT NULL DEFAULT 'video';     -- or 'image'
    ALTER TABLE jobs ADD COLUMN lane TEXT NOT NULL DEFAULT 'card';       -- or 'cloud'
    ALTER TABLE jobs ADD COLUMN step_downs TEXT NOT NULL DEFAULT '[]';   -- JSON, in order
    """,
)


@dataclass(frozen=True, slots=True)
class Job:
    """One row: what was asked, what it resolved to, and how far it is."""

    seq: int
    id: str
    owner: str
    request_key: str | None
    fingerprint: str
    request: VideoRequest
    shot: Shot
    photo: bool
    remixed_from: str | None
    status: Status
    stage: str | None
    progress: int
    attempt: int
    lease_owner: str | None
    lease_token: int
    lease_until: float | None
    not_before: float
    error_code: str | None
    error_message: str | None
    hidden: bool
    created_at: float
    started_at: float | None
    finished_at: float | None
    expires_at: float | None
    makes: Makes
    lane: Lane
    step_downs: tuple[str, ...]

    def wire(self) -> VideoJob:
        """The job as anyone may see it, without estimates."""
        shot, moves = self.shot, self.makes == "video"  # the first frame is second 0
        failed = self.status is Status.failed
        problem = Problem(code=self.error_code or "engine_failed", message=self.error_message or "")
        return VideoJob(
            id=self.id,
            object=self.makes,
            model=shot.model,
            status=self.status,
            progress=self.progress,
            created_at=int(self.created_at),
            started_at=_whole(self.started_at),
            completed_at=_whole(self.finished_at),
            expires_at=_whole(self.expires_at),
            prompt=self.request.prompt,
            size=f"{shot.width}x{shot.height}",
            seconds=f"{round((shot.frames - 1) / shot.fps, 2):g}" if moves else None,
            num_frames=shot.frames if moves else None,
            fps=shot.fps if moves else None,
            seed=shot.seed,
            remixed_from_video_id=self.remixed_from,
            error=problem if failed else None,
            stage=self.stage,
            tier=shot.tier,
            step_downs=list(self.step_downs),
        )


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job; `job` is the whole job as it was then."""

    seq: int
    type: str
    job: VideoJob


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends. `hidden`: lists leave it out, who knows its id still finds it."""

    status: Status
    at: float
    expires_at: float
    code: str | None = None
    message: str | None = None
    hidden: bool = False


class JobTable:
    """SQLite for one thread. Only the service process opens it.

    `told` hears of every job that is over, once that is written down for good.
    """

    def __init__(self, path: Path, told: Callable[[Job], None] | None = None) -> None:
        self._told, self._over = told, list[Job]()
        self._db = sqlite3.connect(path, timeout=10, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            self._db.executescript(f"BEGIN; {script}; PRAGMA user_version={number}; COMMIT;")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; also when the disk is full."""
        self._over.clear()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
            self._tell()
        finally:
            # still open: something went wrong on the way. SQLite ends it by itself on a full disk
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    def jobs(self, sql: str, *values: Any) -> list[Job]:
        """The rows that `sql` gives, as jobs."""
        return [_job(row) for row in self.rows(sql, *values)]

    def change(self, event: str, at: float, sql: str, *values: Any) -> list[Job]:
        """Insert or update jobs and write down what happened, in the caller's transaction."""
        changed = self.jobs(f"{sql} RETURNING *", *values)
        for job in changed:
            self.rows(
                "INSERT INTO job_events(job_id, at, type, job) VALUES (?, ?, ?, ?)",
                job.id, at, event, job.wire().model_dump_json(),
            )  # fmt: skip
        return changed

    def end(self, ending: Ending, where: str, *values: Any) -> list[Job]:
        """Close jobs for good; they are kept until `expires_at`."""
        over = self.change(
            ending.status, ending.at,
            "UPDATE jobs SET status=?, error_code=?, error_message=?, finished_at=?, expires_at=?,"
            " hidden=?, progress=CASE ? WHEN 'completed' THEN 100 ELSE progress END,"
            f" stage=NULL, lease_owner=NULL, lease_until=NULL WHERE {where}",
            ending.status, ending.code, ending.message, ending.at, ending.expires_at,
            int(ending.hidden), ending.status, *values,
        )  # fmt: skip
        self._over += over
        return over

    def events(self, job_id: str, after: int) -> list[Event]:
        found = self.rows(
            "SELECT * FROM job_events WHERE job_id=? AND seq>? ORDER BY seq", job_id, after
        )
        return [
            Event(row["seq"], row["type"], VideoJob.model_validate_json(row["job"]))
            for row in found
        ]

    def _tell(self) -> None:
        for job in self._over:
            if self._told:
                self._told(job)


def shot_json(shot: Shot) -> str:
    return json.dumps(asdict(shot), ensure_ascii=False)


def _job(row: sqlite3.Row) -> Job:
    cells = {name: row[name] for name in row.keys() if name in Job.__slots__}
    cells["request"] = VideoRequest.model_validate_json(row["request"])
    cells["shot"] = Shot(**json.loads(row["shot"]))
    cells["status"] = Status(row["status"])
    cells["photo"], cells["hidden"] = bool(row["photo"]), bool(row["hidden"])
    cells["step_downs"] = tuple(json.loads(row["step_downs"]))
    return Job(**cells)


def _whole(moment: float | None) -> int | None:
    return None if moment is None else int(moment)
