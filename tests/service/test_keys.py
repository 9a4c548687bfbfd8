"""Idempotency-Key: one key, one film, however often and however broken the asking was."""

import asyncio

import httpx

from tests.service.house import House
from video_service.client import VideoClient, open_client
from video_service.schema import VideoRequest


async def test_a_key_from_a_room_with_any_name_finds_its_job_again(house: House) -> None:
    client, wish = VideoClient(house.http), VideoRequest(prompt="熊猫")
    for room in ("一家人", "two words", "long" * 100):
        first = await client.create(wish, key=f"web:{room}:1:0")
        assert (await client.create(wish, key=f"web:{room}:1:0")).id == first.id
        assert (await client.create(wish, key=f"web:{room}:2:0")).id != first.id


async def test_a_key_alone_finds_what_was_ordered_with_it(house: House) -> None:
    client = VideoClient(house.http)
    first = await client.create(VideoRequest(prompt="熊猫"), key="web:一家人:1:0")
    found = await client.find("web:一家人:1:0")
    assert found
    assert found.id == first.id
    assert await client.find("web:一家人:2:0") is None


async def test_an_order_whose_answer_got_lost_is_not_ordered_twice(house: House) -> None:
    posts = 0

    async def lossy(request: httpx.Request) -> httpx.Response:
        nonlocal posts
        answer = await house.http.send(
            house.http.build_request(
                request.method, request.url.path, content=await request.aread(),
                headers={k: v for k, v in request.headers.items() if k != "host"},
            )
        )  # fmt: skip
        if request.method == "POST" and (posts := posts + 1) == 1:
            raise httpx.ReadTimeout("the answer got lost", request=request)
        return httpx.Response(answer.status_code, content=answer.content)

    way = httpx.MockTransport(lossy)
    async with open_client("http://studio", transport=way) as client:
        job = await client.create(VideoRequest(prompt="熊猫"), key="web:family:1:0")
    assert posts == 2
    listed = (await house.http.get("/v1/videos")).json()["data"]
    assert [told["id"] for told in listed] == [job.id]


async def test_the_same_key_and_body_is_the_same_job_even_sent_at_once(house: House) -> None:
    async def send() -> str:
        wish, key = {"prompt": "猫"}, {"Idempotency-Key": "web:family:1:0"}
        answer = await house.http.post("/v1/videos", json=wish, headers=key)
        return str(answer.json()["id"])

    assert len(set(await asyncio.gather(*(send() for _ in range(8))))) == 1


async def test_the_same_key_with_another_body_names_the_first_job(house: House) -> None:
    key = {"Idempotency-Key": "web:family:1:0"}
    first = (await house.http.post("/v1/videos", json={"prompt": "猫"}, headers=key)).json()
    other = await house.http.post("/v1/videos", json={"prompt": "狗"}, headers=key)
    assert other.status_code == 422
    assert other.json()["error"]["code"] == "idempotency_key_reused"
    assert other.headers["location"] == f"/v1/videos/{first['id']}"
    assert (await house.http.get(other.headers["location"])).json()["id"] == first["id"]
