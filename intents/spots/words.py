"""A slot for words as they were said: blanks are nothing, and nobody names a place at length."""

from typing import Annotated

from pydantic import BeforeValidator

LONGEST = 60


def _short(words: object) -> object:
    return (" ".join(words.split())[:LONGEST] or None) if isinstance(words, str) else words


Words = Annotated[str | None, BeforeValidator(_short)]
