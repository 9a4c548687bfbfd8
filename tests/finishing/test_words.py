"""Words over pictures: inside the safe area, in lines, in letters that exist; the mark's place."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.finishing.reels import changed, done, finished, master, painted, pictures
from video_service.engines.lettering import font
from video_service.finishing.canvas import canvas
from video_service.finishing.words import at_pauses, caption, mark, title
from video_service.media import Picture
from video_service.schema import Finish

LONG = "祝奶奶八十大寿福如东海寿比南山儿孙满堂身体健康天天开心我们爱您" * 2
SIZES = [(720, 480), (480, 720), (720, 1280), (1360, 768), (1280, 704)]
GREY = (120, 130, 140)


def on_grey(size: tuple[int, int], text: str) -> tuple[Picture, Picture]:
    sheet = canvas(size, size)
    plain = painted(GREY, 1, size)[0]
    layer = caption(text, sheet)
    assert layer is not None
    return plain, layer.over(plain)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", ["生日快乐", LONG, "Happy birthday, dear Grandma " * 2])
def test_a_caption_stays_inside_the_safe_area(size: tuple[int, int], text: str) -> None:
    left, top, right, bottom = changed(*on_grey(size, text[:60]))
    width, height = size
    assert left >= 0.065 * width
    assert right <= 0.935 * width
    assert top >= 0.55 * height
    assert bottom <= 0.95 * height
    assert abs((left + right) / 2 - width / 2) <= 0.02 * width  # in the middle


def test_a_long_caption_becomes_several_lines_and_a_short_one_stays_one() -> None:
    one = changed(*on_grey((720, 480), "生日快乐"))
    many = changed(*on_grey((720, 480), LONG))
    assert (many[3] - many[1]) > 2 * (one[3] - one[1])
    assert many[3] <= 480 * 0.95


def test_every_letter_of_sixty_is_written() -> None:
    sheet = canvas((480, 720), (480, 720))
    whole, shorter = caption(LONG[:60], sheet), caption(LONG[:59], sheet)
    assert whole is not None
    assert shorter is not None
    # an ellipsis in place of the end would make the two equal
    same = whole.colour.shape == shorter.colour.shape and np.array_equal(
        whole.colour, shorter.colour
    )
    assert not same


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), GREY])
def test_a_caption_can_be_read_on_any_ground(ground: tuple[int, int, int]) -> None:
    layer = caption("生日快乐", canvas((720, 480), (720, 480)))
    assert layer is not None
    written = layer.over(painted(ground, 1, (720, 480))[0])
    left, top, right, bottom = layer.left, layer.top, layer.left + 150, layer.top + 50
    part = written[top:bottom, left:right]
    assert part.max() >= 250  # white letters
    assert part.min() <= 40  # with a dark outline


def test_emoji_are_left_out_and_nothing_stands_in_their_place() -> None:
    with_them, without = on_grey((720, 480), "生日🎂快乐🎉")[1], on_grey((720, 480), "生日快乐")[1]
    assert np.array_equal(with_them, without)
    assert caption("🎂🎉", canvas((720, 480), (720, 480))) is None
    assert title("🎂🎉", canvas((720, 480), (720, 480))) is None


def test_lines_end_where_one_pauses() -> None:
    face = font(56)
    assert at_pauses("祝奶奶生日快乐，永远健康", face, 480, 2) == ["祝奶奶生日快乐，", "永远健康"]
    assert at_pauses("平安，健康，快乐", face, 280, 2) == ["平安，", "健康，快乐"]
    assert at_pauses("一句没有停顿的很长的话说也说不完", face, 300, 3) == []


def test_the_cover_shows_the_caption_larger_than_the_clip_does(tmp_path: Path) -> None:
    clip = master(tmp_path, painted(GREY, 12, (720, 480)))
    made = finished(clip, caption="生日快乐")
    with Image.open(made.thumbnail) as cover:
        assert cover.size == (720, 480)
        large = changed(painted(GREY, 1, (720, 480))[0], np.asarray(cover), over=40)
    small = changed(painted(GREY, 1, (720, 480))[0], pictures(made.video)[3], over=40)
    assert large[2] - large[0] > 1.6 * (small[2] - small[0])


def test_the_caption_is_in_the_clip_from_the_first_picture_to_the_last(tmp_path: Path) -> None:
    clip = master(tmp_path, painted(GREY, 12, (720, 480)))
    plain = painted(GREY, 1, (720, 480))[0]
    seen = pictures(finished(clip, caption="祝奶奶生日快乐，身体健康，天天开心，永远年轻").video)
    assert len({changed(plain, picture, over=60) for picture in (seen[0], seen[6], seen[-1])}) == 1
    left, _, right, bottom = changed(plain, seen[0])
    assert (left, right) >= (0.06 * 720, 0)
    assert right <= 0.94 * 720
    assert bottom <= 0.96 * 480


def test_a_phrase_is_rather_a_little_smaller_than_torn() -> None:
    sheet = canvas((480, 720), (480, 720))
    one, torn = caption("祝奶奶生日快乐哦", sheet), caption("祝" * 8 + " " + "好" * 9, sheet)
    assert one is not None
    assert torn is not None
    assert one.shows.shape[0] < 0.7 * torn.shows.shape[0]  # one line, not two


@pytest.mark.parametrize("size", SIZES)
def test_the_mark_is_in_the_corner_and_large_enough_for_the_rules(size: tuple[int, int]) -> None:
    layer = mark(canvas(size, size))
    black = painted((0, 0, 0), 1, size)[0]
    left, top, right, bottom = changed(black, layer.over(black), over=120)  # its letters
    assert (bottom - top) >= 0.05 * min(size) - 1
    assert left >= 8
    assert top >= 8
    assert right <= size[0] * 0.4
    assert bottom <= size[1] * 0.15


def test_the_mark_is_on_every_picture_and_the_cover_and_absent_when_it_is_off(
    tmp_path: Path,
) -> None:
    clip = master(tmp_path, painted(GREY, 12, (720, 480)))
    plain, corner = painted(GREY, 1, (720, 480))[0], (720 * 0.4, 480 * 0.15)
    marked = done(clip, Finish())
    for picture in pictures(marked.video):
        _, _, right, bottom = changed(plain, picture)
        assert (right, bottom) <= corner
    with Image.open(marked.thumbnail) as cover:
        assert changed(plain, np.asarray(cover))[2:] <= corner
    bare = finished(clip)
    assert np.abs(pictures(bare.video).astype(int) - GREY).max() <= 6
