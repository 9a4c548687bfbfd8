"""The wire: the OpenAI Videos shape with vLLM-Omni's extension names, and a few fields of ours.

What we accept is strict (unknown fields are refused). What the chat side reads is lenient, so
that it can be pointed at vLLM-Omni or SGLang, which add fields of their own.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Size = r"^[1-9]\d{1,3}x[1-9]\d{1,3}$"
Tier = Literal["standard", "fast", "preview"]
Loop = Literal["loop", "boomerang"]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Status(StrEnum):
    queued = "queued"
    in_progress = "in_progress"
    completed = "completed"
    failed = "failed"  # a cancelled job is failed with code "cancelled"

    @property
    def final(self) -> bool:
        return self in (Status.completed, Status.failed)


class Finish(Asked):
    """What is done to a clip after it was filmed; all of it can be done anew without filming.

    The sounds travel as files: `music` (under the whole clip) and `voice` (spoken over it).
    """

    caption: str | None = Field(None, min_length=1, max_length=60, description="words over it")
    loop: Loop | None = Field(
        None, description="loop: over and over without a seam; boomerang: there and back"
    )
    canvas: Literal["portrait"] | None = Field(
        None, description="portrait: 9:16 for phones, the sides filled with its blurred likeness"
    )
    cover_at: float | None = Field(
        None, ge=0, le=600, description="seconds: the moment on the cover; None: at two thirds"
    )
    music_volume: float | None = Field(None, ge=0, le=1, description="None: as loud as it came")
    silent: bool = Field(
        False, description="without its own sound, and the music and voice it had before"
    )
    mark: bool = Field(True, description="AI生成 in a corner")


class Wish(Asked):
    """What may be said of a film. `input_reference` (a photo), `music` and `voice` are files."""

    prompt: str | None = Field(None, min_length=1, max_length=4000)
    model: str | None = Field(None, max_length=200, description="an engine of /v1/models, or auto")
    size: str | None = Field(None, pattern=Size, description="WIDTHxHEIGHT in pixels")
    seconds: str | None = Field(
        None, pattern=r"^\d{1,3}(\.\d+)?$", description="length of the clip"
    )
    num_frames: int | None = Field(None, ge=1, le=1000)
    fps: int | None = Field(None, ge=1, le=60)
    num_inference_steps: int | None = Field(None, ge=1, le=200)
    guidance_scale: float | None = Field(None, ge=0, le=30)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    negative_prompt: str | None = Field(None, max_length=4000)
    tier: Tier | None = Field(
        None, description="fast skips attention, preview takes half the steps; both cost quality"
    )
    finish: Finish | None = Field(None, description="what is done to it once it is filmed")
    user: str | None = Field(None, max_length=128, description="opaque hash: channel and person")


class VideoRequest(Wish):
    """What to film. Left out: the engine's own default.

    `input_reference` (a photo), `music` and `voice` travel as files.
    """

    prompt: str = Field(min_length=1, max_length=4000)
    model: str = Field("auto", max_length=200, description="an engine of /v1/models, or auto")


class Remix(Wish):
    """What is different about a clip that is filmed again; left out: as it was.

    That holds for its engine, seed, photo, finish and sounds as well. The owner of the new job is
    `user`, or that of the old one.
    """

    new_seed: bool = Field(False, description="another seed, drawn here: 再来一个")


class Refinish(Finish):
    """A finished clip, finished anew: these options in place of all that it has now.

    Its music and voice stay unless others are sent or `silent` takes them away.
    """

    user: str | None = Field(None, max_length=128, description="opaque hash: channel and person")


class Join(Asked):
    """Clips one after the other, as they are seen now. The first one's size is everyone's."""

    videos: list[Annotated[str, Field(max_length=64)]] = Field(min_length=2, max_length=10)
    finish: Finish | None = None
    user: str | None = Field(None, max_length=128, description="opaque hash: channel and person")


class ImageRequest(Asked):
    """What to draw, in the shape of the OpenAI images API. One job a picture."""

    prompt: str = Field(min_length=1, max_length=4000)
    model: str = Field("auto", max_length=200, description="an engine of /v1/models, or auto")
    n: int = Field(1, ge=1, le=4)
    size: str | None = Field(None, pattern=Size, description="WIDTHxHEIGHT in pixels")
    response_format: Literal["b64_json"] = "b64_json"
    num_inference_steps: int | None = Field(None, ge=1, le=200)
    guidance_scale: float | None = Field(None, ge=0, le=30)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    negative_prompt: str | None = Field(None, max_length=4000)
    user: str | None = Field(None, max_length=128, description="opaque hash: channel and person")


class Problem(Told):
    code: str
    message: str


class VideoJob(Told):
    """One job as anyone may see it. `eta_s`: seconds until done, learnt from this machine.

    `step_downs`: what was made smaller so that it fitted the card, in order; empty as a rule.
    """

    id: str
    object: Literal["video", "image"] = "video"
    model: str
    status: Status
    progress: int = 0
    created_at: int
    started_at: int | None = None
    completed_at: int | None = None
    expires_at: int | None = None
    prompt: str | None = None
    size: str | None = None
    seconds: str | None = None
    num_frames: int | None = None
    fps: int | None = None
    seed: int | None = None
    remixed_from_video_id: str | None = None
    error: Problem | None = None
    stage: str | None = None
    queue_position: int | None = Field(None, description="jobs that come before; 0 = next")
    eta_s: int | None = Field(None, description="seconds until done; None = no history yet")
    tier: Tier = "standard"
    step_downs: list[str] = []
    num_inference_steps: int | None = None
    guidance_scale: float | None = None
    negative_prompt: str | None = None
    finish: Finish | None = Field(None, description="what was asked to be done to it after filming")
    has_photo: bool = Field(False, description="filmed from a photo; a remix takes it again")
    has_music: bool = False
    has_voice: bool = False
    joined: list[str] = Field([], description="the clips it was made of; no remix films it again")


class EngineCard(Told):
    """One engine and its limits, as GET /v1/models tells them."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "qunying"
    ready: bool = False
    reason: str | None = Field(None, description="English: why it is not ready")
    here: bool = Field(True, description="its folder or its key is here, ready or not")
    named: bool = Field(False, description="the config names it: it is never swapped")
    draft: bool = Field(False, description="its clips are visibly marked 草稿")
    legacy: bool = Field(False, description="works when named; nothing chooses it by itself")
    paid: bool = Field(False, description="every film costs money there")
    lane: Literal["card", "cloud"] = "card"
    makes: Literal["video", "image"] = "video"
    modes: list[Literal["text", "photo"]] = ["text"]
    languages: list[str] = ["en"]
    sizes: list[str] = []
    frame_counts: list[int] = []
    fps: int | None = None
    steps: list[int] = []
    guidance: tuple[float, float] | None = None
    prompt_tokens: int | None = None
    prompt_chars: int | None = None
    tiers: list[Tier] = ["standard"]
    negative: bool = Field(True, description="takes a negative prompt")
    seeds: int | None = Field(2**32, description="how many there are, from 0 on; None: takes none")
    licence: str | None = None


class EngineList(Told):
    """Engines in the order `auto` prefers them."""

    object: Literal["list"] = "list"
    data: list[EngineCard]


class Health(Told):
    """`instance` names the data folder this service owns."""

    status: str = "ok"
    instance: str = ""
    version: str = ""
    queued: int = 0
    running: int = 0
