"""What 小爱 told others of one person: numbered clips, the queue, who used how much.

A line of theirs becomes `GONE` where it stood, so that a number still means what it meant.
"""

import json
import sqlite3
from collections.abc import Collection

GONE = "已经删了"
SHARES = "谁用了多少"
# her lines are named after the turn they answer, and ';' is the character after ':'
ANSWERS = """
    line.channel = said.channel AND line.room = said.room
        AND line.id > said.id || ':' AND line.id < said.id || ';' AND line.mine
"""
TOLD = f"""
    SELECT turns.n, trim(said) AS said, kept, questions.id AS asked, questions.question AS choices
    FROM turns LEFT JOIN questions ON questions.turn = turns.n
    WHERE channel = :channel AND NOT mine AND (asked IS NOT NULL
        OR trim(said) = '{SHARES}' OR json_extract(kept, '$.queue') IS NOT NULL)
"""
CHOSEN = "SELECT n, choice FROM turns WHERE channel = :channel AND choice IS NOT NULL"
TEXTS = (
    (
        f"SELECT line.n, line.text FROM turns AS said JOIN turns AS line ON {ANSWERS}"
        " WHERE said.n = ?",
        "UPDATE turns SET text = ? WHERE n = ?",
    ),
    ("SELECT id AS n, text FROM outbox WHERE turn = ?", "UPDATE outbox SET text = ? WHERE id = ?"),
)


def cut_out(
    it: sqlite3.Connection, channel: str, names: Collection[str], jobs: Collection[str]
) -> None:
    """Leave nothing in any list of what people called `names` had made as `jobs`."""
    for row in it.execute(TOLD, {"channel": channel}).fetchall():
        starts = [f"{number}. " for number in (*_queued(it, row, jobs), *_asked(it, row, jobs))]
        if row["said"] == SHARES:
            starts += [f"{name}：" for name in names]
        if starts:
            _rewrite(it, row["n"], tuple(starts))
    for row in it.execute(CHOSEN, {"channel": channel}).fetchall():
        choice = json.loads(row["choice"])
        if choice["value"] in jobs:
            told = _json({**choice, "label": GONE})
            it.execute("UPDATE turns SET choice = ? WHERE n = ?", (told, row["n"]))


def _queued(it: sqlite3.Connection, row: sqlite3.Row, jobs: Collection[str]) -> list[int]:
    """The numbers that jobs had when the queue was told."""
    kept = json.loads(row["kept"])
    queue = kept.get("queue") or []
    found = [number for number, job in enumerate(queue, 1) if job in jobs]
    if found:
        kept["queue"] = ["" if job in jobs else job for job in queue]
        it.execute("UPDATE turns SET kept = ? WHERE n = ?", (_json(kept), row["n"]))
    return found


def _asked(it: sqlite3.Connection, row: sqlite3.Row, jobs: Collection[str]) -> list[int]:
    """The numbers under which jobs could be chosen."""
    asked = json.loads(row["choices"]) if row["choices"] else {"choices": ()}
    found = [n for n, choice in enumerate(asked["choices"], 1) if choice["value"] in jobs]
    for number in found:
        asked["choices"][number - 1]["label"] = GONE
    if found:
        it.execute("UPDATE questions SET question = ? WHERE id = ?", (_json(asked), row["asked"]))
    return found


def _rewrite(it: sqlite3.Connection, n: int, starts: tuple[str, ...]) -> None:
    for read, write in TEXTS:
        for row in it.execute(read, (n,)).fetchall():
            lines = [_cut(line, starts) for line in row["text"].split("\n")]
            it.execute(write, ("\n".join(lines), row["n"]))


def _cut(line: str, starts: tuple[str, ...]) -> str:
    if not line.startswith(starts):
        return line
    number, dot, _ = line.partition(". ")
    return f"{number}{dot}{GONE}" if number.isdecimal() and dot else GONE


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False)
