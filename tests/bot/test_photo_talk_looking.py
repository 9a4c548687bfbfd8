"""What moves in a photo: seen by a model, told by the words, or gently; and what is declined."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from intents.dialogue import Turn, photo_key
from intents.shots import Shot
from intents.video import moving, wording
from intents.video.motion import GENTLE
from tests import scenes
from tests.bot.studios import tiny_service
from tests.fake_llm import FakeLlm
from tests.fake_mind import see
from tests.fake_vision import looked_at, seen, told
from tests.family import Family
from tests.service.running import Running

MOVE = "小爱 让它动起来"
ONE = scenes.photo(1)
KITTEN = see("")["prompt"]
PEOPLE = "Two people stand on a sunny beach and smile at each other, waves roll in behind them."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Tiny engines: CogVideoX-5b-I2V, which moves photos."""
    with tiny_service(tmp_path_factory.mktemp("movers"), "i2v") as running:
        yield running


@pytest.fixture
async def family(tmp_path: Path, service: Running, eyes: FakeLlm) -> AsyncIterator[Family]:
    """No language model for words, one that sees."""
    async with Family(tmp_path, service.url, vision_url=eyes.url).living() as living:
        yield living


async def shot(family: Family, ask: Turn) -> Shot | None:
    assert family.memory
    shots = await family.memory.library.shots(ask)
    return shots[0] if shots else None


async def asks(family: Family, words: str = MOVE, photo: bytes = ONE) -> tuple[str, Shot | None]:
    """What she says to a photo and these words, and the film she has ordered."""
    await family.says("妈妈", photo=photo)
    ask = await family.says("妈妈", words)
    while not (said := await family.hears(within=12)).text:
        pass  # the film of an earlier photo
    return said.text, await shot(family, ask)


async def test_a_photo_without_a_word_about_how_moves_as_it_naturally_would(
    family: Family, eyes: FakeLlm
) -> None:
    shown = await family.says("奶奶", photo=scenes.photo(1, (3000, 2000)))
    await family.says("爸爸", "好可爱")
    ask = await family.says("奶奶", MOVE)
    said = (await family.hears(within=12)).text
    assert said.startswith("好嘞")
    film = await shot(family, ask)
    assert film
    assert (film.kept["photo"], film.kept["prompt"]) == (photo_key(shown.id), KITTEN)
    assert (film.kept["model"], film.kept["shows"]) == ("cogvideox-5b-i2v", "animal")
    assert max(looked_at(eyes).size) == 1024
    assert not looked_at(eyes).getexif()
    assert "没说" in told(eyes)
    assert "first frame" in str(eyes.requests[-1]["messages"][0]["content"])
    assert (await family.hears(within=60)).video
    assert await family.quiet()


async def test_what_was_said_guides_what_moves(family: Family, eyes: FakeLlm) -> None:
    said, film = await asks(family, "小爱 让花慢慢开")
    assert told(eyes) == "<想要>花慢慢开</想要>"
    assert film
    assert "blossoms" in film.kept["prompt"]
    assert said.startswith("好嘞")


@pytest.mark.parametrize("fault", ["down", "slow", "chinese", "blank", "prose", "no_money"])
async def test_whatever_the_eyes_do_the_photo_moves_gently_and_in_english(
    family: Family, eyes: FakeLlm, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "SECONDS", 1.5)
    eyes.fault = fault
    said, film = await asks(family)
    assert said.startswith("好嘞")
    assert film
    assert film.kept["prompt"] == GENTLE
    said, film = await asks(family, "小爱 让花慢慢开")  # said, and lost: that is told
    assert wording.GENTLE in said


async def test_without_eyes_the_words_are_written_down(
    tmp_path: Path, service: Running, llm: FakeLlm
) -> None:
    async with Family(tmp_path, service.url, llm.url).living() as family:
        said, film = await asks(family, "小爱 让花慢慢开")
        assert film
        assert "blossoms" in film.kept["prompt"]
        assert said.startswith("好嘞")
        assert wording.GENTLE not in said


async def test_eyes_that_answer_in_chinese_are_asked_once_more(
    family: Family, eyes: FakeLlm
) -> None:
    eyes.script([seen(prompt="一只小猫慢慢转过头来，尾巴轻轻摇。"), seen()])
    _, film = await asks(family)
    assert film
    assert film.kept["prompt"] == KITTEN
    assert len(eyes.requests) == 2


@pytest.mark.parametrize(
    "added",
    [
        "A woman walks into the picture and gently lifts the kitten from the windowsill.",
        "The kitten turns its head, then the scene cuts to a wide view of the street.",
    ],
)
async def test_what_the_photo_does_not_show_is_not_added(
    family: Family, eyes: FakeLlm, added: str
) -> None:
    eyes.script([seen(prompt=added), seen()])
    _, film = await asks(family)
    assert film
    assert film.kept["prompt"] == KITTEN


async def test_numbers_follow_from_what_is_seen(family: Family, eyes: FakeLlm) -> None:
    eyes.script([seen(shows="building")])
    _, film = await asks(family)
    assert film
    assert (film.kept["num_inference_steps"], film.kept["guidance_scale"]) == (40, 5.5)


@pytest.mark.parametrize(
    ("photo", "seeing", "warning"),
    [
        (scenes.dark(), {}, wording.DARK),
        (scenes.blurred(), {}, wording.BLURRED),
        (ONE, {"shows": "text"}, wording.LETTERS),
        (ONE, {"crowded": True}, wording.CROWDED),
        (ONE, {"shows": "person", "people": 9}, wording.CROWDED),
    ],
)
async def test_a_poor_photo_is_tried_and_told_in_the_one_acknowledgement(
    family: Family, eyes: FakeLlm, photo: bytes, seeing: dict[str, object], warning: str
) -> None:
    eyes.script([seen(**seeing)])
    said, film = await asks(family, photo=photo)
    assert said.startswith("好嘞")
    assert said.endswith(warning)
    assert film


async def test_a_photo_that_is_too_small_is_declined_and_the_next_one_taken(
    family: Family, eyes: FakeLlm
) -> None:
    await family.says("妈妈", photo=scenes.small())
    await family.says("妈妈", MOVE)
    assert (await family.hears_and_notes()).text == wording.PHOTO_SMALL
    assert eyes.requests == []
    shown = await family.says("妈妈", photo=ONE)
    assert (await family.hears()).text.startswith("好嘞")
    film = await shot(family, shown)
    assert film
    assert film.kept["photo"] == photo_key(shown.id)


@pytest.mark.parametrize(
    ("words", "seeing"),
    [
        ("小爱 让照片里的两个人打架", {"shows": "person", "people": 2, "prompt": PEOPLE}),
        ("小爱 让照片里的人脱光", {"shows": "person", "people": 1, "prompt": PEOPLE}),
        (MOVE, {"shows": "person", "people": 1, "prompt": f"{PEOPLE} One of them is naked."}),
        (MOVE, {"shows": "animal", "people": 1, "prompt": f"{PEOPLE} One stabs the other."}),
    ],
)
async def test_nobody_in_a_photo_is_hurt_or_undressed(
    family: Family, eyes: FakeLlm, words: str, seeing: dict[str, object]
) -> None:
    eyes.script([seen(**seeing)])
    said, film = await asks(family, words)
    assert (said, film) == (wording.UNKIND, None)
    assert await family.quiet()


async def test_toys_may_fight(family: Family, eyes: FakeLlm) -> None:
    said, film = await asks(family, "小爱 让照片里的恐龙打架")
    assert said.startswith("好嘞")
    assert film
