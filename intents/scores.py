"""How good a recognizer's guesses are: measures over rows with the right answers beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

CHAT = "聊天"
GENERATORS = ("图片生成", "视频生成")
ROUTE = ("origin", "destination")


class Gold(BaseModel):
    """The slots that are right. Null is as good as an empty list: nothing was said."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    city: list[str] | None = None
    date: list[str] | None = None
    origin: str | None = None
    destination: str | None = None


class Row(BaseModel):
    """One sentence and what is right; `accept`, where given, names every label that is."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: str
    intent: str = ""
    accept: tuple[str, ...] = ()
    tag: str = ""
    domain: str = ""
    slots: Gold | None = Field(None)

    @property
    def right(self) -> tuple[str, ...]:
        return self.accept or ((self.intent,) if self.intent else ())


@dataclass(frozen=True, slots=True)
class Guess:
    """What was made of a row. `certain`: no language model was needed for it."""

    row: Row
    intent: str
    slots: dict[str, Any]
    certain: bool = False

    @property
    def is_right(self) -> bool:
        return self.intent in self.row.right

    @property
    def truth(self) -> str:
        """The label this row counts for: the guessed one, if that is among the accepted."""
        if self.is_right:
            return self.intent
        return self.row.accept[0] if self.row.accept else self.row.intent


Measures = dict[str, Any]


def measure(guesses: Sequence[Guess], labels: Sequence[str]) -> Measures:
    """Every measure that these rows allow."""
    named = [guess for guess in guesses if guess.row.right]
    filled = [guess for guess in guesses if guess.row.slots]
    found: Measures = {"rows": len(guesses)}
    if named:
        found |= _intents(named, labels)
    if filled:
        found |= _slots(filled)
    return found


def _intents(guesses: Sequence[Guess], labels: Sequence[str]) -> Measures:
    """macro_f1 is the mean over those of the nine labels that some row here has."""
    each = {label: _label(guesses, label) for label in labels}
    present = {name: part for name, part in each.items() if part["rows"]}
    hard = [guess for guess in guesses if guess.row.tag.startswith("hard_")]
    chat = [guess for guess in guesses if guess.row.intent == CHAT]
    found: Measures = {
        "accuracy": _share(guess.is_right for guess in guesses),
        "macro_f1": sum(part["f1"] for part in present.values()) / len(present) if present else 0.0,
        "intents": present,
    }
    if open_ones := [guess for guess in guesses if guess.row.accept]:
        found["accepted"] = _share(guess.is_right for guess in open_ones)
    if hard:
        found["hard_fire"] = _share(guess.intent != CHAT for guess in hard)
    if chat:
        found["generator_fire"] = _share(guess.intent in GENERATORS for guess in chat)
    if certain := [guess for guess in guesses if guess.certain]:
        found["certain"] = len(certain) / len(guesses)
        found["certain_right"] = _share(guess.is_right for guess in certain)
    return found


def _label(guesses: Sequence[Guess], label: str) -> Measures:
    wanted = [guess for guess in guesses if guess.truth == label]
    fired = [guess for guess in guesses if guess.intent == label]
    right = sum(guess.intent == label for guess in wanted)
    precision = right / len(fired) if fired else 0.0
    recall = right / len(wanted) if wanted else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return {"rows": len(wanted), "precision": precision, "recall": recall, "f1": f1}


def _slots(guesses: Sequence[Guess]) -> Measures:
    found: Measures = {}
    if weather := [guess for guess in guesses if guess.row.domain == "weather"]:
        found["city_exact"] = _share(_names(g, "place") == (_gold(g).city or []) for g in weather)
        found["date_exact"] = _share(_names(g, "day") == (_gold(g).date or []) for g in weather)
    if routes := [guess for guess in guesses if guess.row.domain == "route"]:
        for slot in ROUTE:
            found[f"route_{slot}"] = _share(_end(guess, slot) for guess in routes)
        found["route_both"] = _share(all(_end(g, slot) for slot in ROUTE) for g in routes)
    return found


def _gold(guess: Guess) -> Gold:
    assert guess.row.slots is not None
    return guess.row.slots


def _names(guess: Guess, slot: str) -> list[str]:
    said = guess.slots.get(slot)
    return said.split("、") if said else []


def _end(guess: Guess, slot: str) -> bool:
    return bool(guess.slots.get(slot) == getattr(_gold(guess), slot))


def _share(these: Iterable[bool]) -> float:
    every = list(these)
    return sum(every) / len(every) if every else 0.0
