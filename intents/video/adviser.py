"""Steps, guidance and frames by what is to be seen; the remedy for what people complain of.

Nobody in the family is ever asked about numbers. The table is that of I2VGen-XL's refiner (person,
animal, landscape, still), beside CogVideoX's own range of 5 to 7, above which it stiffens. What an
engine's card does not allow is never set, and engines on other people's machines get nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from video_service.schema import EngineCard, VideoJob

Subject: TypeAlias = Literal["person", "animal", "landscape", "still", "building", "text"]
Symptom: TypeAlias = Literal["stiff", "flicker", "ignored", "blurry", "short", "long"]
Settings: TypeAlias = dict[str, int | float | str]


@dataclass(frozen=True, slots=True)
class Take:
    """One row: steps, guidance, frames; None = as the engine does by itself."""

    steps: int | None = None
    guidance: float | None = None
    frames: int | None = None


@dataclass(frozen=True, slots=True)
class Craft:
    """What is known of one family of engines: its own settings, where it is at its best."""

    usual: Take
    best: tuple[float, float]  # guidance
    takes: Mapping[Subject, Take]


STILL = Take(steps=40, guidance=8.0, frames=8)
CRAFTS: Mapping[str, Craft] = {
    "i2vgen": Craft(
        usual=Take(50, 9.0, 16),
        best=(7.0, 11.0),
        takes={
            "person": Take(60, 10.0, 16),
            "animal": Take(55, 9.5, 16),
            "landscape": Take(50, 9.0, 24),
            **dict.fromkeys(("still", "building", "text"), STILL),
        },
    ),
    "cogvideox": Craft(
        usual=Take(50, 6.0),
        best=(5.0, 7.0),
        takes={
            "person": Take(50, 6.5),
            **dict.fromkeys(("still", "building", "text"), Take(40, 5.5)),
        },
    ),
    "wan": Craft(
        usual=Take(50, 5.0),
        best=(4.0, 7.0),
        takes={
            "person": Take(50, 5.5),
            **dict.fromkeys(("still", "building", "text"), Take(40, 5.0)),
        },
    ),
}
LENGTHS: Mapping[Symptom, float] = {"short": 1.5, "long": 2 / 3}  # times as many frames
# the first that is found; a dog with a girl is about the girl
SAID: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    ("person", re.compile(
        "奶奶|爷爷|妈妈|爸爸|外婆|外公|姥姥|姥爷|宝宝|孩子|小朋友|女孩|男孩|姑娘|老人|[他她]|人")),
    ("animal", re.compile(
        "[猫狗鸟鱼兔马牛羊猪鸡鸭鹅虎狮熊猴象龙蛇]|蝴蝶|蜜蜂|动物|企鹅|松鼠")),
    ("landscape", re.compile(
        "[海山河湖江溪云雪雨林田]|瀑布|草原|日[出落]|星空|风景|花|树|天空|夕阳")),
    ("building", re.compile("[楼塔桥]|房子|房屋|古镇|老街|城市|教堂|宫殿")),
    ("still", re.compile("蛋糕|杯|碗|菜|饭|玩具|车|桌|灯|书")),
)  # fmt: skip


def subject(words: str) -> Subject | None:
    """What the words are about, where nobody has looked; None when they do not tell."""
    return next((name for name, found in SAID if found.search(words)), None)


def advise(shows: Subject | None, card: EngineCard, *, text: bool = False) -> Settings:
    """Fields of an order that differ from what the engine does by itself; often none.

    With `text`, nothing but words is filmed: frames stay as they are.
    """
    craft = _craft(card)
    take = craft.takes.get(shows) if craft and shows else None
    if craft is None or take is None:
        return {}
    wished: Settings = {}
    if steps := _nearest(take.steps, card.steps):
        wished["num_inference_steps"] = steps
    if take.guidance and _allowed(take.guidance, card):
        wished["guidance_scale"] = take.guidance
    if not text and (frames := _nearest(take.frames, card.frame_counts)):
        wished["num_frames"] = frames
    usual = _fields(craft.usual)
    return {name: value for name, value in wished.items() if usual.get(name) != value}


def remedy(symptom: Symptom, job: VideoJob, card: EngineCard) -> Settings:
    """What to change in `job` against `symptom`; empty when this engine has no such handle.

    Stiff or not what was asked: more guidance, else more steps. Flicker: fewer frames, else a
    smaller picture. Blurred: more steps. Too short or too long: the next length that can be seen.
    One change at a time, within the card and within what the engine is good at.
    """
    if symptom in LENGTHS:
        return _another_length(job, card, LENGTHS[symptom])
    craft = _craft(card)
    if craft is None:
        return {}
    if symptom == "flicker":
        return _fewer_frames(job, card) or _smaller(job, card)
    guided = _more_guidance(craft, card) if symptom in ("stiff", "ignored") else {}
    return guided or _more_steps(craft, card)


def _more_guidance(craft: Craft, card: EngineCard) -> Settings:
    """One notch up, and never above what the engine bears: beyond it, motion stiffens."""
    more = min((craft.usual.guidance or 0.0) + 1.0, craft.best[1])
    return {"guidance_scale": more} if _allowed(more, card) else {}


def _more_steps(craft: Craft, card: EngineCard) -> Settings:
    more = [steps for steps in card.steps if steps > (craft.usual.steps or 0)]
    return {"num_inference_steps": min(more)} if more else {}


def _fewer_frames(job: VideoJob, card: EngineCard) -> Settings:
    """The next smaller count that the engine films, never less than half."""
    had = job.num_frames or max(card.frame_counts, default=0)
    fewer = [count for count in card.frame_counts if had / 2 <= count < had]
    return {"num_frames": max(fewer)} if fewer else {}


def _another_length(job: VideoJob, card: EngineCard, times: float) -> Settings:
    """The count nearest to `times` as many frames; empty where there is none on that side."""
    had = job.num_frames
    other = [n for n in card.frame_counts if had and (n - had) * (times - 1) > 0]
    wished = (had or 0) * times
    return {"num_frames": min(other, key=lambda it: abs(it - wished))} if other else {}


def _smaller(job: VideoJob, card: EngineCard) -> Settings:
    """The next smaller size of the same shape, upright or not."""
    sides = {size: _sides(size) for size in card.sizes}
    had = _sides(job.size or next(iter(card.sizes), "1x1"))
    smaller = [
        size
        for size, (width, height) in sides.items()
        if width * height < had[0] * had[1] and (width > height) == (had[0] > had[1])
    ]
    return {"size": max(smaller, key=lambda it: sides[it])} if smaller else {}


def _sides(size: str) -> tuple[int, int]:
    width, _, height = size.partition("x")
    return int(width), int(height)


def _craft(card: EngineCard) -> Craft | None:
    """Known by the engine's name; a service elsewhere has its own ideas."""
    if card.lane == "cloud" or card.draft or card.makes != "video":
        return None
    name = card.id.lower()
    return next((craft for start, craft in CRAFTS.items() if start in name), None)


def _fields(take: Take) -> Settings:
    told = {
        "num_inference_steps": take.steps,
        "guidance_scale": take.guidance,
        "num_frames": take.frames,
    }
    return {name: value for name, value in told.items() if value is not None}


def _nearest(wished: int | None, allowed: list[int]) -> int | None:
    if wished is None or not allowed:
        return None
    return min(allowed, key=lambda it: (abs(it - wished), it))


def _allowed(guidance: float, card: EngineCard) -> bool:
    return card.guidance is not None and card.guidance[0] <= guidance <= card.guidance[1]
