"""Long words in as few messages as their sentences allow."""

import re
from collections.abc import Iterator

# where a text may be cut, best first: a line, a sentence, a clause
ENDS = (r"(?<=\n)", r"(?<=[。！？!?；;])", r"(?<=[，,、：:])")


def pieces(text: str, longest: int) -> list[str]:
    """`text` in messages of at most `longest` characters; nothing of it is lost but white space."""
    if len(text) <= longest:
        return [text]
    return list(_pack(_cut(text, longest, ENDS), longest))


def _cut(text: str, longest: int, ends: tuple[str, ...]) -> Iterator[str]:
    if len(text.strip()) <= longest:
        yield text
    elif ends:
        for part in re.split(ends[0], text):
            yield from _cut(part, longest, ends[1:])
    else:
        yield from (text[i : i + longest] for i in range(0, len(text), longest))


def _pack(parts: Iterator[str], longest: int) -> Iterator[str]:
    held = ""
    for part in parts:
        if len((held + part).strip()) > longest:
            yield held.strip()
            held = ""
        held += part
    if held.strip():
        yield held.strip()
