"""One member's login: a QR code, another when it expires, until a phone has confirmed one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from bot.channels.ilink import wording
from bot.channels.ilink.accounts import Accounts
from bot.channels.ilink.board import Board
from bot.channels.ilink.faults import IlinkError
from bot.channels.ilink.shapes import QrCode, QrStatus
from bot.channels.ilink.tempo import Pauses, Tempo
from bot.channels.ilink.wire import Wire

ENDED = {
    "expired": wording.SCAN,
    "verify_code_blocked": wording.WRONG_CODE,
    "binded_redirect": wording.TAKEN,
}
T = TypeVar("T")


@dataclass
class _Scan:
    """One code on its way: what stands beside it, where to ask, the number the phone showed."""

    code: QrCode
    base_url: str
    say: str
    number: str = ""


class LoginByQr:
    def __init__(
        self,
        member: str,
        http: httpx.AsyncClient,
        base_url: str,
        accounts: Accounts,
        board: Board,
        tempo: Tempo,
    ) -> None:
        self._member, self._http, self._base_url = member, http, base_url
        self._accounts, self._board, self._tempo = accounts, board, tempo

    async def run(self, say: str, known: Callable[[], Sequence[str]]) -> QrStatus:
        """Show codes until a phone has confirmed one.

        `say` stands beside the first code. `known` are the tokens in use here: by them the server
        sees that a phone is logged in already.
        """
        while True:
            code = await self._insist(lambda: self._wire(self._base_url).qr_code(known()))
            scan = _Scan(code, self._base_url, say)
            self._tell(scan)
            status = await self._watch(scan)
            if status.bot_token and status.ilink_bot_id:
                return status
            say = ENDED.get(status.status, wording.SCAN)

    async def _watch(self, scan: _Scan) -> QrStatus:
        """The status in which the code ends; `expired` when the server never says so itself."""
        try:
            async with asyncio.timeout(self._tempo.code_s):
                while True:
                    status = await self._look(scan)
                    if status.status in ENDED or status.status == "confirmed":
                        return status
                    await self._mind(scan, status)
                    self._tell(scan)
                    await asyncio.sleep(self._tempo.look_s)
        except TimeoutError:
            return QrStatus(status="expired")

    async def _look(self, scan: _Scan) -> QrStatus:
        wire = self._wire(scan.base_url)
        return await self._insist(lambda: wire.qr_status(scan.code.qrcode, scan.number))

    async def _mind(self, scan: _Scan, status: QrStatus) -> None:
        """What is to be done before the next look."""
        if status.status == "scaned":
            scan.number, scan.say = "", wording.SCANNED
        elif status.status == "scaned_but_redirect" and status.redirect_host:
            scheme = urlsplit(self._base_url).scheme
            scan.base_url = f"{scheme}://{status.redirect_host}"
        elif status.status == "need_verifycode":
            await self._ask_number(scan)

    async def _ask_number(self, scan: _Scan) -> None:
        """There is no keyboard here that surely is somebody's: the number comes in a file."""
        scan.say = wording.WRITE_CODE
        self._tell(scan)
        while True:
            if number := await self._accounts.take_code(self._member):
                scan.number = number
                return
            await asyncio.sleep(self._tempo.look_s)

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer."""
        pauses = Pauses(self._tempo.retry_s, self._tempo.longest_s)
        while True:
            try:
                return await ask()
            except IlinkError as error:
                self._board.away(self._member, error)
                await pauses.take()

    def _tell(self, scan: _Scan) -> None:
        path = self._accounts.code_file(self._member)
        say = scan.say.format(who=self._member, path=path)
        self._board.wait_for(self._member, say, scan.code.url)

    def _wire(self, base_url: str) -> Wire:
        return Wire(self._http, base_url)
