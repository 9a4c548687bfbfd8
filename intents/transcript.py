"""The recent talk of a room as data for a language model: short lines, unable to pose as orders."""

from intents.dialogue import Dialogue, Turn

LONGEST_LINE = 160
MARKS = str.maketrans({"<": "＜", ">": "＞", "\n": " ", "\r": " "})


def transcript(dialogue: Dialogue, *, most: int) -> str:
    """The last `most` turns, oldest first, one a line."""
    return "\n".join(line(turn) for turn in dialogue.turns[-most:]) or "（没有）"


def line(turn: Turn) -> str:
    who = "小爱" if turn.mine else quoted(turn.name)[:20]
    return f"{who}：{photo_mark(turn)}{quoted(turn.text)[:LONGEST_LINE]}"


def quoted(text: str) -> str:
    """`text` on one line, unable to close the block it stands in."""
    return text.translate(MARKS).strip()


def photo_mark(turn: Turn) -> str:
    return "[照片]" if turn.photos else ""
