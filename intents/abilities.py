"""What people are told 小爱 can do: read from every intent's sentences, each thing once."""

from intents.base import Tools
from intents.sentences import Ability, sentences_of


def abilities(tools: Tools | None = None) -> tuple[Ability, ...]:
    """In the registry's order; with `tools` only what they are there for."""
    from intents.registry import INTENTS  # it imports chat, which tells of all of them

    told = (ability for intent in INTENTS for ability in sentences_of(intent).abilities)
    return tuple(dict.fromkeys(it for it in told if tools is None or _is_served(it, tools)))


def _is_served(ability: Ability, tools: Tools) -> bool:
    return ability.needs is None or bool(getattr(tools, ability.needs))
