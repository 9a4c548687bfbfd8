"""The decision trace as it is read: by `qunying trace` beside a running bot, and by the page."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.owed import reading
from bot.rows import moment
from video_service.schema.redact import Redactor, given_secrets

MOST = 200
TRACES = "SELECT turns.*, traces.* FROM traces JOIN turns ON turns.n = traces.turn"
LATEST = f"{TRACES} ORDER BY turns.n DESC LIMIT ?"
# by its number, by its key in the log, by the id its channel gave it, or by what was filmed
NAMED = f"""
    {TRACES} WHERE turns.n = :number OR turns.channel || ':' || turns.room || ':' || turns.id = :id
        OR turns.id = :id OR turns.n IN (SELECT turn FROM outbox WHERE job_id = :id)
    ORDER BY turns.n DESC LIMIT {MOST}
"""
SENT = """
    SELECT text, at, (SELECT kind FROM media WHERE turn = turns.n LIMIT 1) AS kind FROM turns
    WHERE channel = :channel AND room = :room AND mine AND NOT hidden
        AND id > :id || ':' AND id < :id || ';' ORDER BY n
"""
CAME_WITH = "SELECT kind, count(*) AS count FROM media WHERE turn = ? GROUP BY kind"
PARTS = "SELECT * FROM outbox WHERE turn = ? ORDER BY position"
Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that went out. `kind`: text, photo or video."""

    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the answer on its way. `kind`: text, ticket, question or clip."""

    kind: str
    state: str
    job: str
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Film:
    """One job. `told`: model, prompt, seed, size, stage_seconds and the like, as far as known."""

    job: str
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """One turn from hearing to sending; seconds count from `at`, None for what is not yet.

    `by`: llm or patterns; empty when nothing had to be understood: an exact word, a choice.
    `with_`: how many photos and the like came with it, by kind.
    """

    n: int
    key: str
    channel: str
    room: str
    name: str
    private: bool
    at: datetime
    heard: str
    with_: dict[str, int]
    by: str
    intent: str
    slots: dict[str, Any]
    state: str
    outcome: str
    understood_s: float | None
    answered_s: float | None
    filmed_s: float | None
    sent_s: float | None
    films: tuple[Film, ...]
    parts: tuple[Part, ...]
    sent: tuple[Message, ...]


def latest(file: Path, count: int) -> list[Trace]:
    """The newest first; blocking. NoTable when there is nothing to read."""
    return _read(file, LATEST, (min(count, MOST),))


def named(file: Path, id_: str) -> list[Trace]:
    """The turn with this number, key or message id, or those that own the job; blocking."""
    number = int(id_) if id_.isdecimal() and len(id_) < 16 else -1
    return _read(file, NAMED, {"id": id_, "number": number})


def _read(file: Path, sql: str, values: Any) -> list[Trace]:
    clean = Redactor(given_secrets()).clean
    with reading(file) as it:
        return [_trace(it, row, clean) for row in it.execute(sql, values).fetchall()]


def _trace(it: sqlite3.Connection, row: sqlite3.Row, clean: Clean) -> Trace:
    sent = tuple(_messages(it.execute(SENT, dict(row)), clean))
    films = tuple(Film(job, told) for job, told in _object(row["films"], clean).items())
    heard = row["heard"]
    parts = it.execute(PARTS, (row["n"],)).fetchall()
    over = bool(sent) and all(part["state"] != "pending" for part in parts)
    made = [film.told for film in films if film.told.get("status") == "completed"]
    ended = [told["ended"] for told in made if "ended" in told]
    return Trace(
        n=row["n"],
        key=f"{row['channel']}:{row['room']}:{row['id']}",
        channel=row["channel"],
        room=row["room_name"] or row["room"],
        name=row["name"],
        private=bool(row["private"]),
        at=moment(heard),
        heard=clean(row["text"]),
        with_={kind["kind"]: kind["count"] for kind in it.execute(CAME_WITH, (row["n"],))},
        by=row["by"],
        intent=row["intent"],
        slots=_object(row["slots"], clean),
        state=row["state"],
        outcome=row["outcome"],
        understood_s=_since(heard, row["understood"]),
        answered_s=_since(heard, row["answered"]),
        filmed_s=_since(heard, max(ended, default=None)),
        sent_s=_since(heard, sent[-1].at.timestamp()) if over else None,
        films=films,
        parts=tuple(_part(part, clean) for part in parts),
        sent=sent,
    )


def _messages(lines: Iterable[sqlite3.Row], clean: Clean) -> Iterable[Message]:
    for line in lines:
        yield Message(line["kind"] or "text", clean(line["text"]), moment(line["at"]))


def _part(row: sqlite3.Row, clean: Clean) -> Part:
    error = clean(row["last_error"] or "")
    return Part(row["kind"], row["state"], row["job_id"] or "", row["attempts"], error)


def _since(start: float, end: float | None) -> float | None:
    """Seconds; the service tells whole ones, which may lie before ours."""
    return None if end is None else round(max(0.0, end - start), 2)


def _object(raw: str, clean: Clean) -> dict[str, Any]:
    """A JSON object; nothing for what an older version wrote."""
    with suppress(ValueError):
        told = json.loads(clean(raw))
        return told if isinstance(told, dict) else {}
    return {}
