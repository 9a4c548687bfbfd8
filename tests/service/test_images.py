"""POST /v1/images/generations and what follows it: pictures are jobs like films."""

import asyncio
import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openai
import pytest
from PIL import Image

from tests.service.drawing import DRAW, PNG, ask, draw, order
from tests.service.house import House, open_house
from tests.service.running import running_service
from video_service.client import VideoClient
from video_service.schema import ImageRequest, Status


def test_the_openai_sdk_gets_a_picture_that_says_it_is_a_draft(tmp_path: Path) -> None:
    with (
        running_service(tmp_path) as service,
        openai.OpenAI(base_url=f"{service.url}/v1", api_key="-", max_retries=0) as sdk,
    ):
        told = sdk.images.generate(model="auto", prompt="一枝梅花", size="1024x1024", n=2)
        assert told.created > 0
        pictures = [base64.b64decode(one.b64_json or "") for one in told.data or []]
        assert len(set(pictures)) == 2
        for picture in pictures:
            with Image.open(BytesIO(picture)) as seen:
                assert (seen.format, seen.size) == ("PNG", (1024, 1024))
                notes = json.loads(seen.info["Comment"])
            assert (notes["ai_generated"], notes["draft"]) == (True, True)
            assert "梅" not in seen.info["Comment"]
        name = service.http.get("/v1/images/by-key", headers={"Idempotency-Key": "no"})
        assert name.status_code == 404
        with pytest.raises(openai.BadRequestError) as bad:
            sdk.images.generate(prompt="x", quality="hd")
        assert bad.value.param == "quality"


async def test_several_pictures_differ_by_their_seeds(house: House) -> None:
    jobs = await order(house, n=3, seed=2**32 - 2)
    assert [job["seed"] for job in jobs] == [2**32 - 2, 2**32 - 1, 0]
    assert len({job["id"] for job in jobs}) == 3


async def test_the_same_key_asks_for_the_same_pictures(house: House) -> None:
    key = {"Idempotency-Key": "m-1"}
    wish = {"prompt": "一枝梅花", "n": 2}
    first, again = [
        [job["id"] for job in answer.json()["data"]]
        for answer in [
            await house.http.post(f"{DRAW}?wait=0", json=wish, headers=key) for _ in range(2)
        ]
    ]
    assert first == again
    other = await house.http.post(f"{DRAW}?wait=0", json={"prompt": "别的"}, headers=key)
    assert other.status_code == 422
    assert other.headers["location"] == f"/v1/images/{first[0]}"
    film = await house.http.post("/v1/videos", json={"prompt": "一枝梅花"}, headers=key)
    assert film.status_code == 422
    found = await house.http.get("/v1/images/by-key", headers=key)
    assert found.json()["id"] == first[0]
    assert (await house.http.get("/v1/videos/by-key", headers=key)).status_code == 404


async def test_half_an_order_is_never_taken(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_open=3) as house:
        await house.order()
        full = await ask(house, n=3)
        assert (full.status_code, full.json()["error"]["code"]) == (429, "queue_full")
        assert (await house.http.get("/healthz")).json()["queued"] == 1


async def test_films_and_pictures_do_not_know_each_other(house: House) -> None:
    film = await house.order()
    (picture,) = await order(house)
    for kind, mine, other in (("videos", film, picture), ("images", picture, film)):
        assert (await house.http.get(f"/v1/{kind}/{mine['id']}")).status_code == 200
        for tail in ("", "/content"):
            answer = await house.http.get(f"/v1/{kind}/{other['id']}{tail}")
            assert answer.status_code == 404
        assert (await house.http.delete(f"/v1/{kind}/{other['id']}")).status_code == 404
    listed = (await house.http.get("/v1/videos")).json()["data"]
    assert [job["id"] for job in listed] == [film["id"]]
    edge = await house.http.get("/v1/videos", params={"after": picture["id"]})
    assert (edge.status_code, edge.json()["error"]["param"]) == (400, "after")
    events = await house.http.get(f"/v1/videos/{picture['id']}/events")
    assert events.status_code == 404
    remix = await house.http.post(f"/v1/videos/{picture['id']}/remix", json={"prompt": "x"})
    assert remix.status_code == 404


@pytest.mark.parametrize(
    ("fields", "code", "param", "named"),
    [
        ({"colour": "red"}, "unknown_parameter", "colour", "prompt, model, n, size"),
        ({"response_format": "url"}, "invalid_value", "response_format", "b64_json"),
        ({"n": 5}, "invalid_value", "n", "4"),
        ({"prompt": ""}, "invalid_value", "prompt", "1 character"),
        ({"size": "333x333"}, "invalid_value", "size", "1024x1024"),
        ({"num_inference_steps": 4}, "invalid_value", "num_inference_steps", "without steps"),
        ({"negative_prompt": "x"}, "invalid_value", "negative_prompt", "no negative"),
        ({"model": "draft"}, "model_not_found", "model", "draft-picture"),
        ({"model": "dall-e-3"}, "model_not_found", "model", "draft-picture"),
    ],
)
async def test_a_bad_wish_is_refused_with_what_is_allowed(
    house: House, fields: dict[str, Any], code: str, param: str, named: str
) -> None:
    answer = await ask(house, **fields)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, code, param)
    assert named in error["message"]
    assert (await house.http.get("/healthz")).json()["queued"] == 0


async def test_a_film_engine_that_makes_pictures_is_not_found(house: House) -> None:
    answer = await house.http.post("/v1/videos", json={"prompt": "x", "model": "draft-picture"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "model_not_found")


@pytest.mark.parametrize(("code", "status"), [("moderated", 400), ("engine_failed", 502)])
async def test_a_picture_that_failed_is_told_by_its_code(
    house: House, code: str, status: int
) -> None:
    waiting = asyncio.ensure_future(ask(house, wait=None))
    errand = await house.claim(wait_s=5)
    assert errand is not None
    await house.end(errand, "fail", code=code, message="no")
    answer = await waiting
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert errand["id"] in answer.json()["error"]["message"]
    assert answer.headers["x-should-retry"] == "false"


async def test_the_chat_sides_client_orders_follows_and_fetches(
    house: House, tmp_path: Path
) -> None:
    client = VideoClient(house.http)
    wish = ImageRequest(prompt="一枝梅花")
    job = await client.create_image(wish, key="群-1")
    assert (await client.create_image(wish, key="群-1")).id == job.id
    other = await client.create_image(ImageRequest(prompt="换句话"), key="群-1")
    assert other.id == job.id
    found = await client.find_image("群-1")
    assert found is not None
    assert found.id == job.id
    assert await client.find_image("群-2") is None
    await draw(house)
    assert (await client.get_image(job.id, wait=5)).status is Status.completed
    await client.download_image(job.id, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == PNG
    await client.cancel_image(job.id)
    assert await client.find_image("群-1") is None
