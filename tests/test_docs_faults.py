"""docs/faults.md names tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "faults.md").read_text("utf-8")
NAMED = sorted({*re.findall(r"`(tests/[\w/.]+)::(\w+)`", TABLE)})
FAULTS = 20  # rows of the table that was promised


@cache
def named_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_test_that_is_named_exists(file: str, test: str) -> None:
    assert test in named_in(file)


def test_every_fault_has_its_row() -> None:
    assert re.findall(r"^\| (\d+) \|", TABLE, re.M) == [str(n + 1) for n in range(FAULTS)]


@pytest.mark.parametrize("path", sorted({*re.findall(r"benchmarks[./]\w+", TABLE)}))
def test_every_benchmark_that_is_named_exists(path: str) -> None:
    stem = path.removesuffix(".py").replace(".", "/")
    assert (ROOT / f"{stem}.py").is_file()
