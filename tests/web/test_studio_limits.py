"""The studio keeps the rules of the house: who films there is counted as in the chat beside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.limits import wording
from bot.limits.ledger import Share
from bot.limits.settings import LimitsSettings
from bot.memory import Memory, open_memory
from bot.settings import BotSettings
from bot.web.page import open_desks
from bot.web.takes import Take, TakeShelf
from intents.base import Tools
from tests.web.desk import Desk
from tests.web.lot import Lot
from tests.web.pictures import jpeg
from video_service.client import open_client

LIMITS = LimitsSettings(person_clips=1, room_clips=3, words=("大灰狼",))
SETTINGS = BotSettings(limits=LIMITS)
USED_UP = {"say": wording.PERSON["video"].format(count=1)}
UNWANTED = {"say": wording.UNWANTED}


@asynccontextmanager
async def open_page(folder: Path, lot: Lot) -> AsyncIterator[tuple[Desk, Memory]]:
    """What the page of a family works with, over `lot`; entered again, that is a restart."""
    async with (
        open_client("http://lot", transport=httpx.MockTransport(lot.answer)) as client,
        open_memory(folder / "bot", SETTINGS) as memory,
    ):
        desk = Desk(open_desks(SETTINGS, memory, Tools("小爱", None, client), ()).studio)
        async with desk.http:
            yield desk, memory


async def order(desk: Desk, wish: str = "熊猫", **more: Any) -> httpx.Response:
    return await desk.order(wish=wish, model="zhipu-cogvideox-3", **more)


async def test_who_speaks_is_counted_and_told_gently_when_it_is_enough(
    tmp_path: Path, lot: Lot
) -> None:
    async with open_page(tmp_path, lot) as (desk, memory):
        assert (await order(desk, member="小明")).is_success
        refused = await order(desk, member="小明")
        assert (refused.status_code, refused.json()) == (422, USED_UP)
        for nobody in ("", "陌生人"):  # an old page, or one that is not ours
            assert (await order(desk, member=nobody)).is_success is (nobody == "")
        assert await memory.ledger.shares() == [Share("小明", 1, 0), Share("妈妈", 1, 0)]
        assert (await order(desk, member="奶奶")).is_success
        everybody = wording.ROOM["video"].format(count=3)
        assert (await order(desk, member="爸爸")).json() == {"say": everybody}
    async with open_page(tmp_path, lot) as (desk, _):
        desk.skip(9)
        assert (await order(desk, member="小明")).json() == USED_UP
    assert len(lot.orders) == 3


async def test_a_second_click_counts_once(tmp_path: Path, lot: Lot) -> None:
    async with open_page(tmp_path, lot) as (desk, memory):
        take = desk.id()
        lot.away = True
        assert (await order(desk, id=take)).status_code == 503
        lot.away = False
        for _ in range(2):
            assert (await order(desk, id=take)).is_success
        assert await memory.ledger.shares() == [Share("妈妈", 1, 0)]


async def test_a_second_click_in_vain_gives_nothing_back_of_what_the_first_has_ordered(
    tmp_path: Path, lot: Lot, monkeypatch: pytest.MonkeyPatch
) -> None:
    get, overtaken = TakeShelf.get, [True]

    async def look(shelf: TakeShelf, take_id: str) -> Take | None:
        return None if overtaken and overtaken.pop() else await get(shelf, take_id)

    async with open_page(tmp_path, lot) as (desk, memory):
        take = desk.id()
        assert (await order(desk, id=take)).is_success
        lot.refuses = (409, "idempotency_conflict", "other words under the same key")
        monkeypatch.setattr(TakeShelf, "get", look)
        assert not (await order(desk, id=take)).is_success
        assert await memory.ledger.shares() == [Share("妈妈", 1, 0)]


async def test_what_came_to_nothing_is_given_back(tmp_path: Path, lot: Lot) -> None:
    async with open_page(tmp_path, lot) as (desk, memory):
        lot.refuses = (429, "queue_full", "the queue is full")
        assert not (await order(desk)).is_success
        lot.refuses = None
        assert await memory.ledger.shares() == []
        take = (await order(desk)).json()["id"]
        assert (await desk.http.post(f"/takes/{take}/cancel")).json()["state"] == "failed"
        assert await memory.ledger.shares() == []
        assert (await order(desk)).is_success


async def test_filming_again_in_other_words_counts_too(tmp_path: Path, lot: Lot) -> None:
    async with open_page(tmp_path, lot) as (desk, _):
        first = (await order(desk, member="小明")).json()
        again: dict[str, Any] = {"again_of": first["id"], "prompt": "猫", "new_seed": True}
        assert (await desk.order(**again, member="小明")).json() == USED_UP
        assert (await desk.order(**again, member="奶奶")).is_success


@pytest.mark.parametrize(
    "said",
    [{"wish": "一个人打架流血"}, {"wish": "大灰狼来了"}, {"prompt": "A murder.", "wish": "熊猫"}],
)
async def test_what_is_not_filmed_in_the_chat_is_not_filmed_here(
    tmp_path: Path, lot: Lot, said: dict[str, Any]
) -> None:
    async with open_page(tmp_path, lot) as (desk, memory):
        answer = await desk.order(**said, model="zhipu-cogvideox-3")
        assert (answer.status_code, answer.json()) == (422, UNWANTED)
        take = (await order(desk)).json()["id"]
        changed = await desk.order(again_of=take, prompt="大灰狼", member="小明")
        assert changed.json() == UNWANTED
        assert await memory.ledger.shares() == [Share("妈妈", 1, 0)]
    assert len(lot.orders) == 1


async def test_a_pause_of_the_chat_holds_here_too(tmp_path: Path, lot: Lot) -> None:
    async with open_page(tmp_path, lot) as (desk, memory):
        await memory.ledger.pause()
        answer = await desk.order(jpeg((640, 480)), wish="动", model="zhipu-cogvideox-3")
        assert answer.json() == {"say": wording.PAUSED}
    assert lot.orders == []
