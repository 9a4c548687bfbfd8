"""Who never finishes asking is hung up on: heads that drip or do not end, and what comes after."""

import asyncio
import contextlib
import logging
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from tests.service.running import running_service
from video_service.schema import patience
from video_service.schema.patience import MOST_OF_HEAD, Patience
from video_service.serve import Server

HEAD = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
ANSWER = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}


async def says_hi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers without having looked at the body."""
    await send(ANSWER)
    await send({"type": "http.response.body", "body": b"hi"})


@asynccontextmanager
async def line(app: Any = says_hi) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """A connection to a server of `app`."""
    config = uvicorn.Config(
        app, http=Patience, log_config=None, lifespan="off", timeout_keep_alive=60
    )
    begun = asyncio.Event()
    server = Server(config, begun.set)
    with socket.create_server(("127.0.0.1", 0)) as door:
        serving = asyncio.ensure_future(server.serve(sockets=[door]))
        await begun.wait()
        reader, writer = await asyncio.open_connection(*door.getsockname())
        yield reader, writer
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        server.should_exit = True
        await serving


@pytest.mark.parametrize("begun", [b"GET", HEAD, HEAD + b"X: "])
async def test_a_head_that_does_not_come_is_not_waited_for(
    begun: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with line() as (reader, writer):
        monkeypatch.setattr(patience, "HEAD_S", 0.1)
        writer.write(begun)
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    assert "127.0.0.1 refused" in caplog.text


async def test_a_line_that_a_browser_opened_ahead_is_closed_without_a_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 0.1)
    async with line() as (reader, _):
        assert await reader.read() == b""
    assert not caplog.records


async def test_a_head_without_an_end_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    async with line() as (reader, writer):
        writer.write(HEAD + b"X: " + b"x" * MOST_OF_HEAD)
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    assert [it.levelno for it in caplog.records] == [logging.WARNING]


async def test_after_the_answer_nobody_drips_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with line() as (reader, writer):
        monkeypatch.setattr(patience, "HEAD_S", 0.5)
        writer.write(HEAD + b"\r\nx")
        assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"x")
        assert await reader.read() == b""


async def test_who_asks_in_time_may_ask_again() -> None:
    async with line() as (reader, writer):
        for _ in range(3):
            writer.write(HEAD + b"\r\n" + bytes(1000))
            assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200 ")


async def test_who_asks_ahead_is_charged_for_no_body() -> None:
    """The end of one body and the beginning of the next head may come in one piece."""
    async with line() as (reader, writer):
        whole = HEAD.replace(b": 1000", b": 100000") + b"\r\n" + bytes(100_000)
        writer.write(whole + HEAD)
        assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"\r\n" + whole[-1000:])
        writer.write(whole[:-90_000])
        assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200 ")
        writer.write(whole[-90_000:] + HEAD)
        assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"\r\n" + whole[-1000:])
        assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200 ")


async def test_a_long_answer_and_a_late_body_have_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = asyncio.Event()

    async def reads_all(scope: dict[str, Any], receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            continue
        await done.wait()
        await says_hi(scope, receive, send)

    async with line(reads_all) as (reader, writer):
        monkeypatch.setattr(patience, "HEAD_S", 0.05)
        writer.write(HEAD + b"Expect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        await asyncio.sleep(0.2)
        writer.write(bytes(1000))
        await asyncio.sleep(0.2)
        done.set()
        assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200 ")


def test_the_service_listens_so(tmp_path: Path) -> None:
    with running_service(tmp_path, "--workers", "0") as service:
        there = urlsplit(service.url)
        with socket.create_connection((there.hostname, there.port), 30) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * (MOST_OF_HEAD + 1))
            assert sock.recv(100).startswith(b"HTTP/1.1 400 ")
