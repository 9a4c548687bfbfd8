"""How an exchange with Tencent's server can end badly. No text here ever holds a secret.

IlinkError
├── Unreachable     no answer that can be read; `maybe_done`: the request may have been carried out
├── Refused         an answer, and it is no: `ret` is the server's number
│   └── TooFast     no, because too much was sent at once
└── LoginEnded      the login is over (-14): somebody has to scan again
"""

STALE, REFUSED = -14, -2


class IlinkError(Exception):
    """What came back is not what was asked for."""


class Unreachable(IlinkError):
    """The network, the deadline, an HTTP error, or an answer that is none."""

    def __init__(self, message: str, *, maybe_done: bool = True) -> None:
        super().__init__(message)
        self.maybe_done = maybe_done


class Refused(IlinkError):
    """The server says no."""

    def __init__(self, what: str, ret: int, message: str) -> None:
        super().__init__(f"{what}: ret {ret} {message[:100]}".rstrip())
        self.ret = ret


class TooFast(Refused):
    """The same may go out in a while."""


class LoginEnded(IlinkError):
    """The bot token is no longer good."""


def refusal(what: str, ret: int, message: str) -> IlinkError:
    """The error for an answer that is no; both kinds of -2 are told apart by their words alone."""
    if ret == STALE:
        return LoginEnded(f"{what}: the login has ended")
    slow_down = ret == REFUSED and "rate limit" in message.lower()
    return (TooFast if slow_down else Refused)(what, ret, message)
