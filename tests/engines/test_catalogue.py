"""Which engines are offered, which one `auto` takes, and why another is not ready."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.offers import BARE, CARD, LARGE, catalogue, ready, reasons, taken
from tests.engines.tinies import Tinies
from video_service.engines.specs import LOCAL
from video_service.orders import BadOrder
from video_service.schema import VideoRequest


def test_a_bare_machine_offers_the_drafts_alone_and_says_what_is_missing(tmp_path: Path) -> None:
    found = catalogue(BARE, models_dir=tmp_path)
    assert ready(found) == ["draft", "draft-picture"]
    assert all("no model folder" in str(reasons(found)[spec.name]) for spec in LOCAL)
    assert [card.draft for card in found.cards()][-2:] == [True, True]
    assert taken(found, prompt="熊猫").model == "draft"


def test_auto_takes_weights_with_a_card_whatever_their_letters(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "cogvideox-2B")
    found = catalogue(CARD, models_dir=tmp_path)
    assert ready(found) == ["cogvideox-2b", "draft", "draft-picture"]
    assert taken(found).model == "cogvideox-2b"
    assert taken(found, photo=True).model == "draft"
    assert taken(found, model="draft").model == "draft"


def test_auto_leaves_weights_without_a_card_alone(tiny: Path) -> None:
    found = catalogue(models_dir=tiny.parent)
    assert reasons(found)["cogvideox-2b"] == "there is no CUDA card"
    assert taken(found).model == "draft"


def test_a_service_whose_cards_are_elsewhere_needs_none(tiny: Path) -> None:
    found = catalogue(BARE, models_dir=tiny.parent, dispatch="celery")
    assert taken(found).model == "cogvideox-2b"


def test_whoever_asks_for_the_cpu_has_every_engine_on_it(tiny: Path) -> None:
    found = catalogue(models_dir=tiny.parent, device="cpu")
    assert taken(found).model == "cogvideox-2b"


def test_a_large_card_prefers_the_larger_model(tiny_5b: Path) -> None:
    assert taken(catalogue(LARGE, models_dir=tiny_5b.parent)).model == "cogvideox-5b"
    assert taken(catalogue(CARD, models_dir=tiny_5b.parent)).model == "cogvideox-2b"


def as_photo_model(folder: Path) -> None:
    """The tiny 5B becomes a 5B-I2V for all who only read its configurations."""
    for file, values in (
        (folder / "model_index.json", {"_class_name": "CogVideoXImageToVideoPipeline"}),
        (folder / "transformer" / "config.json", {"in_channels": 8}),
    ):
        file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_auto_takes_one_folder_for_words_and_another_for_photos(
    tinies: Tinies, models: Path
) -> None:
    shutil.copytree(tinies("t2v"), models / "CogVideoX-2b")
    as_photo_model(shutil.copytree(tinies("t2v5b"), models / "CogVideoX-5b-I2V"))
    for probe in (CARD, LARGE):
        found = catalogue(probe, models_dir=models)
        assert taken(found).model == "cogvideox-2b"
        assert taken(found, photo=True).model == "cogvideox-5b-i2v"


def test_one_folder_of_wan_2_2_films_from_words_and_from_photos(
    tinies: Tinies, models: Path
) -> None:
    (models / "Wan2.2-TI2V-5B-Diffusers").symlink_to(tinies("wan22"))
    found = catalogue(CARD, models_dir=models)
    assert [taken(found, photo).model for photo in (False, True)] == ["wan2.2-ti2v-5b"] * 2
    assert taken(found, prompt="熊猫弹吉他").prompt == "熊猫弹吉他"


@pytest.mark.parametrize(
    ("kind", "hub", "name"),
    [
        ("wan_t2v", "Wan2.1-T2V-1.3B-Diffusers", "wan2.1-t2v-1.3b"),
        ("wan_t2v", "wan2.1-t2v-1.3b", "wan2.1-t2v-1.3b"),
        ("flux", "flux.1-SCHNELL", "flux.1-schnell"),
        ("qwen_image", "Qwen-Image", "qwen-image"),
        ("i2vgenxl", "I2VGen-XL", "i2vgen-xl"),
    ],
)
def test_a_folder_is_found_under_its_published_name_in_letters_of_any_size(
    kind: str, hub: str, name: str, tinies: Tinies, models: Path
) -> None:
    (models / hub).symlink_to(tinies(kind))
    assert name in ready(catalogue(CARD, models_dir=models))


def test_nothing_chooses_a_legacy_engine_but_who_names_it(tinies: Tinies, models: Path) -> None:
    (models / "i2vgen-xl").symlink_to(tinies("i2vgenxl"))
    found = catalogue(CARD, models_dir=models)
    assert taken(found, photo=True).model == "draft"
    assert taken(found, photo=True, model="i2vgen-xl").model == "i2vgen-xl"
    named = catalogue(model="i2vgen-xl", models_dir=models)
    assert taken(named, photo=True).model == "i2vgen-xl"


def test_a_picture_is_drawn_by_an_engine_that_draws(tinies: Tinies, models: Path) -> None:
    (models / "Qwen-Image").symlink_to(tinies("qwen_image"))
    (models / "CogVideoX-2b").symlink_to(tinies("t2v"))
    found = catalogue(CARD, models_dir=models)
    drawn = found.resolve(VideoRequest(prompt="熊猫"), False, makes="image")
    assert (drawn.model, drawn.frames, drawn.makes) == ("qwen-image", 1, "image")
    (models / "FLUX.1-schnell").symlink_to(tinies("flux"))
    fast = catalogue(CARD, models_dir=models)
    assert fast.resolve(VideoRequest(prompt="a panda"), False, makes="image").steps == 4
    with pytest.raises(BadOrder) as refused:
        fast.resolve(VideoRequest(prompt="a panda", model="cogvideox-2b"), False, makes="image")
    assert refused.value.code == "model_not_found"


def test_a_folder_under_a_wrong_name_never_passes_for_the_engine_it_is_called(
    tinies: Tinies, models: Path
) -> None:
    (models / "CogVideoX-5b").symlink_to(tinies("t2v"))
    found = catalogue(LARGE, models_dir=models)
    assert reasons(found)["cogvideox-5b"] == "CogVideoX-5b holds a cogvideox-2b"
    assert taken(found).model == "draft"


def test_of_two_folders_for_one_engine_the_whole_one_counts(tinies: Tinies, models: Path) -> None:
    (models / "Wan2.1-T2V-1.3B-Diffusers" / "vae").mkdir(parents=True)
    (models / "wan2.1-t2v-1.3b").symlink_to(tinies("wan_t2v"))
    assert taken(catalogue(CARD, models_dir=models)).model == "wan2.1-t2v-1.3b"


def test_offers_are_made_without_torch_in_this_process() -> None:
    code = (
        "import sys; from video_service.catalogue import Catalogue\n"
        "from video_service.probe import probe\n"
        "from video_service.schema.settings import ServiceSettings as S\n"
        "s = S(model='draft'); c = Catalogue(s, probe(s)); c.build('draft')\n"
        "print(sorted({'torch', 'diffusers', 'transformers'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert told.stdout.strip() == "[]", told.stderr
