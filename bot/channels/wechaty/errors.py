"""What can go wrong between us and a wechaty gateway.

GatewayError
├── Unauthorized   the token is not the gateway's
├── Rival          another program holds the one stream of events that a gateway has
├── GatewayAway    nobody answers, the line broke, or it took too long
└── Refused        the gateway, or WeChat behind it, says no to this one call

No text of these repeats what the gateway said: it quotes tokens and messages.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from grpclib.const import Status
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError

T = TypeVar("T")


class GatewayError(Exception):
    """A call that came to nothing."""


class Unauthorized(GatewayError):
    """The token is wrong; no second try will help."""


class Rival(GatewayError):
    """Somebody else listens; a gateway tells its events to one program only."""


class GatewayAway(GatewayError):
    """It may be back in a moment."""


class Refused(GatewayError):
    """It is there and does not do it."""


KINDS = {
    Status.UNAUTHENTICATED: Unauthorized,
    Status.PERMISSION_DENIED: Unauthorized,
    Status.ALREADY_EXISTS: Rival,
    Status.UNAVAILABLE: GatewayAway,
    Status.CANCELLED: GatewayAway,
    Status.DEADLINE_EXCEEDED: GatewayAway,
}


@contextmanager
def translated(call: str) -> Iterator[None]:
    """Whatever gRPC raises inside, as one of ours; `call` names what was tried."""
    try:
        yield
    except GRPCError as error:
        told = f"{call}: {error.status.name}"
        raise KINDS.get(error.status, Refused)(told) from None
    except (OSError, StreamTerminatedError, ProtocolError) as error:  # a TimeoutError is an OSError
        raise GatewayAway(f"{call}: {error!r}") from error


async def asked(call: str, work: Coroutine[Any, Any, T]) -> T:
    """What `work` brings, or one of our errors; `call` names it.

    It is done in a task of its own. grpclib 0.4 wakes the task that waits for it by cancelling it,
    and then turns every cancellation into an error of its own, even one that was meant: a bot that
    is told to stop while its line breaks would never stop.
    """
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(settled(call, work))
    result = task.result()
    if isinstance(result, GatewayError):
        raise result
    return result


async def settled(call: str, work: Coroutine[Any, Any, T]) -> T | GatewayError:
    """What `work` brings, or how it failed; for a task of its own."""
    try:
        with translated(call):
            return await work
    except GatewayError as error:
        return error
