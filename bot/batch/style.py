"""The style of one row, as the style that a room wants everything in."""

from intents.dialogue import Turn


class RowStyle:
    """`intents.shots.Styles` with one style that nobody changes; empty: none."""

    def __init__(self, style: str) -> None:
        self._style = style

    async def of(self, ask: Turn) -> str | None:
        return self._style or None

    async def keep(self, ask: Turn, style: str) -> None:  # a row changes no other row
        """The table says what the style is."""

    async def clear(self, ask: Turn) -> bool:
        return False
