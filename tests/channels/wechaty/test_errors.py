"""What gRPC does to the tasks that call it stays in there."""

import asyncio

import pytest
from grpclib.const import Status
from grpclib.exceptions import GRPCError, StreamTerminatedError

from bot.channels.wechaty.errors import (
    GatewayAway,
    GatewayError,
    Refused,
    Rival,
    Unauthorized,
    asked,
)


async def breaking() -> None:
    """As grpclib does: whoever cancels it while its line breaks gets an error instead."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise StreamTerminatedError("Connection lost") from None


async def test_whoever_is_told_to_stop_while_the_line_breaks_stops() -> None:
    call = asyncio.create_task(asked("Version", breaking()))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_a_deadline_around_a_call_holds() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asked("Version", breaking())


@pytest.mark.parametrize(
    ("raised", "ours"),
    [
        (GRPCError(Status.UNAUTHENTICATED, 'Invalid Wechaty TOKEN "s3cret"'), Unauthorized),
        (GRPCError(Status.ALREADY_EXISTS, "s3cret"), Rival),
        (GRPCError(Status.UNAVAILABLE, "s3cret"), GatewayAway),
        (GRPCError(Status.UNKNOWN, "s3cret"), Refused),
        (ConnectionRefusedError(), GatewayAway),
        (TimeoutError(), GatewayAway),
        (StreamTerminatedError("Connection lost"), GatewayAway),
    ],
)
async def test_every_failure_becomes_ours_and_keeps_secrets_to_itself(
    raised: Exception, ours: type[GatewayError]
) -> None:
    async def fail() -> None:
        raise raised

    with pytest.raises(ours) as caught:
        await asked("Version", fail())
    assert "s3cret" not in str(caught.value)
    assert str(caught.value).startswith("Version: ")
