"""One engine on this machine: found in a folder, or reachable with a key, or why not."""

from dataclasses import dataclass
from pathlib import Path

from video_service import tokens
from video_service.engines.folder import BadFolder, ModelFolder, read_folder
from video_service.engines.specs import COGVIDEOX_2B, COGVIDEOX_5B, EngineSpec
from video_service.orders import CountTokens
from video_service.probe import Probe
from video_service.schema import EngineCard
from video_service.schema.settings import ServiceSettings


@dataclass(frozen=True, slots=True)
class Offer:
    """One engine on this machine; `reason` says in English why it cannot film."""

    spec: EngineSpec
    folder: ModelFolder | None = None
    count: CountTokens | None = None
    reason: str | None = None
    named: bool = False
    here: bool = True  # its folder or its key is on this machine, ready or not

    @property
    def chosen_by_auto(self) -> bool:
        return self.reason is None and not self.spec.legacy

    def card(self) -> EngineCard:
        """What GET /v1/models tells of it."""
        spec = self.spec
        return EngineCard(
            id=spec.name,
            ready=self.reason is None,
            reason=self.reason,
            here=self.here,
            named=self.named,
            draft=spec.draft,
            legacy=spec.legacy,
            lane=spec.lane,
            makes=spec.makes,
            modes=list(spec.modes),
            languages=list(spec.languages),
            sizes=[f"{width}x{height}" for width, height in spec.sizes],
            frame_counts=list(spec.frames),
            fps=spec.fps,
            steps=list(spec.steps),
            guidance=spec.guidance,
            prompt_tokens=spec.prompt_tokens,
            prompt_chars=spec.prompt_chars,
            tiers=list(spec.tiers),
            licence=spec.licence,
        )


def local(spec: EngineSpec, settings: ServiceSettings, probe: Probe) -> Offer:
    """The published folder of `spec`, wherever its letters are large or small."""
    models = settings.models_dir.expanduser()
    try:
        found = sorted(models.iterdir())
    except OSError:
        found = []
    path = next((p for p in found if p.name.lower() == spec.name), models / spec.name)
    return _open(path, spec, probe, settings, named=settings.model == spec.name)


def opened(path: Path, settings: ServiceSettings, probe: Probe) -> Offer:
    """The folder that the config names."""
    return _open(path, None, probe, settings, named=True)


def _open(
    path: Path, spec: EngineSpec | None, probe: Probe, settings: ServiceSettings, *, named: bool
) -> Offer:
    try:
        folder = read_folder(path)
        count = tokens.open_counter(path / "tokenizer")
    except (BadFolder, tokens.NoTokenizer, OSError) as error:
        return Offer(spec or _guess(path), reason=str(error), named=named, here=path.is_dir())
    return Offer(folder.spec, folder, count, _lacks(probe, settings, named), named)


def _lacks(probe: Probe, settings: ServiceSettings, named: bool) -> str | None:
    """What this machine lacks; an engine that the config names may also run without a card."""
    if probe.missing:
        return f"not installed: {', '.join(probe.missing)}; install qunying[video]"
    on_card = settings.device == "cuda" or not named
    return "there is no CUDA card" if on_card and not probe.cuda else None


def _guess(path: Path) -> EngineSpec:
    """Which engine a folder that cannot be read was meant to be."""
    return COGVIDEOX_5B if "5b" in path.name.lower() else COGVIDEOX_2B
