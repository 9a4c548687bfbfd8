"""What a photo of somebody is not made to do, in the family's words and in the written prompt."""

import re
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import yaml

Kind = Literal["violent", "sexual"]


@dataclass(frozen=True, slots=True)
class _Words:
    kind: Kind
    said: re.Pattern[str]
    written: re.Pattern[str]


def _read() -> tuple[_Words, ...]:
    raw = resources.files("intents.video").joinpath("unkind.yaml").read_text("utf-8")
    told: dict[Kind, dict[str, list[str]]] = yaml.safe_load(raw)
    return tuple(
        _Words(
            kind,
            re.compile("|".join(map(re.escape, words["said"]))),
            re.compile(rf"(?i)\b(?:{'|'.join(map(re.escape, words['written']))})\b"),
        )
        for kind, words in told.items()
    )


WORDS = _read()


def unkind(text: str) -> Kind | None:
    """Which kind of harm is in `text`, Chinese or English; None as a rule."""
    found = (it.kind for it in WORDS if it.said.search(text) or it.written.search(text))
    return next(found, None)
