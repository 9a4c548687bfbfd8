"""The tier `fast` really skips attention and leaves nothing behind; `preview` is just short."""

from functools import wraps
from typing import Any

import numpy as np
import pytest

from tests.engines.conftest import Build, film, quiet
from tests.engines.tinies import Tinies
from video_service.engines.base import Cancelled, Shot
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from video_service.engines.attention import JointAttention

LAYERS = 2


@pytest.fixture
def attended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every attention that is computed, of all blocks."""
    calls: list[int] = []
    attend = JointAttention.__call__

    @wraps(attend)  # diffusers looks at what it takes
    def counted(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return attend(*args, **more)

    monkeypatch.setattr(JointAttention, "__call__", counted)
    return calls


@pytest.mark.parametrize(("kind", "steps", "computed"), [("t2v", 50, 33), ("t2v5b", 25, 16)])
def test_fast_computes_a_third_less_attention_and_films_nearly_the_same(
    kind: str,
    steps: int,
    computed: int,
    build: Build,
    shot: Shot,
    attended: list[int],
    tinies: Tinies,
) -> None:
    engine = build(tinies(kind))
    whole = film(engine, shot, steps=steps)
    assert len(attended) == steps * LAYERS
    attended.clear()
    fast = film(engine, shot, steps=steps, tier="fast")
    assert len(attended) == computed * LAYERS
    off = (whole.astype(float) - fast) ** 2
    assert 0 < off.mean() < 30
    assert engine.facts()["tier"] == "fast"


def test_nothing_is_skipped_where_nobody_asked_for_it(
    build: Build, shot: Shot, attended: list[int]
) -> None:
    engine = build()
    clean = film(engine, shot, steps=20)
    fast = film(engine, shot, steps=20, tier="fast")
    attended.clear()
    assert np.array_equal(film(engine, shot, steps=20), clean)
    assert len(attended) == 20 * LAYERS
    assert np.array_equal(film(engine, shot, steps=20, tier="fast"), fast)


def test_a_cancelled_fast_film_leaves_no_attention_behind(
    build: Build, shot: Shot, attended: list[int]
) -> None:
    engine = build()
    clean = film(engine, shot, steps=20, tier="fast")
    computed = len(attended)

    def stop(stage: str, fraction: float) -> None:
        if (stage, fraction) == ("denoise", 0.5):
            raise Cancelled

    with pytest.raises(Cancelled):
        film(engine, shot, stop, steps=20, tier="fast")
    attended.clear()
    assert np.array_equal(film(engine, shot, steps=20, tier="fast"), clean)
    assert len(attended) == computed


def test_preview_is_the_whole_attention_in_fewer_steps(
    build: Build, shot: Shot, attended: list[int]
) -> None:
    engine = build()
    clean = film(engine, shot, steps=25)
    attended.clear()
    assert np.array_equal(film(engine, shot, quiet, steps=25, tier="preview"), clean)
    assert len(attended) == 25 * LAYERS
