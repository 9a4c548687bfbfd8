"""Every sentence 小爱 says outside her intents keeps the rules of the house."""

import re
from pathlib import Path
from pkgutil import resolve_name
from typing import get_args

import pytest

from bot import channels, messages, wording
from bot.records import Makes
from video_service.engines.base import Code

TEMPLATES = [
    text
    for name, value in vars(wording).items()
    if name.isupper()
    for text in (value.values() if isinstance(value, dict) else (value,))
    if name != "SEEN"  # no sentences: what follows fills them in
]
SMALLER = (
    "int8", "text_encoder_off_card", "transformer_aside", "streamed", "fewer_frames",
    "tiles_360x240", "tiles_200x144", "tiles_120x96", "tiles_40x48", "decode_on_cpu",
    "standard_tier",
)  # fmt: skip


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_sentence_is_short_chinese_and_calm(text: str) -> None:
    shown = text.format(minutes=12, how=wording.SEEN["tiles_"])
    assert shown.endswith(("。", "？"))
    assert not re.search(r"[A-Za-z!！_]", shown)
    assert all(len(sentence) <= 40 for sentence in re.split(r"(?<=[。？])", shown))


@pytest.mark.parametrize("makes", ["video", "image"])
@pytest.mark.parametrize("code", ["cancelled", "out_of_memory", "engine_failed", "no such code"])
def test_every_failure_has_its_words(code: str, makes: Makes) -> None:
    assert wording.failed(code, makes) in TEMPLATES


SERVICE = {"worker_lost", "cancelled", "engine_failed", "model_not_ready", "model_not_found"}


def test_every_code_with_which_a_job_may_fail_has_words() -> None:
    engines = set(get_args(Code))
    films, pictures = engines - {"flat_image"}, engines - {"flat_video"}
    assert (films | SERVICE) - wording.FAILED_BY_CODE.keys() == set()
    assert (pictures | SERVICE) - wording.PICTURE_FAILED_BY_CODE.keys() == set()


def test_a_failed_picture_knows_every_reason_that_a_failed_film_knows() -> None:
    only_films = {"flat_video"}
    only_pictures = {"flat_image"}
    films, pictures = set(wording.FAILED_BY_CODE), set(wording.PICTURE_FAILED_BY_CODE)
    assert films - only_films == pictures - only_pictures


@pytest.mark.parametrize("makes", ["video", "image"])
def test_what_was_made_smaller_is_said_in_one_short_sentence(makes: Makes) -> None:
    said = wording.smaller(SMALLER, makes)
    assert said.count("。") == 1
    assert len(said) <= 40
    assert said.startswith("机器有点吃力，这" + ("张" if makes == "image" else "段"))
    assert said.count("慢了一点") == 1


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([], ""),
        (["int8", "text_encoder_off_card", "transformer_aside"], ""),
        (["fewer_frames"], "机器有点吃力，这段短了一些。"),
        (["int8", "streamed"], "机器有点吃力，这段慢了一点。"),
        (["tiles_360x240", "tiles_200x144"], "机器有点吃力，这段也许有淡淡的接缝。"),
        (["streamed", "decode_on_cpu", "fewer_frames"], "机器有点吃力，这段短了一些，慢了一点。"),
        (["a code of tomorrow"], ""),
    ],
)
def test_a_family_hears_only_what_it_will_notice(codes: list[str], said: str) -> None:
    assert wording.smaller(codes) == said


def _says_of_channels() -> list[str]:
    """What is said of a channel that is broken, as its files name it."""
    folder, found = Path(channels.__file__).parent, []
    for path in folder.glob("*/*.py"):
        names = re.findall(r"ChannelBroken\(.*say=wording\.([A-Z_]+)", path.read_text("utf-8"))
        found += [f"bot.channels.{path.parent.name}.wording:{name}" for name in names]
    return sorted(set(found))


@pytest.mark.parametrize("name", _says_of_channels())
def test_a_line_about_a_channel_has_one_colon(name: str) -> None:
    said = messages.CHANNEL.format(channel="微信", say=resolve_name(name))
    assert said.count("：") == 1


def test_there_are_lines_about_channels() -> None:
    assert len(_says_of_channels()) >= 7
