"""图片生成: a picture from words; 再来一张 and 换个风格 go on from the last one."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from intents.base import Intent, Tools
from intents.dialogue import Choice, Dialogue, Done, Keep, Question, Reply, Text, Ticket
from intents.errors import NotAllowed
from intents.making.engines import Pick, pick
from intents.making.orders import Craft, Order, engines, who
from intents.making.swapping import swapped
from intents.making.waiting import acknowledge
from intents.picture import wording, writer
from intents.video.changing.chinese import in_chinese
from intents.video.changing.meaning import meant
from video_service.schema import ImageRequest, VideoJob

LONGEST_WISH = 300
CHANGE = re.compile("(?:把|将)?.{0,8}?[换改变][成为]")
NAME = "图片生成"


def _short(wish: object) -> object:
    return (" ".join(wish.split())[:LONGEST_WISH] or None) if isinstance(wish, str) else wish


class Slots(BaseModel):
    """What to draw, or how to go on from the last picture."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wish: Annotated[str | None, BeforeValidator(_short)] = Field(
        None, description="要画的内容，照原话写，不含“帮我画一张”这类命令词；没说内容就留空"
    )
    style: Annotated[str | None, BeforeValidator(_short)] = Field(
        None, description="说到的画风，如 水彩、卡通；没说就留空"
    )
    again: Literal["再来一张", "换风格"] | None = Field(
        None, description="接着上一张图：再来一张一样内容的，或者换个风格"
    )


async def answer(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """One acknowledgement and a ticket, or one question, or an IntentError."""
    before = dialogue.last(NAME) if slots.again else None
    wish = _wish(slots.wish, _kept(before, "wish"))
    if wish is None:
        if slots.again:
            raise NotAllowed("no picture to go on from", say=wording.NOTHING_BEFORE)
        return (_ask_what(),)
    style = _style(slots, before)
    cards = await engines(tools, wording)
    chosen = pick(cards, "text", wording, writer=tools.llm is not None, makes="image")
    whole = wording.IN_STYLE.format(wish=wish, style=style) if style else wish
    create = partial(_create, dialogue, chosen, tools)
    craft = Craft(wording, writer.DRAWING, tools.video.find_image, create, makes="image")
    # the same picture once more: the same words with another seed; written anew it would be another
    same = slots.again == "再来一张" and not slots.wish and _kept(before, "model") == chosen.card.id
    prompt = _kept(before, "prompt") if same else None
    placed = await Order(dialogue, whole, chosen, tools, craft).place(prompt)
    kept = {"wish": wish, "style": style, "prompt": placed.prompt, "model": chosen.card.id}
    said = Text(acknowledge(placed.job, chosen, wording))
    return (said, Ticket(placed.job.id, "image"), Keep(kept))


def _ask_what() -> Question:
    choices = tuple(Choice(label, label) for label in wording.CHOICES)
    return Question(wording.WHAT, "wish", choices, default=0, after_s=60, open=True)


def _wish(said: str | None, had: str | None) -> str | None:
    """What is to be seen: what is said now, worked into the last picture's wish if it is a change.

    >>> _wish("换成猫", "一只恐龙在睡觉")
    '一只猫在睡觉'
    """
    if said is None or had is None:
        return said or had
    if CHANGE.match(said):
        return in_chinese(had, meant(said))[:LONGEST_WISH]
    return swapped(had, said) or said


def _kept(before: Done | None, name: str) -> str | None:
    value = before.kept.get(name) if before else None
    return value if isinstance(value, str) else None


def _style(slots: Slots, before: Done | None) -> str | None:
    """The style that was said; for another one the next in line; else the last picture's."""
    if slots.style:
        return slots.style.removesuffix("风格").removesuffix("风") or None
    had = _kept(before, "style")
    return _next(wording.STYLES, had) if slots.again == "换风格" else had


def _next(styles: Sequence[str], had: str | None) -> str:
    return styles[(styles.index(had) + 1) % len(styles) if had in styles else 0]


async def _create(
    dialogue: Dialogue, chosen: Pick, tools: Tools, prompt: str, key: str
) -> VideoJob:
    request = ImageRequest(prompt=prompt, model=chosen.card.id, user=who(dialogue.ask))
    return await tools.video.create_image(request, key=key)


INTENT = Intent(name=NAME, slots=Slots, answer=answer)
