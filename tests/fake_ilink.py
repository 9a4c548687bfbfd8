"""A stand-in for ilinkai.weixin.qq.com and its CDN: one real HTTP server that minds the rules.

async with running_ilink() as fake:
    await fake.scan(login.url, "妈妈")                # her phone reads the QR code
    await fake.says("妈妈", text("小爱 拍只猫"))
    (await fake.person("妈妈").gets()).data           # what has arrived, unsealed
    fake.fail("sendmessage", "no_id", "error500")     # its next answers
    await fake.stop(); await fake.start()             # the network, gone and back
    assert not fake.complaints
"""

import asyncio
import base64
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.ilink.crypto import unseal
from tests.ilink_cdn import FAULTS, GATEWAY_TIMEOUT, NO_ID, FakeCdn
from tests.ilink_people import LONGEST_TEXT, STALE, Body, Bot, Got
from tests.ilink_scans import Scan

HOLD_S = 20.0
ITEMS = {2: ("image", "image_item", "mid_size"), 5: ("video", "video_item", "video_size")}
Handler = Callable[[Request, Body], Awaitable[Response]]


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class FakeIlink(FakeCdn):
    """The rules stand in `People`; here is what they are told over HTTP."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self._port = 0
        self._closing = False
        self._server: tuple[_Server, asyncio.Task[None]] | None = None

    @property
    def cdn_url(self) -> str:
        return f"{self.url}/c2c"

    async def start(self) -> None:
        door = socket.create_server(("127.0.0.1", self._port))
        self._port = door.getsockname()[1]
        self.url, self._closing = f"http://127.0.0.1:{self._port}", False
        config = uvicorn.Config(
            self._app(), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = _Server(config)
        self._server = server, asyncio.create_task(server.serve(sockets=[door]))

    async def stop(self) -> None:
        if self._server:
            server, serving = self._server
            self._closing = server.should_exit = True
            await self.ring()
            await serving
            self._server = None

    def _app(self) -> Starlette:
        post = {
            "get_bot_qrcode": self._qr_code, "getupdates": self._updates,
            "sendmessage": self._send, "getuploadurl": self._slot, "getconfig": self._config,
            "sendtyping": self._typing, "msg/notifystart": self._notify,
            "msg/notifystop": self._notify,
        }  # fmt: skip
        routes = [
            Route(f"/ilink/bot/{verb}", self._guarded(verb, work), methods=["POST"])
            for verb, work in post.items()
        ]
        routes.append(Route("/ilink/bot/get_qrcode_status", self._qr_status))
        routes.append(Route("/c2c/upload", self._upload, methods=["POST"]))
        routes.append(Route("/c2c/download", self._download))
        return Starlette(routes=routes)

    def _guarded(self, verb: str, work: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            self._check(request, verb)
            self.asked[verb] += 1
            body = await request.json()
            if verb != "get_bot_qrcode":
                about = body.get("base_info") or {}
                if not about.get("channel_version") or not about.get("bot_agent"):
                    self.complaints.append(f"{verb}: base_info {about}")
                if not self._bot(request):
                    return JSONResponse(STALE)
            fault = self._fault(verb)
            if fault in FAULTS:
                return FAULTS[fault]()
            answer = await work(request, body)
            if fault == GATEWAY_TIMEOUT:
                return Response(status_code=504)
            return JSONResponse({"ret": 0}) if fault == NO_ID else answer

        return endpoint

    def _check(self, request: Request, verb: str) -> None:
        """Every header their client sends."""
        said = request.headers
        version = said.get("ilink-app-clientversion", "")
        fine = {
            "ilink-app-id": said.get("ilink-app-id") == "bot",
            "ilink-app-clientversion": version.isdigit() and int(version) >= 2 << 16,
        }
        if request.method == "POST":
            uin = base64.b64decode(said.get("x-wechat-uin", ""))
            fine["x-wechat-uin"] = uin.isdigit() and int(uin) < 2**32
            fine["authorizationtype"] = said.get("authorizationtype") == "ilink_bot_token"
            fine["content-type"] = said.get("content-type") == "application/json"
        self.complaints += [f"{verb}: {name}" for name, is_fine in fine.items() if not is_fine]

    def _bot(self, request: Request) -> Bot | None:
        return self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))

    async def _qr_code(self, request: Request, body: Body) -> Response:
        self._must(request.query_params.get("bot_type") == "3", "get_bot_qrcode: bot_type")
        self._must(isinstance(body.get("local_token_list"), list), "get_bot_qrcode: token list")
        code = secrets.token_hex(8)
        url = f"https://liteapp.weixin.qq.com/q/{code[:6]}?bot_type=3"
        self.scans[code] = Scan(code, url, body.get("local_token_list") or [])
        return JSONResponse({"qrcode": code, "qrcode_img_content": url})

    async def _qr_status(self, request: Request) -> Response:
        self._check(request, "get_qrcode_status")
        scan = self.scans[request.query_params["qrcode"]]
        if (fault := self._fault("get_qrcode_status")) in FAULTS:
            return FAULTS[fault]()
        await self.wait(lambda: scan.person or scan.expired or self._closing, HOLD_S)
        status = scan.status(request.headers["host"], request.query_params.get("verify_code", ""))
        answer: Body = {"status": status}
        if status == "scaned_but_redirect" and scan.person:
            answer["redirect_host"] = scan.person.host
        if status == "confirmed" and scan.person:
            bot = self.log_in(scan.person)
            answer |= {"bot_token": bot.token, "ilink_bot_id": bot.id}
            answer |= {"ilink_user_id": scan.person.id, "baseurl": self.url}
        return JSONResponse(answer)

    async def _updates(self, request: Request, body: Body) -> Response:
        bot = self._of(request)
        alone = bot.poll is None or await bot.poll.is_disconnected()
        self._must(alone, "getupdates: two polls of one login at once")
        at = self._cursor(bot, body.get("get_updates_buf") or "")
        bot.cursors.append(at)
        bot.poll = request
        await self.ring()
        try:
            over = lambda: len(bot.inbox) > at or not bot.token or self._closing  # noqa: E731
            await self.wait(over, HOLD_S)
        finally:
            bot.poll = None if bot.poll is request else bot.poll
        if self._closing:
            return Response(status_code=502)
        if not bot.token:
            return JSONResponse(STALE)
        cursor = base64.b64encode(f"{bot.id} {len(bot.inbox)}".encode()).decode()
        told = {"msgs": bot.inbox[at:], "get_updates_buf": cursor, "longpolling_timeout_ms": 35000}
        return JSONResponse({"ret": 0, **told})

    def _cursor(self, bot: Bot, cursor: str) -> int:
        whose, _, at = base64.b64decode(cursor).decode().partition(" ")
        self._must(whose in ("", bot.id), f"getupdates: a cursor of {whose} for {bot.id}")
        return int(at or 0) if whose == bot.id else 0

    async def _send(self, request: Request, body: Body) -> Response:
        message, bot = body["msg"], self._of(request)
        said = message.get("client_id"), message.get("message_type"), message.get("message_state")
        self._must(said[0] and said[1:] == (2, 2), f"sendmessage: {said}")
        if refused := self.judge(message):
            return JSONResponse(refused)
        got = self._unpack(message, str(2**62 + secrets.randbits(32)))
        if got and got.client_id not in self.arrived:  # whether theirs does so, nobody has said
            self.arrived[got.client_id] = got
            bot.person.screen.put_nowait(got)
        return JSONResponse({"ret": 0, "message_id": int(got.id) if got else 0})

    def _unpack(self, message: Body, message_id: str) -> Got | None:
        items = message["item_list"]
        self._must(len(items) == 1, f"sendmessage: {len(items)} items")
        item, client_id = items[0], message["client_id"]
        if item["type"] == 1:
            words = item["text_item"]["text"]
            self._must(0 < len(words) <= LONGEST_TEXT, f"sendmessage: {len(words)} characters")
            return Got("text", text=words, id=message_id, client_id=client_id)
        kind, name, size = ITEMS[item["type"]]
        part = item[name]
        sealed = self.cdn.get(part["media"]["encrypt_query_param"], b"")
        self._must(part["media"].get("encrypt_type") == 1, "sendmessage: encrypt_type")
        self._must(part.get(size) == len(sealed), f"sendmessage: {size} {part.get(size)}")
        try:
            key = bytes.fromhex(base64.b64decode(part["media"]["aes_key"]).decode())
            data = unseal(key, sealed)
        except ValueError as error:
            self.complaints.append(f"sendmessage: {kind}: {error}")
            return None
        return Got(kind, data=data, id=message_id, client_id=client_id)

    async def _config(self, request: Request, body: Body) -> Response:
        self._must(body.get("ilink_user_id") == self._of(request).person.id, "getconfig: the user")
        return JSONResponse({"ret": 0, "typing_ticket": "dGlja2V0"})

    async def _typing(self, request: Request, body: Body) -> Response:
        self._must(body.get("typing_ticket") == "dGlja2V0", "sendtyping: the ticket")
        self._of(request).person.typing.put_nowait(body["status"])
        return JSONResponse({"ret": 0})

    async def _notify(self, request: Request, body: Body) -> Response:
        self._of(request).notified.append(request.url.path.rpartition("/")[2])
        return JSONResponse({"ret": 0})

    def _of(self, request: Request) -> Bot:
        bot = self._bot(request)
        assert bot
        return bot


@contextlib.asynccontextmanager
async def running_ilink() -> AsyncIterator[FakeIlink]:
    """The server on a free port, in the loop of the test."""
    fake = FakeIlink()
    await fake.start()
    try:
        yield fake
    finally:
        await fake.stop()
