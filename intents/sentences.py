"""What people say for each intent, read from the sentences.yaml beside its handler.

One file may tell of several intents, each under its name. The same data feeds the language
model's examples, the offline patterns, and the tests that look for over-matching. Parts of
patterns that several intents share stand in words.yaml.
"""

from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from intents.base import AnyIntent

Clip = Literal["", "ever", "lately", "making"]
"""What a room has of clips: none, some, one that came or was wished for just now, one on its way.

Each holds where a later one does."""
CLIPS: tuple[Clip, ...] = ("", "ever", "lately", "making")


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ability(Data):
    """What people are told she can do, and one way to ask for it: 查路线, 从家到西湖怎么走."""

    title: str
    example: str
    needs: Literal["maps", "forecasters"] | None = Field(
        None, description="told only where she has this tool"
    )


class Saying(Data):
    """One sentence and the slots it names. What goes on from an earlier wish names few.

    The handler takes the rest over from there; it knows what the earlier words had come to.
    """

    say: str
    slots: dict[str, Any] = {}
    photo: bool = Field(False, description="a photo was sent just before")
    clip: Clip = Field("", description="what the room has: it means this only beside a clip")
    after: str = Field("", description="the intent of the wish before; only then it means this")
    offline: bool = Field(True, description="the patterns alone must recognise it")
    example: bool = Field(False, description="shown to the language model")


class Pattern(Data):
    """A regular expression whose named groups are slots; `wish_2` is joined to `wish`."""

    match: str
    slots: dict[str, Any] = {}
    certain: bool = Field(False, description="sure enough to need no language model")
    plain: bool = Field(False, description="`unsure` does not make it so")
    stands: bool = Field(False, description="`never` does not stop it: its slots are free text")
    photo: bool = Field(False, description="holds only when a photo is at hand")
    clip: Clip = Field("", description="holds only in a room with clips: any, a fresh one, …")
    after: tuple[str, ...] = Field((), description="holds only right after a wish of these intents")
    same: bool = Field(False, description="holds only right after a wish of this very intent")
    town: str = Field("", description="holds only when this slot is the name of a town")
    needs: tuple[str, ...] = Field((), description="holds only when one of these slots is filled")


def _flat(items: list[Any]) -> list[Any]:
    """YAML cannot join lists: those that several intents share stand in the list as lists."""
    return [inner for it in items for inner in (it if isinstance(it, list) else [it])]


class Sentences(Data):
    """`words` are parts of patterns, written there as 〔name〕."""

    about: str
    abilities: tuple[Ability, ...] = ()
    sayings: tuple[Saying, ...] = ()
    near_misses: tuple[str, ...] = ()
    words: dict[str, str] = {}
    early: bool = Field(False, description="its wishes may speak of anything: tried before others")
    hint: str = Field("", description="without it only what follows an earlier wish is tried")
    never: tuple[str, ...] = Field((), description="stops every pattern that does not stand")
    patterns: Annotated[tuple[Pattern, ...], BeforeValidator(_flat)] = ()
    slots: dict[str, Any] = Field({}, description="what every pattern of this intent says")
    towns: str = Field("", description="the slot that takes the names of towns")
    find: dict[str, str | dict[str, str]] = Field(
        {}, description="slots found anywhere: all that match, or the first value that does"
    )
    unsure: tuple[str, ...] = Field(
        (), description="words that want the talk before: ask the model"
    )
    clean: tuple[str, ...] = Field((), description="cut out of text slots, in this order")


@cache
def sentences_of(intent: AnyIntent) -> Sentences:
    """The sentences of `intent`, from the folder of its handler."""
    told = _read(intent.answer.__module__.rpartition(".")[0], "sentences.yaml")[intent.name]
    shared = _read("intents", "words.yaml")
    return Sentences.model_validate({**told, "words": shared | told.get("words", {})})


@cache
def _read(package: str, name: str) -> dict[str, Any]:
    text = resources.files(package).joinpath(name).read_text("utf-8")
    # ten times as fast, but a PyYAML built from source may lack it
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: dict[str, Any] = yaml.load(text, loader)
    return {key: value for key, value in read.items() if not key.startswith(".")}
