"""The comparison with plain diffusers compares like with like, and judges as it says."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import engine, film_once
from video_service.engines.base import Shot
from video_service.engines.folder import read_folder

SHOT = Shot("cogvideox-2b", "a panda", 64, 64, 9, 8, 5, 6.0, seed=1)


def test_both_sides_make_the_same_film_with_the_same_calls(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import CogVideoXTransformer3DModel
    from transformers import T5EncoderModel

    for kind in (CogVideoXTransformer3DModel, T5EncoderModel):
        monkeypatch.setattr(kind, "forward", kind.forward)  # put back when the test ends
    calls, folder = film_once.count_calls(), read_folder(tiny)
    theirs = film_once.plain(folder, tmp_path)(SHOT)
    assert (calls["transformer"], calls["text_encoder"]) == (5, 2)

    calls.clear()
    film = film_once.ours(folder, tmp_path)
    assert film(SHOT).tobytes() == theirs.tobytes()
    assert calls["transformer"] == 5
    calls.clear()
    film(SHOT)
    assert (calls["transformer"], calls["text_encoder"]) == (5, 0)
    assert (tmp_path / "video.mp4").is_file()


def told(**ours: Any) -> dict[str, Any]:
    """Measurements, of which ours differ as said."""
    film = {"seconds": 10.0, "cpu_s": 9.0, "peak_bytes": 2**30, "digest": "a", "transformer": 20}
    plain = [{**film, "text_encoder": 2}] * 3
    changed = [{**film, "text_encoder": 1, **ours}] * 3
    again = {**film, "text_encoder": 0}
    return {"films": {"plain": plain, "ours": changed}, "again": again}


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [
        ({"seconds": 10.4}, "accepted"),
        ({"seconds": 10.6}, "NOT ACCEPTED"),
        ({"peak_bytes": 2**30 * 1.06}, "NOT ACCEPTED"),
        ({"transformer": 40}, "NOT ACCEPTED"),
    ],
)
def test_the_verdict_is_that_of_the_numbers(ours: dict[str, Any], verdict: str) -> None:
    lines = list(engine.report(told(**ours)))
    assert lines[-1] == verdict
    assert "the same frames: yes" in lines


def test_a_text_encoder_that_reads_known_words_again_is_not_accepted() -> None:
    measured = told()
    measured["again"]["text_encoder"] = 1
    assert not engine.accepted(measured)


def test_the_peak_is_that_of_this_process() -> None:
    assert 2**24 < film_once.peak_bytes() < 2**36
