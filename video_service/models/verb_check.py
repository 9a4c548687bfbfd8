"""`models check [NAME]`: each engine in a process of its own, so that its end is only its own."""

import argparse
import json
import subprocess
import sys
from typing import Any

from rich.console import Console

from video_service import logs
from video_service.config import ServiceConfig
from video_service.models import show_check, wording
from video_service.models.command import HERE
from video_service.models.common import Offers, find, offers_of, print_json, tell
from video_service.models.errors import ModelsError
from video_service.models.trial import Trial, attempt
from video_service.offers import Offer
from video_service.probe import Probe, probe


def run(options: argparse.Namespace, config: ServiceConfig) -> int:
    """0: all that were tried made a film or a picture."""
    here = probe(config.video_service)
    offers = offers_of(config.video_service, here)
    if options.here:
        return _try_here(find(offers, options.name), config, here)
    console = Console(stderr=options.json)
    if options.name and (refusal := _refusal(find(offers, options.name), options.yes)):
        code, words = refusal
        tell(words, console)
        return code
    told = []
    for name in _names(offers, options.name):
        with console.status(wording.TRYING.format(name=name)):
            told.append(_in_a_child(name))
        show_check.show(told[-1], console)
    if options.json:
        print_json(told)
    return 0 if all(one["ok"] for one in told) else 1


def _names(offers: Offers, name: str | None) -> list[str]:
    """Without a name: every engine with weights that is ready."""
    if name:
        return [find(offers, name).spec.name]
    names = [o.spec.name for o in offers if o.reason is None and o.spec.weights]
    if not names:
        raise ModelsError("no local engine is ready", wording.NOTHING_HERE)
    return names


def _refusal(offer: Offer, yes: bool) -> tuple[int, str] | None:
    """Why nothing is filmed, with the exit code; None: try it.

    A whole folder on a machine without a card is tried: who asks by name has the patience.
    """
    if offer.spec.lane == "cloud" and offer.reason is None and not yes:
        return 0, wording.COSTS.format(name=offer.spec.name)
    if offer.folder is None and offer.reason is not None:
        return 1, wording.NOT_READY.format(name=offer.spec.name, why=offer.reason)
    return None


def _in_a_child(name: str) -> dict[str, Any]:
    """What the child told, or how it ended."""
    command = [sys.executable, "-m", "video_service", "models", "check", name, HERE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        code = "killed" if done.returncode < 0 else "ended"
        return {"id": name, "ok": False, "code": code, "message": last, "signal": -done.returncode}
    return told


def _try_here(offer: Offer, config: ServiceConfig, here: Probe) -> int:
    """In this process, the result as JSON; the parent tells it in words."""
    data, name, settings = config.data_dir.absolute(), offer.spec.name, config.video_service
    logs.set_up(data, "check")
    if not offer.named:  # an engine that the config names may also run without a card
        settings = settings.model_copy(update={"model": name})
    told = attempt(Trial(name, settings, data / "checks" / name, data / "service"), here)
    print_json(told)
    return 0 if told["ok"] else 1
