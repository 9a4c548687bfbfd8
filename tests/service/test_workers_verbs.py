"""/internal/jobs: leases over HTTP, late writes, tokens, a full disk."""

import asyncio
import errno
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, open_house
from video_service.chores import PHOTO_KEPT_S, sweep
from video_service.jobs import JobStore
from video_service.routes import internal


async def test_a_zombies_late_film_and_outcome_are_refused(house: House) -> None:
    job = await house.order()
    zombie = await house.claim("far/0")
    assert zombie is not None
    await house.studio.board.write(lambda store: store.leases.release("far/0"))
    heir = await house.claim("near/0")
    assert heir is not None
    assert not await house.beat(zombie, "draw", 99)
    for late in (
        await house.upload(zombie, content=b"late"),
        await house.end(zombie, "fail", code="x", message="x"),
    ):
        assert (late.status_code, late.json()["error"]["code"]) == (409, "lease_lost")
    await house.upload(heir, content=b"right")
    late = await house.end(zombie, "complete")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "lease_lost")
    assert (await house.end(heir, "complete")).status_code == 204
    assert (await house.http.get(f"/v1/videos/{job['id']}/content")).content == b"right"


async def test_nothing_is_complete_without_a_film(house: House) -> None:
    job = await house.order()
    errand = await house.claim()
    assert errand is not None
    refused = await house.end(errand, "complete")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_video")
    assert (await house.http.get(f"/v1/videos/{job['id']}")).json()["status"] == "in_progress"


async def test_a_failure_is_told_with_its_code(house: House) -> None:
    job = await house.order()
    errand = await house.claim()
    assert errand is not None
    await house.end(errand, "fail", code="out_of_memory", message="49 frames do not fit")
    seen = (await house.http.get(f"/v1/videos/{job['id']}")).json()
    assert (seen["status"], seen["error"]["code"]) == ("failed", "out_of_memory")


@pytest.mark.parametrize("token", [None, "wrong", "ключ"])
async def test_workers_and_callers_need_their_own_tokens(tmp_path: Path, token: str | None) -> None:
    async with open_house(tmp_path, token="callers-token") as house:
        mine = {} if token is None else {b"Authorization": f"Bearer {token}".encode()}
        for method, path in (
            ("GET", "/v1/videos"),
            ("POST", "/v1/videos"),
            ("GET", "/v1/models"),
            ("POST", "/internal/jobs/claim"),
        ):
            answer = await house.stranger.request(method, path, headers=mine)
            assert answer.status_code == 401
            assert answer.json()["error"]["type"] == "authentication_error"
        swapped = await house.http.post("/internal/jobs/claim", json={"worker": "local/0"})
        assert swapped.status_code == 401
        assert (await house.worker.get("/v1/videos")).status_code == 401
        assert (await house.http.get("/v1/videos")).status_code == 200
        assert (await house.worker.get("/healthz")).status_code == 200


async def test_an_open_door_is_closed_to_pages_of_other_sites(house: House) -> None:
    there = {"Sec-Fetch-Site": "cross-site"}
    refused = await house.http.post("/v1/videos", data={"prompt": "x"}, headers=there)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "foreign_page")


async def test_an_open_door_is_closed_to_names_that_only_claim_to_be_this_machine(
    house: House,
) -> None:
    """DNS rebinding: evil.example resolves to 127.0.0.1, and its page calls as its own origin."""
    for host, status in (
        ("evil.example:8601", 403), ("localhost:8601", 200), ("[::1]:8601", 200),
    ):  # fmt: skip
        answer = await house.http.get("/v1/videos", headers={"Host": host})
        assert answer.status_code == status


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"worker": "nameless"},
        {"worker": "local/0", "wait_s": 999},
        {"worker": "local/0", "colour": 1},
    ],
)
async def test_a_strange_claim_is_refused(house: House, said: dict[str, Any]) -> None:
    answer = await house.worker.post("/internal/jobs/claim", json=said)
    assert answer.status_code == 400


async def test_a_full_disk_is_told_when_a_photo_comes_and_no_job_is_left(
    house: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    files = {"input_reference": ("a.png", photo)}
    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        answer = await house.http.post("/v1/videos", data={"prompt": "动"}, files=files)
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "disk_full")
    assert (await house.http.get("/healthz")).json()["queued"] == 0
    media = house.studio.shelf.photo("x").parent
    assert await asyncio.to_thread(lambda: list(media.iterdir())) == []
    answer = await house.http.post("/v1/videos", data={"prompt": "动"}, files=files)
    assert answer.status_code == 200


async def test_a_full_disk_never_completes_a_job_that_has_no_film(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(part: Path, body: bytes) -> None:
        part.write_bytes(body[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    job = await house.order()
    errand = await house.claim()
    assert errand is not None
    with monkeypatch.context() as disk:
        disk.setattr(internal, "_write", full)
        refused = await house.upload(errand)
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
    assert (await house.end(errand, "complete")).status_code == 409
    media = house.studio.shelf.photo("x").parent
    assert await asyncio.to_thread(lambda: list(media.iterdir())) == []
    assert (await house.upload(errand)).status_code == 204
    assert (await house.end(errand, "complete")).status_code == 204
    assert (await house.http.get(f"/v1/videos/{job['id']}")).json()["status"] == "completed"


async def test_a_full_database_takes_no_order_and_gives_no_false_answer(
    house: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as disk:
        disk.setattr(JobStore, "submit", full)
        refused = await house.http.post(
            "/v1/videos", data={"prompt": "动"}, files={"input_reference": ("a.png", photo)}
        )
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
    media = house.studio.shelf.photo("x").parent
    assert await asyncio.to_thread(lambda: list(media.iterdir())) == []


async def test_a_stumble_shows_no_traceback(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(JobStore, "counts", stumble)
    answer = await house.http.get("/healthz")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert "secret words" not in answer.text


async def test_what_is_past_its_time_goes_with_its_files(
    house: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"input_reference": ("a.png", photo)}
    answer = await house.http.post("/v1/videos", data={"prompt": "动"}, files=files)
    job_id = answer.json()["id"]
    await house.film()
    kept, film = house.studio.shelf.photo(job_id), house.studio.shelf.artefact(job_id, "video")
    store: JobStore = house.studio.board._store
    began = store._now()

    monkeypatch.setattr(store, "_now", lambda: began + PHOTO_KEPT_S + 10)
    await sweep(house.studio.board, house.studio.shelf)
    assert await asyncio.to_thread(lambda: (kept.exists(), film.exists())) == (False, True)

    monkeypatch.setattr(store, "_now", lambda: began + 8 * 86_400)
    await sweep(house.studio.board, house.studio.shelf)
    assert not await asyncio.to_thread(film.exists)
    assert (await house.http.get(f"/v1/videos/{job_id}")).status_code == 404


async def test_half_written_and_unknown_files_are_gone_after_a_start(tmp_path: Path) -> None:
    media = tmp_path / "media"
    async with open_house(tmp_path) as house:
        await house.order()
        errand = await house.film()
    for name in (f"{errand['id']}.1.mp4.part", "video_unknown.mp4"):
        (media / name).write_bytes(b"x")
    async with open_house(tmp_path) as house:
        assert await asyncio.to_thread(lambda: [f.name for f in media.iterdir()]) == [
            f"{errand['id']}.mp4"
        ]
