"""The QR code in the terminal, small enough for one screen."""

import io

import segno
from rich.console import Console
from rich.text import Text

from bot.channels.ilink import wording
from bot.channels.pulse import Login

MOST_CODES = 3  # of one member: nobody seems to look at the terminal


class TerminalCodes:
    """Prints each code it is given, and after a few only where to find the next."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._printed: dict[str, int] = {}

    def show(self, login: Login, say: str) -> None:
        count = self._printed[login.who] = self._printed.get(login.who, 0) + 1
        if count <= MOST_CODES:
            self._console.print(Text(draw(login.url)), soft_wrap=True)
            self._say(wording.TERMINAL.format(say=say, url=login.url))
        elif count == MOST_CODES + 1:
            self._say(wording.TERMINAL_LATER.format(say=say))

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def draw(url: str) -> str:
    """The code as lines of half blocks, light on dark."""
    picture = io.StringIO()
    segno.make(url).terminal(out=picture, compact=True)
    return picture.getvalue().rstrip("\n")
