"""Changing clips of an engine that reads English only: the writer edits what is stored."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from intents.video import change_wording as words
from tests.bot.cameraman import Cameraman, a_cameraman
from tests.bot.clips import a_clip
from tests.fake_llm import FakeLlm
from tests.family import Family
from tests.service.running import TOKEN, Running, running_service
from video_service.schema import VideoJob

tiny_model = pytest.importorskip("tests.tiny_model", reason="pip install 'qunying[video]'")
WISH = "小爱 生成一个熊猫吃竹子的视频"
PANDA = (
    "A slow dolly-in, medium shot in soft golden light. A fluffy giant panda sits in a quiet "
    "bamboo forest and munches fresh green leaves. The mood is warm."
)
NIGHT = PANDA.replace("soft golden light", "cold moon light at night")
STREET = "A static wide shot of an empty street at night, with rain on the pavement and neon."


@pytest.fixture(scope="module")
def english_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service of a model that is named, reads English, and films when the test does."""
    folder = tmp_path_factory.mktemp("english")
    model = tiny_model.write(folder / "CogVideoX-2b", "t2v", 49)
    named = {"QUNYING_VIDEO_SERVICE__MODEL": str(model)}
    with running_service(folder / "data", "--workers", "0", **TOKEN, **named) as running:
        yield running


@pytest.fixture
async def crew(english_service: Running) -> AsyncIterator[Cameraman]:
    async with a_cameraman(english_service) as cameraman, cameraman.at_work():
        yield cameraman


@pytest.fixture
def home(tmp_path: Path, english_service: Running, llm: FakeLlm) -> Family:
    return Family(tmp_path, english_service.url, llm.url)


def asked(llm: FakeLlm) -> str:
    return str(llm.requests[-1]["messages"][-1]["content"])


def settings(job: VideoJob) -> tuple[object, ...]:
    return (job.guidance_scale, job.num_inference_steps, job.num_frames, job.size)


async def test_the_stored_prompt_is_edited_and_nothing_else_changes(
    home: Family, crew: Cameraman, llm: FakeLlm
) -> None:
    async with home.living():
        llm.script([{"prompt": PANDA}])
        first = await a_clip(home, "妈妈", WISH)
        assert first.prompt == PANDA
        llm.script([{"prompt": NIGHT}])
        night = await a_clip(home, "小明", "小爱 换成晚上")
        assert PANDA in asked(llm)
        assert "<想要>换成晚上</想要>" in asked(llm)
        assert (night.prompt, night.seed) == (NIGHT, first.seed)
        assert night.num_inference_steps == first.num_inference_steps
        assert night.remixed_from_video_id == first.id


async def test_a_rewrite_that_drops_the_panda_is_repaired_once(
    home: Family, crew: Cameraman, llm: FakeLlm
) -> None:
    async with home.living():
        llm.script([{"prompt": PANDA}, {"prompt": STREET}, {"prompt": NIGHT}])
        await a_clip(home, "妈妈", WISH)
        night = await a_clip(home, "妈妈", "小爱 换成晚上")
        assert night.prompt == NIGHT
        assert "panda" in asked(llm)
        llm.script([{"prompt": STREET}, {"prompt": STREET}])
        await home.says("妈妈", "小爱 换成下雨天")
        assert (await home.hears()).text == words.WRITER_FAILED
        assert await home.quiet()


async def test_once_more_asks_no_writer(home: Family, crew: Cameraman, llm: FakeLlm) -> None:
    async with home.living():
        llm.script([{"prompt": PANDA}])
        first = await a_clip(home, "妈妈", WISH)
        before = len(llm.requests)
        again = await a_clip(home, "妈妈", "小爱 再来一个")
        assert len(llm.requests) == before
        assert again.prompt == PANDA
        assert again.seed != first.seed


async def test_without_a_writer_a_change_is_declined_plainly(
    home: Family, crew: Cameraman, llm: FakeLlm
) -> None:
    async with home.living():
        llm.script([{"prompt": PANDA}])
        await a_clip(home, "妈妈", WISH, note=True)
    home.llm_url = None
    async with home.living():
        await home.says("妈妈", "小爱 换成晚上")
        assert (await home.hears()).text == words.NO_WRITER
        assert await home.quiet()


@pytest.mark.parametrize(
    ("said", "symptom"),
    [("太僵了", "stiff"), ("老是闪", "flicker"), ("跟我说的不一样", "ignored")],
)
async def test_a_symptom_has_one_remedy_once(
    home: Family, crew: Cameraman, llm: FakeLlm, said: str, symptom: str
) -> None:
    async with home.living():
        llm.script([{"prompt": PANDA}])
        first = await a_clip(home, "妈妈", WISH)
        llm.script([{"intent": "视频生成", "change": "有毛病", "wish": said, "confidence": 0.9}])
        await home.says("妈妈", f"小爱 {said}")
        told = (await home.hears()).text
        assert told.startswith(words.REMEDY[symptom])
        clip = await home.hears()
        assert clip.video
        assert home.client
        mended = await home.client.get(clip.video.stem)
        assert settings(mended) != settings(first)
        assert (mended.prompt, mended.seed) == (first.prompt, first.seed)
        llm.forget()
        llm.script([{"intent": "视频生成", "change": "有毛病", "wish": said, "confidence": 0.9}])
        await home.says("妈妈", f"小爱 {said}")
        assert (await home.hears()).text == words.NO_REMEDY[symptom]
        assert await home.quiet()


async def test_the_room_style_is_a_wish_for_the_writer(
    home: Family, crew: Cameraman, llm: FakeLlm
) -> None:
    async with home.living():
        await home.says("妈妈", "小爱 以后都用水彩风格")
        await home.hears()
        llm.script([{"prompt": PANDA}])
        await a_clip(home, "妈妈", WISH)
        assert "<想要>熊猫吃竹子，水彩风格</想要>" in asked(llm)
