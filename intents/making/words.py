"""What every maker must be able to say: the wording.py of films and of pictures both do."""

from typing import Protocol


class Words(Protocol):
    """A wording module. Acknowledgements first, then what stands in the way."""

    GOOD: str
    AHEAD: str
    UNKNOWN_WAIT: str
    DRAFT: str
    DRAFT_NO_WRITER: str
    OTHER_NO_WRITER: str

    PHOTO_CANNOT: str
    NO_WRITER: str
    WRITER_FAILED: str
    REFUSED: str
    TOO_LONG: str
    BUSY: str
    ENOUGH: str
    ASLEEP: str
    NOT_READY: str
    FAILED: str
