"""Which engines there are on this machine, which of them can film, and which one `auto` takes."""

from dataclasses import dataclass
from pathlib import Path

from video_service import orders, tokens
from video_service.engines.base import Engine, Shot
from video_service.engines.draft import Draft
from video_service.engines.folder import BadFolder, ModelFolder, read_folder
from video_service.engines.hush import hushed
from video_service.engines.specs import (
    COGVIDEOX_2B,
    COGVIDEOX_5B,
    DRAFT,
    GIB,
    EngineSpec,
)
from video_service.orders import BadOrder, CountTokens
from video_service.probe import Probe
from video_service.schema import EngineCard, VideoRequest
from video_service.schema.settings import ServiceSettings

ROOM_FOR_5B = 15 * GIB  # its transformer in bfloat16, a tiled decode, and air


@dataclass(frozen=True, slots=True)
class Offer:
    """One engine on this machine; `reason` says in English why it cannot film."""

    spec: EngineSpec
    folder: ModelFolder | None = None
    count: CountTokens | None = None
    reason: str | None = None
    named: bool = False


class Catalogue:
    """Reads the model folders once, when made (blocking); afterwards it only computes."""

    def __init__(self, settings: ServiceSettings, probe: Probe, embeds: Path | None = None) -> None:
        """`embeds`: where prompts already understood by T5 are kept; None keeps none."""
        self._settings, self._probe, self._embeds = settings, probe, embeds
        self._offers = self._look()

    def cards(self) -> list[EngineCard]:
        """What GET /v1/models tells, in the order `auto` prefers."""
        return [_card(offer) for offer in self._offers]

    def resolve(self, request: VideoRequest, has_photo: bool, *, upright: bool = False) -> Shot:
        """The shot that this request means, or BadOrder; `upright`: its photo is a tall one."""
        offer = self._pick(request.model, has_photo)
        if offer.reason is not None:
            raise BadOrder("model_not_ready", f"{offer.spec.name}: {offer.reason}", "model")
        return orders.resolve(request, offer.spec, has_photo, offer.count, upright=upright)

    def build(self, model: str) -> Engine:
        """A fresh engine for `Shot.model`, not yet loaded; torch is first met in its load()."""
        offer = self._named(model)
        if offer.spec.draft:
            return Draft()
        if offer.folder is None:  # it went away since the job was accepted, or was never here
            raise BadOrder("model_not_ready", f"{model}: {offer.reason}", "model")
        with hushed():
            from video_service.engines.cogvideox import CogVideoX  # the only road to torch

        return CogVideoX(offer.folder, self._settings, self._embeds)

    def _pick(self, model: str, has_photo: bool) -> Offer:
        if model != "auto":
            return self._named(model)
        mode = "photo" if has_photo else "text"
        named = [offer for offer in self._offers if offer.named]
        fit = [o for o in self._offers if o.reason is None and mode in o.spec.modes]
        return (named or fit)[0]  # draft stands at the end and is always ready

    def _named(self, model: str) -> Offer:
        for offer in self._offers:
            if offer.spec.name == model:
                return offer
        known = ", ".join(offer.spec.name for offer in self._offers)
        raise BadOrder("model_not_found", f"there is no engine {model!r}: use {known}", "model")

    def _look(self) -> tuple[Offer, ...]:
        named = self._settings.model
        local = [self._local(spec, named == spec.name) for spec in self._preferred()]
        if named not in ("auto", DRAFT.name, *(offer.spec.name for offer in local)):
            chosen = self._open(Path(named).expanduser(), None, named=True)
            local = [chosen, *(o for o in local if o.spec.name != chosen.spec.name)]
        return (*local, Offer(DRAFT, named=named == DRAFT.name))

    def _preferred(self) -> tuple[EngineSpec, ...]:
        roomy = self._probe.total_bytes >= ROOM_FOR_5B or self._settings.quantize != "none"
        return (COGVIDEOX_5B, COGVIDEOX_2B) if roomy else (COGVIDEOX_2B, COGVIDEOX_5B)

    def _local(self, spec: EngineSpec, named: bool) -> Offer:
        """The published folder of `spec`, wherever its letters are large or small."""
        models = self._settings.models_dir.expanduser()
        try:
            found = sorted(models.iterdir())
        except OSError:
            found = []
        path = next((p for p in found if p.name.lower() == spec.name), models / spec.name)
        return self._open(path, spec, named=named)

    def _open(self, path: Path, spec: EngineSpec | None, *, named: bool) -> Offer:
        try:
            folder = read_folder(path)
            count = tokens.open_counter(path / "tokenizer")
        except (BadFolder, tokens.NoTokenizer, OSError) as error:
            return Offer(spec or _guess(path), reason=str(error), named=named)
        return Offer(folder.spec, folder, count, self._lacks(named), named)

    def _lacks(self, named: bool) -> str | None:
        """What this machine lacks; an engine that the config names may also run without a card."""
        if self._probe.missing:
            return f"not installed: {', '.join(self._probe.missing)}; install qunying[video]"
        on_card = self._settings.device == "cuda" or not named
        return "there is no CUDA card" if on_card and not self._probe.cuda else None


def _guess(path: Path) -> EngineSpec:
    """Which engine a folder that cannot be read was meant to be."""
    return COGVIDEOX_5B if "5b" in path.name.lower() else COGVIDEOX_2B


def _card(offer: Offer) -> EngineCard:
    spec = offer.spec
    return EngineCard(
        id=spec.name,
        ready=offer.reason is None,
        reason=offer.reason,
        named=offer.named,
        draft=spec.draft,
        modes=list(spec.modes),
        languages=list(spec.languages),
        sizes=[f"{width}x{height}" for width, height in spec.sizes],
        frame_counts=list(spec.frames),
        fps=spec.fps,
        steps=list(spec.steps),
        guidance=spec.guidance,
        prompt_tokens=spec.prompt_tokens,
        licence=spec.licence,
    )
