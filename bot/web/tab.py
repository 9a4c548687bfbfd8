"""One open tab: the room as it is shown there, from the first line to the composer."""

from collections.abc import Sequence
from datetime import UTC, datetime

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from bot.records import Line
from bot.web import wording
from bot.web.bubbles import WaitingBubble, avatar, bubble, excerpt, time_sign, typing_bubble
from bot.web.clock import needs_time, shown_time
from bot.web.composer import Composer, Feed
from bot.web.markup import box, words
from bot.web.people import Family
from bot.web.room import RoomWatch, View

LineKey = tuple[int, str]
READING_S = 60.0


class Tab:
    """Shows every new view of the room: lines come and go, none is drawn again: a clip plays on."""

    def __init__(self, family: Family, watch: RoomWatch, say_url: str) -> None:
        self._family, self._watch = family, watch
        self._me = family.members[0]
        self._rows: dict[LineKey, tuple[Line, Element]] = {}
        self._waiting: dict[str, WaitingBubble] = {}
        self._first: Line | None = None
        self._last: Line | None = None
        with Feed() as self._feed:
            self._top = box("div", "stack")
            self._lines = box("div", "stack")
            self._working = box("div", "stack")
        self._feed.on("older", self._show_older)
        self._composer = Composer(family.faces(), family.her, say_url)
        self._composer.on("member", self._speak_as)
        # who speaks wants to see it, however far up they had read
        self._composer.on("said", self._feed.to_end)
        with self._lines:
            self._welcome = self._greet()
        with self._working:
            self._typing = typing_bubble(family)

    def show(self, view: View) -> None:
        self._take_away(view.lines)
        # by number: where lines were forgotten, older ones move up into the view
        newest = self._last.n if self._last else 0
        fresh = [line for line in view.lines if line.n > newest]
        if fresh:
            self._welcome.set_visibility(False)
            with self._lines:
                self._add(fresh, self._last)
            self._first, self._last = self._first or fresh[0], fresh[-1]
        self._typing.set_visibility(view.typing)
        self._show_promises(view)

    def _take_away(self, left: Sequence[Line]) -> None:
        """What was forgotten goes, but for what somebody may still be reading.

        So does all that is older than the view: who scrolls up again sees what is left of it. A
        message whose photo alone is gone stays as it is seen.
        """
        known, oldest = {line.n for line in left}, left[0].n if left else 0
        now = datetime.now(UTC)
        gone = [
            key
            for key, (line, _) in self._rows.items()
            if oldest <= line.n not in known and (now - line.at).total_seconds() > READING_S
        ]
        if gone:
            gone += [key for key, (line, _) in self._rows.items() if line.n < oldest]
        for key in gone:
            self._rows.pop(key)[1].delete()
        if gone and self._first:
            self._first = min((line for line, _ in self._rows.values()), key=_number, default=None)

    def _add(self, lines: Sequence[Line], before: Line | None) -> None:
        """Put `lines` where we are; `before` is the line that stands above the first of them."""
        for line in lines:
            if needs_time(before.at if before else None, line.at):
                time_sign(shown_time(line.at, datetime.now(UTC)))
            row = bubble(line, self._family, self._quote)
            self._rows[_key(line)] = line, row
            self._take_side(line, row)
            before = line

    def _show_promises(self, view: View) -> None:
        open_jobs = {promise.job_id for promise in view.promises}
        for job_id in self._waiting.keys() - open_jobs:
            self._waiting.pop(job_id).row.delete()
        for promise in view.promises:
            if promise.job_id not in self._waiting:
                with self._working:
                    self._waiting[promise.job_id] = WaitingBubble(self._family)
            self._waiting[promise.job_id].show(promise)

    async def _show_older(self) -> None:
        if self._first is None or not (older := await self._watch.older(self._first.n)):
            return
        self._first = older[0]
        with self._top, box("div", "stack") as above:
            self._add(older, None)
        above.move(self._top, 0)

    def _speak_as(self, event: GenericEventArguments) -> None:
        if event.args not in self._family.members:
            return
        self._me = event.args
        for line, row in self._rows.values():
            self._take_side(line, row)

    def _take_side(self, line: Line, row: Element) -> None:
        if self._is_mine(line):
            row.classes("own")
        else:
            row.classes(remove="own")

    def _is_mine(self, line: Line) -> bool:
        return not line.mine and line.sender == self._me

    def _quote(self, line: Line) -> None:
        self._composer.quote(line.id, line.name, excerpt(line))

    def _greet(self) -> Element:
        her = self._family.her
        with box("div", "welcome") as welcome:
            avatar(self._family.face(her, hers=True))
            words("span", "hello", wording.HELLO.format(name=her))
            for text in wording.SUGGESTIONS:
                said = text.format(name=her)
                chip = words("button", "suggestion", said, type="button")
                chip.on("click", lambda said=said: self._composer.propose(said))
        return welcome


def _number(line: Line) -> int:
    return line.n


def _key(line: Line) -> LineKey:
    return line.n, line.media.name if line.media else line.kind


def open_tab(family: Family, watch: RoomWatch, say_url: str) -> None:
    """Build the room in the client that is being built, and keep it fresh until that is gone."""
    tab = Tab(family, watch, say_url)
    tab.show(watch.view)
    ui.context.client.on_delete(watch.join(tab.show))
