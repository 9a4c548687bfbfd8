"""Lines for the owner's terminal. What others have written stays text: it cannot steer it."""

from collections.abc import Iterable

from rich.console import Console

# control characters: with them a name in a chat could move the cursor or hide a line
_HARMLESS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if code != ord("\n")}


def print_lines(lines: Iterable[str]) -> None:
    """Each as it stands, without colours of our own and without breaks that nobody wrote."""
    console = Console(emoji=False)  # or `:family:` in a room's name becomes a picture
    for line in lines:
        console.print(harmless(line), markup=False, highlight=False, soft_wrap=True)


def harmless(text: str) -> str:
    """`text` without what a terminal obeys."""
    return text.translate(_HARMLESS)
