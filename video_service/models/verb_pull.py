"""`models pull NAME`."""

import argparse
from contextlib import nullcontext

from rich.console import Console

from video_service.config import ServiceConfig
from video_service.engines.specs import EngineSpec
from video_service.models import wording
from video_service.models.common import find, offers_of, tell
from video_service.models.errors import ModelsError
from video_service.models.hubs import HubName, Repo, repo_of
from video_service.models.pull import pull
from video_service.models.show_pull import Bar, Lines
from video_service.probe import Probe


def run(options: argparse.Namespace, config: ServiceConfig) -> int:
    """Get the engine's folder, unless it is here and whole."""
    settings = config.video_service
    offer = find(offers_of(settings, Probe()), options.name)
    spec, folder = offer.spec, offer.folder
    if not spec.weights:
        tell(wording.NOTHING_TO_PULL.format(name=spec.name))
        return 0
    if folder is not None and not options.force:
        tell(wording.HERE_ALREADY.format(name=spec.name, folder=folder.path))
        return 0
    repo = _repo(spec, options.hub, settings.hub)
    home = folder.path if folder else settings.models_dir.expanduser() / repo.name
    tell(wording.PULLING.format(hub=wording.HUBS[repo.hub], id=repo.id, folder=home))
    console = Console()
    try:
        with Bar(console) if console.is_terminal else nullcontext(Lines(console)) as show:
            pull(repo, home, show, half=spec.dtype == "float16", sum_all=options.force)
    except KeyboardInterrupt:
        tell(wording.STOPPED, Console(stderr=True))
        raise
    tell(wording.PULLED.format(name=spec.name, folder=home))
    return 0


def _repo(spec: EngineSpec, wanted: HubName | None, usual: HubName) -> Repo:
    """On the hub asked for; where none was, on the one of the settings, else on the other."""
    first = wanted or usual
    other: HubName = "huggingface" if first == "modelscope" else "modelscope"
    repo = repo_of(spec, first) or (None if wanted else repo_of(spec, other))
    if repo is None:
        say = wording.NOT_ON.format(hub=wording.HUBS[first], name=spec.name, other=other)
        raise ModelsError(f"{first} has no {spec.name}", say)
    return repo
