"""What goes wrong between a batch and its service: waited out, or told with what to do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot import wording as said
from bot.batch import wording
from bot.batch.camera import Camera
from bot.batch.ledger import FILE, open_ledger
from bot.batch.orders import NotFilmed, Pace
from bot.batch.table import Row
from bot.batch.wishes import Wish
from bot.commands.batch import Order, batch
from bot.commands.failures import CommandMisused
from bot.settings import load_settings
from intents.base import Llm, Tools
from intents.settings import IntentsSettings, LlmSettings
from intents.tools.llm import build_llm
from tests.fake_llm import FakeLlm
from tests.service.running import Running
from video_service.client import open_client

Fault = Callable[[httpx.Request], httpx.Response | None]
WISH = Wish(Row(2, "云上的小木屋", name="hut"), "hut-key")


class Faulty(httpx.AsyncBaseTransport):
    """The line to a real service; `fault` may answer, or break it, instead."""

    def __init__(self, fault: Fault) -> None:
        self._fault, self._line = fault, httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._fault(request) or await self._line.handle_async_request(request)

    async def aclose(self) -> None:
        await self._line.aclose()


@asynccontextmanager
async def filming(
    out: Path,
    service: Running,
    fault: Fault,
    wish: Wish = WISH,
    llm: Llm | None = None,
    away: float = 60,
) -> AsyncIterator[Camera]:
    pace = Pace(0.01, 0.02, away)
    ledger = await asyncio.to_thread(open_ledger, out, [wish])
    async with open_client(service.url, transport=Faulty(fault)) as client:
        yield Camera(Tools("小爱", llm, client), ledger, pace)


def silent(percent: int) -> None:
    """Nobody looks."""


async def test_a_service_that_is_away_for_a_moment_costs_no_clip(
    tmp_path: Path, service: Running
) -> None:
    calls: dict[str, int] = {}

    def five_times(request: httpx.Request) -> httpx.Response | None:
        kind = f"{request.method} {'content' in request.url.path}"
        calls[kind] = calls.get(kind, 0) + 1
        if kind != "GET True" and calls[kind] <= 5:
            raise httpx.ConnectError("nobody there", request=request)
        return None

    async with filming(tmp_path, service, five_times) as camera:
        await camera.film(WISH, silent)
    assert (tmp_path / "hut.mp4").stat().st_size > 1000
    assert calls["POST False"] == 6


async def test_a_service_that_stays_away_while_a_row_is_ordered_fails_that_row(
    tmp_path: Path, service: Running
) -> None:
    def nobody(request: httpx.Request) -> httpx.Response | None:
        raise httpx.ConnectError("nobody there", request=request)

    async with filming(tmp_path, service, nobody, away=0.1) as camera:
        with pytest.raises(NotFilmed) as error:
            await camera.film(WISH, silent)
    assert error.value.spent is False


def no_job(request: httpx.Request) -> httpx.Response | None:
    if request.method == "GET" and "/v1/videos/video" in request.url.path:
        return httpx.Response(404, json={"error": {"code": "not_found", "message": "gone"}})
    return None


def no_answer(request: httpx.Request) -> httpx.Response | None:
    if request.method == "GET" and "/v1/videos/video" in request.url.path:
        raise httpx.ReadTimeout("too slow", request=request)
    return None


def no_content(request: httpx.Request) -> httpx.Response | None:
    return httpx.Response(503) if "content" in request.url.path else None


@pytest.mark.parametrize(
    ("fault", "say", "spent"),
    [(no_job, said.GONE, True), (no_answer, wording.AWAY, False),
     (no_content, wording.NOT_FETCHED, False)],
)  # fmt: skip
async def test_what_cannot_be_had_is_told_and_known_to_be_used_up_or_not(
    tmp_path: Path, service: Running, fault: Fault, say: str, spent: bool
) -> None:
    async with filming(tmp_path, service, fault, away=0.1) as camera:
        with pytest.raises(NotFilmed) as error:
            await camera.film(WISH, silent)
    assert (error.value.say, error.value.spent) == (say, spent)
    assert not (tmp_path / "hut.mp4").exists()


async def test_a_caption_that_is_not_translated_stops_its_row_before_it_is_filmed(
    tmp_path: Path, service: Running, llm: FakeLlm
) -> None:
    def nothing_is_ordered(request: httpx.Request) -> httpx.Response | None:
        raise AssertionError(request.url)

    llm.fault = "auth"
    wish = Wish(Row(2, "云", language="英文"), "cloud")
    chosen = LlmSettings(provider="compatible", base_url=llm.url, model="fake")
    async with build_llm(IntentsSettings(llm=chosen)) as model:
        async with filming(tmp_path, service, nothing_is_ordered, wish, model) as camera:
            with pytest.raises(NotFilmed, match=wording.NOT_TRANSLATED):
                await camera.film(wish, silent)


async def test_notes_that_are_torn_and_a_table_full_of_faults_are_misuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = await asyncio.to_thread(load_settings)
    Path("good.csv").write_text("文字\n云\n", "utf-8")
    Path(FILE).write_text("{")
    with pytest.raises(CommandMisused, match="认不出拍到了哪里"):
        await batch(settings, Order(Path("good.csv"), Path()))
    Path("bad.csv").write_text("文字,名字\n" + ",x\n" * 25, "utf-8")
    with pytest.raises(CommandMisused) as error:
        await batch(settings, Order(Path("bad.csv"), Path("out")))
    lines = str(error.value).splitlines()
    assert lines[0] == wording.PROBLEMS.format(count=25)
    assert lines[-1] == wording.MORE_PROBLEMS.format(count=5)
    assert len(lines) == 22
