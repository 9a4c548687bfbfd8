"""What people say for each intent, read from the sentences.yaml beside its handler.

One file may tell of several intents, each under its name. The same data feeds the language
model's examples, the offline patterns, and the tests that look for over-matching.
"""

from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from intents.base import AnyIntent


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Saying(Data):
    """One sentence and the slots that are in it."""

    say: str
    slots: dict[str, Any] = {}
    photo: bool = Field(False, description="a photo was sent just before")
    offline: bool = Field(True, description="the patterns alone must recognise it")


class Pattern(Data):
    """A regular expression whose named groups are slots; `wish_2` is joined to `wish`."""

    match: str
    slots: dict[str, Any] = {}
    certain: bool = Field(False, description="sure enough to need no language model")
    photo: bool = Field(False, description="holds only when a photo is at hand")


class Sentences(Data):
    """`words` are parts of patterns, written there as 〔name〕."""

    about: str
    sayings: tuple[Saying, ...] = ()
    near_misses: tuple[str, ...] = ()
    words: dict[str, str] = {}
    never: tuple[str, ...] = Field((), description="stops every pattern that is not certain")
    patterns: tuple[Pattern, ...] = ()
    unsure: tuple[str, ...] = Field(
        (), description="words that want the talk before: ask the model"
    )
    clean: tuple[str, ...] = Field((), description="cut out of text slots, in this order")


def sentences_of(intent: AnyIntent) -> Sentences:
    """The sentences of `intent`, from the folder of its handler."""
    folder = intent.answer.__module__.rpartition(".")[0]
    text = resources.files(folder).joinpath("sentences.yaml").read_text("utf-8")
    return Sentences.model_validate(yaml.safe_load(text)[intent.name])
