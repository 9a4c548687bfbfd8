"""Engines kept warm: real tiny ones, side by side while they fit, sharing what is the same."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import film
from tests.engines.tinies import Tinies
from video_service.engines.base import Frames, Shot
from video_service.engines.draft import Draft
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.engines.specs import GIB
from video_service.needs import Card
from video_service.schema.settings import ServiceSettings
from video_service.warm import Warm

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXTransformer3DModel

    from video_service.engines import place
    from video_service.engines.local import LocalEngine
    from video_service.engines.rig import Rig
    from video_service.engines.workshop import Workshop

KINDS = {"2b": "t2v", "5b": "t2v5b", "flux": "flux"}


class House:
    """The engines of one worker over tiny folders; `read` lists the networks read from disk."""

    def __init__(self, tinies: Tinies, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        self._tinies, self.workshop, self.settings = tinies, Workshop(), ServiceSettings()
        self.warm = Warm(self._build)
        arrange = Rig._weights_of

        def look(rig: Any, profile: Any) -> Any:
            self.read.append(rig._folder.path.name)
            return arrange(rig, profile)

        monkeypatch.setattr(Rig, "_weights_of", look)

    def _build(self, model: str) -> LocalEngine:
        folder = read_folder(self._tinies(KINDS[model]))
        return LocalEngine(folder, self.settings, self.workshop)

    def film(self, model: str, shot: Shot) -> Frames:
        return film(self.warm.ready(model), shot, steps=2)


@pytest.fixture
def house(tinies: Tinies, monkeypatch: pytest.MonkeyPatch) -> House:
    torch.set_num_threads(1)
    return House(tinies, monkeypatch)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Pretends that this machine's memory is so many bytes."""

    def have(size: int) -> None:
        monkeypatch.setattr(place, "host_bytes", lambda: size)

    return have


def small(house: House, *models: str) -> int:
    """Host bytes that are just enough for `models` together."""
    appetites = [house._build(model).appetite() for model in models]
    parts = {name: size.host for one in appetites for name, size in one.parts.items()}
    return int((sum(parts.values()) + max(one.filming.host for one in appetites)) / 0.8) + 1


def test_an_engine_that_comes_back_is_not_loaded_again(house: House, shot: Shot) -> None:
    first = house.film("2b", shot)
    house.film("5b", shot)
    assert np.array_equal(house.film("2b", shot), first)
    assert house.read == ["CogVideoX-2b", "CogVideoX-5b"]


def test_where_two_do_not_fit_the_one_used_least_recently_goes(
    house: House, shot: Shot, host: Callable[[int], None]
) -> None:
    host(small(house, "2b", "5b"))
    house.film("2b", shot)
    house.film("5b", shot)
    house.film("2b", shot)
    assert len(house.read) == 2
    host(small(house, "2b", "flux"))
    house.warm.ready("flux")
    assert house.warm.has("2b")
    assert not house.warm.has("5b")


def test_a_machine_with_room_for_one_loads_again_and_films_the_same(
    house: House, shot: Shot, host: Callable[[int], None]
) -> None:
    host(max(small(house, "2b"), small(house, "5b")))
    first = house.film("2b", shot)
    house.film("5b", shot)
    assert not house.warm.has("2b")
    assert np.array_equal(house.film("2b", shot), first)
    assert house.read == ["CogVideoX-2b", "CogVideoX-5b", "CogVideoX-2b"]


def test_two_folders_with_the_same_t5_read_with_one(house: House, shot: Shot) -> None:
    house.film("2b", shot)
    house.film("5b", shot)
    one, other = (house.warm.ready(model) for model in ("2b", "5b"))
    t5 = [engine._readers.encoder("text_encoder") for engine in (one, other)]  # type: ignore[attr-defined]
    assert t5[0] is t5[1]


def test_the_t5_outlives_the_engine_that_makes_room_for_another_reader_of_it(
    house: House, shot: Shot, host: Callable[[int], None]
) -> None:
    host(max(small(house, "2b"), small(house, "5b")))
    house.film("2b", shot)
    t5 = weakref.ref(house.warm.ready("2b")._readers.encoder("text_encoder"))  # type: ignore[attr-defined]
    house.film("5b", shot)
    assert not house.warm.has("2b")
    assert house.warm.ready("5b")._readers.encoder("text_encoder") is t5()  # type: ignore[attr-defined]
    house.warm.drop("5b")
    gc.collect()
    assert t5() is None


def test_a_t5_that_nobody_needs_leaves_when_memory_runs_out(
    house: House, shot: Shot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "card_of", lambda _: Card(24 * GIB, 24 * GIB, (8, 9)))
    house.settings = ServiceSettings(dtype="float32", compile="never")
    house.workshop = Workshop.at(tmp_path)  # it knows the words by heart
    house.film("2b", shot)
    t5 = weakref.ref(house.warm.ready("2b")._readers.encoder("text_encoder"))  # type: ignore[attr-defined]
    house.warm.ready("5b")
    house.warm.drop("2b")
    gc.collect()
    assert t5() is not None
    there: list[bool] = []
    real = CogVideoXTransformer3DModel.forward

    def forward(*args: Any, **more: Any) -> Any:
        there.append(t5() is not None)
        if len(there) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return real(*args, **more)

    monkeypatch.setattr(CogVideoXTransformer3DModel, "forward", forward)
    house.film("5b", shot)
    assert house.warm.ready("5b").facts()["step_downs"] == ["text_encoder_off_card"]
    assert there == [True, False, False]


def test_words_of_two_engines_are_the_same_on_the_shelf(
    house: House, tinies: Tinies, shot: Shot, tmp_path: Path
) -> None:
    house.workshop = Workshop.at(tmp_path)
    house.film("2b", shot)
    kept = len(list((tmp_path / "embeds").iterdir()))
    house.film("5b", shot)
    assert len(list((tmp_path / "embeds").iterdir())) == kept


def test_a_film_that_runs_out_of_memory_is_tried_alone_before_anything_is_made_smaller(
    house: House, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = house.film("2b", shot)
    house.warm.ready("5b")
    real, tries = CogVideoXTransformer3DModel.forward, iter((1,))

    def forward(*args: Any, **more: Any) -> Any:
        if next(tries, None):
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return real(*args, **more)

    monkeypatch.setattr(CogVideoXTransformer3DModel, "forward", forward)
    assert np.array_equal(house.film("2b", shot), first)
    assert house.warm.ready("2b").facts()["step_downs"] == []
    assert not house.warm.has("5b")


def test_what_takes_no_memory_is_never_closed_for_another(
    host: Callable[[int], None], house: House, shot: Shot
) -> None:
    engines: dict[str, Any] = {"draft": Draft()}
    warm = Warm(lambda model: engines.get(model) or house._build(model))
    warm.ready("draft")
    host(1)
    warm.ready("2b")
    assert warm.has("draft")
