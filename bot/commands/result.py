"""What `qunying ask` leaves behind: files with readable names, and one JSON object."""

import asyncio
import codecs
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import av
from PIL import Image
from rich.console import Console

from bot import messages
from bot.channels.ask import Said
from bot.clips import read_sidecar
from bot.commands.failures import CommandFailed, CommandMisused
from bot.settled import Settled

LONGEST_NAME = 24


async def save(replies: list[Said], ended: Settled | None, text: str, out: Path) -> dict[str, Any]:
    """Copy the media into `out` and describe everything that came back."""
    return await asyncio.to_thread(_save, replies, ended, text, out)


def try_folder(out: Path) -> None:
    """Find out before anything is filmed whether it can be kept; blocking."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        line = messages.ASK_OUT_BAD.format(path=out, why=error.strerror or error)
        raise CommandMisused(line) from error


def report(result: dict[str, Any], *, as_json: bool) -> None:
    """One object on stdout, or where the files are (the words were shown as they came)."""
    if as_json:
        readable = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
        sys.stdout.write(json.dumps(result, ensure_ascii=not readable) + "\n")
        return
    console = Console()
    for reply in result["replies"]:
        if "path" in reply:
            line = messages.ASK_SAVED.format(path=reply["path"])
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _save(said: list[Said], ended: Settled | None, text: str, out: Path) -> dict[str, Any]:
    told: dict[str, object] = {}
    replies: list[dict[str, Any]] = []
    for reply in said:
        if reply.file is None:
            replies.append({"type": "text", "text": reply.text})
            continue
        told = read_sidecar(reply.file.with_suffix(".json")) or told
        replies.append({"type": reply.kind, **_keep(reply.file, text, out)})
    return {
        "intent": (ended and ended.intent) or None,
        "replies": replies,
        "prompt": told.get("prompt"),
        "model": told.get("model"),
        "job_id": ended and ended.job_id,
    }


def _keep(source: Path, text: str, out: Path) -> dict[str, Any]:
    target = out / f"{_readable(text)}-{source.stem[-6:]}{source.suffix}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        if (sidecar := source.with_suffix(".json")).is_file():
            shutil.copy2(sidecar, target.with_suffix(".json"))
    except OSError as error:
        line = messages.ASK_OUT_BAD.format(path=out, why=error.strerror or error)
        raise CommandFailed(line) from error
    return {"path": str(target), **_measured(target)}


def _measured(file: Path) -> dict[str, Any]:
    if file.suffix == ".png":
        with Image.open(file) as drawn:
            return {"width": drawn.width, "height": drawn.height}
    with av.open(str(file)) as film:
        picture = film.streams.video[0]
        seconds = float(film.duration or 0) / av.time_base
        return {
            "width": picture.width,
            "height": picture.height,
            "seconds": round(seconds, 3),
        }


def _readable(text: str) -> str:
    """The words of the wish as a file name any system takes."""
    return re.sub(r"[^\w]+", "-", text).strip("-_")[:LONGEST_NAME].strip("-_") or "clip"
