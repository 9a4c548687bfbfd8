"""The CDN of the stand-in for Tencent's server: takes files that were announced, and gives them."""

import hashlib
import secrets
from collections import defaultdict, deque
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.ilink.crypto import sealed_size, unseal
from tests.ilink_people import REFUSED, STALE, TOO_FAST, Body, People

NO_ID, GATEWAY_TIMEOUT = "no_id", "504"  # carried out, and answered so
FAULTS: dict[str, Callable[[], Response]] = {
    "error500": lambda: Response(status_code=500),
    "html": lambda: Response("<html>Please log in</html>"),
    "list": lambda: JSONResponse([1, 2]),
    "refused": lambda: JSONResponse(REFUSED),
    "rate": lambda: JSONResponse(TOO_FAST),
    "stale": lambda: JSONResponse(STALE),
    "gone": lambda: Response(status_code=404),
}


class FakeCdn(People):
    """`asked` counts what was asked for, by verb."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: defaultdict[str, int] = defaultdict(int)
        self.slots: dict[str, Body] = {}
        self.keys: set[str] = set()
        self._faults: defaultdict[str, deque[str]] = defaultdict(deque)

    def fail(self, verb: str, *faults: str) -> None:
        """The next answers to `verb`; `ok` in between is a sane one."""
        self._faults[verb].extend(faults)

    def _fault(self, verb: str) -> str:
        return self._faults[verb].popleft() if self._faults[verb] else "ok"

    def _must(self, true: object, complaint: str) -> None:
        if not true:
            self.complaints.append(complaint)

    async def _slot(self, request: Request, body: Body) -> Response:
        self._must(body["filesize"] == sealed_size(body["rawsize"]), "getuploadurl: padded size")
        self._must(body["media_type"] in (1, 2), f"getuploadurl: media_type {body['media_type']}")
        self._must(body["no_need_thumb"] is True, "getuploadurl: a thumbnail is missing")
        self._must(body["aeskey"] not in self.keys, "getuploadurl: one key for two files")
        self.keys.add(body["aeskey"])
        ticket = secrets.token_hex(8)
        self.slots[ticket] = body
        return JSONResponse({"upload_param": ticket})

    async def _upload(self, request: Request) -> Response:
        if (fault := self._fault("upload")) in FAULTS:
            return FAULTS[fault]()
        asked, sealed = request.query_params, await request.body()
        slot = self.slots.pop(asked["encrypted_query_param"], {})
        try:
            plain = unseal(bytes.fromhex(slot.get("aeskey", "")), sealed)
        except ValueError:
            plain = b""
        right = {"filekey": slot.get("filekey") == asked["filekey"],
                 "padded size": slot.get("filesize") == len(sealed),
                 "size": slot.get("rawsize") == len(plain),
                 "MD5": slot.get("rawfilemd5") == _md5(plain)}  # fmt: skip
        if wrong := [name for name, is_right in right.items() if not is_right]:
            self.complaints.append(f"upload: {wrong}")
            return Response(status_code=400, headers={"x-error-message": "bad upload"})
        name = f"up-{secrets.token_hex(8)}"
        self.cdn[name] = sealed
        return Response(headers={"x-encrypted-param": name})

    async def _download(self, request: Request) -> Response:
        self.asked["download"] += 1
        if (fault := self._fault("download")) in FAULTS:
            return FAULTS[fault]()
        sealed = self.cdn.get(request.query_params["encrypted_query_param"])
        return Response(status_code=404) if sealed is None else Response(sealed)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
