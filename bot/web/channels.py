"""The panel's part about channels: how each one is, and the codes that wait for a phone."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import segno
from nicegui import ui

from bot.channels.base import Channel
from bot.channels.names import name_of
from bot.channels.pulse import Health, Login
from bot.web import wording
from bot.web.clock import shown_time
from bot.web.markup import box, words
from bot.web.viewers import Viewers

Seen = tuple[tuple[str, Health], ...]  # each channel's name and how it is, as configured


class ChannelWatch:
    """Tells all open tabs how the channels are, whenever one of them changes."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = tuple(channels)
        self._viewers = Viewers[Seen](lambda: None)
        for channel in self._channels:
            channel.pulse.watch(lambda _: self._viewers.tell(self.seen))

    @property
    def seen(self) -> Seen:
        return tuple((channel.name, channel.pulse.health) for channel in self._channels)

    def join(self, show: Callable[[Seen], None]) -> Callable[[], None]:
        """Call `show` with every change until the returned function is called."""
        return self._viewers.join(show)


class ChannelBoard:
    """One row a channel; below them a code for each phone that has to scan."""

    def __init__(self) -> None:
        with box("section", "channels") as self._root:
            words("h2", "", wording.CHANNELS_TITLE)
            self._rows = box("dl", "board")
            self._codes = box("div", "codes")

    def show(self, seen: Seen) -> None:
        self._root.set_visibility(bool(seen))
        self._rows.clear()
        with self._rows:
            for name, health in seen:
                _row(name, health)
        logins = [login for _, health in seen for login in health.logins]
        self._root.classes(add="calling") if logins else self._root.classes(remove="calling")
        self._codes.clear()
        with self._codes:
            for login in logins:
                _code(login)


def _row(name: str, health: Health) -> None:
    well = health.state == "up"
    how = wording.CHANNEL_STATES[health.state]
    if health.since and not well:
        how += wording.CHANNEL_SINCE.format(at=shown_time(health.since, datetime.now(UTC)))
    with box("div", "good" if well else "poor", data_channel=name):
        words("dt", "", name_of(name))
        words("dd", "", how)
        if health.say:
            words("dd", "note", health.say)


def _code(login: Login) -> None:
    with box("figure", "code"):
        if drawing := draw(login.url):
            # svg of our own making: nothing of the address stands in it as text
            ui.html(drawing, sanitize=False).props.update(
                role="img", **{"aria-label": wording.CODE}
            )
        else:
            words("p", "", login.url)
        words("figcaption", "", wording.SCAN.format(who=login.who or wording.SOMEBODY))


def draw(url: str) -> str:
    """The QR code of `url` as an <svg> that takes the size of its frame; empty when too long."""
    try:
        code = segno.make(url, micro=False, boost_error=False)
    except segno.DataOverflowError:
        return ""
    return code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff")


def open_board(watch: ChannelWatch) -> ChannelBoard:
    """Build the board in the client that is being built; it is fresh until that is gone."""
    board = ChannelBoard()
    board.show(watch.seen)
    ui.context.client.on_delete(watch.join(board.show))
    return board
