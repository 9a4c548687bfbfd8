"""What is never filmed, and what a photo of somebody is not made to do: said or written."""

import re
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import yaml

Kind = Literal["violent", "sexual"]
Told = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Words:
    """`never` holds for everything, `unkind` for photos of people as well."""

    kind: Kind
    never: re.Pattern[str]
    unkind: re.Pattern[str]


def _read() -> tuple[_Words, ...]:
    raw = resources.files("intents.video").joinpath("unkind.yaml").read_text("utf-8")
    told: dict[Kind, Told] = yaml.safe_load(raw)
    return tuple(
        _Words(
            kind,
            _any_of(words["never_said"], words["never_written"]),
            _any_of(words["said"], words["written"]),
        )
        for kind, words in told.items()
    )


def _any_of(said: list[str], written: list[str]) -> re.Pattern[str]:
    chinese, english = ("|".join(map(re.escape, words)) for words in (said, written))
    return re.compile(rf"(?i){chinese}|\b(?:{english})\b")


WORDS = _read()


def unkind(text: str) -> Kind | None:
    """Which harm to somebody in a photo is in `text`, Chinese or English; None as a rule."""
    found = (it.kind for it in WORDS if it.unkind.search(text) or it.never.search(text))
    return next(found, None)


def never(text: str) -> Kind | None:
    """What is filmed for nobody, with a photo or without; None as a rule."""
    return next((it.kind for it in WORDS if it.never.search(text)), None)
