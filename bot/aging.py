"""What is older than its days leaves bot.db: words, clips, photos and traces, each in its time.

What is still owed stays, and so does whatever it was asked with.
"""

import sqlite3
from datetime import UTC, datetime

FILES = ("file", "poster", "sidecar")
OWED = "SELECT turn FROM outbox WHERE state = 'pending'"
ASKED = "SELECT turn FROM questions WHERE state = 'open'"
# what 小爱 has sent is a clip's, and goes when the clip goes
OLD = f"""
    SELECT n FROM turns WHERE state != 'open' AND n NOT IN ({OWED}) AND at < CASE
        WHEN mine AND n IN (SELECT turn FROM media) THEN :clips ELSE :words END
    AND NOT EXISTS (
        SELECT 1 FROM media JOIN outbox ON outbox.job_id = media.id
        WHERE media.turn = turns.n AND turns.mine AND outbox.state = 'pending'
    )
"""
OLD_TRACES = f"""
    DELETE FROM traces WHERE turn NOT IN ({OWED})
        AND turn IN (SELECT n FROM turns WHERE at < ? AND state != 'open')
"""
# a photo stands in the slots of whoever wants something with it by its key, turn:<id>:<number>
OLD_PHOTOS = f"""
    SELECT media.* FROM media JOIN turns AS sent ON sent.n = media.turn
    WHERE NOT sent.mine AND media.file IS NOT NULL AND (sent.at < :before OR sent.at > :ahead)
        AND sent.state != 'open'
        AND sent.n NOT IN ({OWED}) AND sent.n NOT IN ({ASKED})
        AND NOT EXISTS (
            SELECT 1 FROM turns AS wish LEFT JOIN questions ON questions.turn = wish.n
            WHERE wish.channel = sent.channel AND wish.room = sent.room
                AND (wish.state = 'open' OR wish.n IN ({OWED}) OR questions.state = 'open')
                AND instr(
                    wish.slots || wish.kept || coalesce(questions.slots, ''), ':' || sent.id || ':'
                )
        )
"""
PENDING = "SELECT job_id FROM outbox WHERE state = 'pending' AND job_id IS NOT NULL"


# where nobody takes up again what an earlier process left
ABANDON = (
    "UPDATE outbox SET state = 'dropped' WHERE state = 'pending' AND since < :before",
    "UPDATE questions SET state = 'dropped' WHERE state = 'open'"
    " AND turn IN (SELECT n FROM turns WHERE at < :before)",
    "UPDATE turns SET state = 'answered', outcome = 'broken' WHERE state = 'open' AND at < :before",
)


def abandon(it: sqlite3.Connection, before: datetime) -> None:
    """Owe nothing any more of what was wished before then."""
    for sql in ABANDON:
        it.execute(sql, {"before": before.timestamp()})


def forget_old(
    it: sqlite3.Connection, words: datetime, clips: datetime | None = None
) -> tuple[int, list[str]]:
    """Delete the turns from before `words`, with the clips in them from before `clips`.

    How many, and the files that nobody points at any more.
    """
    before = {"words": words.timestamp(), "clips": (clips or words).timestamp()}
    found = it.execute(f"SELECT * FROM media WHERE turn IN ({OLD})", before).fetchall()
    done = it.execute(f"DELETE FROM turns WHERE n IN ({OLD})", before)
    # a clip that was sent again is one file in two messages
    left = kept_files(it)
    return done.rowcount, [row[k] for row in found for k in FILES if row[k] and row[k] not in left]


def forget_traces(it: sqlite3.Connection, before: datetime) -> int:
    """Delete the traces of turns from before then; how many."""
    return it.execute(OLD_TRACES, (before.timestamp(),)).rowcount


def newest(it: sqlite3.Connection, now: datetime) -> datetime:
    """When anything was last said here; `now` where nothing was."""
    (at,) = it.execute("SELECT max(at) FROM turns").fetchone()
    return now if at is None else datetime.fromtimestamp(at, UTC)


def let_photos_go(it: sqlite3.Connection, before: datetime, ahead: datetime) -> list[str]:
    """Let go of the bytes of what people sent before then; the files of no use now.

    So do those that a wrong clock has dated after `ahead`: nobody knows how old they are. That
    there was a photo stays known, and some channels can hand it over once more.
    """
    times = {"before": before.timestamp(), "ahead": ahead.timestamp()}
    found = it.execute(OLD_PHOTOS, times).fetchall()
    it.executemany(
        "UPDATE media SET file = NULL WHERE turn = ? AND position = ?",
        [(row["turn"], row["position"]) for row in found],
    )
    left = kept_files(it)
    return [row["file"] for row in found if row["file"] not in left]


def kept_files(it: sqlite3.Connection) -> set[str]:
    """The names of all files that something in bot.db points at."""
    return {row[k] for row in it.execute("SELECT * FROM media") for k in FILES if row[k]}


def owed_jobs(it: sqlite3.Connection) -> list[str]:
    """Jobs whose films may lie here already, and are on their way out."""
    return [row["job_id"] for row in it.execute(PENDING)]
