"""Turns, photos and questions as rows of bot.db, and back."""

import asyncio
import json
import sqlite3
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from bot.records import Asked, Parcel, Room
from intents.dialogue import Choice, Done, Keep, Part, Photo, Question, Quote, Turn

CLIP_SAID = "[视频]"  # what the talk shows in place of a film, as WeChat does
State = Literal["heard", "open", "answered"]


def add_turn(
    it: sqlite3.Connection, turn: Turn, state: State, *, hidden: bool = False
) -> int | None:
    """The number of the new row, or None when this message was already heard."""
    quote = turn.quote and {k: getattr(turn.quote, k) for k in ("id", "text", "name", "mine")}
    row = {
        **{k: getattr(turn, k) for k in ("channel", "room", "id", "sender", "name", "text")},
        **{k: getattr(turn, k) for k in ("said", "mine", "private", "mentions_me", "ref")},
        "at": turn.at.timestamp(),
        "quote": quote and json.dumps(quote, ensure_ascii=False),
        "state": state,
        "hidden": hidden,
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    done = it.execute(f"INSERT OR IGNORE INTO turns ({names}) VALUES ({marks})", row)
    return done.lastrowid if done.rowcount else None


def knows(it: sqlite3.Connection, turn: Turn) -> bool:
    found = it.execute(
        "SELECT 1 FROM turns WHERE channel = ? AND room = ? AND id = ?",
        (turn.channel, turn.room, turn.id),
    )
    return found.fetchone() is not None


def number(it: sqlite3.Connection, turn: Turn) -> int:
    """The row of a turn that memory has heard."""
    found = it.execute(
        "SELECT n FROM turns WHERE channel = ? AND room = ? AND id = ?",
        (turn.channel, turn.room, turn.id),
    ).fetchone()
    return int(found["n"])


def add_photos(it: sqlite3.Connection, n: int, photos: tuple[Photo, ...], files: list[str]) -> None:
    rows = [
        (n, i, photo.id, file) for i, (photo, file) in enumerate(zip(photos, files, strict=True))
    ]
    it.executemany(
        "INSERT INTO media (turn, position, id, kind, file) VALUES (?,?,?,'photo',?)", rows
    )


def photos_of(it: sqlite3.Connection, n: int, folder: Path) -> tuple[Photo, ...]:
    found = it.execute(
        "SELECT id, file FROM media WHERE turn = ? AND kind = 'photo' ORDER BY position", (n,)
    )
    return tuple(
        Photo(row["id"], partial(asyncio.to_thread, (folder / row["file"]).read_bytes))
        for row in found
    )


def to_turn(it: sqlite3.Connection, row: sqlite3.Row, folder: Path) -> Turn:
    strings = {
        k: row[k] for k in ("id", "channel", "room", "sender", "name", "text", "ref", "said")
    }
    turn = Turn(
        **strings,
        at=moment(row["at"]),
        photos=photos_of(it, row["n"], folder),
        mentions_me=bool(row["mentions_me"]),
        private=bool(row["private"]),
        mine=bool(row["mine"]),
    )
    if turn.mine and not turn.text and not turn.photos:
        turn = replace(turn, text=CLIP_SAID)
    return replace(turn, quote=to_quote(it, Room.of(turn), row["quote"], folder))


def to_quote(it: sqlite3.Connection, room: Room, raw: str | None, folder: Path) -> Quote | None:
    return complete(it, room, Quote(**json.loads(raw)), folder) if raw else None


def complete(it: sqlite3.Connection, room: Room, quote: Quote, folder: Path) -> Quote:
    """A quote with everything memory knows of the message it points at."""
    row = it.execute(
        "SELECT * FROM turns WHERE channel = ? AND room = ? AND id = ?",
        (room.channel, room.id, quote.id),
    ).fetchone()
    if row is None:
        return quote
    return Quote(
        id=quote.id,
        text=quote.text or row["text"],
        name=quote.name or row["name"],
        photos=photos_of(it, row["n"], folder) or quote.photos,
        mine=bool(row["mine"]),
    )


def to_parcel(turn: Turn, row: sqlite3.Row) -> Parcel:
    return Parcel(
        id=row["id"],
        key=f"{turn.key}:re:{row['position']}",
        kind=row["kind"],
        text=row["text"],
        job_id=row["job_id"],
        since=moment(row["since"]),
        attempts=row["attempts"],
        makes=row["makes"] or "video",
        promised_s=row["promised_s"],
        told_late=bool(row["told_late"]),
    )


def to_asked(it: sqlite3.Connection, row: sqlite3.Row, folder: Path) -> Asked:
    turn = it.execute("SELECT * FROM turns WHERE n = ?", (row["turn"],)).fetchone()
    return Asked(
        id=row["id"],
        turn=to_turn(it, turn, folder),
        intent=row["intent"],
        slots=row["slots"],
        question=read_question(row["question"]),
        due=moment(row["due"]) if row["due"] is not None else None,
    )


def write_question(question: Question) -> str:
    return json.dumps(asdict(question), ensure_ascii=False)


def read_question(raw: str) -> Question:
    fields: dict[str, Any] = json.loads(raw)
    return Question(**{**fields, "choices": tuple(Choice(**c) for c in fields["choices"])})


def write_choice(choice: Choice) -> str:
    return json.dumps(asdict(choice), ensure_ascii=False)


def read_choice(raw: str) -> Choice:
    return Choice(**json.loads(raw))


def write_kept(parts: tuple[Part, ...]) -> str:
    """What the answer leaves to be referred to, as JSON."""
    kept = {
        key: value for part in parts if isinstance(part, Keep) for key, value in part.data.items()
    }
    return json.dumps(kept, ensure_ascii=False)


def to_done(row: sqlite3.Row) -> Done:
    slots, kept = json.loads(row["slots"] or "{}"), json.loads(row["kept"])
    return Done(row["intent"], slots, kept, row["sender"], moment(row["at"]))


def moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
