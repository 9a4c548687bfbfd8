"""Whether a wish may be filmed or drawn at all: asked before anything is ordered."""

from typing import Literal, Protocol

from intents.dialogue import Turn

Makes = Literal["video", "image"]


class Gate(Protocol):
    """The rules of the house. Its refusals are `intents.errors.NotAllowed`."""

    async def check(self, ask: Turn, makes: Makes, wish: str) -> None:
        """Let `ask` order one film or picture, and hold its place among today's.

        Once let through, always let through: a turn that is taken up again counts once. The place
        is free again by itself when nothing comes of it.
        """

    async def words(self, ask: Turn, wish: str, prompt: str) -> None:
        """Look at the prompt as it was written for `wish`, before it goes to an engine."""

    async def free(self, ask: Turn) -> None:
        """Give back the place of an order that no chat remembers: nothing comes of it."""

    def is_admin(self, ask: Turn) -> bool:
        """Whether who speaks looks after 小爱: by the contact, never by what is said."""


class OpenGate:
    """No rules: where nothing is ordered. Each way in puts its own before the tools."""

    async def check(self, ask: Turn, makes: Makes, wish: str) -> None:  # no limit is set here
        """Anything."""

    async def words(self, ask: Turn, wish: str, prompt: str) -> None:  # nor any unwanted word
        """Anything."""

    async def free(self, ask: Turn) -> None:  # no place is held
        """Nothing."""

    def is_admin(self, ask: Turn) -> bool:
        return False
