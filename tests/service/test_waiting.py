"""Following a job: long polls, events, engines, health."""

import asyncio
import json

import pytest

from tests.service.house import House
from video_service import board
from video_service.client import VideoClient


def _events(stream: str) -> list[tuple[int, str, dict[str, object]]]:
    """Number, type and job of each event in an SSE stream."""
    found = []
    for block in stream.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


async def test_waiting_ends_the_moment_the_job_is_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "LOOK_AGAIN_S", 60)  # only the bell tells
    job = await house.order()
    waiting = asyncio.ensure_future(house.http.get(f"/v1/videos/{job['id']}", params={"wait": 60}))
    await asyncio.sleep(0.05)
    await house.film()
    async with asyncio.timeout(30):
        seen = (await waiting).json()
    assert (seen["status"], seen["progress"]) == ("completed", 100)


async def test_waiting_gives_up_after_its_time_and_tells_how_it_stands(house: House) -> None:
    job = await house.order()
    answer = await house.http.get(f"/v1/videos/{job['id']}", params={"wait": 0.1})
    assert answer.json()["status"] == "queued"
    assert int(answer.headers["openai-poll-after-ms"]) > 0
    refused = await house.http.get(f"/v1/videos/{job['id']}", params={"wait": 61})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "wait")


async def test_a_worker_that_waits_gets_a_new_job_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "LOOK_AGAIN_S", 60)
    waiting = asyncio.ensure_future(house.claim(wait_s=30))
    await asyncio.sleep(0.05)
    job = await house.order()
    async with asyncio.timeout(20):
        errand = await waiting
    assert errand is not None
    assert errand["id"] == job["id"]


async def test_the_call_that_a_dead_worker_left_behind_takes_no_job(house: House) -> None:
    left_behind = asyncio.ensure_future(house.claim(wait_s=0.3))
    while not house.studio.crew.present("card"):  # noqa: ASYNC110 - a crew rings no bell
        await asyncio.sleep(0)
    house.studio.crew.leave("local/0")
    job = await house.order()
    assert await left_behind is None
    errand = await house.claim()
    assert errand is not None
    assert (errand["id"], errand["attempt"]) == (job["id"], 1)


async def test_events_tell_the_whole_life_and_can_be_taken_up_again(house: House) -> None:
    job = await house.order()
    path = f"/v1/videos/{job['id']}/events"
    live = asyncio.ensure_future(house.http.get(path))
    errand = await house.claim()
    assert errand is not None
    assert await house.beat(errand, "draw", 40)
    await house.upload(errand)
    await house.end(errand, "complete")
    async with asyncio.timeout(30):
        told = _events((await live).text)
    assert [kind for _, kind, _ in told] == ["queued", "started", "progress", "completed"]
    assert told[2][2]["progress"] == 40
    assert told[-1][2]["status"] == "completed"

    rest = await house.http.get(path, headers={"Last-Event-ID": str(told[1][0])})
    assert [event[:2] for event in _events(rest.text)] == [event[:2] for event in told[2:]]
    nothing = await house.http.get(path, headers={"Last-Event-ID": str(told[-1][0])})
    assert (nothing.status_code, nothing.text) == (200, "")


async def test_places_and_times_in_the_queue_are_learnt_from_finished_jobs(house: House) -> None:
    first = await house.order()
    assert (first["queue_position"], first["eta_s"]) == (0, None)
    await house.film()
    running, waiting = await house.order(), await house.order()
    await house.claim()
    told = (await house.http.get(f"/v1/videos/{waiting['id']}")).json()
    assert told["queue_position"] == 1
    assert told["eta_s"] >= 1
    now = (await house.http.get(f"/v1/videos/{running['id']}")).json()
    assert (now["status"], now["queue_position"]) == ("in_progress", 0)


async def test_the_engines_are_told_with_their_limits(house: House) -> None:
    listed = (await house.http.get("/v1/models")).json()
    draft = next(card for card in listed["data"] if card["id"] == "draft")
    assert draft["ready"]
    assert (await house.http.get("/v1/models/draft")).json() == draft
    assert (await house.http.get("/v1/models/sora-2")).status_code == 404


async def test_it_is_ready_when_a_worker_has_said_hello(house: House) -> None:
    assert (await house.http.get("/healthz")).json()["instance"] == "the-instance"
    early = await house.http.get("/readyz")
    assert (early.status_code, early.json()["error"]["code"]) == (503, "not_ready")
    await house.claim()
    assert (await house.http.get("/readyz")).status_code == 200


async def test_the_chats_own_client_finds_the_first_job_when_its_words_have_changed(
    house: House,
) -> None:
    from video_service.schema import VideoRequest

    client = VideoClient(house.http)
    first = await client.create(VideoRequest(prompt="猫", seed=1), key="k")
    again = await client.create(VideoRequest(prompt="一只猫"), key="k")
    assert again.id == first.id
    assert "draft" in [card.id for card in await client.engines()]
    await client.cancel(first.id)
    problem = (await client.get(first.id, wait=1)).error
    assert problem is not None
    assert problem.code == "cancelled"
