"""The sentences we measure on belong to others: none of them may stand anywhere in here."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEV = ROOT.parent / "shared" / "data" / "dev"
# anybody may say something shorter in the very same words, "an umbrella" too
SHORTEST = {"text": 8, "zh": 8, "en": 24}


def normal(text: str) -> str:
    """Letters, digits and characters alone, in small letters."""
    return re.sub(r"[\W_]+", "", text).casefold()


def rows() -> Iterator[tuple[str, str]]:
    """Every row that is long enough to be somebody's: its normal form, and as it stands."""
    for path in sorted(DEV.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            for field, shortest in SHORTEST.items():
                if len(short := normal(row.get(field) or "")) >= shortest:
                    yield short, row[field]


def files() -> list[Path]:
    """Everything that git knows of, or would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def copies(found: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """File to the row that stands in it; keys of `wanted` are normal already."""
    return {
        name: row
        for name, text in found.items()
        for short, row in wanted.items()
        if short in text
    }  # fmt: skip


def test_a_copy_would_be_found() -> None:
    wanted = {normal("今天天气，怎么样呀？"): "it"}
    assert copies({"a.py": normal('SAYING = "今天 天气怎么样呀"')}, wanted) == {"a.py": "it"}


@pytest.mark.skipif(not DEV.is_dir(), reason="the sentences we measure on are not beside this")
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout: no list of its files")
def test_no_sentence_of_others_stands_in_this_repository() -> None:
    wanted = dict(rows())
    assert len(wanted) > 1000
    found = {
        str(path.relative_to(ROOT)): normal(path.read_text("utf-8", errors="ignore"))
        for path in files()
    }
    assert copies(found, wanted) == {}
