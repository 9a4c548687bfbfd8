"""Filming a clip again: what is not said stays as it was, from the seed to the photo's bytes."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.finishing.reels import sound_file, tone
from tests.service.house import House, open_house
from video_service.client import ServiceRefused, VideoClient
from video_service.schema import Finish, Remix, VideoJob, VideoRequest

WISH = VideoRequest(
    prompt="白天的熊猫", model="draft", size="480x720", seconds="3", seed=77, user="mum",
    finish=Finish(caption="生日快乐"),
)  # fmt: skip


def told(job: VideoJob) -> dict[str, Any]:
    names = {"prompt", "model", "size", "num_frames", "seed", "has_photo", "has_music", "finish"}
    return job.model_dump(include=names)


async def filmed(house: House, photo: bytes | None = None, music: bytes | None = None) -> VideoJob:
    client = VideoClient(house.http)
    job = await client.create(WISH, key="first", photo=photo, music=music)
    await house.film()
    return await client.get(job.id)


async def test_another_prompt_keeps_all_the_rest(house: House, photo: bytes) -> None:
    first = await filmed(house, photo, sound_file(tone(1), "wav", "pcm_s16le"))
    assert (first.has_photo, first.has_music) == (True, True)
    again = await VideoClient(house.http).remix(first.id, Remix(prompt="夜里的熊猫"), key="again")
    assert told(again) == {**told(first), "prompt": "夜里的熊猫"}
    assert again.remixed_from_video_id == first.id
    errand = await house.claim()
    assert errand is not None
    shelf = house.studio.shelf
    assert errand["finish"]["caption"] == "生日快乐"
    for name in ("photo", "music"):
        kept = await asyncio.to_thread(shelf.given(first.id, name).read_bytes)
        assert kept == await asyncio.to_thread(shelf.given(again.id, name).read_bytes)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        (Remix(num_frames=33), {"num_frames": 33, "seed": 77}),
        (Remix(seconds="5"), {"num_frames": 81, "seed": 77}),
        (Remix(size="720x480"), {"size": "720x480", "num_frames": 49}),
        (Remix(seed=5), {"seed": 5, "prompt": "白天的熊猫"}),
        (Remix(finish=Finish(canvas="portrait")), {"finish": Finish(canvas="portrait")}),
        (Remix(finish=Finish()), {"finish": Finish()}),
    ],
)
async def test_what_is_said_is_changed(house: House, changes: Remix, seen: dict[str, Any]) -> None:
    first = await filmed(house)
    again = await VideoClient(house.http).remix(first.id, changes, key="again")
    assert {name: getattr(again, name) for name in seen} == seen


async def test_once_more_is_another_seed_and_the_same_key_the_same_job(house: House) -> None:
    client, first = VideoClient(house.http), await filmed(house)
    more = [await client.remix(first.id, Remix(new_seed=True), key=f"more{n}") for n in range(3)]
    assert len({first.seed, *(job.seed for job in more)}) == 4
    assert (await client.remix(first.id, Remix(new_seed=True), key="more1")).id == more[1].id


async def test_a_remix_of_a_remix_remembers_the_first_ones_changes(house: House) -> None:
    client, first = VideoClient(house.http), await filmed(house)
    night = await client.remix(first.id, Remix(prompt="夜里的熊猫"), key="2")
    short = await client.remix(night.id, Remix(num_frames=33), key="3")
    assert (short.prompt, short.num_frames, short.seed) == ("夜里的熊猫", 33, first.seed)
    assert short.remixed_from_video_id == night.id


async def test_whoever_asks_owns_the_remix(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_open_per_owner=1) as house:
        client, first = VideoClient(house.http), await filmed(house)
        await client.remix(first.id, Remix(prompt="一"), key="1")
        with pytest.raises(Exception, match="quota_exceeded"):
            await client.remix(first.id, Remix(prompt="二"), key="2")
        await client.remix(first.id, Remix(prompt="三", user="dad"), key="3")


async def test_a_photo_that_is_kept_no_longer_can_be_sent_again(house: House, photo: bytes) -> None:
    client, first = VideoClient(house.http), await filmed(house, photo)
    await asyncio.to_thread(house.studio.shelf.drop, first.id, "photo")
    with pytest.raises(ServiceRefused) as refused:
        await client.remix(first.id, Remix(prompt="动一动"), key="1")
    assert refused.value.code == "photo_gone"
    again = await client.remix(first.id, Remix(prompt="动一动"), key="2", photo=photo)
    assert again.has_photo


async def test_silence_takes_the_music_away(house: House) -> None:
    first = await filmed(house, music=sound_file(tone(1), "wav", "pcm_s16le"))
    quiet = Remix(finish=Finish(silent=True))
    assert not (await VideoClient(house.http).remix(first.id, quiet, key="1")).has_music


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"prompt": ""}, "invalid_value", "prompt"),
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"num_frames": 12}, "invalid_value", "num_frames"),
        ({"finish": {"caption": "长" * 5000}}, "invalid_value", "finish.caption"),
        ({"finish": {"font": "big"}}, "unknown_parameter", "finish.font"),
        ({"finish": "big"}, "invalid_value", "finish"),
        ({"model": "sora-2"}, "model_not_found", "model"),
    ],
)
async def test_a_bad_change_is_refused_by_name(
    house: House, body: dict[str, Any], code: str, param: str
) -> None:
    first = await filmed(house)
    answer = await house.http.post(f"/v1/videos/{first.id}/remix", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, code, param)
