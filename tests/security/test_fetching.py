"""What a fetch brings: so much and no more, in time, from whom the name belongs to."""

import asyncio
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.fetching import Answered, Reach, TooMuch, Unreachable, fetch

PHOTO = b"a photo"
Answer = Callable[[httpx.Request], httpx.Response]


def reach(answer: Answer, most: int = 1000) -> Reach:
    there = httpx.MockTransport(answer)
    return Reach(most=most, look_up=lambda host, port: ["93.184.216.34"], transport=there)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx.Response(200, content=bytes(1001)),
        lambda _: httpx.Response(200, headers={"content-length": "9999"}, content=b"x"),
        lambda _: httpx.Response(
            200, headers={"content-encoding": "gzip"}, content=gzip.compress(bytes(10**6))
        ),
    ],
)
async def test_too_much_and_packed_bodies_are_refused(answer: Answer) -> None:
    with pytest.raises(TooMuch):
        await fetch("https://img.example/a", reach(answer))


async def test_another_status_is_told_and_the_address_is_not() -> None:
    with pytest.raises(Answered) as told:
        await fetch("https://img.example/a?key=canary", reach(lambda _: httpx.Response(404)))
    assert told.value.status == 404
    assert "canary" not in str(told.value)


class Drip(httpx.AsyncByteStream):
    """Every byte comes in time, and the file never does."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b"."
            await asyncio.sleep(0.01)


async def test_a_file_that_drips_is_given_up() -> None:
    drip = reach(lambda _: httpx.Response(200, stream=Drip()))
    with pytest.raises(Unreachable, match="no file within"):
        await fetch("https://img.example/a", replace(drip, within_s=0.3))


async def test_the_next_address_is_asked_where_one_is_dead() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "2606:4700::1":
            raise httpx.ConnectError("no route")
        return httpx.Response(200, content=PHOTO)

    both = Reach(
        look_up=lambda host, port: ["2606:4700::1", "1.1.1.1"],
        transport=httpx.MockTransport(answer),
    )
    assert await fetch("https://img.example/a", both) == PHOTO


async def test_a_name_that_nobody_knows_is_no_photo() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    def empty(host: str, port: int) -> Sequence[str]:
        return ()

    for found in (unknown, empty):
        with pytest.raises(Unreachable):
            await fetch("https://img.example/a", Reach(look_up=found))


class Photos(BaseHTTPRequestHandler):
    """Shows a photo to whoever asks."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PHOTO)))
        self.end_headers()
        self.wfile.write(PHOTO)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running(paper: Path) -> Iterator[int]:
    """The port of a server with that certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(paper)
    with ThreadingHTTPServer(("127.0.0.1", 0), Photos) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("certified", "works"), [("img.test", True), ("else.test", False)])
async def test_a_certificate_is_asked_for_the_name_and_not_for_the_address(
    certified: str, works: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = certificate(certified, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(paper))
    near = Reach(frozenset({"img.test"}), look_up=lambda host, port: ["127.0.0.1"])
    with running(paper) as port:
        url = f"https://img.test:{port}/a"
        if works:
            assert await fetch(url, near) == PHOTO
            return
        with pytest.raises(Unreachable):
            await fetch(url, near)


def certificate(name: str, folder: Path) -> Path:
    """A certificate for `name` that signs itself, and its key, in one file."""
    key, who = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = Encoding.PEM
    private = key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "paper.pem"
    file.write_bytes(private + made.public_bytes(pem))
    return file
