"""No verb of the service without its token: missing, wrong, swapped, or dressed up."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.security.conftest import CALLERS_TOKEN
from tests.service.house import WORKER_TOKEN, House
from video_service.app import create_app
from video_service.studio import Studio

OPEN = {"/healthz", "/readyz"}  # whoever watches the house needs no key
JOB = "video_" + "0" * 32
WRONG = {
    "none": None,
    "empty": "",
    "no scheme": CALLERS_TOKEN,
    "another scheme": f"Basic {CALLERS_TOKEN}",
    "no token": "Bearer ",
    "a wrong one": "Bearer wrong",
    "longer": f"Bearer {CALLERS_TOKEN}x",
    "shorter": f"Bearer {CALLERS_TOKEN[:-1]}",
    "capitals": f"Bearer {CALLERS_TOKEN.upper()}",
    "two of them": f"Bearer {CALLERS_TOKEN}, Bearer {CALLERS_TOKEN}",
    "not ASCII": "Bearer ключ",
    "in quotes": f'Bearer "{CALLERS_TOKEN}"',
    "a very long one": "Bearer " + "x" * 8000,
}


def verbs() -> list[tuple[str, str]]:
    """Every route of the service, from the service itself."""
    told = create_app(_unopened).openapi()["paths"]
    plain = {path.replace("{", "").replace("}", ""): told[path] for path in set(told) - OPEN}
    return [(method.upper(), path) for path, it in sorted(plain.items()) for method in it]


@asynccontextmanager
async def _unopened() -> AsyncIterator[Studio]:
    raise AssertionError
    yield


def test_there_are_routes_to_try() -> None:
    assert len(verbs()) >= 15


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
async def test_no_route_opens_with_a_wrong_token(
    told: str | None, guarded: House, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {} if told is None else {b"Authorization": told.encode()}
    for method, path in verbs():
        caplog.clear()
        answer = await guarded.stranger.request(method, path, headers=headers)
        assert answer.status_code == 401, f"{method} {path}"
        assert answer.json()["error"]["type"] == "authentication_error"
        assert answer.headers["www-authenticate"] == "Bearer"
        lines = [it for it in caplog.records if it.name == "video_service.problems"]
        assert [it.levelno for it in lines] == [logging.WARNING]
        assert "from 127.0.0.1 refused: 401" in caplog.text
        assert CALLERS_TOKEN not in caplog.text


async def test_workers_cannot_order_and_callers_cannot_work(guarded: House) -> None:
    for method, path in verbs():
        inside = path.startswith("/internal/")
        wrong = guarded.http if inside else guarded.worker
        assert (await wrong.request(method, path)).status_code == 401, f"{method} {path}"


async def test_without_a_callers_token_workers_still_need_theirs(house: House) -> None:
    for method, path in verbs():
        if path.startswith("/internal/"):
            assert (await house.stranger.request(method, path)).status_code == 401


@pytest.mark.parametrize(
    "there",
    [
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "null"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
)
async def test_no_page_in_a_browser_calls_a_service_that_asks_for_no_token(
    there: dict[str, str], house: House, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await house.http.post("/v1/videos", data={"prompt": "x"}, headers=there)
    assert answer.status_code == 403
    assert "403 foreign_" in caplog.text
    here = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert (await house.http.get("/v1/videos", headers=here)).status_code == 200


async def test_no_answer_tells_a_token(guarded: House) -> None:
    for path in ("/healthz", "/readyz", "/openapi.json", "/metrics", f"/v1/videos/{JOB}"):
        answer = await guarded.http.get(path)
        for token in (CALLERS_TOKEN, WORKER_TOKEN):
            assert token not in answer.text + str(answer.headers)
