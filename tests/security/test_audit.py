"""What the audit of our dependencies makes of an answer, and of none."""

import runpy
from pathlib import Path
from typing import Any

import pytest

AUDIT = Path(__file__).parents[2] / ".ci" / "audit.py"
GOOD: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}
BAD: dict[str, Any] = {"name": "b", "version": "2", "vulns": [HOLE]}
UNKNOWN: dict[str, Any] = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "code", "line"),
    [
        ([GOOD], 0, "1 packages asked about, 0 with known holes, 0 unknown"),
        ([GOOD, BAD, UNKNOWN], 1, "b 2: PYSEC-2026-1, fixed in 2.1"),
        ([UNKNOWN], 0, "skipped: the package index here has no database of known holes"),
    ],
)
def test_a_known_hole_fails_and_not_knowing_is_said(
    found: list[dict[str, Any]], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runpy.run_path(str(AUDIT))["judge"](found) == code
    assert line in capsys.readouterr().out


def test_without_the_program_it_is_skipped_aloud(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["audit", "/nowhere/pip-audit"])
    assert runpy.run_path(str(AUDIT))["main"]() == 0
    assert "skipped: pip-audit did not answer" in capsys.readouterr().out
