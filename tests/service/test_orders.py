"""POST /v1/videos and what follows it: orders, keys, bodies, lists, deletion, remix."""

import asyncio
import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.service.house import MP4, House, open_house

ANY = "video_" + "0" * 32


async def test_an_order_as_form_and_as_json_means_the_same(house: House) -> None:
    wish = {"prompt": "熊猫吃竹子", "seed": "7", "seconds": "3"}
    form = (await house.http.post("/v1/videos", data=wish)).json()
    parts = {name: (None, value) for name, value in wish.items()}
    multipart = (await house.http.post("/v1/videos", files=parts)).json()
    told = (await house.http.post("/v1/videos", json={**wish, "seed": 7, "seconds": 3})).json()
    for job in (form, multipart, told):
        same = {k: job[k] for k in ("prompt", "seed", "seconds", "num_frames", "model", "status")}
        assert same == {
            "prompt": "熊猫吃竹子",
            "seed": 7,
            "seconds": "3",
            "num_frames": 49,
            "model": "draft",
            "status": "queued",
        }


async def test_a_photo_reaches_the_worker_and_a_remix(house: House, photo: bytes) -> None:
    url = "data:image/png;base64," + base64.b64encode(photo).decode()
    bodies: list[dict[str, Any]] = [
        {"data": {"prompt": "动起来"}, "files": {"input_reference": ("../../a.png", photo)}},
        {"data": {"prompt": "动起来", "input_reference[image_url]": url}},
        {"json": {"prompt": "动起来", "input_reference": {"image_url": url}}},
    ]
    for body in bodies:
        answer = await house.http.post("/v1/videos", **body)
        assert answer.status_code == 200, answer.text
    errand = await house.claim()
    assert errand is not None
    assert errand["photo"]
    at_work = (await house.worker.get(f"/internal/jobs/{errand['id']}/photo")).content
    assert at_work[:2] == b"\xff\xd8"

    first = errand["id"]
    remixed = await house.http.post(f"/v1/videos/{first}/remix", json={"prompt": "再来一次"})
    assert remixed.json()["remixed_from_video_id"] == first
    assert remixed.json()["seed"] == errand["shot"]["seed"]
    again = await house.worker.get(f"/internal/jobs/{remixed.json()['id']}/photo")
    assert again.status_code == 200


async def test_a_remix_of_a_photo_that_is_gone_says_so(house: House, photo: bytes) -> None:
    files = {"input_reference": ("a.png", photo)}
    answer = await house.http.post("/v1/videos", data={"prompt": "动起来"}, files=files)
    await asyncio.to_thread(house.studio.shelf.drop, answer.json()["id"], "photo")
    remixed = await house.http.post(
        f"/v1/videos/{answer.json()['id']}/remix", json={"prompt": "再来一次"}
    )
    assert (remixed.status_code, remixed.json()["error"]["code"]) == (409, "photo_gone")


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        ({"json": {"prompt": "x", "colour": 1}}, 400, "unknown_parameter", "colour"),
        ({"data": {"prompt": "x", "colour": "1"}}, 400, "unknown_parameter", "colour"),
        ({"json": {"prompt": ""}}, 400, "invalid_value", "prompt"),
        ({"json": {}}, 400, "invalid_value", "prompt"),
        ({"json": {"prompt": "x", "size": "big"}}, 400, "invalid_value", "size"),
        ({"json": {"prompt": "x", "num_frames": 12}}, 400, "invalid_value", "num_frames"),
        ({"json": {"prompt": "x", "model": "sora-2"}}, 400, "model_not_found", "model"),
        ({"json": {"prompt": "x", "seed": -1}}, 400, "invalid_value", "seed"),
        ({"json": {"prompt": "x", "seconds": 10**400}}, 400, "invalid_value", "seconds"),
        ({"json": ["prompt"]}, 400, "invalid_value", None),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400,
         "invalid_value", None),
        ({"content": b"[" * 100_000, "headers": {"content-type": "application/json"}}, 400,
         "invalid_value", None),
        ({"content": b'{"prompt":"\xff"}', "headers": {"content-type": "application/json"}}, 400,
         "invalid_value", None),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data"}}, 400,
         "bad_request", None),
        ({"content": b"x", "headers": {"content-type": "text/plain"}}, 415,
         "unsupported_media_type", None),
        ({}, 415, "unsupported_media_type", None),
        ({"files": {"input_reference": ("a.png", b"no photo"), "prompt": (None, "x")}}, 400,
         "invalid_image", "input_reference"),
        ({"files": {"mask": ("a.png", b"x"), "prompt": (None, "x")}}, 400, "invalid_value", "mask"),
        ({"json": {"prompt": "x", "input_reference": {"image_url": "http://127.0.0.1/a.png"}}},
         400, "invalid_value", "input_reference"),
        ({"json": {"prompt": "x", "input_reference": {"image_url": "data:image/png;base64,%"}}},
         400, "invalid_value", "input_reference"),
        ({"json": {"prompt": "x", "input_reference": {"file_id": "a"}}}, 400, "invalid_value",
         "input_reference"),
        ({"content": b"prompt=a&prompt=b",
          "headers": {"content-type": "application/x-www-form-urlencoded"}},
         400, "invalid_value", "prompt"),
        ({"json": {"prompt": "x"}, "headers": {"Idempotency-Key": "k" * 300}}, 400,
         "invalid_value", "idempotency-key"),
    ],
)  # fmt: skip
async def test_a_bad_body_is_refused_by_name(
    house: House, body: dict[str, Any], status: int, code: str, param: str | None
) -> None:
    answer = await house.http.post("/v1/videos", **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert set(error) == {"code", "message", "param", "type"}
    assert (await house.http.get("/healthz")).json()["queued"] == 0


async def test_a_body_that_is_too_large_is_refused_in_the_envelope(house: House) -> None:
    async def chunks() -> Any:
        for _ in range(21):
            yield b"x" * 2**20

    kind = {"content-type": "application/json"}
    for content in (b"x" * (20 * 2**20 + 1), chunks()):
        answer = await house.http.post("/v1/videos", content=content, headers=kind)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")


async def test_a_full_house_and_an_eager_person_are_asked_to_come_later(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_open=2, max_open_per_owner=1) as house:
        await house.order(user="mum")
        mine = await house.http.post("/v1/videos", json={"prompt": "x", "user": "mum"})
        await house.order(user="dad")
        full = await house.http.post("/v1/videos", json={"prompt": "x", "user": "xm"})
        for answer, code in ((mine, "quota_exceeded"), (full, "queue_full")):
            assert (answer.status_code, answer.json()["error"]["code"]) == (429, code)
            assert int(answer.headers["retry-after"]) > 0


async def test_the_list_comes_in_pages(house: House) -> None:
    made = [(await house.order(f"第{n}个"))["id"] for n in range(5)]
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await house.http.get("/v1/videos", params={"limit": 2, **after})).json()
        seen += [job["id"] for job in page["data"]]
        after = {"after": page["last_id"]}
        if not page["has_more"]:
            break
    assert seen == made[::-1]
    oldest = (await house.http.get("/v1/videos", params={"order": "asc", "limit": 1})).json()
    assert [job["id"] for job in oldest["data"]] == made[:1]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "order=up", f"after={ANY}", "after=%00"]
)
async def test_a_bad_page_is_refused_by_name(house: House, query: str) -> None:
    answer = await house.http.get(f"/v1/videos?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == query.split("=")[0]


@pytest.mark.parametrize(
    "path", [ANY, "x", "..%2f..%2fetc%2fpasswd", "%00", "video_" + "é" * 8, "v" * 300]
)
async def test_an_unknown_video_is_not_found_under_any_name(house: House, path: str) -> None:
    for tail in ("", "/content", "/events"):
        answer = await house.http.get(f"/v1/videos/{path}{tail}")
        assert answer.status_code in (400, 404)
        assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_content_is_there_when_the_job_is_done_and_not_before(house: House) -> None:
    job = await house.order()
    content = f"/v1/videos/{job['id']}/content"
    early = await house.http.get(content)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_ready")
    assert early.headers["x-should-retry"] == "false"

    await house.film()
    done = await house.http.get(content)
    assert (done.headers["content-type"], done.content) == ("video/mp4", MP4)
    missing = await house.http.get(content, params={"variant": "thumbnail"})
    assert missing.status_code == 404
    strange = await house.http.get(content, params={"variant": "spritesheet"})
    assert (strange.status_code, strange.json()["error"]["param"]) == (400, "variant")


async def test_deleting_a_done_job_removes_it_with_its_files(house: House) -> None:
    job = await house.order()
    await house.film()
    told = await house.http.delete(f"/v1/videos/{job['id']}")
    assert told.json() == {"id": job["id"], "object": "video.deleted", "deleted": True}
    assert (await house.http.get(f"/v1/videos/{job['id']}")).status_code == 404
    film = house.studio.shelf.artefact(job["id"], "video")
    assert not await asyncio.to_thread(film.exists)


async def test_deleting_an_open_job_cancels_it_for_everybody_who_waits(house: House) -> None:
    job = await house.order()
    path = f"/v1/videos/{job['id']}"
    waiting = asyncio.ensure_future(house.http.get(path, params={"wait": 30}))
    await asyncio.sleep(0.05)
    for _ in range(2):  # asked twice it says the same
        assert (await house.http.delete(path)).status_code == 200
        assert (await house.http.get(path)).json()["error"]["code"] == "cancelled"
    async with asyncio.timeout(20):
        seen = (await waiting).json()
    assert (seen["status"], seen["error"]["code"]) == ("failed", "cancelled")
    assert (await house.http.get("/v1/videos")).json()["data"] == []
    assert await house.claim() is None


async def test_an_upright_photo_becomes_an_upright_film(house: House, photo: bytes) -> None:
    with Image.open(BytesIO(photo)) as lying:
        standing = BytesIO()
        lying.rotate(90, expand=True).save(standing, "PNG")
    for picture, size in ((photo, "720x480"), (standing.getvalue(), "480x720")):
        files = {"input_reference": ("photo", picture)}
        answer = await house.http.post("/v1/videos", data={"prompt": "动起来"}, files=files)
        assert answer.json()["size"] == size


async def test_an_unknown_field_is_answered_with_those_there_are(house: House) -> None:
    answer = await house.http.post("/v1/videos", json={"prompt": "x", "colour": "red"})
    assert "prompt, model, size, seconds" in answer.json()["error"]["message"]
    assert "input_reference" in answer.json()["error"]["message"]
