"""Finishing words: 配上生日快乐, 循环播放, 竖屏, 封面, 配乐, 配音说… out of what was said."""

import re
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from intents.finders import compiled
from intents.making import wording as making_wording
from intents.video.slots import Change, Slots
from video_service.schema import Finish

QUOTED = re.compile(r"[“\"「『‘']([^”\"」』’']{1,200})(?:[”\"」』’']|$)")
HELD = "\ue000"  # stands for a quoted text while the sentence is taken apart
OPENS = re.compile(r"(字幕|文字|字样|标题|配音|旁白)[：:\s，,]+(?=\S)")
EDITS = re.compile(
    r"[慢快近远亮暗大小高低长短]一?[点些]|[换改变][成为作]|加速|放慢|太[快慢长短亮暗大小]"
)
BETWEEN = re.compile(r"[，,。；;！!\s]+")


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(alias="is")
    say: str
    value: str = ""


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    words: dict[str, str]
    rules: tuple[_Rule, ...]


@dataclass(frozen=True, slots=True)
class Finishing:
    """What is wanted of a clip once it is filmed; None: nothing was said of it.

    An empty `caption`, `loop` or `canvas` takes away what is there. `cover`: the moment, as it
    was said. `music`: the song that was sent in the chat; `voice`: words to be spoken, empty when
    they were not said; `unmark`: 把水印去掉.
    """

    caption: str | None = None
    loop: str | None = None
    canvas: str | None = None
    cover: str | None = None
    music: bool = False
    silent: bool = False
    voice: str | None = None
    unmark: bool = False

    def __bool__(self) -> bool:
        return self != NOTHING

    def __or__(self, other: "Finishing") -> "Finishing":
        """This, with what `other` says put in its place."""
        said = {k: v for k in self.__slots__ if (v := getattr(other, k)) not in (None, False)}
        return replace(self, **said)

    def onto(self, before: Finish | None = None, seconds: float = 6.0) -> Finish:
        """How a clip of `seconds` that is finished as `before` is to be finished now.

        Raises pydantic.ValidationError for a caption that no picture can hold.
        """
        said = {"caption": self.caption, "loop": self.loop, "canvas": self.canvas}
        new: dict[str, object] = {k: v or None for k, v in said.items() if v is not None}
        if self.cover is not None:
            new["cover_at"] = _cover_at(self.cover, seconds)
        if self.silent:
            new["silent"] = True
        kept = before.model_dump(exclude={"silent"}) if before else {}
        return Finish.model_validate({**kept, **new})


NOTHING = Finishing()


def parse(said: str) -> tuple[str, Finishing]:
    """What is left of `said`, and the finishing that was asked for in it."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[1])
        return f"{HELD}{len(held) - 1}{HELD}"

    wanted, rest = NOTHING, []
    whole = OPENS.sub(r"\1：", QUOTED.sub(hold, said))
    for clause in filter(None, BETWEEN.split(whole)):
        if (more := _taken(clause, wanted, held)) is None:
            rest.append(clause)
        else:
            wanted = more
    if not wanted:
        return said, wanted
    return _released("，".join(rest), held, "“{}”"), wanted


def take_out(slots: Slots) -> tuple[Slots, Finishing]:
    """The wish without its finishing words, and those; a wish of nothing else is about a clip."""
    slots = _in_style(slots)
    wish, wanted = parse(slots.wish or "")
    wanted |= parse(slots.finish or "")[1]
    if wanted:
        slots = slots.model_copy(update={"wish": wish or None})
    return slots.model_copy(update={"change": _change(slots, wanted)}), wanted


def _change(slots: Slots, wanted: Finishing) -> Change | None:
    """What is really meant: 再来一个 with another wish in it is new, as a model may not see."""
    if slots.change is None and wanted and not (slots.wish or slots.uses_photo):
        return "加工"
    if slots.change in ("再来一个", "加工") and slots.wish and not slots.clip:
        return "改一改" if EDITS.search(slots.wish) else None
    return slots.change


def _in_style(slots: Slots) -> Slots:
    """A style that stands beside a new wish belongs into it."""
    new = slots.change is None and slots.wish and slots.style
    if not new or str(slots.style) in str(slots.wish):
        return slots
    style = str(slots.style).removesuffix("风格")
    return slots.model_copy(
        update={"wish": making_wording.IN_STYLE.format(wish=slots.wish, style=style)}
    )


def _taken(clause: str, wanted: Finishing, held: list[str]) -> Finishing | None:
    for rule, pattern in RULES:
        if not (found := pattern.fullmatch(clause)):
            continue
        words = next((w for w in found.groupdict().values() if w), "")
        words = _released(words, held, "{}").strip("：: ")
        flag = rule.name in ("music", "silent", "unmark")
        said: dict[str, Any] = {rule.name: flag or words or rule.value}
        return replace(wanted, **said)
    return None


def _released(text: str, held: list[str], form: str) -> str:
    return re.sub(f"{HELD}(\\d+){HELD}", lambda at: form.format(held[int(at[1])]), text)


def _cover_at(said: str, seconds: float) -> float:
    """The second that is meant: 第3秒, 结尾, 中间; the very first one when none was named."""
    if number := re.search(r"(\d+(?:\.\d+)?)\s*秒", said):
        return min(float(number[1]), seconds)
    if re.search("结尾|最后|末尾", said):
        return max(0.0, round(seconds - 0.2, 2))
    return round(seconds / 2, 2) if re.search("中间|一半", said) else 0.0


def _rules() -> tuple[tuple[_Rule, re.Pattern[str]], ...]:
    text = resources.files(__package__ or "").joinpath("finishing.yaml").read_text("utf-8")
    told = _Rules.model_validate(yaml.safe_load(text))
    whole = {rule: f"〔头〕(?:{rule.say})〔尾〕" for rule in told.rules}
    return tuple((rule, compiled(text, told.words)) for rule, text in whole.items())


RULES = _rules()
