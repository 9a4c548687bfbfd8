"""From rows to what is filmed: each row checked before anything is ordered, and known by content.

Two rows that say the same are two wishes; a row that says what it said before is the same one.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.batch import wording
from bot.batch.table import BadTable, Row, Table
from bot.web.photos import BadPhoto, clean_photo
from intents.video.slots import LONGEST_WISH

KEY_LETTERS = 24
ENDING = re.compile("风格?$")  # 水彩风 and 水彩 are one style


@dataclass(frozen=True, slots=True)
class Wish:
    """`key` stands for all that the film depends on; `photo` is where it lies."""

    row: Row
    key: str
    photo: Path | None = None


def read_wishes(table: Table, folder: Path, style: str) -> tuple[Wish, ...]:
    """All wishes of `table`; paths of photos start in `folder`, `style` is for rows without one.

    Blocking: every photo is looked at. Raises BadTable with every problem there is.
    """
    problems: list[str] = []
    wishes: list[Wish] = []
    seen: Counter[str] = Counter()
    for row in table.rows:
        row = replace(row, style=ENDING.sub("", row.style or style))
        found = [*_problems(row)]
        photo = folder / row.photo if row.photo else None
        look = b""
        if photo and not found:
            try:
                look = read_photo(photo)
            except OSError:
                found.append(wording.NO_PHOTO.format(line=row.line, path=row.photo))
            except BadPhoto as error:
                bad = wording.BAD_PHOTO.format(line=row.line, path=row.photo, why=error.say)
                found.append(bad)
        problems += found
        content = _content(row, look)
        seen[content] += 1
        key = f"{content}-{seen[content]}" if seen[content] > 1 else content
        wishes.append(Wish(row, key, photo))
    if problems:
        raise BadTable(*problems)
    return tuple(wishes)


def read_photo(path: Path) -> bytes:
    """The photo as it is sent to be filmed. Blocking. Raises OSError or BadPhoto."""
    return clean_photo(path.expanduser().read_bytes())


def _problems(row: Row) -> Iterator[str]:
    if not row.text:
        yield wording.NO_WORDS.format(line=row.line)
    if len(row.text) > LONGEST_WISH:
        yield wording.TOO_LONG.format(line=row.line)
    if len(row.caption) > wording.LONGEST_CAPTION:
        yield wording.CAPTION_TOO_LONG.format(line=row.line)


def _content(row: Row, photo: bytes) -> str:
    """One word for everything the film depends on; the name of its file is not among it."""
    picture = hashlib.sha256(photo).hexdigest() if photo else ""
    told = json.dumps([row.text, row.style, row.caption, row.language, picture])
    return hashlib.sha256(told.encode()).hexdigest()[:KEY_LETTERS]
