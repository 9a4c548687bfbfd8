"""How every member's login is, told as the one pulse of the channel."""

from collections.abc import Callable, Sequence

from bot.channels.ilink import wording
from bot.channels.pulse import Login, Pulse

Show = Callable[[Login, str], None]


class Board:
    """`show` puts a code to scan before the owner's eyes; it is told each code once."""

    def __init__(self, pulse: Pulse, members: Sequence[str], show: Show) -> None:
        self._pulse, self._show = pulse, show
        self._order = tuple(members)
        self._waits: dict[str, tuple[str, Login]] = {}
        self._away: dict[str, str] = {}
        self._up: set[str] = set()
        self._shown: set[str] = set()

    def up(self, member: str) -> None:
        """The member is heard and may be written to."""
        self._clear(member)
        self._up.add(member)
        self._beat()

    def away(self, member: str, why: object) -> None:
        """The server does not answer; a code that was shown stays where it is."""
        self._up.discard(member)
        self._away[member] = str(why)
        self._beat()

    def wait_for(self, member: str, say: str, url: str) -> None:
        """The member has to scan `url`, or to do what `say` says."""
        self._clear(member)
        login = Login(member, url)
        self._waits[member] = (say, login)
        if url not in self._shown:
            self._shown.add(url)
            self._show(login, say)
        self._beat()

    def _clear(self, member: str) -> None:
        self._waits.pop(member, None)
        self._away.pop(member, None)
        self._up.discard(member)

    def _beat(self) -> None:
        if self._away:
            return self._pulse.away(wording.AWAY, next(iter(self._away.values())))
        if self._waits:
            waiting = [self._waits[member] for member in self._order if member in self._waits]
            say = "；".join(say for say, _ in waiting)
            return self._pulse.login(say, *(login for _, login in waiting))
        if len(self._up) == len(self._order):
            self._pulse.up()
