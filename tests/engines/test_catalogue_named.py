"""The engine that the owner has named: taken, or told why not, and never swapped."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engines.offers import CARD, LARGE, catalogue, reasons, taken
from tests.engines.tinies import Tinies
from video_service.engines.draft import Draft
from video_service.orders import BadOrder


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
