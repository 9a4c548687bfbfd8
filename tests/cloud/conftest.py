"""A world of providers for every test, and engines that live in it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.world import KEY, World, open_world
from video_service import offers_cloud
from video_service.engines.base import Engine, Footage, Report, Shot
from video_service.engines.cloud.line import Pace
from video_service.engines.specs import CLOUD, EngineSpec
from video_service.schema.settings import ServiceSettings

QUICK = Pace(deadline=10, call=2, first=0.01, longest=0.05, tick=0.01)
SPECS = {spec.name: spec for spec in CLOUD}
Film = Callable[..., bytes]


def quiet(stage: str, fraction: float) -> None:
    """A `Report` that nobody reads."""


def shot_for(spec: EngineSpec, **changes: Any) -> Shot:
    """The shot that a plain wish becomes on this engine."""
    width, height = spec.sizes[0]
    seed = 7 if spec.seeds else 0
    shot = Shot(
        spec.name, "熊猫吃竹子", width, height, spec.default_frames, spec.fps, 0, 0.0, seed,
        makes=spec.makes,
    )  # fmt: skip
    return replace(shot, **changes)


@pytest.fixture
def world() -> Iterator[World]:
    with open_world() as one:
        yield one


class Studio:
    """Builds engines that ask the world, and films with them."""

    def __init__(self, world: World, receipts: Path) -> None:
        self.world, self.receipts = world, receipts

    def build(self, name: str, pace: Pace = QUICK) -> Engine:
        spec = SPECS[name]
        there: dict[str, Any] = {"cloud_urls": {}}
        if spec.family == "openai":
            there |= {"images_url": self.world.url, "images_model": "flux"}
        else:
            there["cloud_urls"] = {spec.family: self.world.url}
        settings = ServiceSettings(**there)
        return offers_cloud.build(spec, settings, self.receipts, pace)

    def film(
        self,
        name: str,
        photo: bytes | None = None,
        report: Report = quiet,
        pace: Pace = QUICK,
        **changes: Any,
    ) -> bytes:
        """What came of a plain wish."""
        engine = self.build(name, pace)
        engine.load()
        made = engine.film(shot_for(SPECS[name], **changes), photo, report)
        assert isinstance(made, Footage)
        return made.content


@pytest.fixture
def studio(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    for spec in CLOUD:
        monkeypatch.setenv(spec.key[0], KEY)
    return Studio(world, tmp_path / "receipts")
