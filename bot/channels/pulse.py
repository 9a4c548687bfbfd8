"""How a channel is: up, away, waiting for a login, or broken. Each change is logged once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

log = logging.getLogger(__name__)
State = Literal["starting", "up", "away", "login", "broken"]


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody has to scan: `url` is what the QR code holds, `who` whose phone, if known."""

    who: str
    url: str


@dataclass(frozen=True, slots=True)
class Health:
    """`say`: one Chinese line for the owner, empty while all is well."""

    state: State = "starting"
    say: str = ""
    logins: tuple[Login, ...] = ()
    since: datetime | None = None


class Pulse:
    """One channel's health. The channel sets it; page, doctor and terminal look."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tell: list[Callable[[Health], None]] = []
        self.health = Health()

    def watch(self, tell: Callable[[Health], None]) -> None:
        """Call `tell` with every change from now on."""
        self._tell.append(tell)

    def up(self, say: str = "") -> None:
        """It hears and may send."""
        self._beat("up", say, (), "")

    def away(self, say: str, why: object) -> None:
        """It is not there, and tries to be; `why` is English, for the log."""
        self._beat("away", say, (), str(why))

    def login(self, say: str, *logins: Login) -> None:
        """It waits for somebody to scan."""
        self._beat("login", say, logins, "")

    def broken(self, say: str, why: object) -> None:
        """It has ended until its owner mends something."""
        self._beat("broken", say, (), str(why))

    def _beat(self, state: State, say: str, logins: tuple[Login, ...], why: str) -> None:
        before = self.health
        if (before.state, before.say, before.logins) == (state, say, logins):
            return
        self.health = Health(state, say, logins, datetime.now(UTC))
        if state != before.state:
            level = logging.WARNING if state in ("away", "broken") else logging.INFO
            log.log(level, "%s is %s%s", self._name, state, f": {why}" if why else "")
        for tell in self._tell:
            tell(self.health)
