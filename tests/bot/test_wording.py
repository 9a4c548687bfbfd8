"""Every sentence 小爱 says outside her intents keeps the rules of the house."""

import re

import pytest

from bot import wording

TEMPLATES = [
    text
    for name, value in vars(wording).items()
    if name.isupper()
    for text in (value.values() if isinstance(value, dict) else (value,))
]


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_sentence_is_short_chinese_and_calm(text: str) -> None:
    shown = text.format(minutes=12) if "{" in text else text
    assert shown.endswith(("。", "？"))
    assert not re.search(r"[A-Za-z!！_]", shown)
    assert all(len(sentence) <= 40 for sentence in re.split(r"(?<=[。？])", shown))


@pytest.mark.parametrize("code", ["cancelled", "out_of_memory", "engine_failed", "no such code"])
def test_every_failure_has_its_words(code: str) -> None:
    assert wording.failed(code) in TEMPLATES
