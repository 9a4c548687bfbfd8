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
from video_service.job_schema import MIGRATIONS
from video_service.schema import Problem, Status, VideoJob, VideoRequest

FINISHING = "finish"
PATIENCE_S = 10
# what is deleted is overwritten, not only unlinked
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


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
    clips: int  # of how many stored clips it is made; 0: it is filmed
    joined: tuple[str, ...]
    music: bool
    voice: bool

    @property
    def kind(self) -> str:
        """Whose time and failures these are: an engine's, or those of finishing."""
        return FINISHING if self.clips else self.shot.model

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
            num_inference_steps=shot.steps or None,
            guidance_scale=shot.guidance or None,
            negative_prompt=shot.negative_prompt or None,
            finish=self.request.finish,
            has_photo=self.photo,
            has_music=self.music,
            has_voice=self.voice,
            joined=list(self.joined),
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
        self._db = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            self._db.executescript(f"BEGIN; {script}; PRAGMA user_version={number}; COMMIT;")

    def close(self) -> None:
        self._db.close()

    def empty_log(self) -> None:
        """Leave nothing in the write-ahead log: it holds pages as they were before a deletion.

        Whoever reads it right now, a backup, keeps it until the next time.
        """
        self._db.execute("PRAGMA busy_timeout = 0")
        try:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000}")

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
    cells.update({name: bool(row[name]) for name in ("photo", "hidden", "music", "voice")})
    cells.update({name: tuple(json.loads(row[name])) for name in ("step_downs", "joined")})
    return Job(**cells)


def _whole(moment: float | None) -> int | None:
    return None if moment is None else int(moment)
