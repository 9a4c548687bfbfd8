"""Which clip is meant: 刚才那个熊猫的, 昨天妈妈那个, a quoted one, or simply the last."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intents.base import Tools
from intents.dialogue import Choice, Dialogue, Question, Turn
from intents.errors import NotAllowed
from intents.shots import Shot, quoted_shot
from intents.tools.beijing import BEIJING
from intents.video import change_wording as wording

MOST_CHOICES = 3
LONGEST_LABEL = 14
BACK = {"今天": 0, "今早": 0, "今晚": 0, "昨天": 1, "昨晚": 1, "前天": 2, "大前天": 3}
DAY = re.compile(r"大前天|前天|昨天|昨晚|今天|今早|今晚")
WEEK = re.compile(r"(?P<last>上)?(?:个)?(?:周|星期|礼拜)(?!末|[一二三四五六日天])")
NEWEST = re.compile(r"刚才|刚刚|刚(?=[拍发做])|最近|最后|最新|上一[个段条]")
OLDEST = re.compile(r"第一[个段条]|头一[个段条]|最(?:开始|早|前)")  # of those of the last day
MINE = re.compile(r"(?<!给)我(?!们|家)")
# what points but tells nothing of what is to be seen
EMPTY = re.compile(
    r"大前天|前天|昨天|昨晚|今天|今早|今晚|早上|上午|中午|下午|晚上(?=.{0,4}[拍做发])|刚才|刚刚|刚|最近|最后|最新"
    r"|上一?次|上(?:个?(?:周|星期|礼拜))|之前|以前|前面|上面|第一|头一|最(?:开始|早|前)|再|把|将|那|这|请|帮我|给我|一下|[一二两三]?[个段条部次遍]"
    r"|的|做好?|拍好?|录|生成|要|发|给|我|看看?|视频|短片|片子|动画|图片|照片|图|大家|群里|了|吧|呗|小爱|[，,。！!？?\s]"
)


@dataclass(frozen=True, slots=True)
class Pointed:
    """What was said of the clip: since when and until, whose, what it shows."""

    since: date | None
    until: date | None
    people: frozenset[str]
    words: str
    newest: bool
    oldest: bool = False

    @property
    def narrow(self) -> bool:
        return bool(self.since or self.people or self.words)

    def fits(self, shot: Shot, *, shown: bool = False) -> bool:
        """Whether it may be meant; with `shown` only by what it shows, not by what was said."""
        day = _day(shot)
        if self.since and self.until and not self.since <= day <= self.until:
            return False
        if self.people and not self.people & {shot.name, shot.sender}:
            return False
        told = shot.wish if shown else f"{shot.wish} {shot.words}"
        return not self.words or _alike(self.words, told)


async def point(
    dialogue: Dialogue,
    said: str | None,
    tools: Tools,
    *,
    states: Collection[str] = ("sent", "making"),
    makes: Collection[str] = ("video",),
) -> Shot | Question:
    """The clip that is meant by `said`; a question when two fit; NotAllowed when none does."""
    ask = dialogue.ask
    every = await tools.library.shots(ask) if tools.library else ()
    if named := next((shot for shot in every if shot.job == said), None):
        return named
    if quoted := quoted_shot(ask, every):
        return quoted
    shots = [shot for shot in every if shot.state in states and shot.makes in makes]
    if not shots:
        raise NotAllowed("nothing was made in this room", say=_why_none(every, makes))
    pointed = read(said or "", ask, {shot.name for shot in every})
    fitting = [shot for shot in shots if pointed.fits(shot)]
    # 把熊猫换成猫 made a cat: whoever wants the panda again does not mean that one
    found = [shot for shot in fitting if pointed.fits(shot, shown=True)] or fitting
    if not found:
        raise NotAllowed("no clip like what was said", say=wording.NOT_FOUND)
    if pointed.oldest:
        return [shot for shot in found if _day(shot) == _day(found[0])][-1]
    kinds = _newest_of_each(found)
    if len(kinds) == 1 or pointed.newest or not pointed.narrow:
        return found[0]
    return which(kinds, ask.at)


def _why_none(every: Sequence[Shot], makes: Collection[str]) -> str:
    """What to say where nothing can be meant: it is to come, there are only pictures, nothing."""
    if any(shot.state == "making" and shot.makes in makes for shot in every):
        return wording.STILL_TO_COME
    drawn = any(shot.makes == "image" and shot.state != "failed" for shot in every)
    return wording.ONLY_CLIPS if drawn else wording.NOTHING_HERE


def _day(shot: Shot) -> date:
    return shot.at.astimezone(BEIJING).date()


def _newest_of_each(shots: Sequence[Shot]) -> list[Shot]:
    """Takes of one wish, with other seeds or captions, are one thing to choose: the newest."""
    each: dict[tuple[str, object], Shot] = {}
    for shot in shots:
        each.setdefault((shot.wish, shot.kept.get("photo")), shot)
    return list(each.values())


def which(
    found: Sequence[Shot], now: datetime, text: str = wording.WHICH, default: int | None = 0
) -> Question:
    """One numbered question; silence means the newest, or with None nothing."""
    choices = tuple(Choice(label(shot, now), shot.job) for shot in found[:MOST_CHOICES])
    return Question(text, "clip", choices, default)


def label(shot: Shot, now: datetime) -> str:
    """A clip in a few words: 昨天妈妈要的熊猫吃竹子."""
    day = _day(shot)
    ago = (now.astimezone(BEIJING).date() - day).days
    near = 0 <= ago < len(wording.DAYS)
    told = wording.DAYS[ago] if near else wording.DAY.format(month=day.month, day=day.day)
    wish = (shot.wish or wording.A_PHOTO)[:LONGEST_LABEL]
    return wording.LABEL.format(day=told, name=shot.name, wish=wish)


def read(said: str, ask: Turn, names: Collection[str]) -> Pointed:
    """`said` taken apart; `names`: who in this room has wished for anything."""
    people = {name for name in names if name and name in said}
    words = said
    for name in people:
        words = words.replace(name, "")
    if MINE.search(said) and not people:
        people = {ask.sender}
    since, until = _days(said, ask.at.astimezone(BEIJING).date())
    newest, oldest = NEWEST.search(said) is not None, OLDEST.search(said) is not None
    return Pointed(since, until, frozenset(people), EMPTY.sub("", words), newest, oldest)


def _days(said: str, today: date) -> tuple[date | None, date | None]:
    if found := DAY.search(said):
        day = today - timedelta(days=BACK[found[0]])
        return day, day
    if found := WEEK.search(said):
        monday = today - timedelta(days=today.weekday() + (7 if found["last"] else 0))
        return monday, monday + timedelta(days=6)
    return None, None


def _alike(words: str, text: str) -> bool:
    """Whether `text` tells of these words: as they stand, or most of their pairs of characters."""
    if words in text:
        return True
    pairs = [words[i : i + 2] for i in range(len(words) - 1)]
    return bool(pairs) and sum(pair in text for pair in pairs) * 2 >= len(pairs)
