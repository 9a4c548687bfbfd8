"""The model that sees: which one the settings mean, what it is sent, what may come back."""

import io

import pytest
from PIL import Image
from pillow_heif import from_pillow

from intents.settings import VisionSettings
from intents.tools.llm import LlmError, LlmRejected, LlmUnreachable
from intents.tools.pictures import MOST_BYTES, BadPicture, data_url, decode, fitted
from intents.tools.vision import VISION, build_vision, choose
from intents.video.look import Seen, look
from tests import scenes
from tests.fake_llm import FakeLlm
from tests.fake_vision import looked_at, seen
from video_service.schema.config import SettingsError

PHOTO = scenes.photo(1)


def there(server: FakeLlm) -> VisionSettings:
    return VisionSettings(provider="compatible", base_url=server.url, model="fake-sees")


async def see(server: FakeLlm, photo: bytes = PHOTO, deadline: float = 3) -> Seen:
    async with build_vision(there(server)) as vision:
        assert vision
        return await look(photo, "", vision, 226, deadline, remade=False)


def test_without_a_key_nobody_looks_at_photos() -> None:
    assert choose(VisionSettings()) is None


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("ZHIPUAI_API_KEY", "zhipu"),
        ("DASHSCOPE_API_KEY", "dashscope"),
        ("SILICONFLOW_API_KEY", "siliconflow"),
    ],
)
def test_the_usual_key_is_enough_and_may_be_kept_from_photos(
    variable: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "k-123")
    chosen = choose(VisionSettings())
    assert chosen
    assert (chosen.model, chosen.base_url, chosen.key) == (
        VISION[name].model,
        VISION[name].base_url,
        "k-123",
    )
    assert "k-123" not in repr(chosen)
    assert choose(VisionSettings(provider="none")) is None


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match=r"intents.vision.provider: zhipu needs ZHIPUAI"):
        choose(VisionSettings(provider="zhipu"))
    with pytest.raises(SettingsError, match=r"intents.vision.base_url[^\n]*\n[^\n]*vision.model"):
        choose(VisionSettings(provider="compatible"))


def test_an_address_of_ones_own_needs_no_key() -> None:
    chosen = choose(VisionSettings(base_url="http://127.0.0.1:8000/v1", model="Qwen3-VL-8B"))
    assert chosen
    assert chosen.model == "Qwen3-VL-8B"


async def test_it_is_sent_a_small_upright_picture_and_nothing_of_the_camera(
    server: FakeLlm,
) -> None:
    told, out = Image.Exif(), io.BytesIO()
    told[0x0112], told[0x010F] = 6, "a camera"  # lying on its side, made by
    scenes.picture((2400, 1200)).save(out, "JPEG", exif=told)
    found = await see(server, out.getvalue())
    assert found.shows == "animal"
    assert looked_at(server).size == (512, 1024)
    assert not looked_at(server).getexif()
    assert server.requests[-1]["response_format"]["type"] == "json_schema"


async def test_a_server_without_schemas_is_asked_in_words(server: FakeLlm) -> None:
    server.fault = "text_only"
    assert (await see(server)).prompt
    assert "response_format" not in server.requests[-1]


@pytest.mark.parametrize(
    ("shows", "known"),
    [("Person", "person"), ("food", "still"), (None, "still"), ("building ", "building")],
)
async def test_what_it_calls_otherwise_stands_still(
    server: FakeLlm, shows: object, known: str
) -> None:
    server.script([seen(shows=shows)])
    assert (await see(server)).shows == known


async def test_lists_and_nothings_are_read_as_what_they_mean(server: FakeLlm) -> None:
    server.script([seen(moves=["ears", "tail"], people=None, camera=None, subject="x" * 999)])
    found = await see(server)
    assert (found.moves, found.people, found.camera) == ("ears, tail", 0, "")
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", ["down", "slow", "drip", "chinese", "blank", "auth", "sensitive"])
async def test_it_answers_in_time_or_says_why_not(server: FakeLlm, fault: str) -> None:
    server.fault = fault
    with pytest.raises(LlmError):
        await see(server, deadline=0.8)


async def test_a_slow_picture_is_part_of_the_time(server: FakeLlm) -> None:
    server.fault = "slow"
    with pytest.raises(LlmUnreachable, match=r"within 0\.\d"):
        await see(server, deadline=0.3)


async def test_what_is_no_picture_is_not_sent(server: FakeLlm) -> None:
    with pytest.raises(LlmRejected):
        await see(server, b"no picture")
    assert server.requests == []


def test_pictures_of_all_usual_kinds_are_read() -> None:
    scene, heic = scenes.picture((400, 300)), io.BytesIO()
    from_pillow(scene).save(heic)
    kinds = [heic.getvalue()]
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        out = io.BytesIO()
        scene.save(out, kind)
        kinds.append(out.getvalue())
    assert [decode(data, 100)[1] for data in kinds] == [(400, 300)] * 5
    assert all(data_url(data, 100).startswith("data:image/jpeg;base64,") for data in kinds)


def test_a_photo_of_a_phone_is_made_small_enough_for_any_engine() -> None:
    assert fitted(PHOTO) is PHOTO
    large = scenes.photo(1, (8000, 5000))
    assert decode(fitted(large), 9000)[1] == (3000, 1875)
    noise, out = Image.effect_noise((2000, 2000), 90).convert("RGB"), io.BytesIO()
    noise.save(out, "PNG")
    assert len(out.getvalue()) > MOST_BYTES > len(fitted(out.getvalue()))
    assert fitted(b"no picture") == b"no picture"


@pytest.mark.parametrize("data", [b"", b"GIF89a", PHOTO[:300], PHOTO[:5000], b"\xff\xd8\xff" * 9])
def test_what_cannot_be_read_is_said_so(data: bytes) -> None:
    with pytest.raises(BadPicture):
        decode(data, 512)


def test_a_see_through_picture_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert decode(out.getvalue(), 300)[0].getpixel((9, 9)) == (255, 255, 255)
