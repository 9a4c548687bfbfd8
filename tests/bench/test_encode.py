"""The comparison of mp4 writers measures real files, and says what is missing."""

from pathlib import Path
from typing import Any

import av
import pytest

from benchmarks import encode
from benchmarks.mp4 import look
from benchmarks.table import table
from video_service.engines.base import Frames


def test_ours_plays_everywhere_and_is_told_from_one_that_does_not(tmp_path: Path) -> None:
    frames = encode.clip(9, 96, 128)
    seconds, kilobytes, alike, *marks, verdict = encode.measure(
        encode.pyav, frames, tmp_path / "a.mp4", times=1
    )
    assert marks == ["h264", "yuv420p", "yes", '{"ai_generated": true}']
    assert verdict == "yes"
    assert float(str(seconds)) >= 0
    assert int(str(kilobytes)) > 0
    assert float(str(alike)) > 25

    _write_plainly(frames, tmp_path / "b.mp4")
    assert look(tmp_path / "b.mp4").verdict == "only once it is all there"


def test_a_package_that_is_missing_costs_one_row_and_not_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: Any) -> None:
        raise ModuleNotFoundError("No module named 'cv2'", name="cv2")

    monkeypatch.setattr(encode, "WAYS", (("ours", encode.pyav), ("theirs", missing)))
    encode.main(["--times", "1", "--size", "128x96x9"])
    shown = capsys.readouterr().out.splitlines()
    assert "| ours " in shown[-2]
    assert "not installed: cv2" in shown[-1]


def test_columns_stand_under_each_other_in_chinese_too() -> None:
    head, rule, row = table(("名字", "n"), [("片子长一些", 1)])
    assert (head, rule, row) == ("| 名字       | n |", "|------------|---|", "| 片子长一些 | 1 |")


def _write_plainly(frames: Frames, to: Path) -> None:
    """As most writers do it: the index behind the frames."""
    with av.open(str(to), "w") as container:
        stream = container.add_stream("libx264", rate=8)
        stream.height, stream.width, stream.pix_fmt = *frames.shape[1:3], "yuv420p"
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
