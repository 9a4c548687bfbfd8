"""What is never filmed, and what a photo of somebody is not made to do: said or written."""

import re
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import yaml

Kind = Literal["despair", "violent", "sexual", "political", "rude"]
Told = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Words:
    """`never` holds for everything, `unkind` for photos of people as well."""

    kind: Kind
    never: re.Pattern[str]
    unkind: re.Pattern[str]


def _read() -> tuple[re.Pattern[str], tuple[_Words, ...]]:
    raw = resources.files("intents.video").joinpath("unkind.yaml").read_text("utf-8")
    told = yaml.safe_load(raw)
    harmless = re.compile(f"(?i){'|'.join(told.pop('harmless'))}")
    kinds: dict[Kind, Told] = told
    return harmless, tuple(
        _Words(
            kind,
            _any_of(words["never_said"], words["never_written"]),
            _any_of(words.get("said", []), words.get("written", [])),
        )
        for kind, words in kinds.items()
    )


def _any_of(said: list[str], written: list[str]) -> re.Pattern[str]:
    chinese = [re.escape(word) for word in said]
    english = [rf"\b{re.escape(word)}\b" for word in written]
    return re.compile(f"(?i){'|'.join(chinese + english) or '(?!)'}")


HARMLESS, WORDS = _read()


def unkind(text: str) -> Kind | None:
    """Which harm to somebody in a photo is in `text`, Chinese or English; None as a rule."""
    plain = HARMLESS.sub(" ", text)
    found = (it.kind for it in WORDS if it.unkind.search(plain) or it.never.search(plain))
    return next(found, None)


def never(text: str) -> Kind | None:
    """What is filmed for nobody, with a photo or without; None as a rule."""
    plain = HARMLESS.sub(" ", text)
    return next((it.kind for it in WORDS if it.never.search(plain)), None)
