"""Her voice, checked: short sentences, nothing but Chinese, never shouting."""

import ast
import re
from pathlib import Path

import pytest

import intents
from intents.chat.offline import KINDS

ROOT = Path(intents.__file__).parent
FRAGMENTS = re.compile(r"[^。？]*\{?\w*\}?(?:，|秒|分钟|小时)$")  # parts of a sentence


def lines() -> list[str]:
    found = []
    for path in sorted(ROOT.rglob("*wording.py")):
        nodes = [n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.Assign)]
        for node in nodes:
            value = node.value  # the keys of a dict are ours, its values are said
            said = value.values if isinstance(value, ast.Dict) else [value]
            each = (part for whole in said for part in ast.walk(whole))
            strings = [part for part in each if isinstance(part, ast.Constant)]
            found += [str(string.value) for string in strings]
    return found


def sentences(line: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。？])", re.sub(r"\{\w+\}", "", line)) if part]


def test_there_is_something_to_check() -> None:
    assert len(lines()) > 25


@pytest.mark.parametrize("line", lines())
def test_a_line_is_short_and_plain(line: str) -> None:
    assert not re.search(r"[A-Za-z!！]", re.sub(r"\{\w+\}", "", line))
    assert all(len(sentence) <= 40 for sentence in sentences(line))


@pytest.mark.parametrize("line", [line for line in lines() if "。" in line or "？" in line])
def test_a_sentence_ends_as_sentences_do(line: str) -> None:
    assert line[-1] in "。？"


def test_every_kind_of_small_talk_has_its_line() -> None:
    assert all(line in lines() for _, line in KINDS)
    assert len({line for _, line in KINDS}) > 20
