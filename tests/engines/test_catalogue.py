"""Which engines are offered, which one `auto` takes, and why another is not ready."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engines.tinies import Tinies
from video_service.catalogue import Catalogue
from video_service.engines.base import Shot
from video_service.engines.draft import Draft
from video_service.engines.specs import GIB, LOCAL
from video_service.orders import BadOrder
from video_service.probe import Probe
from video_service.schema import VideoRequest
from video_service.schema.settings import ServiceSettings

CARD = Probe(card="Test Card", total_bytes=8 * GIB)
LARGE = Probe(card="Test Card", total_bytes=24 * GIB)
NONE = Probe()
BARE = Probe(missing=("torch", "diffusers"))


def catalogue(probe: Probe = NONE, **settings: Any) -> Catalogue:
    return Catalogue(ServiceSettings(**settings), probe)


def taken(found: Catalogue, photo: bool = False, **asked: Any) -> Shot:
    return found.resolve(VideoRequest(**{"prompt": "a panda", **asked}), photo)


def reasons(found: Catalogue) -> dict[str, str | None]:
    return {card.id: card.reason for card in found.cards()}


def ready(found: Catalogue) -> list[str]:
    return [card.id for card in found.cards() if card.ready]


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


@pytest.mark.parametrize("kind", ["tiny", "tiny_5b"])
def test_a_folder_named_in_the_config_films_on_a_cpu_too(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = request.getfixturevalue(kind)
    found = catalogue(model=str(folder), models_dir=tmp_path)
    card, *others = found.cards()
    assert (card.id, card.ready, card.named) == (folder.name.lower(), True, True)
    assert not any(other.named for other in others)
    assert len({card.id for card in found.cards()}) == len(found.cards())
    assert taken(found).model == card.id
    assert card.sizes == ["64x64"]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


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


@pytest.mark.parametrize(
    ("called", "pipeline", "name"),
    [
        ("CogVideoX-5b-I2V", None, "cogvideox-5b-i2v"),
        ("cogvideox1.5-5b", None, "cogvideox1.5-5b"),
        ("my-wan2.2", None, "wan2.2-ti2v-5b"),
        ("flux", None, "flux.1-schnell"),
        ("Qwen-Image-2512", None, "qwen-image"),
        ("zzz", None, "cogvideox-2b"),
        ("zzz", "QwenImagePipeline", "qwen-image"),
        ("5b", "CogVideoXPipeline", "cogvideox-5b"),
    ],
)
def test_a_named_folder_that_cannot_be_read_is_told_of_as_what_it_was_meant_to_be(
    called: str, pipeline: str | None, name: str, models: Path
) -> None:
    (models / called).mkdir()
    if pipeline:
        (models / called / "model_index.json").write_text(json.dumps({"_class_name": pipeline}))
    card = catalogue(CARD, model=str(models / called), models_dir=models).cards()[0]
    assert (card.id, card.ready, card.here, card.named) == (name, False, True, True)
    assert called in str(card.reason)


def test_a_named_folder_that_films_no_photos_declines_them(tinies: Tinies, models: Path) -> None:
    (models / "Wan2.2-TI2V-5B-Diffusers").symlink_to(tinies("wan22"))
    found = catalogue(LARGE, model=str(tinies("wan_t2v")), models_dir=models)
    with pytest.raises(BadOrder) as refused:
        taken(found, photo=True)
    assert refused.value.code == "photo_not_supported"


def test_a_named_engine_is_never_swapped(tiny: Path) -> None:
    found = catalogue(model="cogvideox-2b", models_dir=tiny.parent)
    with pytest.raises(BadOrder) as refused:
        taken(found, photo=True)
    assert refused.value.code == "photo_not_supported"
    with pytest.raises(BadOrder) as refused:
        taken(found, prompt="熊猫")
    assert refused.value.code == "prompt_language"


def test_a_named_draft_is_taken_though_a_card_is_there(tiny: Path) -> None:
    found = catalogue(CARD, model="draft", models_dir=tiny.parent)
    assert taken(found).model == "draft"
    assert isinstance(found.build("draft"), Draft)


def test_a_named_folder_that_is_missing_is_told_and_refused(tmp_path: Path) -> None:
    found = catalogue(CARD, model=str(tmp_path / "CogVideoX-5b"), models_dir=tmp_path)
    card = found.cards()[0]
    assert (card.id, card.ready, card.named) == ("cogvideox-5b", False, True)
    assert "there is no model folder" in str(card.reason)
    with pytest.raises(BadOrder) as refused:
        taken(found)
    assert refused.value.code == "model_not_ready"


def test_the_draft_never_stands_in_for_a_folder_that_went_away(tmp_path: Path) -> None:
    """A worker that starts after the folder is gone still holds the job that was accepted."""
    found = catalogue(model=str(tmp_path / "CogVideoX-2b"), models_dir=tmp_path)
    with pytest.raises(BadOrder, match="there is no model folder") as refused:
        found.build("cogvideox-2b")
    assert refused.value.code == "model_not_ready"


def test_a_path_may_begin_at_home(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tiny.parent))
    for settings in ({"model": "~/CogVideoX-2b/"}, {"models_dir": Path("~")}):
        assert reasons(catalogue(**settings))["cogvideox-2b"] in (None, "there is no CUDA card")


@pytest.mark.parametrize("settings", [{"model": "x" * 300}, {"models_dir": Path("x" * 300)}])
def test_a_path_that_no_disk_takes_is_told(settings: dict[str, Any]) -> None:
    found = catalogue(**settings)
    assert "x" * 300 in str(found.cards()[0].reason)
    assert found.cards()[-1].ready


def test_a_card_that_is_demanded_but_missing_is_told(tiny: Path) -> None:
    found = catalogue(model=str(tiny), device="cuda")
    assert found.cards()[0].reason == "there is no CUDA card"


def test_an_unknown_engine_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadOrder, match=r"use cogvideox-5b, .*wan2\.2.*, draft$") as refused:
        taken(catalogue(), model="sora")
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")


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
