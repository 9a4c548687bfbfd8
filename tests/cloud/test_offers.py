"""Which clouds are offered: those with a key; in which order; with which rules."""

from pathlib import Path
from typing import Any

import pytest

from tests.cloud.world import KEY
from video_service import offers_cloud
from video_service.catalogue import Catalogue
from video_service.engines.base import Shot
from video_service.engines.specs import CLOUD, Makes
from video_service.orders import BadOrder
from video_service.probe import Probe
from video_service.schema import VideoRequest
from video_service.schema.settings import ServiceSettings

KEYS = {spec.name: spec.key[0] for spec in CLOUD}
REMOTE = {"images_url": "http://127.0.0.1:9/v1", "images_model": "flux"}


def catalogue(tmp_path: Path, **settings: Any) -> Catalogue:
    return Catalogue(ServiceSettings(models_dir=tmp_path, **settings), Probe(), tmp_path)


def taken(found: Catalogue, makes: Makes = "video", photo: bool = False, **asked: Any) -> Shot:
    return found.resolve(VideoRequest(**{"prompt": "熊猫", **asked}), photo, makes=makes)


def reason(found: Catalogue, name: str) -> str | None:
    return next(card.reason for card in found.cards() if card.id == name)


def test_without_a_key_every_cloud_says_which_variable_it_wants(tmp_path: Path) -> None:
    found = catalogue(tmp_path)
    for spec in CLOUD[:3]:
        assert spec.key[0] in str(reason(found, spec.name))
    assert "ZAI_API_KEY" in str(reason(found, "zhipu-cogvideox-flash"))
    assert "images_url" in str(reason(found, "openai-images"))
    assert not offers_cloud.any_ready(ServiceSettings())
    assert taken(found).model == "draft"
    with pytest.raises(BadOrder) as refused:
        taken(found, model="dashscope-wan")
    assert refused.value.code == "model_not_ready"


def test_whoever_charges_for_a_film_says_so(tmp_path: Path) -> None:
    paid = {card.id for card in catalogue(tmp_path).cards() if card.paid}
    assert paid == {"dashscope-wan", "siliconflow-wan"}


def test_a_key_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    monkeypatch.setenv("ZAI_API_KEY_FILE", str(file))
    assert taken(catalogue(tmp_path)).model == "zhipu-cogvideox-flash"
    file.unlink()
    assert "cannot read" in str(reason(catalogue(tmp_path), "zhipu-cogvideox-flash"))


def test_auto_prefers_a_cloud_to_a_draft_and_the_free_one_to_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, variable in (
        ("siliconflow-wan", "SILICONFLOW_API_KEY"),
        ("dashscope-wan", "DASHSCOPE_API_KEY"),
        ("zhipu-cogvideox-flash", "ZHIPUAI_API_KEY"),
    ):
        monkeypatch.setenv(variable, KEY)
        found = catalogue(tmp_path)
        assert taken(found).model == taken(found, photo=True).model == name
    assert taken(catalogue(tmp_path, model="draft")).model == "draft"
    assert taken(catalogue(tmp_path, model="siliconflow-wan")).model == "siliconflow-wan"


def test_pictures_come_from_the_named_server_before_any_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert taken(catalogue(tmp_path), "image").model == "draft-picture"
    monkeypatch.setenv("SILICONFLOW_API_KEY", KEY)
    assert taken(catalogue(tmp_path), "image").model == "siliconflow-kolors"
    monkeypatch.setenv("ZHIPUAI_API_KEY", KEY)
    assert taken(catalogue(tmp_path), "image").model == "zhipu-cogview-3-flash"
    assert taken(catalogue(tmp_path, **REMOTE), "image").model == "openai-images"
    assert offers_cloud.any_ready(ServiceSettings(**REMOTE))


@pytest.mark.parametrize(
    ("name", "asked", "param", "named"),
    [
        ("zhipu-cogvideox-flash", {"size": "1280x720"}, "size", "1280x960"),
        ("zhipu-cogvideox-flash", {"seconds": "6"}, "seconds", "5 or 10 seconds"),
        ("zhipu-cogvideox-flash", {"prompt": "x" * 513}, "prompt", "512"),
        ("zhipu-cogvideox-flash", {"seed": 1}, "seed", "without a seed"),
        ("zhipu-cogvideox-flash", {"negative_prompt": "x"}, "negative_prompt", "no negative"),
        ("dashscope-wan", {"num_inference_steps": 20}, "num_inference_steps", "without steps"),
        ("dashscope-wan", {"guidance_scale": 6}, "guidance_scale", "without guidance"),
        ("dashscope-wan", {"seed": 2**31}, "seed", str(2**31 - 1)),
        ("siliconflow-wan", {"num_frames": 49}, "num_frames", "81 frames"),
        ("siliconflow-wan", {"tier": "fast"}, "tier", "standard"),
    ],
)
def test_what_a_cloud_cannot_do_is_refused_before_it_costs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    asked: dict[str, Any],
    param: str,
    named: str,
) -> None:
    monkeypatch.setenv(KEYS[name], KEY)
    with pytest.raises(BadOrder) as refused:
        taken(catalogue(tmp_path), model=name, **asked)
    assert refused.value.param == param
    assert named in refused.value.message


@pytest.mark.parametrize("spec", CLOUD, ids=lambda spec: spec.name)
def test_every_cloud_engine_is_built_by_its_name_and_its_default_is_in_its_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: Any
) -> None:
    monkeypatch.setenv(spec.key[0], KEY)
    found = catalogue(tmp_path, **REMOTE)
    engine = found.build(spec.name)
    assert engine.name == spec.name
    assert KEY not in repr(vars(engine))
    shot = taken(found, spec.makes, model=spec.name)
    assert (shot.width, shot.height) == spec.sizes[0]
    assert shot.frames in spec.frames
    assert found.spec(spec.name).lane == "cloud"


def test_a_key_that_went_away_since_the_order_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadOrder) as refused:
        catalogue(tmp_path).build("zhipu-cogvideox-flash")
    assert refused.value.code == "model_not_ready"
