"""A media shelf with history: films of other days and rooms, put straight into bot.db."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channels.web import ROOM

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  # the same day nearly everywhere
TURN = """
    INSERT INTO turns (channel, room, id, sender, name, text, said, at, mine, private, hidden,
        state, intent, slots, ref, room_name)
    VALUES (:channel, :room, :id, :sender, :name, :text, :said, :at, :mine, :private, :hidden,
        :state, :intent, :slots, :ref, :room_name)
"""
MEDIA = """
    INSERT INTO media (turn, position, id, kind, file, poster, sidecar, draft, wish)
    VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?)
"""
SIDECAR = {
    "model": "cogvideox-5b", "prompt": "A panda munches bamboo.", "width": 720, "height": 480,
    "frames": 49, "fps": 8, "steps": 50, "guidance": 6.0, "seed": 7, "tier": "standard",
    "stage_seconds": {"denoise": 180.0, "decode": 20.0}, "profile": "int8",
    "versions": {"torch": "2.13.0"}, "generator": "qunying 0.1.0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stock:
    """One wish and what came of it."""

    words: str
    job: str
    person: str = "妈妈"
    channel: str = "web"
    room: str = ROOM
    days_ago: float = 0
    wish: str | None = None
    room_name: str = ""
    private: bool = False
    draft: bool = False
    makes: str = "video"
    sidecar: bool = False
    hidden: bool = False


def fill(folder: Path, *stock: Stock) -> None:
    """Write all of it, oldest first, in one transaction; files only where there is a sidecar."""
    with closing(sqlite3.connect(folder / "bot.db")) as db, db:
        for it in stock:
            at = (NOW - timedelta(days=it.days_ago)).timestamp()
            asked = _turn(db, it, at, mine=False)
            sent = _turn(db, it, at + 60, mine=True)
            kind, end = ("video", "mp4") if it.makes == "video" else ("photo", "png")
            told = f"{it.job}.json" if it.sidecar else None
            db.execute(MEDIA, (sent, it.job, kind, f"{it.job}.{end}", None, told, it.draft, asked))
            if told:
                (folder / "media").mkdir(exist_ok=True)
                (folder / "media" / told).write_text(json.dumps(SIDECAR), "utf-8")


def _turn(db: sqlite3.Connection, it: Stock, at: float, *, mine: bool) -> int:
    slots = {} if it.wish is None else {"wish": it.wish}
    told = {
        "channel": it.channel,
        "room": it.room,
        "id": f"{it.job}{'-mine' if mine else ''}",
        "sender": "me" if mine else it.person,
        "name": "小爱" if mine else it.person,
        "text": "" if mine else it.words,
        "said": "" if mine else it.words.removeprefix("小爱 "),
        "at": at,
        "mine": mine,
        "private": it.private,
        "hidden": it.hidden and not mine,
        "state": "heard" if mine else "answered",
        "intent": "" if mine else "视频生成",
        "slots": "" if mine else json.dumps(slots, ensure_ascii=False),
        "ref": "" if mine else f"ref-{it.job}",
        "room_name": it.room_name,
    }
    return int(db.execute(TURN, told).lastrowid or 0)
