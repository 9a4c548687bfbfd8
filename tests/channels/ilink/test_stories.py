"""A family in WeChat: two phones, a photo that moves, a voice, a quote; each on its own phone."""

import io
from pathlib import Path

from PIL import Image

from intents.video import wording as video_says
from tests.channels.ilink.home import Home
from tests.ilink_people import text, voice


def jpeg() -> bytes:
    raw = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((720, 480)).save(raw, "JPEG")
    return raw.getvalue()


def on_disk(folder: Path, ending: str) -> list[bytes]:
    return [file.read_bytes() for file in (folder / "bot" / "media").glob(f"*{ending}")]


async def test_two_members_log_in_and_each_is_answered_on_their_own_phone(studio: Home) -> None:
    studio.members = ("妈妈", "爸爸")
    async with studio.living() as home:
        await home.log_in("妈妈", "爸爸")
        await home.says("爸爸", text("你会什么"))
        assert (await home.gets("爸爸")).kind == "text"
        await home.says("妈妈", text("拍一段熊猫吃竹子的视频"))
        assert (await home.gets("妈妈")).kind == "text"
        clip = await home.gets("妈妈", "video")
        await home.quiet()
    assert on_disk(home.folder, ".mp4") == [clip.data]
    assert home.fake.person("爸爸").screen.empty()
    assert home.fake.person("妈妈").screen.empty()


async def test_a_photo_moves_and_is_fetched_only_when_it_is_to_move(studio: Home) -> None:
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", home.fake.image(jpeg()))
        await home.says("妈妈", text("在吗"))
        await home.gets("妈妈")
        assert home.fake.asked["download"] == 0
        await home.says("妈妈", text("让它动起来"))
        clip = await home.gets("妈妈", "video")
        await home.quiet()
    assert home.fake.asked["download"] == 1
    assert on_disk(home.folder, ".jpg").count(jpeg()) == 1
    assert clip.data in on_disk(home.folder, ".mp4")


async def test_a_photo_that_has_left_the_cdn_is_owned_up_to(studio: Home) -> None:
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", home.fake.image(jpeg()))
        home.fake.cdn.clear()
        await home.says("妈妈", text("让它动起来"))
        assert (await home.gets("妈妈")).text == video_says.PHOTO_LOST
        await home.quiet()


async def test_what_is_spoken_is_answered_like_what_is_typed(studio: Home) -> None:
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", voice("你会什么"))
        assert "视频" in (await home.gets("妈妈")).text
        await home.quiet()


async def test_a_quoted_photo_is_the_one_that_moves(studio: Home) -> None:
    async with studio.living() as home:
        await home.log_in("妈妈")
        first = await home.says("妈妈", home.fake.image(jpeg()))
        await home.says("妈妈", home.fake.image(b"not a picture at all"))
        quote = {"svr_id": first["message_id"]}  # newer phones say no more than this
        await home.says("妈妈", text("让它动起来", quote))
        await home.gets("妈妈", "video")
        await home.quiet()
    assert on_disk(home.folder, ".jpg").count(jpeg()) == 1


async def test_a_quoted_picture_of_hers_is_the_one_that_moves(studio: Home) -> None:
    async with studio.living() as home:
        await home.log_in("妈妈")
        await home.says("妈妈", text("画一只戴帽子的猫"))
        drawn = await home.gets("妈妈", "image")
        await home.quiet()
        await home.says("妈妈", home.fake.image(b"not a picture at all"))
        await home.says("妈妈", text("让它动起来", {"svr_id": int(drawn.id)}))
        assert await home.gets("妈妈", "video")
        await home.quiet()
