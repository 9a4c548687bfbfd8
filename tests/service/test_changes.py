"""Finishing anew and joining as orders: a lane of their own, and every refusal with its reason."""

import asyncio
import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.finishing.reels import sound_file, tone
from tests.service.house import MP4, House, open_house
from video_service.client import ServiceBusy, ServiceRefused, VideoClient
from video_service.schema import Finish, Remix, VideoRequest

CAPTION = Finish(caption="生日快乐")


def music() -> bytes:
    return sound_file(tone(1), "wav", "pcm_s16le")


async def filmed(house: House, prompt: str = "熊猫") -> str:
    job = await house.order(prompt, seed=7)
    await house.film()
    return str(job["id"])


async def test_a_finish_does_not_wait_for_the_card(house: House) -> None:
    first, client = await filmed(house), VideoClient(house.http)
    filming, waiting = await house.order("小猫"), await house.order("小狗")
    await house.claim()
    job = await client.finish(first, CAPTION, key="1")
    assert (job.queue_position, job.eta_s) == (0, 8)
    second = await client.finish(first, Finish(loop="boomerang"), key="2")
    assert (second.queue_position, second.eta_s) == (1, 16)
    errand = await house.claim("local/90", lane="finish")
    assert errand is not None
    assert (errand["id"], errand["clips"], errand["finish"]["caption"]) == (job.id, 1, "生日快乐")
    assert errand["finish"]["mark"]
    clip = await house.worker.get(f"/internal/jobs/{job.id}/given/clip0")
    assert clip.content == MP4
    later = (await house.http.get(f"/v1/videos/{waiting['id']}")).json()
    assert later["queue_position"] == 1  # only the film before it
    assert (await house.http.get(f"/v1/videos/{filming['id']}")).json()["queue_position"] == 0


async def test_a_finish_teaches_nothing_about_films(house: House) -> None:
    first = await filmed(house)
    await VideoClient(house.http).finish(first, CAPTION, key="1")
    await house.film("finish")
    told = await house.studio.board.read(
        lambda store: store._table.rows("SELECT model, count(*) FROM timings GROUP BY model")
    )
    assert {row[0]: row[1] for row in told} == {"draft": 1, "finish": 1}


async def test_a_finished_clip_can_be_finished_and_filmed_again(house: House) -> None:
    client, first = VideoClient(house.http), await filmed(house)
    worded = await client.finish(first, CAPTION, key="1", music=music())
    assert (worded.remixed_from_video_id, worded.has_music) == (first, True)
    await house.film("finish")
    bare = await client.finish(worded.id, Finish(), key="2")
    assert (bare.finish, bare.has_music, bare.seed) == (Finish(), True, 7)
    quiet = await client.finish(worded.id, Finish(silent=True), key="3")
    assert not quiet.has_music
    again = await client.remix(worded.id, Remix(prompt="夜里的熊猫"), key="4")
    assert (again.model, again.seed, again.finish, again.has_music) == ("draft", 7, CAPTION, True)


async def test_what_a_job_was_made_of_outlives_the_clips_it_came_from(house: House) -> None:
    client = VideoClient(house.http)
    first, second = await filmed(house), await filmed(house, "小猫")
    joined = await client.join([first, second], CAPTION, key="1")
    for gone in (first, second):
        await client.cancel(gone)
    errand = await house.claim(lane="finish")
    assert errand is not None
    assert (errand["clips"], errand["joined"]) == (2, [first, second])
    for number in range(2):
        clip = await house.worker.get(f"/internal/jobs/{joined.id}/given/clip{number}")
        assert clip.content == MP4
    await house.upload(errand)
    await house.end(errand, "complete")
    media = house.studio.shelf.photo("x").parent
    left = await asyncio.to_thread(lambda: [file.name for file in media.iterdir()])
    assert left == [f"{joined.id}.mp4"]  # the parts are not kept twice


async def test_a_join_tells_its_parts_and_is_not_filmed_again(house: House) -> None:
    client = VideoClient(house.http)
    parts = [await filmed(house), await filmed(house, "小猫"), await filmed(house)]
    joined = await client.join(parts, key="1")
    assert (joined.joined, joined.model, joined.has_photo) == (parts, "join", False)
    assert joined.prompt == "熊猫\n小猫"
    await house.film("finish")
    captioned = await client.finish(joined.id, CAPTION, key="2")
    assert captioned.joined == parts
    for job in (joined, captioned):
        with pytest.raises(ServiceRefused) as refused:
            await client.remix(job.id, Remix(prompt="再来"), key=f"again {job.id}")
        assert refused.value.code == "joined"


async def test_one_key_is_one_job(house: House) -> None:
    client, first, second = VideoClient(house.http), await filmed(house), await filmed(house)
    one = await client.finish(first, CAPTION, key="a")
    assert (await client.finish(first, CAPTION, key="a")).id == one.id
    assert (await client.finish(first, Finish(), key="a")).id == one.id  # in other words
    answer = await house.http.post(
        f"/v1/videos/{second}/finish", json={"caption": "好"}, headers={"Idempotency-Key": "a"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_key_reused")
    two = await client.join([first, second], key="b")
    assert (await client.join([first, second], key="b")).id == two.id


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        ({"json": {"caption": "长" * 5000}}, 400, "invalid_value", "caption"),
        ({"json": {"caption": ""}}, 400, "invalid_value", "caption"),
        ({"json": {"caption": "🎂🎉"}}, 400, "invalid_value", "finish.caption"),
        ({"json": {"loop": "forever"}}, 400, "invalid_value", "loop"),
        ({"json": {"cover_at": -1}}, 400, "invalid_value", "cover_at"),
        ({"json": {"colour": "red"}}, 400, "unknown_parameter", "colour"),
        ({"json": {"music": "http://127.0.0.1/a.mp3"}}, 400, "invalid_value", "music"),
        ({"files": {"music": b"no sound at all, only words"}}, 400, "invalid_audio", "music"),
        ({"files": {"voice": b"RIFF\0\0\0\0WAVE" + b"junk" * 50}}, 400, "invalid_audio", "voice"),
        ({"files": {"music": bytes(100 * 2**20)}}, 413, "body_too_large", None),
    ],
)  # fmt: skip
async def test_a_bad_finish_is_refused_by_name(
    house: House, body: dict[str, Any], status: int, code: str, param: str | None
) -> None:
    answer = await house.http.post(f"/v1/videos/{await filmed(house)}/finish", **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert await house.claim(lane="finish") is None


@pytest.mark.parametrize("state", ["queued", "in_progress", "failed", "unknown"])
async def test_only_a_clip_that_is_there_is_finished_or_joined(house: House, state: str) -> None:
    good, job = await filmed(house), await house.order()
    errand = await house.claim() if state in ("in_progress", "failed") else None
    if errand and state == "failed":
        await house.end(errand, "fail", code="out_of_memory", message="too large")
    name = "video_0" if state == "unknown" else job["id"]
    code = "not_found" if state == "unknown" else "not_ready"
    client = VideoClient(house.http)
    with pytest.raises(ServiceRefused) as refused:
        await client.finish(name, CAPTION, key="1")
    assert refused.value.code == code
    with pytest.raises(ServiceRefused) as refused:
        await client.join([good, name], key="2")
    assert refused.value.code == code


async def test_a_deleted_clip_is_not_joined(house: House) -> None:
    client, parts = VideoClient(house.http), [await filmed(house), await filmed(house)]
    await client.cancel(parts[1])
    with pytest.raises(ServiceRefused, match=parts[1]) as refused:
        await client.join(parts, key="1")
    assert refused.value.code == "not_found"


@pytest.mark.parametrize("videos", [[], ["one"], ["x"] * 11, "x", [1, 2]])
async def test_a_join_is_of_two_to_ten(house: House, videos: object) -> None:
    answer = await house.http.post("/v1/videos/join", json={"videos": videos})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid_value")
    assert error["param"].startswith("videos")


async def test_a_long_clip_is_not_looped_and_long_ones_are_not_joined(house: House) -> None:
    client = VideoClient(house.http)
    parts = [(await house.order(seconds="12"))["id"] for _ in range(4)]
    for _ in parts:
        await house.film()
    with pytest.raises(ServiceRefused) as refused:
        await client.join(parts * 2 + parts[:2], Finish(loop="loop"), key="1")
    assert refused.value.code == "clip_too_long"
    with pytest.raises(ServiceRefused) as refused:
        await client.join(parts, Finish(loop="loop"), key="2")
    assert refused.value.code == "clip_too_long"
    await client.join(parts, key="3")


async def test_finishes_count_among_the_jobs_of_their_owner(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_open_per_owner=2) as house:
        client = VideoClient(house.http)
        job = await client.create(VideoRequest(prompt="熊猫", user="mum"), key="0")
        await house.film()
        for number in range(2):
            await client.finish(job.id, CAPTION, key=f"{number}a")
        with pytest.raises(ServiceBusy) as busy:
            await client.finish(job.id, CAPTION, key="3")
        assert busy.value.own
        await client.finish(job.id, CAPTION, key="4", user="dad")


async def test_a_full_disk_takes_no_order_and_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    first = await filmed(house)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        refused = await house.http.post(
            f"/v1/videos/{first}/finish", data={"caption": "好"}, files={"music": music()}
        )
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
    media = house.studio.shelf.photo("x").parent
    assert await asyncio.to_thread(lambda: [f.name for f in media.iterdir()]) == [f"{first}.mp4"]


async def test_the_mark_is_off_where_the_house_wants_it_off(tmp_path: Path) -> None:
    for mark, asked, put in ((True, True, True), (True, False, False), (False, True, False)):
        async with open_house(tmp_path / f"{mark}{asked}", mark=mark) as house:
            await house.order(finish={"mark": asked})
            errand = await house.claim()
            assert errand is not None
            assert errand["finish"]["mark"] is put


async def test_sounds_come_with_a_new_film_too(house: House) -> None:
    client = VideoClient(house.http)
    wish = VideoRequest(prompt="熊猫", finish=Finish(music_volume=0.5))
    job = await client.create(wish, key="1", music=music(), voice=music())
    assert (job.has_music, job.has_voice, job.finish) == (True, True, wish.finish)
    errand = await house.claim()
    assert errand is not None
    for role in ("music", "voice"):
        assert errand[role]
        sound = await house.worker.get(f"/internal/jobs/{job.id}/given/{role}")
        assert sound.content[4:8] == b"ftyp"
    stranger = await house.http.get(f"/internal/jobs/{job.id}/given/music")
    assert stranger.status_code in (401, 403)
    assert (await house.worker.get(f"/internal/jobs/{job.id}/given/photo")).status_code == 400
