"""A table for a terminal and for docs/log.md at once: markdown, its columns aligned."""

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """The lines of a markdown table."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(_width(row[n]) for row in cells) for n in range(len(head))]
    lines = [" | ".join(_pad(c, w) for c, w in zip(row, widths, strict=True)) for row in cells]
    yield f"| {lines[0]} |"
    yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    yield from (f"| {line} |" for line in lines[1:])


def _width(text: str) -> int:
    """Columns in a terminal: a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
