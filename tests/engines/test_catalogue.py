"""Which engines are offered, which one `auto` takes, and why another is not ready."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from video_service.catalogue import Catalogue
from video_service.engines.base import Shot
from video_service.engines.draft import Draft
from video_service.engines.specs import GIB
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


def test_a_bare_machine_offers_the_draft_alone_and_says_what_is_missing(tmp_path: Path) -> None:
    found = catalogue(BARE, models_dir=tmp_path)
    assert [card.id for card in found.cards() if card.ready] == ["draft"]
    assert "no model folder" in str(reasons(found)["cogvideox-2b"])
    assert found.cards()[-1].draft
    assert taken(found, prompt="熊猫").model == "draft"


def test_auto_takes_weights_with_a_card_whatever_their_letters(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "cogvideox-2B")
    found = catalogue(CARD, models_dir=tmp_path)
    assert [card.id for card in found.cards()] == ["cogvideox-2b", "cogvideox-5b", "draft"]
    assert found.cards()[0].ready
    assert taken(found).model == "cogvideox-2b"
    assert taken(found, photo=True).model == "draft"
    assert taken(found, model="draft").model == "draft"


def test_auto_leaves_weights_without_a_card_alone(tiny: Path) -> None:
    found = catalogue(models_dir=tiny.parent)
    assert reasons(found)["cogvideox-2b"] == "there is no CUDA card"
    assert taken(found).model == "draft"


def test_a_large_card_prefers_the_larger_model(tiny_5b: Path) -> None:
    assert taken(catalogue(LARGE, models_dir=tiny_5b.parent)).model == "cogvideox-5b"
    assert taken(catalogue(CARD, models_dir=tiny_5b.parent)).model == "cogvideox-2b"


@pytest.mark.parametrize("kind", ["tiny", "tiny_5b"])
def test_a_folder_named_in_the_config_films_on_a_cpu_too(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = request.getfixturevalue(kind)
    found = catalogue(model=str(folder), models_dir=tmp_path)
    card, *_, last = found.cards()
    assert (card.id, card.ready, card.named) == (folder.name.lower(), True, True)
    assert (last.id, last.named) == ("draft", False)
    assert len(found.cards()) == 3
    assert taken(found).model == card.id
    assert card.sizes == ["64x64"]


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
    with pytest.raises(BadOrder, match="cogvideox-2b, cogvideox-5b, draft") as refused:
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
