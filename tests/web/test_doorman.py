"""Who may call the page: this machine under its own names, and no site from anywhere else."""

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.web.doorman import Doorman
from bot.web.wording import ONLY_HERE

OURS = ["127.0.0.1", "127.0.0.1:8600", "localhost:8600", "[::1]:8600"]
THEIRS = ["", "evil.example", "evil.example:8600", "127.0.0.1.evil.example", "192.168.1.7", "[bad"]


def house() -> FastAPI:
    app = FastAPI()
    app.add_middleware(Doorman)

    @app.post("/say")
    async def say() -> str:
        return "heard"

    @app.websocket("/socket")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    return app


async def knock(**headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(house())
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return await http.post("/say", headers=told)


@pytest.mark.parametrize("host", OURS)
async def test_this_machine_is_let_in_under_all_its_names(host: str) -> None:
    assert (await knock(host=host, x_qunying="page")).status_code == 200
    assert (await knock(host=host, origin=f"http://{host}")).status_code == 200


@pytest.mark.parametrize("host", THEIRS)
async def test_a_name_that_was_bent_to_this_machine_is_not(host: str) -> None:
    answer = await knock(host=host)
    assert (answer.status_code, answer.text) == (403, ONLY_HERE)


async def test_who_posts_says_where_from() -> None:
    assert (await knock(host="127.0.0.1:8600")).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://localhost.evil",
        "",
        "http://127.0.0.1:3000",
        "http://localhost:8600",
        "file://127.0.0.1:8600",
        "http://[bad",
    ],
)
async def test_another_site_cannot_post_here(origin: str) -> None:
    assert (await knock(host="127.0.0.1:8600", origin=origin)).status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8600", "http://evil.example"])
def test_another_site_cannot_open_a_socket_here(origin: str) -> None:
    headers = {"host": "127.0.0.1:8600", "origin": origin}
    client = TestClient(house())
    if "evil" not in origin:
        with client.websocket_connect("/socket", headers=headers):
            return
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/socket", headers=headers):
        raise AssertionError
