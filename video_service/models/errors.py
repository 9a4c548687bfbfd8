"""What can go wrong with a download: English for the log, `say` for the one at the terminal.

ModelsError
├── Refused          the hub will not give it: not there, or not to us
├── Unreachable      no answer, or none worth having: later, or from the other hub
├── Broken           what came is not what the hub lists
└── NoRoom           the disk is full, or will be
"""


class ModelsError(Exception):
    """One line that names the cause; `say` tells what to do."""

    def __init__(self, message: str, say: str) -> None:
        super().__init__(message)
        self.say = say


class Refused(ModelsError):
    """The hub answered, and the answer is no."""


class Unreachable(ModelsError):
    """The hub did not answer, or is too busy to."""


class Broken(ModelsError):
    """The bytes do not add up, again and again."""


class NoRoom(ModelsError):
    """It does not fit on the disk."""
