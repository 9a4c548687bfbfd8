"""把这三个接起来: the room's last clips, one after the other, in the order they were wished for."""

import re

from intents.base import Tools
from intents.dialogue import Dialogue, Keep, Reply, Text, Ticket
from intents.errors import NotAllowed
from intents.making.orders import who
from intents.shots import Shot
from intents.video import change_wording as wording
from intents.video.changing.finishing import Finishing
from intents.video.changing.pointing import read
from intents.video.changing.polishing import ready_soon
from intents.video.changing.refilming import place
from intents.video.changing.sounds import extras
from intents.video.slots import Slots
from video_service.schema import VideoJob

MOST = 10  # what the service joins
DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "俩": 2,
    "仨": 3,
}
COUNT = re.compile(r"(?P<n>\d{1,2}|[两俩仨二三四五六七八九十])(?=[个段条部]|$|[拼接合连])")
SEVERAL = re.compile(r"几[个段条]|全部|所有|都|全")


async def join(dialogue: Dialogue, slots: Slots, wanted: Finishing, tools: Tools) -> Reply:
    """A new clip out of the last two, or of as many as were named."""
    ask = dialogue.ask
    said = ask.said or ask.text
    shots = await tools.library.shots(ask) if tools.library else ()
    sent = [shot for shot in shots if shot.state == "sent" and shot.makes == "video"]
    replaced = {shot.kept.get("of") for shot in sent if shot.kept.get("finished")}
    parts = [shot for shot in sent if not shot.kept.get("joined") and shot.job not in replaced]
    pointed = read(slots.clip or "", ask, {shot.name for shot in shots})
    if pointed.since or pointed.people:
        parts = [shot for shot in parts if pointed.fits(shot)]
    chosen = _chosen(parts, said)
    more = await extras(wanted, dialogue, tools)

    async def order() -> VideoJob:
        return await tools.video.join(
            [shot.job for shot in chosen],
            more.finish,
            key=f"{ask.key}:0",
            music=more.music,
            voice=more.voice,
            user=who(ask),
        )

    job = await place(tools, order)
    kept = {"joined": [shot.job for shot in chosen], "wish": "，".join(s.wish for s in chosen)[:60]}
    return (Text(ready_soon(job)), Ticket(job.id), Keep(kept))


def _chosen(newest_first: list[Shot], said: str) -> list[Shot]:
    """Oldest first. 这几个 means all of the last day's that one clip can hold."""
    if found := COUNT.search(said):
        count = int(found["n"]) if found["n"].isdigit() else DIGITS[found["n"]]
    elif SEVERAL.search(said) and newest_first:
        day = newest_first[0].at.date()
        count = max(2, sum(shot.at.date() == day for shot in newest_first))
    else:
        count = 2
    count = min(count, MOST)
    if count < 2 or len(newest_first) < count:
        raise NotAllowed(f"{len(newest_first)} clips, {count} wanted", say=wording.TOO_FEW)
    return newest_first[:count][::-1]
