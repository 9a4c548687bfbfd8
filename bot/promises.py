"""An answer becomes what is owed: its turn closed, its parts in the outbox, its question open."""

import sqlite3
from datetime import UTC, datetime

from bot import rows, traces
from bot.questions import put
from bot.records import Answer
from intents.dialogue import Keep, Part, Question, Resend, Text, Ticket, Turn


def owe(it: sqlite3.Connection, turn: Turn, answer: Answer) -> None:
    """Within a transaction: all of it or nothing."""
    n = rows.number(it, turn)
    it.execute(
        "UPDATE turns SET state = 'answered', outcome = ?, intent = iif(? = '', intent, ?),"
        " slots = iif(? = '', slots, ?), kept = ? WHERE n = ?",
        (
            answer.outcome,
            *(answer.intent, answer.intent),
            *(answer.intent, answer.slots),
            rows.write_kept(answer.parts),
            n,
        ),
    )
    post(it, n, answer.parts)
    traces.answered(it, n)
    for part in answer.parts:
        if isinstance(part, Question):
            it.execute(
                "INSERT INTO questions (turn, intent, slots, question) VALUES (?,?,?,?)",
                (n, answer.intent, answer.slots, rows.write_question(part)),
            )


def post(it: sqlite3.Connection, n: int, parts: tuple[Part, ...]) -> None:
    """Owe these parts to turn `n`."""
    now = datetime.now(UTC).timestamp()
    for position, part in enumerate(part for part in parts if not isinstance(part, Keep)):
        it.execute(
            "INSERT INTO outbox (turn, position, kind, text, job_id, makes, since)"
            " VALUES (?,?,?,?,?,?,?)",
            (n, position, *_packed(part), now),
        )


def _packed(part: Text | Ticket | Question | Resend) -> tuple[str, str, str | None, str]:
    match part:
        case Text(text):
            return "text", text, None, ""
        case Ticket(job_id, makes):
            return "ticket", "", job_id, makes
        case Question():
            return "question", put(part), None, ""
        case Resend(clip):
            return "clip", "", clip, ""
