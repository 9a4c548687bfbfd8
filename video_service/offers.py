"""One engine on this machine: found in a folder, or reachable with a key, or why not."""

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from video_service import tokens
from video_service.engines.folder import BadFolder, ModelFolder, NoFolder, read_folder
from video_service.engines.specs import COGVIDEOX_2B, LOCAL, EngineSpec
from video_service.orders import CountTokens
from video_service.probe import Probe
from video_service.schema import EngineCard
from video_service.schema.settings import ServiceSettings

ALIKE = 0.4  # of two names; below it a folder may be anything


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
            paid=spec.paid,
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
            negative=spec.negative,
            seeds=spec.seeds,
            licence=spec.licence,
        )


def local(spec: EngineSpec, settings: ServiceSettings, probe: Probe) -> Offer:
    """The published folder of `spec`, under its own name or a hub's, in letters of any size.

    Of several folders the first that can be read.
    """
    models = settings.models_dir.expanduser()
    try:
        found = sorted(p for p in models.iterdir() if p.name.lower() in _names(spec))
    except OSError:
        found = []
    named = settings.model == spec.name
    offers = [_meant(_open(path, probe, settings, named=named), spec, path) for path in found]
    missing = f"there is no model folder at {models / spec.name}"
    nothing = Offer(spec, reason=missing, named=named, here=False)
    return next((o for o in offers if o.folder), offers[0] if offers else nothing)


def opened(path: Path, settings: ServiceSettings, probe: Probe) -> Offer:
    """The folder that the config names."""
    return _open(path, probe, settings, named=True)


def _open(path: Path, probe: Probe, settings: ServiceSettings, *, named: bool) -> Offer:
    try:
        folder = read_folder(path)
        count = tokens.open_counter(path / folder.layout.tokenizer, folder.layout.reader)
    except (BadFolder, tokens.NoTokenizer, OSError) as error:
        pipeline = error.pipeline if isinstance(error, BadFolder) else None
        missing = isinstance(error, NoFolder | OSError)
        return Offer(_guess(path, pipeline), reason=str(error), named=named, here=not missing)
    return Offer(folder.spec, folder, count, _lacks(probe, settings, named), named)


def _meant(offer: Offer, spec: EngineSpec, path: Path) -> Offer:
    """What was found where `spec` should lie: nothing else may pass for it."""
    if offer.spec.name == spec.name:
        return offer
    if offer.folder is None:
        return replace(offer, spec=spec)
    reason = f"{path.name} holds a {offer.spec.name}"
    return replace(offer, spec=spec, folder=None, count=None, reason=reason)


def _lacks(probe: Probe, settings: ServiceSettings, named: bool) -> str | None:
    """What this machine lacks; on a CPU an engine runs where the config names it, or the CPU."""
    if settings.dispatch == "celery":
        return None  # it films nothing itself
    if probe.missing:
        return f"not installed: {', '.join(probe.missing)}; install qunying[video]"
    on_card = settings.device == "cuda" or (settings.device == "auto" and not named)
    return "there is no CUDA card" if on_card and not probe.cuda else None


def _names(spec: EngineSpec) -> set[str]:
    """What its folder may be called, in small letters."""
    published = (spec.source.modelscope, spec.source.huggingface)
    return {spec.name, *(name.split("/")[-1].lower() for name in published if name)}


def _guess(path: Path, pipeline: str | None) -> EngineSpec:
    """Which engine a folder that cannot be read was meant to be, by its class and its name."""
    meant = [spec for spec in LOCAL if spec.pipeline == pipeline] or list(LOCAL)
    name = path.name.lower()

    def likeness(spec: EngineSpec) -> float:
        return max(SequenceMatcher(None, name, known).ratio() for known in _names(spec))

    best = max(meant, key=likeness)
    return best if pipeline or likeness(best) > ALIKE else COGVIDEOX_2B
