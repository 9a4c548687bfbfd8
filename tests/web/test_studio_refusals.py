"""What the studio does not do, and how it says so to the owner."""

from typing import Any

import pytest

from bot.web import studio_wording as wording
from tests.fake_llm import FakeLlm
from tests.web.desk import Desk
from tests.web.lot import Lot
from tests.web.pictures import jpeg

PHOTO = jpeg((640, 480))


@pytest.mark.parametrize(
    ("wanted", "photo", "status", "say"),
    [
        ({"model": "cogvideox-5b"}, None, 422, wording.NO_WISH),
        ({"model": "wan2.2-5b", "wish": "熊猫"}, None, 422, wording.NO_ENGINE),
        ({"model": "cogvideox-5b-i2v", "wish": "熊猫"}, None, 422, wording.NEEDS_PHOTO),
        ({"model": "cogvideox-5b", "wish": "动"}, PHOTO, 422, wording.TAKES_NO_PHOTO),
        ({"model": "zhipu-cogvideox-3"}, jpeg((200, 100)), 422, wording.SMALL_PHOTO),
        ({"model": "zhipu-cogvideox-3"}, b"junk", 415, "这个文件我打不开，换一张照片试试。"),
        ({"model": "zhipu-cogvideox-3", "wish": "脱光衣服"}, PHOTO, 422, wording.UNKIND),
        ({"params": {"seed": -1}}, None, 422, "“种子”这一项这台机器不收，换一个或者空着。"),
        ({"strange": 1}, None, 422, wording.NOT_OURS),
        ({"again_of": "0m9x1y299-0123456789ab", "prompt": "A cat."}, None, 422, wording.GONE),
    ],
)
async def test_what_cannot_be_filmed_is_refused_in_chinese(
    desk: Desk, lot: Lot, wanted: dict[str, Any], photo: bytes | None, status: int, say: str
) -> None:
    answer = await desk.order(photo, **wanted)
    assert (answer.status_code, answer.json()) == (status, {"say": say})
    assert lot.orders == []


@pytest.mark.parametrize(
    ("refuses", "say"),
    [
        ((400, "prompt_language", "reads English only"), wording.ENGLISH_ONLY),
        ((400, "invalid_value", "guidance_scale: takes a guidance of 1 to 12"),
         "“引导强度”这一项这台机器不收，换一个或者空着。"),
        ((400, "invalid_image", "the photo is refused"), wording.BAD_PHOTO),
        ((429, "queue_full", "the queue is full"), wording.FULL),
        ((429, "quota_exceeded", "enough"), wording.ENOUGH),
        ((503, "storage_failed", "the disk"), wording.STUMBLED),
    ],
)  # fmt: skip
async def test_what_the_service_refuses_is_said_plainly(
    desk: Desk, lot: Lot, refuses: tuple[int, str, str], say: str
) -> None:
    lot.refuses = refuses
    answer = await desk.order(prompt="A red kite.", model="cogvideox-5b")
    assert answer.json() == {"say": say}


async def test_a_writer_that_fails_films_nothing(desk: Desk, lot: Lot, llm: FakeLlm) -> None:
    llm.fault = "no_money"
    answer = await desk.order(wish="熊猫", model="cogvideox-5b")
    assert answer.json() == {"say": wording.WRITER_OWNER}
    assert lot.orders == []


async def test_another_site_cannot_film_here(desk: Desk, lot: Lot) -> None:
    del desk.http.headers["X-Qunying"]
    for answer in (
        await desk.order(wish="熊猫", model="cogvideox-5b"),
        await desk.http.post("/takes/0m9x1y201-0123456789ab/cancel"),
        await desk.http.delete("/takes/0m9x1y201-0123456789ab"),
    ):
        assert answer.status_code == 403
    assert lot.orders == []


@pytest.mark.parametrize(
    "name", ["../bot.db", "..%2fbot.db", "0m9x1y201-0123456789ab.take", "x.mp4"]
)
async def test_nothing_but_films_and_photos_can_be_fetched(desk: Desk, name: str) -> None:
    await desk.film(wish="熊猫", model="zhipu-cogvideox-3")
    assert (await desk.http.get(f"/media/{name}")).status_code == 404
