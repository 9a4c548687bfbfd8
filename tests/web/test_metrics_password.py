"""Prometheus before a page with a password: it has no session and cannot type."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.web.tries import FREE
from tests.web.locked import PASSWORD, Clock, knocking, log_in


@pytest.fixture
async def scraper(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with knocking(tmp_path / "web_sessions.json", Clock()) as http:
        yield http


async def test_prometheus_reads_the_metrics_with_the_password_and_nothing_else(
    scraper: httpx.AsyncClient,
) -> None:
    mine = httpx.BasicAuth("prometheus", PASSWORD)
    assert (await scraper.get("/metrics", auth=mine)).json() == "inside"
    assert (await scraper.get("/media/a.mp4", auth=mine)).status_code == 303
    assert (await scraper.get("/metrics")).status_code == 303


@pytest.mark.parametrize("said", ["Basic", "Basic !!", "Basic \xff", "Basic Og==", "Basic ab"])
async def test_odd_ways_to_say_a_password_are_wrong_ones(
    said: str, scraper: httpx.AsyncClient
) -> None:
    answer = await scraper.get("/metrics", headers={b"authorization": said.encode("latin-1")})
    assert answer.status_code == 401


async def test_guessing_at_the_metrics_costs_time_like_guessing_at_the_form(
    scraper: httpx.AsyncClient,
) -> None:
    wrong = httpx.BasicAuth("prometheus", "open-sesame")
    for _ in range(FREE):
        assert (await scraper.get("/metrics", auth=wrong)).status_code == 401
    assert (await scraper.get("/metrics", auth=wrong)).status_code == 429
    assert (await log_in(scraper)).status_code == 429
