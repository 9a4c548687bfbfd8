"""The recent talk of a room as data for a language model: short lines, unable to pose as orders."""

from intents.dialogue import Dialogue, Turn

LONGEST_LINE = 160
MARKS = str.maketrans({"<": "＜", ">": "＞"})


def transcript(dialogue: Dialogue, *, most: int) -> str:
    """The last `most` turns, oldest first, one a line."""
    return "\n".join(line(turn) for turn in dialogue.turns[-most:]) or "（没有）"


def line(turn: Turn) -> str:
    return f"{quoted(turn.name)[:20]}：{photo_mark(turn)}{quoted(turn.text)[:LONGEST_LINE]}"


def quoted(text: str) -> str:
    """`text` on one line, whatever it calls a line end, unable to close the block it stands in."""
    return " ".join(text.translate(MARKS).split())


def photo_mark(turn: Turn) -> str:
    return "[照片]" if turn.photos else ""
