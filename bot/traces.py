"""The decision trace: what became of each turn that wanted an answer, one row a turn in bot.db.

A row holds only what stands nowhere else: when, who understood it, what was filmed and how. The
rest is read from the turn itself (`bot.traced`), so that a turn that is forgotten leaves nothing.
"""

import asyncio
import json
import logging
import sqlite3
from datetime import UTC, datetime
from typing import Any

from bot.clips import read_sidecar
from bot.database import Database
from bot.records import Clip, Parcel
from intents.dialogue import Turn
from video_service.schema import VideoJob
from video_service.schema.redact import Redactor, given_secrets

TOLD = (  # what a sidecar says of a film, as far as one wants to know it later
    "model", "prompt", "negative_prompt", "seed", "width", "height", "frames", "fps", "steps",
    "guidance", "tier", "draft", "profile", "stage_seconds", "peak_bytes",
)  # fmt: skip
ROW = """
    SELECT traces.* FROM traces JOIN turns ON turns.n = traces.turn
    WHERE channel = ? AND room = ? AND id = ?
"""
log = logging.getLogger(__name__)


def begin(it: sqlite3.Connection, n: int) -> None:
    """Turn `n` wants an answer."""
    it.execute("INSERT OR IGNORE INTO traces (turn, heard) VALUES (?, ?)", (n, _now()))


def understood(it: sqlite3.Connection, n: int, by: str) -> None:
    """It is known what is wanted; `by`: llm or patterns."""
    it.execute("UPDATE traces SET understood = ?, by = ? WHERE turn = ?", (_now(), by, n))


def answered(it: sqlite3.Connection, n: int) -> None:
    """The answer is owed from now on; a turn that nobody spoke, a silence, begins here."""
    it.execute(
        "INSERT INTO traces (turn, heard, answered) VALUES (:n, :now, :now)"
        " ON CONFLICT (turn) DO UPDATE SET answered = :now",
        {"n": n, "now": _now()},
    )


class Traces:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def film(
        self, turn: Turn, parcel: Parcel, job: VideoJob, film: Clip | None = None
    ) -> None:
        """Note how the job of `parcel` stands, and with `film` how it was made.

        A trace that cannot be written holds nothing up: it is missed, and the log says so.
        """
        told = await asyncio.to_thread(read_sidecar, film.sidecar) if film else {}
        facts = {**_facts(job, parcel), **{k: told[k] for k in TOLD if told.get(k) is not None}}

        def work(it: sqlite3.Connection) -> None:
            row = it.execute(ROW, (turn.channel, turn.room, turn.id)).fetchone()
            if row is None:  # forgotten meanwhile
                return
            films = json.loads(row["films"])
            before = films.get(job.id, {})
            films[job.id] = {**before, **facts}
            if films[job.id] != before:
                said = json.dumps(films, ensure_ascii=False)
                said = Redactor(given_secrets()).clean(said)
                it.execute("UPDATE traces SET films = ? WHERE turn = ?", (said, row["turn"]))

        try:
            await self._db.run(work)
        except (sqlite3.Error, ValueError) as error:
            log.warning("%s: no trace of film %s: %r", turn.key, job.id, error)


def _facts(job: VideoJob, parcel: Parcel) -> dict[str, Any]:
    """What the service tells of a job; what it does not know is left out."""
    facts = {
        "makes": parcel.makes,
        "status": job.status.value,
        "model": job.model,
        "prompt": job.prompt,
        "negative_prompt": job.negative_prompt,
        "size": job.size,
        "frames": job.num_frames,
        "fps": job.fps,
        "seed": job.seed,
        "steps": job.num_inference_steps,
        "guidance": job.guidance_scale,
        "tier": job.tier,
        "step_downs": job.step_downs or None,
        "of": job.remixed_from_video_id,
        "error": job.error.code if job.error else None,
        "ordered": job.created_at,
        "started": job.started_at,
        "ended": job.completed_at,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _now() -> float:
    return datetime.now(UTC).timestamp()
