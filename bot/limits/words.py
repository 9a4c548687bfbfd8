"""What is not filmed here: what nobody films, and the words that a family has named itself."""

import re
import unicodedata
from collections.abc import Iterable

from intents.video.kindness import never

# what is put between the characters of a word to get it past; commas part two words
NOISE = re.compile("[\\s\u200b-\u200f\ufeff_*.·~^#@/\\\\|+-]+")

OWN = "own"


def unwanted(text: str, own: Iterable[str]) -> str | None:
    """What in `text` stands against it: a kind, or OWN for the family's words; None as a rule.

    A word is found as it is spelled, and with blanks or signs put between its characters.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    dense = NOISE.sub("", plain)
    if kind := never(plain) or never(_chinese(dense)):
        return kind
    if any(_holds(plain, dense, word) for word in own):
        return OWN
    return None


def _holds(plain: str, dense: str, word: str) -> bool:
    word = unicodedata.normalize("NFKC", word).casefold()
    if word.isascii():  # "rat" is not in "decorate"
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain, re.ASCII) is not None
    return NOISE.sub("", word) in dense


def _chinese(dense: str) -> str:
    """Without blanks English words would run into one another."""
    return re.sub(r"[a-z0-9]+", " ", dense)
