"""The two parts of the page that live in the browser: the composer and the scrolling feed.

What is typed stays in the browser until it is sent, so a slow connection never eats a letter.
"""

from nicegui import ui

from bot.web.photos import MAX_BYTES


class Composer(ui.element, component="assets/composer.js"):  # type: ignore[call-arg, misc]
    """Who speaks, the text, a photo, a quote. Posts to `url`; emits `member` and `said`."""

    def __init__(self, members: list[dict[str, str]], her: str, url: str) -> None:
        super().__init__()
        self._props.update(members=members, her=her, url=url, maxBytes=MAX_BYTES)

    def quote(self, line_id: str, name: str, text: str) -> None:
        self.run_method("quote", line_id, name, text)

    def propose(self, text: str) -> None:
        """Say `text` as the member who is speaking now."""
        self.run_method("propose", text)


class Feed(ui.element, component="assets/feed.js"):  # type: ignore[call-arg, misc]
    """Scrolls to what is new unless the reader is further up. Emits `older` at the very top."""

    def to_end(self) -> None:
        self.run_method("toEnd")
