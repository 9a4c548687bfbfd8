"""Requests that are too large or break off are answered or dropped without a stumble."""

from collections.abc import AsyncIterator

import pytest
from starlette.requests import ClientDisconnect

from tests.service.house import House

JSON = {"content-type": "application/json"}


async def test_a_body_too_large_is_413_on_every_route(house: House) -> None:
    job = await house.order()
    large = b'{"prompt":"' + b"x" * (20 * 2**20) + b'"}'
    for path in ("/v1/videos", f"/v1/videos/{job['id']}/remix"):
        refused = await house.http.post(path, content=large, headers=JSON)
        assert (refused.status_code, refused.json()["error"]["code"]) == (413, "body_too_large")


async def test_a_caller_who_hangs_up_is_no_error_of_ours(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks_off() -> AsyncIterator[bytes]:
        yield b'{"prompt":'
        raise ClientDisconnect

    answer = await house.http.post("/v1/videos", content=breaks_off(), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "incomplete_body")
    assert caplog.text == ""
