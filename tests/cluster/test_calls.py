"""Calling workers: once a job, again when nobody came, never more than there is to do."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("celery", reason="needs Celery: pip install -e '.[cluster]'")

from tests.service.house import House, open_house
from tests.service.table import Clock, open_table
from video_service.dispatch.broker import Broker, BrokerAway, check_address, open_app, queue_of
from video_service.dispatch.celery import Calls, call_workers
from video_service.engines.specs import Lane
from video_service.jobs import Call
from video_service.schema.config import SettingsError

Made = tuple[Lane, list[str], int]


class Book:
    """A phone that writes down who was called; a list of troubles comes first."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.made: asyncio.Queue[Made] = asyncio.Queue()
        self.troubles: list[Exception] = []

    def call(self, lane: Lane, jobs: Sequence[str], waiting: int) -> int:
        if self.troubles:
            raise self.troubles.pop()
        if jobs:  # else it was only a look whether we are here
            self._loop.call_soon_threadsafe(self.made.put_nowait, (lane, list(jobs), waiting))
        return len(jobs)

    async def heard(self) -> Made:
        async with asyncio.timeout(10):
            return await self.made.get()


@asynccontextmanager
async def calling(house: House, calls: Calls) -> AsyncIterator[Book]:
    book = Book()
    task = asyncio.ensure_future(
        call_workers(house.studio.board, house.studio.crew, book, {"card"}, calls)
    )
    try:
        yield book
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "service", dispatch="celery") as open_one:
        yield open_one


async def ready(house: House, code: int = 200) -> str:
    """What /readyz says, once it says it with this code."""
    async with asyncio.timeout(10):
        while True:
            answer = await house.http.get("/readyz")
            if answer.status_code == code:
                return answer.text


async def test_a_broker_that_is_away_is_found_before_anybody_orders(house: House) -> None:
    async with calling(house, Calls(10)) as book:
        await ready(house)
        book.troubles = [BrokerAway("refused")] * 1000
        await house.order()
        assert "the broker is away" in await ready(house, 503)


async def test_each_job_is_called_for_once_and_again_when_nobody_came(house: House) -> None:
    clock = Clock()
    async with calling(house, Calls(10, clock.steady)) as book:
        one = await house.order("one")
        assert await book.heard() == ("card", [one["id"]], 1)
        two = await house.order("two")
        assert await book.heard() == ("card", [two["id"]], 2)
        clock.jump(3600)  # the wall clock: nobody is called for that
        house.studio.board.ring()
        three = await house.order("three")
        assert await book.heard() == ("card", [three["id"]], 3)
        await house.claim()
        clock.now += 11
        house.studio.board.ring()
        assert await book.heard() == ("card", [two["id"], three["id"]], 2)


async def test_a_job_that_comes_back_is_called_for_anew(house: House) -> None:
    async with calling(house, Calls(1000)) as book:
        job = await house.order()
        assert (await book.heard())[1] == [job["id"]]
        assert await house.claim("far/0")
        await house.studio.board.write(lambda store: store.leases.release("far/0"))
        assert (await book.heard())[1] == [job["id"]]


async def test_a_broker_that_is_away_is_told_once_and_nothing_is_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("video_service.dispatch.celery.AGAIN_S", 0)
    with caplog.at_level("INFO"):
        async with calling(house, Calls(1000)) as book:
            book.troubles = [BrokerAway("redis://:**@far: refused") for _ in range(3)]
            job = await house.order()
            assert (await book.heard())[1] == [job["id"]]
            await ready(house)
            another = await house.order()
            assert (await book.heard())[1] == [another["id"]]
    assert caplog.text.count("cannot call workers: redis://:**@far: refused") == 1
    assert caplog.text.count("workers can be called again") == 1


def test_only_what_may_start_now_is_due(tmp_path: Path) -> None:
    with open_table(tmp_path / "jobs.db", Clock()) as table:
        first, other = table.order("first"), table.order("other", lane="cloud")
        assert table.store.due({"card"}) == [Call(first.id, "card", 0)]
        held = table.claim("far/0")
        assert table.store.due({"card", "cloud"}) == [Call(other.id, "cloud", 0)]
        table.leases.fail(held.id, held.lease_token, "x", "x", retry=True)
        assert table.store.due({"card"}) == []
        table.clock.now += 2
        assert table.store.due({"card"}) == [Call(first.id, "card", 1)]


@pytest.fixture
def broker() -> Iterator[Broker]:
    line = Broker("memory://")
    yield line
    with open_app("memory://").connection() as connection:
        connection.SimpleQueue(queue_of("card")).clear()
    line.close()


def taken(number: int) -> list[Any]:
    """So many calls, as a worker takes them."""
    with open_app("memory://").connection() as connection:
        queue = connection.SimpleQueue(queue_of("card"))
        found = [queue.get(timeout=5) for _ in range(number)]
        for message in found:
            message.ack()
        queue.close()
    return found


def test_calls_that_nobody_answered_yet_are_not_repeated(broker: Broker) -> None:
    assert broker.call("card", ["a", "b", "c"], 3) == 3
    assert broker.call("card", ["a", "b", "c"], 3) == 0
    taken(1)
    assert broker.call("card", ["d"], 3) == 1
    assert broker.call("card", ["e", "f"], 5) == 2


def test_a_call_carries_an_id_and_no_moment_of_any_clock(broker: Broker) -> None:
    broker.call("card", ["video_1"], 1)
    (message,) = taken(1)
    assert message.payload[:2] == [["video_1"], {}]
    assert (message.headers["eta"], message.headers["expires"]) == (None, None)
    assert message.headers["task"] == "qunying.film"


def test_a_broker_that_is_not_there_is_a_plain_error_without_its_password() -> None:
    line = Broker("redis://:canary@127.0.0.1:9/0")
    with pytest.raises(BrokerAway, match=r"redis://:\*\*@127.0.0.1:9/0: .*refused") as caught:
        line.call("card", ["a"], 1)
    line.close()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://:canary/7@far:6379/0", "redis://:canary#7@far:6379/0", "redis://far:canary/0",
        "redis://far:6379/canary", "redis://", "redis://canary..far/0", "far:6379", "canary://far",
        "sqs://canary@", "", "rediss://far/0?ssl_cert_reqs=canary",
    ],
)  # fmt: skip
def test_what_can_be_no_brokers_address_is_one_line_that_does_not_show_it(url: str) -> None:
    with pytest.raises(SettingsError, match="QUNYING_BROKER_URL: write an address") as caught:
        check_address(url)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "redis://far", "redis://:a%2Fb@far:6379/1", "redis://[::1]:6379/0", "amqp://me:it@far/films",
        "rediss://far/0?ssl_cert_reqs=required&ssl_ca_certs=/ca.pem",
    ],
)  # fmt: skip
def test_a_brokers_address_is_taken(url: str) -> None:
    check_address(url)
    assert open_app(url).connection_for_write().transport_cls == url.partition(":")[0]
