"""How a trial went, in Chinese: what it took, or why it failed."""

from typing import Any

from rich.console import Console

from video_service.models import wording
from video_service.models.common import tell


def show(told: dict[str, Any], console: Console) -> None:
    """`told` is what `trial.attempt` gives."""
    if not told["ok"]:
        tell(_why(told), console, "red")
        return
    for line in _passed(told):
        tell(line, console)


def _passed(told: dict[str, Any]) -> list[str]:
    smallest = wording.SMALLEST if told["frames"] > 1 else wording.SMALLEST_PICTURE
    lines = [
        wording.PASSED.format(name=told["id"], seconds=told["total_s"]),
        smallest.format(**told),
    ]
    for stage, seconds in told["seconds"].items():
        words = wording.STAGES.get(stage, stage)
        lines.append(wording.SECONDS.format(stage=words, seconds=seconds))
    if told["peak_bytes"]:
        lines.append(wording.PEAK.format(peak=wording.gib(told["peak_bytes"])))
    if told["profile"]:
        lines.append(wording.PROFILE.format(profile=told["profile"]))
    if told["step_downs"]:
        lines.append(wording.STEPPED_DOWN.format(codes=" ".join(told["step_downs"])))
    return [*lines, wording.FILE.format(file=told["file"])]


def _why(told: dict[str, Any]) -> str:
    if told["code"] == "killed":
        why = wording.KILLED.format(signal=told["signal"])
    else:
        why = wording.WHY.get(told["code"], "{message}").format(message=told["message"])
    return wording.FAILED.format(name=told["id"], why=why)
