"""docs/engines.md tells what the registry has."""

from tests.engines.page import BEGIN, PAGE, tables
from video_service.engines.layouts import LAYOUTS
from video_service.engines.specs import ENGINES


def test_the_tables_are_those_of_the_registry() -> None:
    """If not: `python -m tests.engines.page`."""
    text = PAGE.read_text("utf-8")
    assert text.count(BEGIN) == 1
    assert tables() in text


def test_every_engine_and_every_known_folder_is_named() -> None:
    text = PAGE.read_text("utf-8")
    assert [spec.name for spec in ENGINES if f"`{spec.name}`" not in text] == []
    assert [kind for kind in LAYOUTS if f"`{kind}`" not in text] == []
