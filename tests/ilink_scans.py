"""QR codes of the stand-in for Tencent's server, and how far each phone has come."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.ilink_people import Person

WRONG_NUMBERS = 3


@dataclass
class Scan:
    """`known`: tokens that the client says are in use with it."""

    code: str
    url: str
    known: list[str]
    person: "Person | None" = None
    expired: bool = False
    said_scanned: bool = False
    wrong: int = 0

    def status(self, host: str, number: str) -> str:
        """What a client that asks at `host`, with the `number` it was told, learns now."""
        person = self.person
        if self.expired or person is None:
            return "expired" if self.expired else "wait"
        if person.host not in ("", host):
            return "scaned_but_redirect"
        if person.bot and person.bot.token in self.known:
            return "binded_redirect"
        if person.number and number != person.number:
            self.wrong += bool(number)
            return "verify_code_blocked" if self.wrong >= WRONG_NUMBERS else "need_verifycode"
        if not self.said_scanned:
            self.said_scanned, person.number = True, ""
            return "scaned"
        return "confirmed"
