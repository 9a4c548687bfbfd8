"""A few honest answers for when nobody is there to chat: by what kind of sentence it was."""

import re
from collections.abc import Sequence
from importlib import resources

import yaml
from pydantic import TypeAdapter

from intents.chat import wording
from intents.chat.careful import careful
from intents.sentences import Ability, Data

MOST_EXAMPLES = 6
MOST_TITLES = 6
AT_A_LOSS = (wording.OTHER[:6], wording.OTHER_AGAIN[:6])  # how she begins without an answer


class Kind(Data):
    """One kind of sentence in kinds.yaml: `says` is the name of a line in wording.py."""

    says: str
    match: str


def _kinds() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What each kind of sentence looks like and what is said to it; the first that fits holds."""
    text = resources.files("intents.chat").joinpath("kinds.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a PyYAML built from source lacks it
    told = TypeAdapter(tuple[Kind, ...]).validate_python(yaml.load(text, loader))
    return tuple((re.compile(kind.match), getattr(wording, kind.says)) for kind in told)


KINDS = _kinds()


def is_small_talk(said: str) -> bool:
    """Whether these are the words of any chat: a greeting, thanks, a question about herself."""
    return _line(said) is not None


def offline(said: str, name: str, abilities: Sequence[Ability], before: str = "") -> str:
    """One line that is true, and says what can be asked; `before`: her last words in the room."""
    line = _line(said) or wording.OTHER
    if line == wording.OTHER and before.startswith(AT_A_LOSS):
        return wording.OTHER_AGAIN
    titles = "、".join(ability.title for ability in abilities[:MOST_TITLES])
    text = line.format(name=name, titles=titles, example=abilities[0].example)
    return "\n".join((text, *_examples(abilities))) if line == wording.ABLE else text


def _line(said: str) -> str | None:
    return careful(said) or next((line for match, line in KINDS if match.search(said)), None)


def _examples(abilities: Sequence[Ability]) -> list[str]:
    return [
        wording.ABLE_TO.format(title=ability.title, example=ability.example)
        for ability in abilities[:MOST_EXAMPLES]
    ]
