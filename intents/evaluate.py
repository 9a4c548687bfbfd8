"""How well does 小爱 understand? Measured on sentences with the right answer beside them.

    python -m intents.evaluate FILE.jsonl            as configured, the language model first
    python -m intents.evaluate FILE.jsonl --offline  the patterns alone, and what one costs
    make eval                                        ../shared/data/dev, else our own sentences

A row has `text` and `intent` (or `accept`, every label that is right), or `slots`.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from intents.base import Llm, Tools
from intents.dialogue import Dialogue, Photo, Turn
from intents.recognize import PATTERNS, recognize
from intents.registry import INTENTS
from intents.scores import CHAT, Guess, Measures, Row, measure
from intents.sentences import sentences_of
from intents.settings import IntentsSettings
from intents.tools.llm import build_llm
from intents.tools.towns import preload
from video_service.client import VideoClient, open_client
from video_service.schema.config import Config, load

DEV = Path(__file__).parents[2] / "shared" / "data" / "dev"
FILES = (
    "intent.jsonl", "templated.jsonl", "route_unspecified.jsonl", "ambiguous.jsonl", "slots.jsonl",
)  # fmt: skip
LABELS = tuple(intent.name for intent in INTENTS)
PHOTO_MARKS = ("[图片]", "[照片]")
# what a bot does that only looks for one word: the bar to beat
KEYWORDS = {
    "视频": "视频生成", "图": "图片生成", "画": "图片生成", "天气": "天气", "附近": "地点推荐",
    "推荐": "地点推荐", "走路": "步行规划", "步行": "步行规划", "骑": "骑行规划",
    "开车": "驾车规划", "驾车": "驾车规划", "公交": "公交规划", "地铁": "公交规划",
    "怎么走": "公交规划", "导航": "公交规划",
}  # fmt: skip


class Mind(Config):
    """The one section of config.yaml this needs."""

    intents: IntentsSettings = IntentsSettings()


def read(path: Path) -> list[Row]:
    lines = path.read_text("utf-8").splitlines()
    return [Row.model_validate_json(line) for line in lines if line.strip()]


def own() -> list[Row]:
    """The project's own sentences: sayings are right, near misses are anything else."""
    rows: list[Row] = []
    for intent in INTENTS:
        told = sentences_of(intent)
        others = tuple(label for label in LABELS if label != intent.name)
        for saying in told.sayings:
            if saying.offline and not saying.after and not saying.clip:
                text = PHOTO_MARKS[0] * saying.photo + saying.say
                rows.append(Row(text=text, intent=intent.name))
        if intent.name != CHAT:
            rows += [Row(text=miss, accept=others) for miss in told.near_misses]
    return rows


def by_patterns(rows: Iterable[Row]) -> tuple[list[Guess], list[float]]:
    """The guesses, and the seconds that each took."""
    preload()
    guesses, costs = [], []
    for row in rows:
        began = time.perf_counter()
        found = PATTERNS.find(row.text, photo=_has_photo(row))
        costs.append(time.perf_counter() - began)
        slots = found.slots.model_dump()
        guesses.append(Guess(row, found.intent.name, slots, found.certain))
    return guesses, costs


def by_one_word(rows: Iterable[Row]) -> list[Guess]:
    return [
        Guess(row, next((to for word, to in KEYWORDS.items() if word in row.text), CHAT), {})
        for row in rows
    ]


async def by_everything(rows: Iterable[Row], settings: IntentsSettings) -> list[Guess]:
    """The whole recognizer; without a language model that is the patterns."""
    async with build_llm(settings) as llm, open_client("http://127.0.0.1:9") as video:
        if llm is None:
            sys.stderr.write("no language model is configured: the patterns alone\n")
        return [await _guess(row, llm, video) for row in rows]


async def _guess(row: Row, llm: Llm | None, video: VideoClient) -> Guess:
    photos = (Photo("p", _no_photo),) if _has_photo(row) else ()
    turn = Turn("1", "eval", "eval", "eval", "妈妈", row.text, datetime.now(UTC), photos)
    found = await recognize(Dialogue((turn,)), Tools("小爱", llm, video))
    sure = found.by == "patterns" and found.confidence == 1
    return Guess(row, found.intent.name, found.slots.model_dump(), sure)


def _has_photo(row: Row) -> bool:
    return row.text.startswith(PHOTO_MARKS)


async def _no_photo() -> bytes:
    return b""


def table(found: Measures) -> Iterator[str]:
    """One measure a line, then precision and recall of each intent."""
    for name, value in found.items():
        if name != "intents":
            yield f"{name:18}{value:.3f}" if isinstance(value, float) else f"{name:18}{value}"
    for name, part in found.get("intents", {}).items():
        shares = "  ".join(f"{key} {part[key]:.3f}" for key in ("precision", "recall"))
        yield f"  {name}  {shares}  of {part['rows']}"


def misses(guesses: Iterable[Guess]) -> Iterator[str]:
    for guess in guesses:
        if guess.row.right and not guess.is_right:
            yield f"  {'/'.join(guess.row.right[:2])} -> {guess.intent}: {guess.row.text[:60]}"


def evaluate(rows: Sequence[Row], *, offline: bool) -> tuple[Measures, list[Guess]]:
    """What is printed for these rows. Offline: with the median milliseconds of a sentence."""
    if not offline:
        guesses = asyncio.run(by_everything(rows, load(Mind).intents))
        return measure(guesses, LABELS), guesses
    guesses, costs = by_patterns(rows)
    return measure(guesses, LABELS) | {"median_ms": 1000 * median(costs)}, guesses


def _naive(rows: Sequence[Row]) -> str:
    found = measure(by_one_word(rows), LABELS)
    names = ("macro_f1", "accepted", "hard_fire", "generator_fire")
    return "  ".join(f"{name} {found[name]:.3f}" for name in names if name in found)


def main() -> None:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("files", nargs="*", type=Path, metavar="FILE.jsonl")
    ask.add_argument("--offline", action="store_true", help="the patterns alone, no model asked")
    ask.add_argument("--json", action="store_true", help="one JSON object a file")
    ask.add_argument("--misses", action="store_true", help="every sentence got wrong")
    options = ask.parse_args()
    files = options.files or [path for name in FILES if (path := DEV / name).is_file()]
    sources = [(path.name, read(path)) for path in files] or [("our own sentences", own())]
    for name, rows in sources:
        if not rows:
            sys.exit(f"{name}: there are no sentences in it")
        found, guesses = evaluate(rows, offline=options.offline)
        if options.json:
            lines = [json.dumps({"file": name, **found}, ensure_ascii=False)]
        else:
            lines = [f"== {name}", *table(found)]
            if "accuracy" in found:
                lines.append(f"  (looking for one word: {_naive(rows)})")
        lines += misses(guesses) if options.misses else ()
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
