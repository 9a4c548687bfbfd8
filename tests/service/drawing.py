"""Pictures ordered over HTTP, and a worker that draws one."""

from typing import Any

import httpx

from tests.service.house import House

PNG = b"\x89PNG not really a picture"
DRAW = "/v1/images/generations"


async def ask(house: House, wait: float | None = 0, **fields: Any) -> httpx.Response:
    params = {} if wait is None else {"wait": wait}
    return await house.http.post(DRAW, params=params, json={"prompt": "一枝梅花", **fields})


async def order(house: House, **fields: Any) -> list[dict[str, Any]]:
    answer = await ask(house, **fields)
    assert answer.status_code == 202, answer.text
    jobs: list[dict[str, Any]] = answer.json()["data"]
    return jobs


async def draw(house: House) -> dict[str, Any]:
    """Play the worker once."""
    errand = await house.claim(wait_s=5)
    assert errand is not None
    assert (await house.upload(errand, "image", PNG)).status_code == 204
    assert (await house.end(errand, "complete")).status_code == 204
    return errand
