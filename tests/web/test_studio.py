"""The studio behind its routes: what is ordered, and what is told of it."""

import asyncio
from pathlib import Path
from typing import Any

from bot.web import studio_wording as wording
from tests.fake_llm import FakeLlm
from tests.web.desk import Desk
from tests.web.lot import Lot
from tests.web.pictures import jpeg

PHOTO = jpeg((640, 480))


async def test_only_what_can_film_is_offered_with_a_sentence_and_its_settings(desk: Desk) -> None:
    stage = (await desk.http.get("/engines")).json()
    assert [it["id"] for it in stage["engines"]] == [
        "cogvideox-5b", "cogvideox-5b-i2v", "zhipu-cogvideox-3",
    ]  # fmt: skip
    card, _, cloud = stage["engines"]
    assert card["says"] == "在这台电脑的显卡上拍，不花钱；只能照文字拍；提示词由模型写成英文。"
    assert "每一条都要花钱" in cloud["says"]
    assert card["lengths"][1] == {"value": "49", "label": "6秒（49帧）"}
    assert (card["steps"], card["guidance"], card["negative"]) == ([25, 50], [1.0, 12.0], True)
    assert (cloud["seeds"], cloud["negative"], cloud["english"]) == (None, False, False)
    assert stage["writer"] == "a writer"


async def test_a_wish_is_written_in_english_and_filmed_with_what_was_chosen(
    desk: Desk, lot: Lot, llm: FakeLlm
) -> None:
    params = {"num_frames": 49, "num_inference_steps": 25, "guidance_scale": 6.5, "seed": 7}
    take = await desk.film(wish="熊猫吃竹子", model="cogvideox-5b", params=params)
    assert "giant panda" in take["prompt"]
    assert take["wish"] == "熊猫吃竹子"
    assert (take["state"], take["words"]) == ("open", "排队中")
    assert take["detail"] == "前面还有2个 · 大约4分钟"
    (order,) = lot.orders
    assert {k: order[k] for k in ("model", "num_frames", "num_inference_steps", "seed")} == {
        "model": "cogvideox-5b", "num_frames": "49", "num_inference_steps": "25", "seed": "7",
    }  # fmt: skip
    assert "negative_prompt" not in order
    assert len(llm.requests) == 1


async def test_a_finished_take_shows_prompt_seed_settings_and_times(desk: Desk, lot: Lot) -> None:
    take = await desk.film(wish="熊猫吃竹子", model="cogvideox-5b")
    lot.jobs["video_0"].update(status="in_progress", stage="denoise", progress=40)
    assert (await desk.take(take["id"]))["words"] == "正在拍"
    lot.jobs["video_0"]["status"] = "completed"
    done = await desk.take(take["id"])
    assert (done["state"], done["seed"]) == ("done", 7)
    assert ["步数", "50"] in done["settings"]
    assert done["times"] == [["拍摄", "180秒"]]
    assert ["版本", "torch 2.13.0"] in done["house"]
    film = await desk.http.get(done["film"].removeprefix("/studio"))
    assert (film.status_code, film.content) == (200, b"film")

    lot.away = True  # what is over needs no service any more
    assert (await desk.http.get("/takes")).json()["takes"] == [done]


async def test_other_words_keep_seed_and_photo_and_a_new_seed_is_another_film(
    desk: Desk, lot: Lot
) -> None:
    first = await desk.film(PHOTO, wish="轻轻动", model="zhipu-cogvideox-3")
    assert lot.orders[0]["input_reference"] > 100
    same = await desk.film(prompt="A cat at night.", again_of=first["id"])
    other = await desk.film(prompt="A cat at night.", again_of=first["id"], new_seed=True)
    assert (same["seed"], other["seed"]) == (7, 8)
    assert same["prompt"] == "A cat at night."
    assert (same["wish"], same["again_of"], same["engine"]) == (
        "轻轻动", first["id"], first["engine"],
    )  # fmt: skip
    for order in lot.orders[1:]:
        assert order["path"] == "/v1/videos/video_0/remix"
        assert order["input_reference"] > 100
    assert same["photo"] != first["photo"]
    seen = await desk.http.get(same["photo"].removeprefix("/studio"))
    assert seen.headers["content-type"] == "image/jpeg"


async def test_the_same_order_twice_is_one_take(desk: Desk, lot: Lot) -> None:
    wanted: dict[str, Any] = {"id": desk.id(), "wish": "熊猫", "model": "cogvideox-5b"}
    first, second = await desk.film(**wanted), await desk.film(**wanted)
    assert first["id"] == second["id"]
    assert len(lot.orders) == 1


async def test_own_words_are_taken_as_they_stand(desk: Desk, lot: Lot, llm: FakeLlm) -> None:
    take = await desk.film(prompt="A red kite\n over a field.", model="cogvideox-5b")
    assert take["prompt"] == "A red kite over a field."
    assert llm.requests == []


async def test_takes_are_listed_newest_first_page_by_page(desk: Desk) -> None:
    made = [await desk.film(wish=f"第{i}条", model="zhipu-cogvideox-3") for i in range(14)]
    page = (await desk.http.get("/takes")).json()
    assert [it["id"] for it in page["takes"]] == [it["id"] for it in made[:1:-1]]
    assert page["more"]
    rest = (await desk.http.get("/takes", params={"before": page["takes"][-1]["id"]})).json()
    assert [it["id"] for it in rest["takes"]] == [made[1]["id"], made[0]["id"]]
    assert not rest["more"]


async def test_a_take_is_cancelled_and_then_forgotten(desk: Desk, tmp_path: Path) -> None:
    take = await desk.film(PHOTO, wish="动一动", model="zhipu-cogvideox-3")
    over = (await desk.http.post(f"/takes/{take['id']}/cancel")).json()
    assert (over["state"], over["error"]) == ("failed", "已经取消了。")
    assert (await desk.http.delete(f"/takes/{take['id']}")).status_code == 200
    assert (await desk.http.get(f"/takes/{take['id']}")).json() == {"say": wording.GONE}
    assert [*tmp_path.iterdir()] == []


async def test_while_the_service_is_away_the_takes_are_there_and_say_so(
    desk: Desk, lot: Lot
) -> None:
    take = await desk.film(wish="熊猫", model="cogvideox-5b")
    lot.away = True
    (seen,) = (await desk.http.get("/takes")).json()["takes"]
    assert (seen["id"], seen["words"], seen["percent"]) == (take["id"], "正在等拍摄服务", None)
    for answer in (await desk.http.get("/engines"), await desk.order(wish="熊猫", model="x")):
        assert (answer.status_code, answer.json()) == (503, {"say": wording.AWAY})


async def test_two_tabs_that_look_at_once_see_the_same_end(desk: Desk, lot: Lot) -> None:
    take = await desk.film(wish="熊猫", model="zhipu-cogvideox-3")
    lot.jobs["video_0"]["status"] = "completed"
    seen = await asyncio.gather(*(desk.take(take["id"]) for _ in range(8)))
    assert [it["state"] for it in seen] == ["done"] * 8
    assert all(it == seen[0] for it in seen)
