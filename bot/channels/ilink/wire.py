"""The protocol of ilinkai.weixin.qq.com: HTTPS and JSON, as Tencent's own client speaks it.

Source: npm @tencent-weixin/openclaw-weixin 2.4.9 (MIT), dist/src/api/api.js and auth/login-qr.js.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from bot.channels.ilink.faults import Unreachable, refusal
from bot.channels.ilink.shapes import QrCode, QrStatus, Shape, Slot, Updates

SPOKEN = (2, 4, 9)  # the version of their client whose dialect this is
AGENT = "Qunying/0.1"  # who we are: for their statistics only
BOT_TYPE = "3"
POLL_S, SLACK_S = 35.0, 10.0  # the server holds a long poll about so long
ASK_S, SMALL_S = 15.0, 10.0
FROM_BOT, FINISHED = 2, 2
S = TypeVar("S", bound=Shape)
Json = dict[str, Any]


class Wire:
    """Speaks for one login, or for nobody yet (`token` empty). All methods raise IlinkError."""

    def __init__(self, http: httpx.AsyncClient, base_url: str, token: str = "") -> None:
        self._http, self._base, self._token = http, base_url.rstrip("/"), token

    async def qr_code(self, known: Sequence[str]) -> QrCode:
        """A fresh code to scan. `known`: tokens in use here, so that no phone logs in twice."""
        path = f"get_bot_qrcode?bot_type={BOT_TYPE}"
        answer = await self._post(path, {"local_token_list": list(known)[-10:]}, ASK_S)
        return _read(QrCode, answer, "get_bot_qrcode")

    async def qr_status(self, qrcode: str, verify_code: str = "") -> QrStatus:
        """How far the scan is; the server takes its time to answer."""
        params = {"qrcode": qrcode, **({"verify_code": verify_code} if verify_code else {})}
        url = f"{self._base}/ilink/bot/get_qrcode_status"
        request = self._http.build_request("GET", url, params=params, headers=_headers())
        return _read(QrStatus, await self._ask(request, POLL_S + SLACK_S), "get_qrcode_status")

    async def updates(self, cursor: str, hold_s: float = POLL_S) -> Updates:
        """What people said since `cursor`; waits up to `hold_s` for somebody to say something."""
        body = {"get_updates_buf": cursor}
        return _read(Updates, await self._call("getupdates", body, hold_s + SLACK_S), "getupdates")

    async def send(self, to: str, context: str, client_id: str, item: Json) -> str:
        """Say one thing; the server's id of it, empty when it did not give one."""
        message = {
            "from_user_id": "",
            "to_user_id": to,
            "client_id": client_id,
            "message_type": FROM_BOT,
            "message_state": FINISHED,
            "item_list": [item],
            "context_token": context,
        }
        answer = await self._call("sendmessage", {"msg": message}, ASK_S)
        return str(answer.get("message_id") or "")

    async def slot(self, about: Mapping[str, Any]) -> Slot:
        """A place for a file that is described as `getuploadurl` wants it."""
        return _read(Slot, await self._call("getuploadurl", about, ASK_S), "getuploadurl")

    async def typing_ticket(self, user: str, context: str) -> str:
        body = {"ilink_user_id": user, "context_token": context}
        answer = await self._call("getconfig", body, SMALL_S)
        return str(answer.get("typing_ticket") or "")

    async def typing(self, user: str, ticket: str, *, on: bool) -> None:
        body = {"ilink_user_id": user, "typing_ticket": ticket, "status": 1 if on else 2}
        await self._call("sendtyping", body, SMALL_S)

    async def notify(self, what: str, deadline_s: float = SMALL_S) -> None:
        """Tell the server that this client starts or stops: notifystart, notifystop."""
        await self._call(f"msg/{what}", {}, deadline_s)

    async def _call(self, path: str, body: Mapping[str, Any], deadline_s: float) -> Json:
        about = {"channel_version": ".".join(map(str, SPOKEN)), "bot_agent": AGENT}
        answer = await self._post(path, {**body, "base_info": about}, deadline_s)
        code = answer.get("ret") or answer.get("errcode")
        if code:
            ret = code if isinstance(code, int) else 0
            raise refusal(path, ret, str(answer.get("errmsg") or ""))
        return answer

    async def _post(self, path: str, body: Mapping[str, Any], deadline_s: float) -> Json:
        url = f"{self._base}/ilink/bot/{path}"
        headers = _headers() | _identity(self._token)
        return await self._ask(
            self._http.build_request("POST", url, json=body, headers=headers), deadline_s
        )

    async def _ask(self, request: httpx.Request, deadline_s: float) -> Json:
        """One question, one JSON object; the texts of errors name the path and nothing more."""
        what = request.url.path.rpartition("/ilink/bot/")[2]
        if self._http.is_closed:  # a sign of typing that is late
            raise Unreachable(f"{what}: the channel is closed", maybe_done=False)
        try:
            async with asyncio.timeout(deadline_s):
                answer = await self._http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(f"{what}: {type(error).__name__}", maybe_done=False) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(f"{what}: {type(error).__name__}") from None
        if answer.status_code != httpx.codes.OK:
            raise Unreachable(f"{what}: HTTP {answer.status_code}")
        try:
            told = json.loads(answer.content)
        except ValueError:
            raise Unreachable(f"{what}: the answer is not JSON") from None
        if not isinstance(told, dict):
            raise Unreachable(f"{what}: the answer is not a JSON object")
        return told


def _headers() -> dict[str, str]:
    major, minor, patch = SPOKEN
    return {
        "iLink-App-Id": "bot",
        "iLink-App-ClientVersion": str(major << 16 | minor << 8 | patch),
    }


def _identity(token: str) -> dict[str, str]:
    anybody = str(int.from_bytes(secrets.token_bytes(4), "big")).encode()
    known = {"Authorization": f"Bearer {token}"} if token else {}
    return {
        "AuthorizationType": "ilink_bot_token",
        "X-WECHAT-UIN": base64.b64encode(anybody).decode(),
        **known,
    }


def _read(shape: type[S], answer: Json, what: str) -> S:
    try:
        return shape.model_validate(answer)
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()}))
        raise Unreachable(f"{what}: the answer lacks or spoils {fields}") from None
