"""One line of the room as the family sees it: who, and what was said, shown or filmed."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from nicegui.element import Element

from bot.records import Line
from bot.web import wording
from bot.web.markup import box, words
from bot.web.people import Face, Family
from bot.web.room import Promise

MEDIA_URL = "/media"
LINK = re.compile(r"(https://[!-~]+)")
EXCERPT = 40

OnQuote = Callable[[Line], None]


def media_url(path: Path) -> str:
    """Files are named by chance or by job, so the name alone finds them and tells nothing."""
    return f"{MEDIA_URL}/{quote(path.name)}"


def excerpt(line: Line) -> str:
    """What a quote shows of the line."""
    shown = f"{wording.SIGNS[line.kind]} {line.text}".strip()
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def time_sign(text: str) -> Element:
    return words("time", "moment", text)


def avatar(face: Face) -> None:
    words("span", "avatar", face.initial, aria_hidden="true").style(f"background: {face.colour}")


def bubble(line: Line, family: Family, on_quote: OnQuote) -> Element:
    """The row of one line; the class `own` puts it on the right."""
    label = f"{line.name}：{excerpt(line)}"
    with box("article", f"line {line.kind}", aria_label=label, data_id=line.id) as row:
        avatar(family.face(line.name, hers=line.mine))
        with box("div", "said"):
            words("span", "name", line.name)
            with box("div", "held-together"):
                with box("div", "bubble"):
                    _content(line)
                tool = words("button", "quote", wording.QUOTE, type="button")
                tool.on("click", lambda: on_quote(line))
            if line.quote:
                words("p", "answers", line.quote)
    return row


def _content(line: Line) -> None:
    if line.kind == "video" and line.media:
        _player(line, line.media)
    elif line.kind == "photo" and line.media:
        _photo(line.media, line.name)
    if line.text:
        _words(line)


def _words(line: Line) -> None:
    """What was said; an address in her own words is a link to tap, in anybody else's only text."""
    with box("p", "words"):
        for piece in LINK.split(line.text) if line.mine else (line.text,):
            if line.mine and LINK.fullmatch(piece):
                words("a", "", wording.LINK, href=piece, target="_blank", rel="noopener noreferrer")
            elif piece:
                words("span", "", piece)


def _player(line: Line, clip: Path) -> None:
    player = box(
        "video",
        src=media_url(clip),
        controls=True,
        playsinline=True,
        preload="metadata",
        aria_label=f"{line.name}发的视频",
    )
    if line.poster:
        player.props["poster"] = media_url(line.poster)


def _photo(photo: Path, name: str) -> None:
    url = media_url(photo)
    label = f"{name}发的照片，点开看大图"
    box("img", "photo", src=url, data_large=url, alt=label, role="button", tabindex=0)


class WaitingBubble:
    """Her line while a clip is made: what she is doing, how far, how long still."""

    def __init__(self, family: Family) -> None:
        with box("article", "line waiting") as self.row:
            avatar(family.face(family.her, hers=True))
            with box("div", "said"):
                words("span", "name", family.her)
                with box("div", "bubble", role="status"):
                    with box("div", "doing"):
                        self._words = words("span", "stage", "")
                        self._percent = words("span", "percent", "")
                    with box("div", "bar", role="progressbar", aria_label="拍摄进度") as self._bar:
                        self._fill = box("div", "fill")
                    self._detail = words("p", "detail", "")

    def show(self, promise: Promise) -> None:
        it = promise.progress
        moves = it.percent is not None
        self._words.set_text(it.words)
        self._percent.set_text(f"{it.percent}%" if moves else "")
        for_whom = wording.WAITING_FOR.format(name=promise.asked_by)
        self._detail.set_text(f"{for_whom} · {it.detail}".rstrip(" ·"))
        self._bar.classes(remove="idle") if moves else self._bar.classes("idle")
        self._bar.props["aria-valuenow"] = it.percent or 0
        self._fill.style(f"width: {it.percent or 0}%")


def typing_bubble(family: Family) -> Element:
    """Three dots: an answer is on its way."""
    with box("article", "line typing", aria_label=f"{family.her}正在输入") as row:
        avatar(family.face(family.her, hers=True))
        with box("div", "said"):
            words("span", "name", family.her)
            with box("div", "bubble"):
                for _ in range(3):
                    box("i")
    return row
