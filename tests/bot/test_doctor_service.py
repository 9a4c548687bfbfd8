"""The doctor at a service of another make, and at one that cannot call its workers."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot import diagnoses as say
from bot import doctor_service
from bot.doctor_broker import examine_broker
from bot.doctor_service import examine_service
from bot.findings import Finding
from bot.locks import port_problem
from bot.settings import load_settings
from tests.bot.test_other_servers import other_server
from tests.cluster.cell import free_port, needs_cluster
from tests.e2e.qunying import until
from tests.service.running import TOKEN, running_service


async def seen(url: str, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__URL", url)
    return await examine_service(await asyncio.to_thread(load_settings))


@pytest.fixture
def away(tmp_path: Path) -> Iterator[str]:
    """A service of a cluster whose Redis nobody has started."""
    pytest.importorskip("celery")
    far = {
        "QUNYING_VIDEO_SERVICE__DISPATCH": "celery",
        "QUNYING_BROKER_URL": "redis://127.0.0.1:9/0",
    }
    with running_service(tmp_path / "service", **TOKEN, **far) as service:
        while "the broker is away" not in service.http.get("/readyz").text:
            assert service.process.poll() is None
        yield service.url


async def test_a_broker_that_is_away_is_told_with_its_cure(
    away: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = await seen(away, monkeypatch)
    (told,) = [it for it in findings if it.what == say.NO_BROKER]
    assert (told.level, told.cure) == ("warn", say.NO_BROKER_CURE)


async def test_a_server_of_another_make_has_the_engines_that_it_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with other_server() as server:
        findings = await seen(server.url, monkeypatch)
    assert [(it.level, it.what) for it in findings] == [
        ("ok", say.SERVICE.format(it=server.url)),
        ("ok", say.ENGINE.format(it="Wan-AI/Wan2.2")),
    ]


async def test_one_that_answers_drop_by_drop_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor_service, "PATIENCE_S", 0.2)

    over = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.01)
        writer.close()
        over.set()

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        (finding,) = await seen(f"http://127.0.0.1:{port}", monkeypatch)
        await asyncio.wait_for(over.wait(), 30)
    assert (finding.level, finding.cure) == ("bad", say.SERVICE_CURE)


@pytest.mark.parametrize("model", ["cogvideox-2b", "/nowhere/CogVideoX-2b"])
async def test_an_engine_that_is_named_and_not_there_keeps_it_from_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    with running_service(tmp_path / "service", QUNYING_VIDEO_SERVICE__MODEL=model) as service:
        findings = await seen(service.url, monkeypatch)
    (bad,) = [it for it in findings if it.level == "bad"]
    assert "cogvideox-2b" in bad.what
    assert bad.cure == say.NAMED_CURE
    assert say.ONLY_DRAFT not in [it.what for it in findings]


@pytest.fixture
def locked_redis(tmp_path: Path) -> Iterator[int]:
    """The port of one that wants the password `right`."""
    port = free_port()
    asked = ["redis-server", "--port", str(port), "--requirepass", "right", "--save", ""]
    with subprocess.Popen(asked, cwd=tmp_path, stdout=subprocess.DEVNULL) as redis:
        try:
            assert until(lambda: port_problem("127.0.0.1", port) is not None, 30)
            yield port
        finally:
            redis.terminate()


@needs_cluster
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("redis://:right@127.0.0.1:{port}/0", ""),
        ("redis://:canary@127.0.0.1:{port}/0", "密码不对"),
        ("redis://:canary@127.0.0.1:9/0", "连不上"),
    ],
)
async def test_a_broker_is_tried_before_a_service_has_found_out(
    locked_redis: int, monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    monkeypatch.setenv("QUNYING_VIDEO_SERVICE__DISPATCH", "celery")
    monkeypatch.setenv("QUNYING_BROKER_URL", address.format(port=locked_redis))
    found = await examine_broker(await asyncio.to_thread(load_settings))
    assert [(f.level, f.cure) for f in found] == [("warn", say.NO_BROKER_CURE)] * bool(told)
    said = "".join(f.what for f in found)
    assert told in said
    assert "canary" not in said
