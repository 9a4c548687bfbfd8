"""What the family reads while it logs in: short, Chinese, calm."""

import re

import pytest

from bot.channels.ilink import wording

NAMES = ("SCAN", "SCAN_AGAIN", "SCANNED", "TAKEN", "WRONG_CODE", "WRITE_CODE", "AWAY", "FOLDER_BAD")


@pytest.mark.parametrize("name", NAMES)
def test_a_line_is_short_chinese_and_calm(name: str) -> None:
    shown = getattr(wording, name).format(who="妈妈", path="")
    assert len(shown) <= 40
    assert not re.search(r"[A-Za-z!！_]", shown)


def test_every_line_names_who_is_to_do_something() -> None:
    for name in NAMES[:6]:
        assert "{who}" in getattr(wording, name)
