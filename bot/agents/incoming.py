"""What the agent's program sends, line by line. Nobody is kept from leaving by a line to come.

The SDK itself reads stdin in a thread, and such a thread can neither be cancelled nor left behind:
Ctrl-C and SIGTERM would wait for the other program to close its end.
"""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

LONGEST = 32 * 2**20  # a photo in base64, and room for the rest


class Lines:
    """The lines of `reader` as text, until it ends or is closed; the longest are passed over."""

    def __init__(self, reader: asyncio.StreamReader, transport: asyncio.BaseTransport) -> None:
        self._reader, self._transport = reader, transport

    def close(self) -> None:
        """Nothing more is heard: the same as if the other program had closed its end."""
        self._transport.close()

    def __aiter__(self) -> "Lines":
        return self

    async def __anext__(self) -> str:
        while True:
            try:
                line = await self._reader.readline()
            except ValueError:  # longer than LONGEST
                continue
            if not line:
                raise StopAsyncIteration
            return line.decode("utf-8", "replace")


@asynccontextmanager
async def lines_of_stdin() -> AsyncIterator[Lines | None]:
    """None where stdin never keeps anybody waiting: a file on disk, /dev/null."""
    handle = os.dup(sys.stdin.fileno())
    pipe: IO[bytes] = os.fdopen(handle, "rb", buffering=0)
    if not _may_wait(handle):
        pipe.close()
        yield None
        return
    was_blocking, reader = os.get_blocking(handle), asyncio.StreamReader(LONGEST)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        yield Lines(reader, transport)
    finally:
        os.set_blocking(sys.stdin.fileno(), was_blocking)  # a terminal is our shell's as well
        transport.close()


def _may_wait(handle: int) -> bool:
    mode = os.fstat(handle).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(handle)
