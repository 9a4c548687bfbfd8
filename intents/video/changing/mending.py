"""太僵了, 老是闪, 不像, 糊: one remedy, once, said in one line; and 短一点, 长一点."""

import re

from intents.base import Tools
from intents.dialogue import Dialogue, Question, Reply
from intents.errors import NotAllowed, Unreachable
from intents.video import change_wording as words
from intents.video import wording
from intents.video.adviser import LENGTHS, Symptom, remedy
from intents.video.changing.pointing import point
from intents.video.changing.refilming import card_of, refilm
from intents.video.slots import Slots
from video_service.client import ServiceRefused, VideoServiceError
from video_service.schema import Remix

SYMPTOMS: tuple[tuple[Symptom, re.Pattern[str]], ...] = (
    ("flicker", re.compile(r"闪|抖|忽明忽暗|跳来跳去|一跳一跳")),
    ("stiff", re.compile(r"僵|呆|不动|没动|没怎么动|动得少|太死|太静|像图片")),
    ("blurry", re.compile(r"糊|不清|看不清|不够清")),
    ("ignored", re.compile(r"不像|不一样|不对|没按|没照|跑题|不是我")),
)
LENGTH = re.compile(
    r"^(?:时间|时长|长度|视频|片子|它|拍得|做得|[再要得拍做弄把能太好]|可以|稍微|更|有点儿?|这么)*"
    r"(?P<how>[长短久])(?:一?[点些]点?儿?|了)*[吧呗吗呀啊好。！!？?]*$"
)


def asks_for_length(wish: str) -> Symptom | None:
    """What is wrong with its length by 短一点, 时间太短了; None for 头发长一点 and the like."""
    found = LENGTH.match(wish)
    if found is None:
        return None
    complains = re.search("太|这么|有点儿?[长短]|好[长短]", wish) is not None
    return "short" if (found["how"] == "短") == complains else "long"


async def mend(dialogue: Dialogue, slots: Slots, tools: Tools) -> Reply:
    """A new take with the parameters that help; the second time what else could be done."""
    shot = await point(dialogue, slots.clip, tools, states=("sent",))
    if isinstance(shot, Question):
        return (shot,)
    symptom = _symptom(slots.wish or dialogue.ask.said or dialogue.ask.text)
    tried = [str(it) for it in shot.kept.get("mended") or ()]
    if symptom in tried and symptom not in LENGTHS:
        raise NotAllowed(f"{shot.job}: {symptom} was mended before", say=words.NO_REMEDY[symptom])
    try:
        job = await tools.video.get(shot.job)
    except ServiceRefused as error:
        raise NotAllowed(str(error), say=words.FORGOTTEN) from error
    except VideoServiceError as error:
        raise Unreachable(str(error), say=wording.ASLEEP) from error
    card = await card_of(job.model, tools)
    changed = remedy(symptom, job, card) if card else None
    if not changed:
        raise NotAllowed(f"{shot.job}: nothing helps {symptom}", say=words.NO_REMEDY[symptom])
    said = words.REMEDY[symptom]
    changes = Remix.model_validate(changed)
    keep = {"mended": [*tried, symptom]}
    return await refilm(dialogue, shot, changes, tools, said=said, keep=keep)


def _symptom(said: str) -> Symptom:
    if length := asks_for_length(said):
        return length
    return next((name for name, words in SYMPTOMS if words.search(said)), "ignored")
