"""A command that asks no language model must not wait for what only that needs."""

import subprocess
import sys

import pytest

from intents.base import AnyIntent
from intents.finders import compiled
from intents.registry import INTENTS
from intents.sentences import sentences_of

LOOK = "import sys, {module}; print(*(name for name in {heavy} if name in sys.modules))"
HEAVY = ("openai", "fastapi", "nicegui", "torch", "mcp")


@pytest.mark.parametrize("module", ["intents.recognize", "bot.app", "bot.commands.ask"])
def test_without_a_key_the_sdk_of_the_language_models_is_not_loaded(module: str) -> None:
    look = LOOK.format(module=module, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


@pytest.mark.parametrize("intent", INTENTS, ids=lambda it: it.name)
def test_every_pattern_can_be_compiled_though_most_never_are(intent: AnyIntent) -> None:
    told = sentences_of(intent)
    found = [
        it for how in told.find.values() for it in ([how] if isinstance(how, str) else how.values())
    ]
    texts = [told.hint, *told.never, *told.unsure, *told.clean, *found]
    for text in (*texts, *(rule.match for rule in told.patterns)):
        assert compiled(text, told.words).groups >= 0
