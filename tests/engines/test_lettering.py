"""Chinese lettering: nothing the font lacks is ever drawn, and lines break where a reader would."""

from functools import cache
from importlib.resources import files
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from video_service.engines.lettering import (
    FONT,
    LEADING,
    NOT_FIRST,
    can_write,
    fit,
    font,
    wrap,
    writable,
)

SIZES = (60, 40, 30)


@cache
def known() -> frozenset[int]:
    """What the font says it can write, read by somebody else's code."""
    tools = pytest.importorskip("fontTools.ttLib", reason="pip install fonttools brotli")
    pytest.importorskip("brotli", reason="pip install fonttools brotli")
    data = (files("video_service") / "assets" / FONT).read_bytes()
    return frozenset(tools.TTFont(BytesIO(data)).getBestCmap())


@settings(max_examples=300, deadline=None)
@given(st.text())
@example("🐼熊猫👨‍👩‍👧吃竹子🎋")
@example("今天25℃，明天77℉")
@example("①㎡№★☆→♥□\u200d\ufe0f\u0301\u202e\x00\ud7ff")
@example("堃喆彧赟翀旻")
def test_no_empty_box_is_ever_drawn(text: str) -> None:
    assert {ord(letter) for letter in writable(text)} <= known()


def test_the_font_is_asked_rightly_about_every_letter_there_is() -> None:
    asked = [chr(n) for n in (*range(0x20, 0x3000, 7), *range(0x4E00, 0xA000, 13))]
    assert [c for c in asked if can_write(c) != (ord(c) in known())] == []


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("生日快乐🎂🎉！", "生日快乐！"),
        ("25℃和77℉", "25度和77华氏度"),
        ("ＡＢＣ１２３，好！", "ABC123，好！"),
        ("  两\n行\t字\u3000在这里 ", "两 行 字 在这里"),
        ("①号楼", "1号楼"),
        ("🐼🎋", ""),
        ("", ""),
        ("Café 3½", "Café 3½"),
        ("a\u0301", "a"),
    ],
)
def test_what_the_font_lacks_is_respelt_or_left_out(text: str, drawn: str) -> None:
    assert writable(text) == drawn


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="熊猫吃竹子，。！hello wor0123 ", min_size=1, max_size=200))
def test_lettering_always_fits_its_room(text: str) -> None:
    words = writable(text)
    if not words:
        return
    face, lines = fit(words, (576, 310), SIZES)
    assert len(lines) * face.size * LEADING <= 310
    # punctuation may hang over the edge by its own width; nothing else may
    assert all(face.getlength(line.rstrip(NOT_FIRST)) <= 576 for line in lines)
    assert "".join(lines).replace(" ", "").rstrip("…")[:20] in words.replace(" ", "")


def test_a_short_wish_is_written_large_and_in_balanced_lines() -> None:
    face, lines = fit("生成一个熊猫吃竹子的视频", (576, 310), (76, 66, 58))
    assert (face.size, lines) == (76, ["生成一个熊猫", "吃竹子的视频"])


@pytest.mark.parametrize(
    ("wish", "lines"),
    [
        ("熊猫吃竹子，晚上", ["熊猫吃竹子，晚上"]),
        ("奶奶在院子里浇花，阳光很好", ["奶奶在院子里浇花，", "阳光很好"]),
        ("海边日出，镜头慢慢拉远，海鸥飞过", ["海边日出，", "镜头慢慢拉远，", "海鸥飞过"]),
        ("熊猫 panda 吃竹子，25度的晴天", ["熊猫 panda 吃竹子，", "25度的晴天"]),
    ],
)
def test_a_wish_breaks_where_a_reader_pauses(wish: str, lines: list[str]) -> None:
    _, broken = fit(wish, (576, 310), (76, 60, 48))
    assert broken == lines


def test_no_word_is_torn_from_its_ending_nor_a_doubled_one_in_two() -> None:
    _, lines = fit("一座老房子前面开着红花", (576, 310), (76,))
    assert not any(line.startswith("子") for line in lines)
    _, lines = fit("小火车慢慢开过大桥", (350, 420), (76,))
    assert not any("慢" in line and "慢慢" not in line for line in lines)


def test_a_wish_without_end_is_cut_with_dots() -> None:
    face, lines = fit("熊猫" * 500, (576, 310), SIZES)
    assert face.size == SIZES[-1]
    assert lines[-1].endswith("…")


def test_no_line_begins_with_a_comma_and_no_english_word_is_torn() -> None:
    lines = wrap("一二三四五六，七八九十 grandmother laughs", font(40), 300)
    assert not any(line[0] in NOT_FIRST for line in lines)
    assert any("grandmother" in line for line in lines)


def test_a_word_longer_than_the_line_is_torn_after_all() -> None:
    assert len(wrap("w" * 100, font(40), 240)) > 5
