"""What an engine can make: pure data, importable without torch or numpy.

The request validator, GET /v1/models and the model downloads read it; the limits of a model folder
that is not the published one (a tiny test model) are derived from its own configuration.
"""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["text", "photo"]
Makes = Literal["video", "image"]
Tier = Literal["standard", "fast", "preview"]
# what a job waits for: this machine's card, somebody else's machine, or only a processor
Lane = Literal["card", "cloud", "finish"]
Family = Literal[
    "cogvideox", "wan", "i2vgenxl", "flux", "qwen-image", "draft",
    "zhipu", "dashscope", "siliconflow", "openai",
]  # fmt: skip
Size = tuple[int, int]  # width, height in pixels
GIB = 2**30


@dataclass(frozen=True, slots=True)
class Part:
    """One component's weights in the precision it was trained in; `linear`: what int8 halves."""

    name: str
    bytes: int
    linear: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where the published folder lies, by hub."""

    modelscope: str | None = None
    huggingface: str | None = None


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """One engine's rules; the first size is the default. Empty `steps`: it takes none.

    `frames` are the counts that come out as they were asked for; a picture has one.
    `prompt_tokens` is counted with the folder's own tokenizer, `prompt_chars` in characters.
    `seeds`: how many there are, from 0 on; None: it takes none. `key`: the environment variables
    (the first that is set counts) without which a cloud engine cannot work.
    """

    name: str
    family: Family
    modes: tuple[Mode, ...]
    languages: tuple[str, ...]
    sizes: tuple[Size, ...]
    frames: tuple[int, ...]
    default_frames: int
    fps: int
    steps: tuple[int, ...] = ()
    default_steps: int = 0
    guidance: tuple[float, float] | None = None
    default_guidance: float = 0.0
    negative: bool = True  # takes a negative prompt
    prompt_tokens: int | None = None
    prompt_chars: int | None = None
    seeds: int | None = 2**32
    makes: Makes = "video"
    tiers: tuple[Tier, ...] = ("standard",)
    licence: str = ""
    dtype: str | None = None  # the precision it was trained in, used on a card
    pipeline: str = ""  # _class_name in model_index.json
    weights: tuple[Part, ...] = ()
    source: Source = Source()
    key: tuple[str, ...] = ()
    paid: bool = False  # every film costs money there
    models: tuple[tuple[Mode, str], ...] = ()  # what a cloud calls it, by mode
    draft: bool = False
    legacy: bool = False  # works, but nothing chooses it by itself

    @property
    def lane(self) -> Literal["card", "cloud"]:
        return "cloud" if self.family in CLOUDS else "card"

    @property
    def bytes(self) -> int:
        """All its weights as published."""
        return sum(part.bytes for part in self.weights)

    def part(self, name: str) -> Part:
        """The component `name`; nothing at all where it has none."""
        return next((part for part in self.weights if part.name == name), Part(name, 0))

    def seconds(self, frames: int) -> float:
        """The length of a clip: the first frame stands at zero."""
        return (frames - 1) / self.fps


CLOUDS: tuple[Family, ...] = ("zhipu", "dashscope", "siliconflow", "openai")
