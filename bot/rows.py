"""Turns, photos and questions as rows of bot.db, and back."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Literal

from bot.keepsakes import Keepsakes
from bot.records import Asked, Parcel, Room
from intents.dialogue import Choice, Done, Keep, Part, Photo, Question, Quote, Turn, Voice

CLIP_SAID = "[视频]"  # what the talk shows in place of a film, as WeChat does
MUSIC = "music:"
Sent = tuple[str, Photo | Voice]
State = Literal["heard", "open", "answered"]


def add_turn(
    it: sqlite3.Connection, turn: Turn, state: State, *, hidden: bool = False
) -> int | None:
    """The number of the new row, or None when this message was already heard."""
    quote = turn.quote and {k: getattr(turn.quote, k) for k in ("id", "text", "name", "mine")}
    row = {
        **{k: getattr(turn, k) for k in ("channel", "room", "id", "sender", "name", "text")},
        **{k: getattr(turn, k) for k in ("said", "mine", "private", "mentions_me", "ref")},
        "room_name": turn.room_name,
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


def came_with(it: sqlite3.Connection, turn: Turn) -> list[Sent] | None:
    """What the turn brought, each with its kind; None when the turn itself is known.

    A quoted photo counts when nobody here has the message it was in.
    """
    if knows(it, turn):
        return None
    quote = turn.quote
    quoted = quote.photos if quote and not knows(it, replace(turn, id=quote.id)) else ()
    return [
        *(("photo", photo) for photo in turn.photos),
        *(("quoted", photo) for photo in quoted),
        *((("voice", turn.voice),) if turn.voice else ()),
    ]


def add_media(it: sqlite3.Connection, n: int, sent: list[Sent], files: Mapping[str, str]) -> None:
    """Rows for what came with turn `n`; `files` by id of what is on disk already."""
    it.executemany(
        "INSERT INTO media (turn, position, id, kind, file, form, ref) VALUES (?,?,?,?,?,?,?)",
        [
            (n, i, it_.id, kind, files.get(it_.id), _form(it_), it_.ref)
            for i, (kind, it_) in enumerate(sent)
        ],
    )


def photos_of(
    it: sqlite3.Connection, row: sqlite3.Row, keepsakes: Keepsakes, kind: str = "photo"
) -> tuple[Photo, ...]:
    """The photos of a turn, or the ones in the message that it quoted."""
    found = it.execute(
        "SELECT * FROM media WHERE turn = ? AND kind = ? ORDER BY position", (row["n"], kind)
    )
    return tuple(
        Photo(item["id"], keepsakes.reader(row["channel"], item), item["ref"]) for item in found
    )


def voice_of(it: sqlite3.Connection, row: sqlite3.Row, keepsakes: Keepsakes) -> Voice | None:
    """What was spoken, as long as nobody has put it into words."""
    found = it.execute(
        "SELECT * FROM media WHERE turn = ? AND kind = 'voice'", (row["n"],)
    ).fetchone()
    if found is None:
        return None
    read, music = keepsakes.reader(row["channel"], found), found["form"].startswith(MUSIC)
    if row["text"] and not music:
        return None
    return Voice(found["id"], read, found["form"].removeprefix(MUSIC), found["ref"], music)


def _form(sent: Photo | Voice) -> str:
    """The ending of a sound file, and whether it is music."""
    if isinstance(sent, Photo):
        return ""
    return f"{MUSIC}{sent.kind}" if sent.music else sent.kind


def to_turn(it: sqlite3.Connection, row: sqlite3.Row, keepsakes: Keepsakes) -> Turn:
    strings = {
        k: row[k]
        for k in ("id", "channel", "room", "sender", "name", "text", "ref", "said", "room_name")
    }
    turn = Turn(
        **strings,
        at=moment(row["at"]),
        photos=photos_of(it, row, keepsakes),
        mentions_me=bool(row["mentions_me"]),
        private=bool(row["private"]),
        mine=bool(row["mine"]),
        voice=voice_of(it, row, keepsakes),
    )
    if turn.mine and not turn.text and not turn.photos:
        turn = replace(turn, text=CLIP_SAID)
    return replace(turn, quote=to_quote(it, row, keepsakes))


def to_quote(it: sqlite3.Connection, row: sqlite3.Row, keepsakes: Keepsakes) -> Quote | None:
    """What the turn in `row` quoted, with the photos that came along in the quote itself."""
    if not row["quote"]:
        return None
    quote = Quote(**json.loads(row["quote"]), photos=photos_of(it, row, keepsakes, "quoted"))
    return complete(it, Room(row["channel"], row["room"]), quote, keepsakes)


def complete(it: sqlite3.Connection, room: Room, quote: Quote, keepsakes: Keepsakes) -> Quote:
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
        photos=photos_of(it, row, keepsakes) or quote.photos,
        mine=bool(row["mine"]),
    )


def to_parcel(turn: Turn, row: sqlite3.Row) -> Parcel:
    anew = f":again{row['again']}" if row["again"] else ""
    return Parcel(
        id=row["id"],
        key=f"{turn.key}:re:{row['position']}{anew}",
        kind=row["kind"],
        text=row["text"],
        job_id=row["job_id"],
        since=moment(row["since"]),
        attempts=row["attempts"],
        makes=row["makes"] or "video",
        promised_s=row["promised_s"],
        told_late=bool(row["told_late"]),
        sent_pieces=row["sent_pieces"],
    )


def to_asked(it: sqlite3.Connection, row: sqlite3.Row, keepsakes: Keepsakes) -> Asked:
    turn = it.execute("SELECT * FROM turns WHERE n = ?", (row["turn"],)).fetchone()
    return Asked(
        id=row["id"],
        turn=to_turn(it, turn, keepsakes),
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
