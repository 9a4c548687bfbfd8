"""Who waits for a picture at /v1/images/generations, and who hangs up."""

import asyncio
import base64
from contextlib import nullcontext
from typing import Any

import pytest

from tests.service.drawing import DRAW, PNG, ask, draw
from tests.service.house import House
from video_service.app import create_app
from video_service.routes import images


async def test_a_picture_is_answered_the_moment_it_is_drawn(house: House) -> None:
    waiting = asyncio.ensure_future(ask(house, wait=None))
    errand = await draw(house)
    async with asyncio.timeout(30):
        answer = await waiting
    assert answer.status_code == 200
    (picture,) = answer.json()["data"]
    assert base64.b64decode(picture["b64_json"]) == PNG
    assert picture["id"] == errand["id"]


async def test_who_will_not_wait_is_given_the_job_to_follow(house: House) -> None:
    answer = await ask(house)
    (job,) = answer.json()["data"]
    path = f"/v1/images/{job['id']}"
    assert (answer.status_code, answer.headers["location"]) == (202, path)
    assert (job["object"], job["status"], job["size"]) == ("image", "queued", "1024x1024")
    assert {job[name] for name in ("seconds", "num_frames", "fps")} == {None}
    early = await house.http.get(f"{path}/content")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_ready")

    await draw(house)
    done = (await house.http.get(path, params={"wait": 5})).json()
    assert (done["status"], done["progress"]) == ("completed", 100)
    content = await house.http.get(f"{path}/content")
    assert (content.headers["content-type"], content.content) == ("image/png", PNG)
    strange = await house.http.get(f"{path}/content", params={"variant": "video"})
    assert (strange.status_code, strange.json()["error"]["param"]) == (400, "variant")
    assert (await house.http.delete(path)).json()["object"] == "image.deleted"
    assert (await house.http.get(path)).status_code == 404


async def test_a_picture_that_is_cancelled_is_told_to_who_waits(house: House) -> None:
    waiting = asyncio.ensure_future(ask(house, wait=None))
    errand = await house.claim(wait_s=5)
    assert errand is not None
    assert (await house.http.delete(f"/v1/images/{errand['id']}")).status_code == 200
    assert (await waiting).status_code == 409
    assert not await house.beat(errand, "draw", 50)


async def test_a_wait_that_was_too_long_names_the_job(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "WAIT_S", 0.05)
    answer = await ask(house, wait=None)
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "not_done_yet")
    assert answer.headers["location"].split("/")[-1] in answer.json()["error"]["message"]
    assert answer.headers["x-should-retry"] == "false"


async def hung_up(house: House, headers: list[tuple[bytes, bytes]]) -> None:
    """Order a picture as an ASGI caller who leaves as soon as his wish is sent."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "path": DRAW, "raw_path": DRAW.encode(), "query_string": b"", "scheme": "http",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), *headers],
        "state": {"studio": house.studio},
    }  # fmt: skip
    said = [{"type": "http.request", "body": '{"prompt": "一枝梅花"}'.encode(), "more_body": False}]

    async def receive() -> dict[str, Any]:
        return said.pop() if said else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        """Nobody listens."""

    app = create_app(lambda: nullcontext(house.studio))
    await app(scope, receive, send)


async def test_who_hangs_up_without_a_key_wants_nothing_any_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "LOOK_S", 0.01)
    await hung_up(house, [])
    assert await house.claim() is None
    assert (await house.http.get("/healthz")).json()["queued"] == 0


async def test_who_hangs_up_with_a_key_may_come_back_for_his_picture(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "LOOK_S", 0.01)
    monkeypatch.setattr(images, "WAIT_S", 0.1)
    key = (b"idempotency-key", b"m-7")
    await hung_up(house, [key])
    errand = await draw(house)
    again = await house.http.post(
        DRAW, json={"prompt": "一枝梅花"}, headers={"Idempotency-Key": "m-7"}
    )
    assert again.status_code == 200
    assert again.json()["data"][0]["id"] == errand["id"]


async def test_a_picture_that_was_deleted_while_waited_for_is_not_found(house: House) -> None:
    waiting = asyncio.ensure_future(ask(house, wait=None, n=2))
    errand = await draw(house)
    assert (await house.http.delete(f"/v1/images/{errand['id']}")).status_code == 200
    await draw(house)
    assert (await waiting).status_code == 404


async def test_a_closing_house_hands_out_the_job_instead_of_the_picture(house: House) -> None:
    waiting = asyncio.ensure_future(ask(house, wait=60))
    await house.claim(wait_s=5)
    house.studio.board.close()
    async with asyncio.timeout(30):
        assert (await waiting).status_code == 202
