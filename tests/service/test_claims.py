"""Who is given a job, and who is not: other versions, those who hung up, beats and leases."""

import asyncio
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.service.house import WORKER_TOKEN, House, open_house
from video_service.app import create_app


async def test_a_worker_of_another_version_gets_no_job_to_die_of(house: House) -> None:
    job = await house.order()
    said = {"worker": "far/0", "version": "0.0.1", "wait_s": 0}
    answer = await house.worker.post("/internal/jobs/claim", json=said)
    told = answer.json()["error"]
    assert (answer.status_code, told["code"]) == (409, "other_version")
    assert "the worker 0.0.1: install the same" in told["message"]
    errand = await house.claim()
    assert errand is not None
    assert (errand["id"], errand["attempt"]) == (job["id"], 1)


async def test_a_lease_outlives_a_lost_beat_however_both_are_set(tmp_path: Path) -> None:
    async with open_house(tmp_path, lease_s=3, beat_s=5) as house:
        await house.order()
        errand = await house.claim()
        assert errand is not None
        assert errand["beat_s"] * 2 < errand["lease_s"]


async def test_who_hung_up_while_waiting_is_given_no_job(house: House) -> None:
    said = json.dumps({"worker": "far/0", "wait_s": 20}).encode()
    hung_up = asyncio.Event()
    body = iter([{"type": "http.request", "body": said}])

    async def receive() -> Any:
        if message := next(body, None):
            return message
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        """Nobody is there to hear it."""

    headers = [(b"authorization", f"Bearer {WORKER_TOKEN}".encode())]
    where = {"type": "http", "method": "POST", "path": "/internal/jobs/claim",
             "query_string": b"", "headers": [*headers, (b"content-type", b"application/json")],
             "state": {"studio": house.studio}}  # fmt: skip
    app = create_app(lambda: nullcontext(house.studio))
    dead = asyncio.ensure_future(app(where, receive, send))
    crew = house.studio.crew
    async with asyncio.timeout(10):
        while not crew.present("card"):  # noqa: ASYNC110
            await asyncio.sleep(0)
        hung_up.set()
        while crew.present("card"):  # noqa: ASYNC110
            await asyncio.sleep(0)
    job = await house.order()
    errand = await house.claim("near/0")
    assert errand is not None
    assert (errand["id"], errand["attempt"]) == (job["id"], 1)
    dead.cancel()


async def test_what_a_worker_that_leaves_still_held_goes_back_and_is_no_failure(
    house: House,
) -> None:
    job = await house.order()
    assert await house.claim("far/0")
    assert house.studio.crew.present("card")
    answer = await house.worker.post("/internal/jobs/leave", json={"worker": "far/0"})
    assert answer.status_code == 204
    assert not house.studio.crew.present("card")
    errand = await house.claim("near/0")
    assert errand is not None
    assert (errand["id"], errand["attempt"], errand["token"]) == (job["id"], 1, 2)


async def test_a_worker_that_leaves_takes_nobody_elses_job_along(house: House) -> None:
    await house.order()
    errand = await house.claim("near/0")
    assert errand is not None
    await house.worker.post("/internal/jobs/leave", json={"worker": "near/01"})
    assert await house.beat(errand, "denoise", 10)
