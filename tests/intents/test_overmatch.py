"""No intent takes what belongs to another: every sentence of ours against all of them."""

import pytest

from intents.base import AnyIntent
from intents.patterns import Patterns
from intents.registry import CHAT, INTENTS
from intents.sentences import Saying, sentences_of
from tests.intents.sayings import said

PATTERNS = Patterns(INTENTS)
SAYINGS = [(intent, saying) for intent in INTENTS for saying in sentences_of(intent).sayings]
MISSES = [(intent, miss) for intent in INTENTS for miss in sentences_of(intent).near_misses]


@pytest.mark.parametrize(("intent", "saying"), SAYINGS, ids=lambda x: getattr(x, "say", None))
def test_a_saying_belongs_to_its_own_intent_with_its_own_slots(
    intent: AnyIntent, saying: Saying
) -> None:
    if saying.offline:
        found = PATTERNS.find(saying.say, photo=saying.photo, after=saying.after, clip=saying.clip)
        assert found.intent is intent
        assert found.slots.model_dump(exclude_defaults=True) == saying.slots


@pytest.mark.parametrize(("intent", "miss"), MISSES, ids=lambda x: x if isinstance(x, str) else "")
@pytest.mark.parametrize("photo", [False, True])
def test_a_near_miss_stays_a_miss(intent: AnyIntent, miss: str, photo: bool) -> None:
    found = PATTERNS.find(miss, photo=photo)
    if intent is CHAT:
        assert found.slots == CHAT.slots() or found.intent is not CHAT
    else:
        assert found.intent is not intent


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: str(intent.name))
def test_what_families_say_goes_where_it_belongs(intent: AnyIntent) -> None:
    found = {text: PATTERNS.find(text).intent.name for text in said(intent.name)}
    assert {text: name for text, name in found.items() if name != intent.name} == {}


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: str(intent.name))
def test_what_follows_an_earlier_wish_means_nothing_alone(intent: AnyIntent) -> None:
    told = [saying.say for saying in sentences_of(intent).sayings if saying.after]
    short = [say for say in told if say.endswith(("呢", "一张", "风格")) and len(say) < 5]
    assert [say for say in short if PATTERNS.find(say).intent is not CHAT] == []


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: str(intent.name))
def test_every_intent_tells_enough_of_itself(intent: AnyIntent) -> None:
    told = sentences_of(intent)
    assert len(told.sayings) >= 6
    assert len(told.near_misses) >= 4
    assert any(saying.example for saying in told.sayings)
    assert all(saying.after == "" or saying.offline for saying in told.sayings)
