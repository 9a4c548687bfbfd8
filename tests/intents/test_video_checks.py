"""Photos measured before a promise, and words that no photo of somebody is moved by."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFilter

from intents.making.against import contradiction
from intents.making.prompt import FilmPrompt, held_to, write_prompt
from intents.tools.llm import OpenAiLlm
from intents.video.checks import SHARP, measure
from intents.video.kindness import never, unkind
from intents.video.writer import FILM
from tests import scenes
from tests.fake_llm import FakeLlm
from tests.intents.talk import dialogue

SEEDS = range(6)
CAT = "A slow dolly-in on an orange cat that sleeps on a grey sofa, its belly rising softly"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1600, 1200), (300, 300)])
def test_a_sharp_photo_is_fine_whatever_its_size(seed: int, size: tuple[int, int]) -> None:
    assert measure(scenes.photo(seed, size)).trouble is None


@pytest.mark.parametrize("seed", SEEDS)
def test_blurred_dark_and_small_photos_are_known(seed: int) -> None:
    assert measure(scenes.blurred(seed)).trouble == "blurred"
    assert measure(scenes.dark(seed)).trouble == "dark"
    assert measure(scenes.small(seed)).trouble == "small"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sharp_face_before_a_soft_background_is_fine(seed: int) -> None:
    sharp, box = scenes.picture((960, 720), seed), (330, 210, 630, 510)
    soft = sharp.filter(ImageFilter.GaussianBlur(12))
    soft.paste(sharp.crop(box), box)
    found = measure(scenes.jpeg(soft))
    assert found.trouble is None
    assert found.edges > 10 * SHARP


def test_poor_compression_does_not_make_a_blurred_photo_sharp() -> None:
    out = io.BytesIO()
    scenes.picture((1200, 900)).filter(ImageFilter.GaussianBlur(9)).save(out, "JPEG", quality=30)
    assert measure(out.getvalue()).trouble == "blurred"


def test_a_candle_in_the_night_is_not_too_dark_and_white_paper_not_blurred() -> None:
    night = Image.new("RGB", (640, 480))
    ImageDraw.Draw(night).ellipse((220, 140, 420, 340), fill=(255, 210, 120))
    assert measure(scenes.jpeg(night)).trouble is None
    assert measure(scenes.jpeg(Image.new("RGB", (640, 480), "white"))).trouble is None


@pytest.mark.parametrize(
    "said",
    [
        "奶奶笑一笑",
        "小朋友打雪仗",
        "爸爸打篮球",
        "放鞭炮",
        "杀青合影动起来",
        "亲一下宝宝",
        "切蛋糕",
        "站在学校主席台上",
    ],
)
def test_a_family_may_wish_for_most_things(said: str) -> None:
    assert unkind(said) is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("让他们打架", "violent"), ("朝他开枪", "violent"), ("让他流血", "violent"),
        ("让她脱衣服", "sexual"), ("换成比基尼", "sexual"),
        ("特朗普跳舞", "political"), ("国家领导人在讲话", "political"),
        ("The man stabs the woman.", "violent"), ("She slowly undresses.", "sexual"),
        ("A medium shot of people with guns and a shooting star", None),
        ("Grandmother laughs and claps, killer whales leap behind her", None),
    ],
)  # fmt: skip
def test_what_hurts_or_undresses_is_known_in_both_languages(said: str, kind: str | None) -> None:
    assert unkind(said) == kind


def test_nobody_undresses_in_a_film_either() -> None:
    assert never("美女脱衣服") == "sexual"
    assert never("爸爸脱帽子") is None


@pytest.mark.parametrize(
    ("wish", "added", "wrong"),
    [
        ("小猫在沙发上睡觉", " in warm sunlight.", True),
        ("小猫在窗台的沙发上睡觉", " in warm sunlight.", False),
        ("小猫睡觉", " in warm sunlight.", False),
        ("晚上小猫睡觉", ", the sunny room is quiet.", True),
        ("从晚上到日出，小猫睡觉", " until the sunlit morning.", False),
        ("晚上小猫睡觉", ", moonlight on the wall.", False),
        ("大晴天小猫睡觉", "; rain falls outside.", True),
        ("阳光下小猫睡觉", "; rain falls on it.", True),
        ("没有人的屋子", ", a woman walks by.", True),
        ("镜头不动，小猫睡觉", ".", True),  # a dolly-in
        ("小猫睡觉", ". The scene changes to a street.", True),
    ],
)
def test_nothing_is_added_that_contradicts_the_wish(wish: str, added: str, wrong: bool) -> None:
    assert bool(contradiction(wish, CAT + added)) is wrong


async def test_a_contradiction_is_sent_back_once_and_mended(
    llm: OpenAiLlm, server: FakeLlm
) -> None:
    server.script([{"prompt": CAT + " in golden sunlight."}, {"prompt": CAT + " by lamp light."}])
    wish = "小猫在沙发上睡觉"
    prompt = await write_prompt(dialogue(wish), wish, llm, FILM)
    assert prompt.endswith("lamp light.")
    assert "it happens indoors" in server.requests[1]["messages"][-1]["content"]


def test_a_shape_is_held_to_its_own_wish_alone() -> None:
    shape = held_to(FilmPrompt, "晚上的小猫", 60)
    assert (shape.wish, shape.limit, FilmPrompt.wish) == ("晚上的小猫", 60, "")
