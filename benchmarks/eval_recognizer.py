"""How well does 小爱 understand? Measured on sentences that stay outside the project.

    make eval                                    the offline patterns
    python -m benchmarks.eval_recognizer --llm   the whole recognizer with the configured model

Reads the folder that --data names (default: ../shared/data/dev); nothing is copied from there.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from intents.base import Llm, Tools
from intents.dialogue import Dialogue, Photo, Turn
from intents.patterns import Patterns
from intents.recognize import recognize
from intents.registry import INTENTS
from intents.settings import IntentsSettings
from intents.tools.llm import build_llm
from video_service.client import open_client
from video_service.schema.config import Config, load

DATA = Path(__file__).parents[2] / "shared" / "data" / "dev"
FILES = ("intent.jsonl", "templated.jsonl")
VIDEO = "视频生成"


class Mind(Config):
    """The one section this needs."""

    intents: IntentsSettings = IntentsSettings()


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    intent: str
    tag: str

    @property
    def has_photo(self) -> bool:
        return self.text.startswith("[图片]")


@dataclass(frozen=True, slots=True)
class Judged:
    row: Row
    guess: str
    certain: bool
    wish: str | None


def rows(folder: Path) -> Iterator[Row]:
    for name in FILES:
        for line in (folder / name).read_text("utf-8").splitlines():
            raw = json.loads(line)
            yield Row(raw["text"], raw["intent"], raw["tag"])


def by_patterns(some: Iterable[Row]) -> list[Judged]:
    patterns = Patterns(INTENTS)
    judged = []
    for row in some:
        found = patterns.find(row.text, photo=row.has_photo)
        wish = getattr(found.slots, "wish", None)
        judged.append(Judged(row, found.intent.name, found.certain, wish))
    return judged


def by_one_word(some: Iterable[Row]) -> list[Judged]:
    """What a bot does that only looks for 视频: the bar to beat."""
    return [Judged(row, VIDEO if "视频" in row.text else "", False, None) for row in some]


async def by_everything(some: Iterable[Row], settings: IntentsSettings) -> list[Judged]:
    async with (
        build_llm(settings) as llm,
        open_client("http://127.0.0.1:9") as video,
    ):
        if llm is None:
            sys.exit("no language model is configured: set a provider's key, see config.yaml")
        return [await _judge(row, llm, Tools("小爱", llm, video)) for row in some]


async def _judge(row: Row, llm: Llm, tools: Tools) -> Judged:
    photos = (Photo("p", _no_photo),) if row.has_photo else ()
    turn = Turn("1", "eval", "eval", "eval", "妈妈", row.text, datetime.now(UTC), photos)
    found = await recognize(Dialogue((turn,)), tools)
    sure = found.by == "patterns" and found.confidence == 1
    return Judged(row, found.intent.name, sure, getattr(found.slots, "wish", None))


async def _no_photo() -> bytes:
    return b""


def table(judged: list[Judged]) -> Iterator[str]:
    wanted = [j for j in judged if j.row.intent == VIDEO]
    fired = [j for j in judged if j.guess == VIDEO]
    right = [j for j in fired if j.row.intent == VIDEO]
    hard = [j for j in judged if j.row.tag == "hard_video"]
    near = [j for j in judged if j.row.tag.startswith("hard_")]
    precision, recall = _share(right, fired), _share(right, wanted)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    yield f"sentences {len(judged)}, {VIDEO} wanted {len(wanted)}"
    yield f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
    yield f"hard_video fired {_count(hard)}, all hard_* fired {_count(near)}"
    if certain := [j for j in fired if j.certain]:
        sure = [j for j in certain if j.row.intent == VIDEO]
        yield f"certain without a model {len(certain)}, of them right {_share(sure, certain):.3f}"


def _share(part: list[Judged], whole: list[Judged]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _count(some: list[Judged]) -> str:
    fired = [j for j in some if j.guess == VIDEO]
    return f"{len(fired)} of {len(some)} ({_share(fired, some):.1%})"


def details(judged: list[Judged]) -> Iterator[str]:
    for j in judged:
        if (j.guess == VIDEO) != (j.row.intent == VIDEO):
            what = "missed" if j.row.intent == VIDEO else "fired "
            yield f"{what}  [{j.row.tag}] {j.row.text[:70]}"
        elif j.guess == VIDEO:
            yield f"wish    {j.row.text[:44]} -> {(j.wish or '-')[:40]}"


def main() -> None:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--data", type=Path, default=DATA)
    ask.add_argument("--llm", action="store_true", help="ask the configured language model, too")
    ask.add_argument("--details", action="store_true", help="every miss, and every wish found")
    options = ask.parse_args()
    if not options.data.is_dir():
        sys.exit(f"there are no sentences at {options.data}")
    some = list(rows(options.data))
    judged = (
        asyncio.run(by_everything(some, load(Mind).intents)) if options.llm else by_patterns(some)
    )
    shown = ["looking for one word:", *table(by_one_word(some)), "", "this recognizer:"]
    shown += [*table(judged), *(details(judged) if options.details else ())]
    sys.stdout.write("\n".join(shown) + "\n")


if __name__ == "__main__":
    main()
