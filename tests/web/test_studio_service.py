"""The studio over a really running service: a photo, other words, another seed, an end."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from bot.web.studio import Studio
from bot.web.studio_view import Seen, seen
from bot.web.takes import Params, Take, TakeShelf, Wanted
from intents.base import Tools
from tests.service.running import Running, running_service
from tests.web.pictures import jpeg
from video_service.client import VideoClient, open_client

SHORT = Params(num_frames=33)
FILM_S = 90


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


def take_id(number: int) -> str:
    return f"0m9x1y2{number:02d}-0123456789ab"


async def over(studio: Studio, client: VideoClient, take: Take) -> Seen:
    """The take once it has ended."""
    async with asyncio.timeout(FILM_S):
        while not (await client.get(take.job_id, wait=25)).status.final:
            pass
    return await seen(await studio.look(take), studio.shelf)


async def test_a_photo_is_filmed_and_filmed_again_with_other_words_and_another_seed(
    service: Running, tmp_path: Path
) -> None:
    async with open_client(service.url) as client:
        studio = Studio(Tools("小爱", None, client), TakeShelf(tmp_path), ("妈妈",))
        wanted = Wanted(id=take_id(1), wish="花轻轻晃", model="draft", params=SHORT)
        first = await studio.film(wanted, jpeg((640, 480)))
        shown = await over(studio, client, first)
        assert (shown.state, shown.prompt, shown.engine) == ("done", "花轻轻晃", "草稿动画")
        assert ("长度", "2秒（33帧）") in shown.settings
        assert shown.times
        assert shown.house

        again = Wanted(id=take_id(2), prompt="花被风吹动", again_of=first.id)
        same = await over(studio, client, await studio.film(again, None))
        anew = Wanted(id=take_id(3), prompt="花被风吹动", again_of=first.id, new_seed=True)
        other = await over(studio, client, await studio.film(anew, None))
        assert (same.prompt, same.seed) == ("花被风吹动", shown.seed)
        assert other.seed != shown.seed
        assert all(it.photo and ("长度", "2秒（33帧）") in it.settings for it in (same, other))
        job = await client.get((await studio.take(take_id(3))).job_id)
        assert job.remixed_from_video_id == first.job_id
        with av.open(str(tmp_path / f"{first.job_id}.mp4")) as film:
            assert sum(1 for _ in film.decode(film.streams.video[0])) == 33


async def test_a_take_that_is_called_off_says_so_and_goes_when_it_is_removed(
    service: Running, tmp_path: Path
) -> None:
    async with open_client(service.url) as client:
        studio = Studio(Tools("小爱", None, client), TakeShelf(tmp_path), ("妈妈",))
        long = Params(num_frames=193)
        take = await studio.film(Wanted(id=take_id(4), wish="海", model="draft", params=long), None)
        await studio.cancel(take)
        shown = await over(studio, client, take)
        assert (shown.state, shown.error) == ("failed", "已经取消了。")
        await studio.remove(await studio.take(take.id))
        assert await studio.looks(None) == ([], False)
