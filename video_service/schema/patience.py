"""How uvicorn listens, for the service and the page: who never finishes asking is hung up on.

uvicorn itself would wait for the head of a request for ever, and keep all that comes of it.
"""

import logging
from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 20.0
MOST_OF_HEAD = 64 * 2**10  # bytes
log = logging.getLogger(__name__)


class Patience(HttpToolsProtocol):
    """One connection, and a clock for whenever no request of it is being worked on."""

    _timer: TimerHandle | None = None
    _in_head, _came, _heads = True, 0, 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        head = self._heads if self._in_head else None
        super().data_received(data)
        if self._in_head:  # where it is another one, most of `data` may be the body before it
            self._came += len(data) if head == self._heads else 1
        if self._came > MOST_OF_HEAD:
            self._hang_up()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._wait()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_head, self._came = False, 0
        self._heads += 1
        self._rest()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete:  # else the next one had been asked already
            self._wait()

    def _wait(self) -> None:
        self._rest()
        self._timer = self.loop.call_later(HEAD_S, self._hang_up)

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _hang_up(self) -> None:
        if self.transport.is_closing():
            return
        if self._in_head and self._came:
            log.warning("%s refused: it does not finish asking", self.client and self.client[0])
            self.send_400_response("The head of the request is too long or too slow.")
        else:  # a browser opens lines ahead, and would take a word for the answer to what it asks
            self.transport.close()
