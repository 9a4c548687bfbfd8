"""The door of the page: nothing gets past it without the password, and wrong ones cost time."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.web import login, wording
from bot.web.login import COOKIE
from bot.web.sessions import KEPT_S, Sessions
from bot.web.tries import FREE
from tests.web.locked import AT, PASSWORD, Clock, knocking, log_in, page

SOCKET = "ws://192.168.1.7:8600/socket"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "web_sessions.json"


@pytest.fixture
async def browser(file: Path, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    async with knocking(file, clock) as http:
        yield http


@pytest.mark.parametrize("path", ["/", "/media/a.mp4", "/studio/takes", "/_nicegui/x.js", "/docs"])
async def test_nothing_is_served_to_strangers(path: str, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "inside" not in answer.text


async def test_what_a_script_asks_is_answered_in_words(
    browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    asked = await browser.get("/studio/takes", headers={"Accept": "*/*"})
    said = await browser.post("/say", headers={"X-Qunying": "page"})
    for answer in (asked, said):
        assert (answer.status_code, answer.json()) == (401, {"say": wording.LOGIN_FIRST})
    assert caplog.text.count("refused: not logged in") == 2


async def test_the_password_opens_and_the_cookie_is_kept_from_scripts_and_other_sites(
    browser: httpx.AsyncClient,
) -> None:
    answer = await log_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.match(rf"{COOKIE}=[\w-]{{43}}; ", cookie)
    for part in ("HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={KEPT_S}"):
        assert part in cookie
    assert "Secure" not in cookie
    assert (await browser.get("/")).text == '"inside"'
    assert (await browser.post("/say")).text == '"heard"'
    assert (await browser.get("/login")).headers["location"] == "/"


async def test_logging_out_ends_the_session_even_for_a_kept_cookie(
    browser: httpx.AsyncClient,
) -> None:
    await log_in(browser)
    kept = browser.cookies[COOKIE]
    answer = await browser.post("/logout")
    assert answer.headers["location"] == "/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    again = await browser.get("/", headers={"Cookie": f"{COOKIE}={kept}"})
    assert again.status_code == 303


def test_a_socket_needs_a_session_and_ends_with_it(file: Path, clock: Clock) -> None:
    sessions = Sessions(file, PASSWORD, clock)
    client = TestClient(page(sessions), base_url=AT, headers={"Origin": AT})
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET):
        raise AssertionError
    client.post("/login", data={"password": PASSWORD})
    with client.websocket_connect(SOCKET) as socket:
        socket.send_text("hi")
        assert socket.receive_text() == "hi"
        client.post("/logout", follow_redirects=False)
        socket.send_text("still there?")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


async def test_no_page_is_shown_inside_anothers(browser: httpx.AsyncClient) -> None:
    for path in ("/login", "/"):
        told = (await browser.get(path)).headers
        assert told["x-frame-options"] == "DENY"
        assert told["cross-origin-resource-policy"] == "same-origin"
    policy = (await browser.get("/login")).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy


async def test_behind_tls_the_cookie_never_travels_without_it(
    browser: httpx.AsyncClient,
) -> None:
    home = {"Origin": "https://home.example", "Host": "home.example"}
    answer = await browser.post(
        "https://home.example/login", data={"password": PASSWORD}, headers=home
    )
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "wrong", ["", "open-sesame", PASSWORD + "x", PASSWORD.upper(), "密码", "\0"]
)
async def test_a_wrong_password_is_said_so_and_logged_without_it(
    wrong: str, browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await log_in(browser, wrong)
    assert answer.status_code == 401
    assert wording.WRONG_PASSWORD in answer.text
    assert "set-cookie" not in answer.headers
    assert [it.levelno for it in caplog.records if it.name == "bot.web.login"] == [logging.WARNING]
    assert not wrong or wrong not in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"password", b"pass=word", b"\xff\xfe=%ff", b"a=b&" * 500, b"[]"]
)
async def test_a_form_that_is_none_is_a_wrong_password(
    body: bytes, browser: httpx.AsyncClient
) -> None:
    assert (await browser.post("/login", content=body, headers=FORM)).status_code == 401


async def test_nobody_types_a_megabyte(browser: httpx.AsyncClient) -> None:
    assert (await log_in(browser, "x" * 2**20)).status_code == 413


async def test_nobody_types_for_ever(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "TYPED_S", 0.05)

    async def drip() -> AsyncIterator[bytes]:
        yield b"password="
        await asyncio.Event().wait()

    answer = await browser.post("/login", content=drip(), headers=FORM)
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")


async def test_after_some_wrong_tries_even_the_right_one_waits_longer_each_time(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(FREE):
        assert (await log_in(browser, "wrong")).status_code == 401
    waits = []
    for _ in range(4):
        answer = await log_in(browser)
        assert answer.status_code == 429
        waits.append(int(answer.headers["retry-after"]))
        assert wording.TRY_LATER.format(seconds=waits[-1]) in answer.text
        clock.now += waits[-1] + 0.01
        assert (await log_in(browser, "wrong")).status_code == 401
    assert waits == [2, 4, 8, 16]
    clock.now += 33
    assert (await log_in(browser)).status_code == 303


async def test_tries_side_by_side_are_all_counted(browser: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(log_in(browser, f"guess-{n}") for n in range(40)))
    assert [it.status_code for it in answers].count(401) == FREE


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://192.168.1.7", None])
@pytest.mark.parametrize("path", ["/login", "/logout", "/say"])
async def test_another_site_cannot_post_with_our_cookie(
    path: str, origin: str | None, browser: httpx.AsyncClient
) -> None:
    await log_in(browser)
    del browser.headers["Origin"]
    answer = await browser.post(
        path, data={"password": PASSWORD}, headers={"Origin": origin} if origin else {}
    )
    assert answer.status_code == 403
    assert (await browser.get("/")).status_code == 200


async def test_a_link_from_elsewhere_comes_again_with_its_cookie(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "refresh" in answer.text
    assert "inside" not in answer.text
