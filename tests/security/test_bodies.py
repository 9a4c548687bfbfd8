"""Bodies that are too large are refused before they are kept, whoever sends them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, UploadFile

from bot.web.page import MAX_BODY
from tests.service.house import House
from video_service import body_cap
from video_service.body_cap import MAX_ARTEFACT
from video_service.body_cap import MAX_BODY as SERVICE_BODY

JSON = {"content-type": "application/json"}
MIB = 2**20


class Endless:
    """A body of unknown length; `sent` is how much of it was taken."""

    def __init__(self) -> None:
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.sent < 2 * MAX_ARTEFACT:
            self.sent += MIB
            yield b"x" * MIB


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/videos", "application/json"),
        ("/v1/videos", "application/x-www-form-urlencoded"),
        ("/v1/images/generations", "application/json"),
    ],
)
async def test_an_endless_body_is_cut_off_at_its_limit(
    path: str, kind: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    body = Endless()
    answer = await house.http.post(path, content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
    assert body.sent <= SERVICE_BODY + 2 * MIB
    assert "413 body_too_large" in caplog.text


async def test_an_endless_photo_is_cut_off_and_nothing_is_left(
    house: House, tmp_path: Path
) -> None:
    edge = b"--b\r\nContent-Disposition: form-data; name=input_reference; filename=a.png\r\n\r\n"

    async def form() -> AsyncIterator[bytes]:
        yield edge
        async for piece in Endless():
            yield piece

    kind = {"content-type": "multipart/form-data; boundary=b"}
    answer = await house.http.post("/v1/videos", content=form(), headers=kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
    assert [it for it in tmp_path.rglob("*") if it.parent.name == "media"] == []


async def test_a_told_length_is_refused_before_a_byte_is_read(house: House) -> None:
    body = Endless()
    told = {**JSON, "content-length": str(10**12)}
    answer = await house.http.post("/v1/videos", content=body, headers=told)
    assert answer.status_code == 413
    assert body.sent <= 2 * MIB


async def test_a_worker_brings_no_endless_film(house: House, tmp_path: Path) -> None:
    await house.order()
    errand = await house.claim()
    assert errand
    body = Endless()
    answer = await house.worker.put(
        f"/internal/jobs/{errand['id']}/artefact",
        params={"variant": "video", "token": errand["token"]},
        content=body,
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
    assert body.sent <= MAX_ARTEFACT + 2 * MIB
    assert [it for it in tmp_path.rglob("*") if it.is_file() and it.stat().st_size > MIB] == []


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/images/generations"])
async def test_a_body_of_a_million_parts_is_not_parsed(path: str, house: House) -> None:
    body = b'{"prompt": "x", "a": [' + b"[]," * 10**6 + b"[]]}"
    answer = await house.http.post(path, content=body, headers=JSON)
    assert answer.status_code == 400
    assert "more than 10000 parts" in answer.json()["error"]["message"]


@pytest.mark.parametrize("count", [1001, 100_000])
async def test_a_form_of_a_thousand_fields_is_refused(count: int, house: House) -> None:
    edge = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b"}
    body = edge * count + b"--b--\r\n"
    answer = await house.http.post("/v1/videos", content=body, headers=kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert "Too many fields" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/images/generations"])
async def test_who_drips_is_told_to_go_and_holds_no_place(
    path: str, house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_cap, "FIRST_S", 0.1)

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await house.http.post(path, content=drip(), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (408, "body_too_slow")
    assert answer.headers["connection"] == "close"
    assert "408 body_too_slow" in caplog.text


@pytest.mark.parametrize("verb", ["claim", "video_x/heartbeat", "video_x/complete", "video_x/fail"])
async def test_of_a_worker_without_its_token_not_a_byte_is_read(verb: str, house: House) -> None:
    body = Endless()
    answer = await house.stranger.post(f"/internal/jobs/{verb}", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")
    assert body.sent == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": "-1"},
        {"content-length": "1e9"},
        {"content-length": "٣"},
        {"content-type": "multipart/form-data; boundary=" + "b" * 5000},
        {"content-type": "application/json; charset=utf-7"},
        {"content-encoding": "gzip"},
    ],
)
async def test_a_strange_head_is_refused_or_read_and_never_stumbled_over(
    headers: dict[str, str], house: House
) -> None:
    told = [(k.encode(), v.encode()) for k, v in {**JSON, **headers}.items()]
    answer = await house.http.post("/v1/videos", content=b"\x1f\x8b{", headers=told)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["code"]


async def test_the_page_takes_a_photo_and_no_more() -> None:
    """As `create_page` builds it; NiceGUI allows one page a process, so it is not started here."""
    app = FastAPI(max_body_size=MAX_BODY)

    @app.post("/say")
    async def say(photo: UploadFile) -> int:
        return len(await photo.read())

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://p") as http:
        fits = await http.post("/say", files={"photo": bytes(10 * MIB)})
        not_ = await http.post("/say", files={"photo": bytes(MAX_BODY)})
    assert (fits.status_code, not_.status_code) == (200, 413)
