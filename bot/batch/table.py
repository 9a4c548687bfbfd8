"""A table of wishes: a CSV in whatever form a spreadsheet left it, or every reason why not."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.batch import wording

COLUMNS = {
    "text": ("text", "文字", "内容", "要拍的", "一句话"),
    "photo": ("photo", "照片", "图片"),
    "style": ("style", "风格", "画风"),
    "caption": ("caption", "字幕"),
    "language": ("caption language", "caption_language", "字幕语言"),
    "name": ("name", "名字", "文件名"),
}
REASON = "原因"  # the column that a report of failures has more; it is no news in a table
BY_NAME = {name: column for column, names in COLUMNS.items() for name in names}
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class BadTable(Exception):
    """The table cannot be filmed; `problems` are Chinese lines for its owner."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Row:
    """One wish as it was written; empty where nothing was. `line`: where it ends in the file."""

    line: int
    text: str = ""
    photo: str = ""
    style: str = ""
    caption: str = ""
    language: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`unused`: the columns that say nothing to us; `gbk`: it was not written as UTF-8."""

    rows: tuple[Row, ...]
    unused: tuple[str, ...] = ()
    gbk: bool = False


def read_table(path: Path) -> Table:
    """The rows of the file; blank lines are skipped. Blocking. Raises BadTable."""
    text, gbk = _decoded(path)
    if not text.strip():
        raise BadTable(wording.EMPTY.format(path=path))
    lines = _lines(text)
    _, header = next(lines)
    columns, unused = _columns(header)
    rows = tuple(_rows(lines, columns, len(header)))
    if not rows:
        raise BadTable(wording.NO_ROWS.format(path=path))
    return Table(rows, unused, gbk)


def _decoded(path: Path) -> tuple[str, bool]:
    try:
        raw = path.read_bytes()
    except IsADirectoryError as error:
        raise BadTable(wording.A_FOLDER.format(path=path)) from error
    except FileNotFoundError as error:
        raise BadTable(wording.NO_TABLE.format(path=path)) from error
    except OSError as error:
        raise BadTable(wording.UNREADABLE.format(path=path, why=error.strerror)) from error
    marked = next((encoding for mark, encoding in MARKS if raw.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding == "gb18030"
    raise BadTable(wording.NOT_TEXT.format(path=path))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every line that is not blank."""
    first = text.lstrip().splitlines()[0]
    delimiter = next((d for d in "\t;" if d in first and "," not in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        broken = wording.BROKEN_QUOTES.format(line=reader.line_num, why=error)
        raise BadTable(broken) from error


def _columns(header: list[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """Which cell is what, and the names of those that are nothing to us."""
    columns: dict[int, str] = {}
    unused = []
    for at, title in enumerate(header):
        column = BY_NAME.get(" ".join(title.lower().split()))
        if column in columns.values():
            raise BadTable(wording.TWICE.format(column=title))
        if column:
            columns[at] = column
        elif title and title != REASON:
            unused.append(title)
    if "text" not in columns.values():
        raise BadTable(wording.NO_HEADER.format(found="，".join(header)[:60]))
    return columns, tuple(unused)


def _rows(
    lines: Iterator[tuple[int, list[str]]], columns: Mapping[int, str], width: int
) -> Iterator[Row]:
    for line, cells in lines:
        if any(cells[width:]):
            raise BadTable(wording.TOO_MANY_CELLS.format(line=line))
        yield Row(line, **{columns[at]: cell for at, cell in enumerate(cells) if at in columns})
