"""Every provider in every mode: what is asked, and what comes of it."""

from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from PIL import Image

from tests.cloud.clips import clip, picture
from tests.cloud.conftest import SPECS, Studio, quiet, shot_for
from tests.cloud.world import KEY, Answer, World, said, told
from video_service.engines.base import Footage
from video_service.photos import check_photo

ORDER = "POST /services/aigc/video-generation/video-synthesis"
PHOTO = check_photo(picture("PNG", (300, 400)))


def zhipu(world: World) -> None:
    world.on("POST /videos/generations", told("zhipu/videos_generations_submit"))
    world.on(
        "GET /async-result/8431793751283621085",
        [told("zhipu/async_result_processing"), told("zhipu/async_result_success")],
    )
    world.on("GET /files/video/", Answer(clip()))


def dashscope(world: World) -> None:
    world.on(ORDER, told("dashscope/video_submit"))
    world.on(
        "GET /tasks/5b0f7c1e-8a64-4d0e-b0a3-7f5d2c9e1146",
        [told(f"dashscope/task_{word}") for word in ("pending", "running", "succeeded")],
    )
    world.on("GET /files/1d/", Answer(clip()))


def siliconflow(world: World) -> None:
    words = ("inqueue", "inprogress", "succeed")
    world.on("POST /video/submit", told("siliconflow/video_submit"))
    world.on("POST /video/status", [told(f"siliconflow/video_status_{word}") for word in words])
    world.on("GET /files/outputs/", Answer(clip()))


def shown(url: str) -> Image.Image:
    """The photo in a data URL."""
    head, _, coded = url.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(BytesIO(b64decode(coded)))


def test_zhipu_films_words(world: World, studio: Studio) -> None:
    zhipu(world)
    assert studio.film("zhipu-cogvideox-flash") == clip()
    (order,) = world.asked("POST /videos/generations")
    assert order.body == {
        "model": "cogvideox-flash",
        "prompt": "熊猫吃竹子",
        "size": "1280x960",
        "fps": 30,
        "duration": 5,
        "quality": "speed",
        "with_audio": False,
    }
    assert order.headers["authorization"] == f"Bearer {KEY}"
    assert len(world.asked("GET /async-result")) == 2


def test_zhipu_films_a_photo_that_is_small_enough_for_it(world: World, studio: Studio) -> None:
    zhipu(world)
    noise = Image.effect_noise((2048, 1536), 120).convert("RGB")
    file = BytesIO()
    noise.save(file, "JPEG", quality=100)
    assert studio.film("zhipu-cogvideox-flash", file.getvalue(), width=1920, height=1080)
    url = world.asked("POST /videos/generations")[0].body["image_url"]
    assert len(url) < 5_000_000
    assert shown(url).size == (1920, 1080)


def test_zhipu_draws(world: World, studio: Studio) -> None:
    world.on("POST /images/generations", told("zhipu/images_generations"))
    world.on("GET /files/cogview/", Answer(picture()))
    assert studio.film("zhipu-cogview-3-flash") == picture()
    (order,) = world.asked("POST /images")
    assert order.body == {"model": "cogview-3-flash", "prompt": "熊猫吃竹子", "size": "1024x1024"}


def test_dashscope_films_words(world: World, studio: Studio) -> None:
    dashscope(world)
    assert studio.film("dashscope-wan", negative_prompt="模糊") == clip()
    (order,) = world.asked(ORDER)
    assert order.headers["x-dashscope-async"] == "enable"
    assert order.body == {
        "model": "wan2.6-t2v",
        "input": {"prompt": "熊猫吃竹子", "negative_prompt": "模糊"},
        "parameters": {"duration": 5, "seed": 7, "size": "1280*720"},
    }
    looks = world.asked("GET /tasks")
    assert len(looks) == 3
    assert all("x-dashscope-async" not in look.headers for look in looks)


@pytest.mark.parametrize(
    ("size", "resolution"),
    [((720, 1280), "720P"), ((960, 960), "720P"), ((1920, 1080), "1080P")],
)
def test_dashscope_films_a_photo_with_a_resolution_and_no_size(
    world: World, studio: Studio, size: tuple[int, int], resolution: str
) -> None:
    dashscope(world)
    assert studio.film("dashscope-wan", PHOTO, width=size[0], height=size[1])
    body = world.asked(ORDER)[0].body
    assert body["model"] == "wan2.6-i2v-flash"
    assert body["parameters"] == {"duration": 5, "seed": 7, "resolution": resolution}
    assert shown(body["input"]["img_url"]).size == size


@pytest.mark.parametrize("usage", ["task_succeeded", "task_succeeded_other_usage"])
def test_dashscope_tells_its_usage_in_whatever_form(
    world: World, studio: Studio, usage: str
) -> None:
    dashscope(world)
    world.on("GET /tasks/", told(f"dashscope/{usage}"))
    world.script.pop("GET /tasks/5b0f7c1e-8a64-4d0e-b0a3-7f5d2c9e1146")
    engine = studio.build("dashscope-wan")
    engine.film(shot_for(SPECS["dashscope-wan"]), None, quiet)
    assert engine.facts()["usage"]["duration"] == 5


def test_siliconflow_films_words_and_is_asked_with_post(world: World, studio: Studio) -> None:
    siliconflow(world)
    engine = studio.build("siliconflow-wan")
    assert engine.film(shot_for(SPECS["siliconflow-wan"]), None, quiet) == Footage(clip())
    assert world.asked("POST /video/submit")[0].body == {
        "model": "Wan-AI/Wan2.2-T2V-A14B",
        "prompt": "熊猫吃竹子",
        "image_size": "1280x720",
        "seed": 7,
    }
    looks = world.asked("POST /video/status")
    assert [look.body for look in looks] == [{"requestId": "q7mz41w0k9ta"}] * 3
    facts = engine.facts()
    assert facts["provider_task"] == "q7mz41w0k9ta"
    assert facts["provider_model"] == "Wan-AI/Wan2.2-T2V-A14B"
    assert (facts["provider"], facts["provider_seed"]) == ("siliconflow", 1284537719)


def test_siliconflow_films_a_photo(world: World, studio: Studio) -> None:
    siliconflow(world)
    assert studio.film("siliconflow-wan", PHOTO, width=720, height=1280)
    body = world.asked("POST /video/submit")[0].body
    assert (body["model"], body["image_size"]) == ("Wan-AI/Wan2.2-I2V-A14B", "720x1280")
    assert shown(body["image"]).size == (720, 1280)


def test_siliconflow_draws_and_answers_under_another_name(world: World, studio: Studio) -> None:
    world.on("POST /images/generations", told("siliconflow/images_generations"))
    world.on("GET /files/outputs/", Answer(picture()))
    assert studio.film("siliconflow-kolors") == picture()
    body = world.asked("POST /images")[0].body
    assert (body["model"], body["image_size"], body["seed"]) == (
        "Kwai-Kolors/Kolors",
        "1024x1024",
        7,
    )


@pytest.mark.parametrize("form", ["b64_json", "url"])
def test_any_openai_images_server_draws(world: World, studio: Studio, form: str) -> None:
    answer = {"b64_json": b64encode(picture()).decode(), "url": f"{world.url}/files/a.jpg"}[form]
    world.on("POST /images/generations", said({"created": 1, "data": [{form: answer}]}))
    world.on("GET /files/", Answer(picture()))
    assert studio.film("openai-images") == picture()
    (order,) = world.asked("POST /images")
    assert order.body == {"model": "flux", "prompt": "熊猫吃竹子", "n": 1, "size": "1024x1024"}


def test_a_server_in_the_house_needs_no_key(
    world: World, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUNYING_IMAGES_API_KEY")
    coded = b64encode(picture()).decode()
    world.on("POST /images/generations", said({"data": [{"b64_json": coded}]}))
    assert studio.film("openai-images")
    assert "authorization" not in world.heard[0].headers


def test_the_key_never_goes_to_where_the_files_are(world: World, studio: Studio) -> None:
    zhipu(world)
    studio.film("zhipu-cogvideox-flash")
    (fetched,) = world.asked("GET /files")
    assert "authorization" not in fetched.headers


def test_progress_rises_while_nobody_tells_it(world: World, studio: Studio) -> None:
    zhipu(world)
    world.script["GET /async-result/8431793751283621085"][:0] = [
        told("zhipu/async_result_processing")
    ] * 5
    seen: list[tuple[str, float]] = []
    studio.film("zhipu-cogvideox-flash", report=lambda stage, part: seen.append((stage, part)))
    assert list(dict.fromkeys(stage for stage, _ in seen)) == ["submit", "wait", "download"]
    waited = [part for stage, part in seen if stage == "wait"]
    assert waited == sorted(waited)
    assert 0 < waited[-1] < 1
