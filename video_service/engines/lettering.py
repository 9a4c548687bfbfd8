"""Chinese lettering without a system font: what can be written, how it breaks into lines.

The font lacks emoji, ℃ and rare characters. Whatever it lacks is respelt or left out, so that
no empty box ever stands in a picture.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from io import BytesIO
from math import inf
from operator import itemgetter

from PIL import Image, ImageDraw, ImageFont

FONT = "noto-sans-sc-chinese-simplified-400-normal.woff2"
RESPELT = str.maketrans({"℃": "度", "℉": "华氏度", "\u3000": " ", "\u00a0": " "})
FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")
MISSING = "\U0010ffff"  # no font has it: what is drawn for it is the empty box
LEADING = 1.36  # from line to line, in letter heights
NOT_FIRST = "，。！？：；、）》」』”’…—·,.!?:;)%]}"  # a line never begins with these
SMALLER = 0.3  # what a size smaller costs the reader, where a torn phrase costs twice that
LEANING = "的地得了着过们子儿吗吧呢"  # and better not with these: they end a word
# a Latin word stays whole, and so does a number with its unit: 25度
TOKEN = re.compile(
    r"[^\s\u2e80-\u9fff\uff00-\uffef]*\d[\u4e00-\u9fff]?|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+|."
)

Font = ImageFont.FreeTypeFont


@cache
def font(size: int) -> Font:
    """The one font, `size` pixels high."""
    file = BytesIO((files("video_service") / "assets" / FONT).read_bytes())
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def can_write(letter: str) -> bool:
    """Whether the font has a picture of its own for `letter`."""
    face, box = font(24), font(24).getmask(MISSING)
    drawn = face.getmask(letter)
    return drawn.size != box.size or bytes(drawn) != bytes(box)


def writable(text: str) -> str:
    """`text` in letters the font has, on one line: respelt where possible, else left out."""
    text = FULL_WIDTH.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
    letters = "".join(_spell(letter) for letter in text.translate(RESPELT))
    return " ".join(letters.split())


def _spell(letter: str) -> str:
    if letter.isspace():
        return " "
    if not letter.isprintable() or unicodedata.category(letter).startswith("M"):
        return ""  # a mark on its own has nothing to stand on once its letter is gone
    if can_write(letter):
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    kept = plain != letter and all(c.isprintable() and can_write(c) for c in plain)
    return plain if kept else ""


def fit(text: str, room: tuple[int, int], sizes: tuple[int, ...]) -> tuple[Font, list[str]]:
    """The largest of `sizes` in which `text` fits `room` (width, height); at worst it is cut.

    One size smaller where that spares the reader a torn phrase.
    """
    width, height = room
    for n, size in enumerate(sizes):
        face, most = font(size), int(height // (size * LEADING))
        lines = wrap(text, face, width)
        if len(lines) <= most:
            found = [_balanced(text, font(s), room) for s in sizes[n : n + 2]]
            best = min(range(len(found)), key=lambda i: found[i][0] + SMALLER * i)
            return font(sizes[n + best]), found[best][1]
    last = lines[most - 1]
    while face.getlength(last + "…") > width:
        last = last[:-1]
    return face, [*lines[: most - 1], last.rstrip(NOT_FIRST + " ") + "…"]


def wrap(text: str, face: Font, width: float) -> list[str]:
    """Lines no wider than `width` pixels; Latin words stay whole where they fit."""
    lines, line = [], ""
    for token in _tokens(text, face, width):
        if line and face.getlength(line + token) > width and token not in NOT_FIRST:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    return [*lines, line.rstrip()] if line.strip() else lines


def _tokens(text: str, face: Font, width: float) -> list[str]:
    tokens = TOKEN.findall(text)
    return [
        piece for t in tokens for piece in ([t] if face.getlength(t) <= width else list(t)) if piece
    ]


def _balanced(text: str, face: Font, room: tuple[int, int]) -> tuple[float, list[str]]:
    """Broken where a reader would pause, and else evenly; and what that costs the reader."""
    width, most = room[0], int(room[1] // (face.size * LEADING))
    units, fewest = _units(text, face, width), len(wrap(text, face, width))
    counts = range(fewest, min(fewest + 1, most) + 1)
    cost, best = min((_parted(units, face, width, count) for count in counts), key=itemgetter(0))
    return cost, [line.rstrip() for line in best] or wrap(text, face, width)


def _parted(units: list[str], face: Font, width: int, count: int) -> tuple[float, list[str]]:
    """What breaking `units` into `count` lines costs the reader at least, and the lines."""
    even = face.getlength("".join(units)) / count
    nowhere: tuple[float, list[str]] = (inf, [])
    best = [(0.0, nowhere[1])] + [nowhere] * len(units)
    for _ in range(count):
        above, best = best, [nowhere] * (len(units) + 1)
        for start, (cost, lines) in enumerate(above[:-1]):
            for end in range(start + 1, len(units) + 1) if cost < inf else ():
                line = "".join(units[start:end])
                if (long := face.getlength(line.rstrip(NOT_FIRST + " "))) > width:
                    break
                new = cost + (long / even - 1) ** 2 + _break_cost(units, end)
                best[end] = min(best[end], (new, [*lines, line]))
    return best[-1]


def _break_cost(units: list[str], end: int) -> float:
    """How much a line's end before `units[end]` hinders: nothing after a pause."""
    if end == len(units):
        return 0.0
    before, after = units[end - 1], units[end]
    if before[-1] in NOT_FIRST + " ":
        return 0.0
    torn = after[0] in LEANING or before[-1] in "“‘（《「『" or before == after
    return 2.0 if torn else 0.6


def _units(text: str, face: Font, width: float) -> list[str]:
    """What stays together: a word with the marks and the space that follow it."""
    units: list[str] = []
    for token in _tokens(text, face, width):
        if units and (token in NOT_FIRST or token.isspace()):
            units[-1] += token
        else:
            units.append(token)
    return units


def write(text: str, face: Font, colour: tuple[int, int, int], weight: int = 0) -> Image.Image:
    """`text` on nothing, as RGBA with room for its soft shadow."""
    left, _, right, _ = face.getbbox(text, stroke_width=weight)
    ascent, descent = face.getmetrics()  # the same height for every line: one baseline rhythm
    pad = 12
    layer = Image.new("RGBA", (int(right - left) + 2 * pad, ascent + descent), (*colour, 0))
    ImageDraw.Draw(layer).text((pad - left, 0), text, (*colour, 255), face, stroke_width=weight)
    return layer
