"""Which engines there are on this machine, which of them can work, and which one `auto` takes."""

from pathlib import Path
from typing import TYPE_CHECKING

from video_service import offers, offers_cloud, orders
from video_service.engines.base import Engine, Shot
from video_service.engines.draft import Draft
from video_service.engines.draft_picture import DraftPicture
from video_service.engines.hush import hushed
from video_service.engines.specs import CLOUD, DRAFTS, ENGINES, LOCAL, EngineSpec, Makes
from video_service.needs import Card
from video_service.offers import Offer
from video_service.orders import BadOrder
from video_service.probe import Probe
from video_service.profiles import choose
from video_service.schema import EngineCard, VideoRequest
from video_service.schema.settings import ServiceSettings

if TYPE_CHECKING:
    from video_service.engines.workshop import Workshop


class Catalogue:
    """Reads the model folders once, when made (blocking); afterwards it only computes."""

    def __init__(self, settings: ServiceSettings, probe: Probe, shop: Path | None = None) -> None:
        """`shop`: where engines keep prompts already read and weights quantized; None: nowhere."""
        self._settings, self._probe, self._shop = settings, probe, shop
        self._workshop: Workshop | None = None  # one for all engines of this process
        self._offers = self._look()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All of them, in the order `auto` prefers."""
        return self._offers

    def cards(self) -> list[EngineCard]:
        """What GET /v1/models tells, in the order `auto` prefers."""
        return [offer.card() for offer in self._offers]

    def resolve(
        self,
        request: VideoRequest,
        has_photo: bool,
        *,
        upright: bool = False,
        makes: Makes = "video",
    ) -> Shot:
        """The shot that this request means, or BadOrder; `upright`: its photo is a tall one."""
        offer = self._pick(request.model, has_photo, makes)
        if offer.reason is not None:
            raise BadOrder("model_not_ready", f"{offer.spec.name}: {offer.reason}", "model")
        return orders.resolve(request, offer.spec, has_photo, offer.count, upright=upright)

    def spec(self, model: str) -> EngineSpec:
        """The rules of the engine `model`, or BadOrder."""
        return self._named(model).spec

    def build(self, model: str) -> Engine:
        """A fresh engine for `Shot.model`, not yet loaded; torch is first met in its load()."""
        offer = self._named(model)
        if offer.spec.draft:
            return Draft() if offer.spec.makes == "video" else DraftPicture()
        if offer.spec.lane == "cloud" and offer.reason is None:
            receipts = (self._shop or Path()) / "receipts"
            return offers_cloud.build(offer.spec, self._settings, receipts)
        if offer.folder is None:  # it went away since the job was accepted, or was never here
            raise BadOrder("model_not_ready", f"{model}: {offer.reason}", "model")
        with hushed():
            from video_service.engines.local import LocalEngine  # the only road to torch
            from video_service.engines.workshop import Workshop

            self._workshop = self._workshop or Workshop.at(self._shop)
            return LocalEngine(offer.folder, self._settings, self._workshop)

    def _pick(self, model: str, has_photo: bool, makes: Makes) -> Offer:
        if model != "auto":
            return self._named(model, makes)
        mode = "photo" if has_photo else "text"
        fitting = [o for o in self._offers if o.spec.makes == makes]
        named = [offer for offer in fitting if offer.named]
        fit = [o for o in fitting if o.chosen_by_auto and mode in o.spec.modes]
        if not (named or fit):
            raise BadOrder("model_not_found", f"no engine makes {makes}s from {mode}s", "model")
        return (named or fit)[0]

    def _named(self, model: str, makes: Makes | None = None) -> Offer:
        offers = [offer for offer in self._offers if makes in (None, offer.spec.makes)]
        for offer in offers:
            if offer.spec.name == model:
                return offer
        known = ", ".join(offer.spec.name for offer in offers)
        what = f"there is no {makes or ''} engine {model!r}".replace("  ", " ")
        raise BadOrder("model_not_found", f"{what}: use {known}", "model")

    def _look(self) -> tuple[Offer, ...]:
        named = self._settings.model
        local = [
            offers.local(spec, self._settings, self._probe)
            for spec in _preferred(self._settings, self._probe)
        ]
        cloud = [offers_cloud.offer(spec, self._settings) for spec in CLOUD]
        if named != "auto" and named not in [spec.name for spec in ENGINES]:
            chosen = offers.opened(Path(named).expanduser(), self._settings, self._probe)
            local = [chosen, *(o for o in local if o.spec.name != chosen.spec.name)]
        drafts = [Offer(spec, named=named == spec.name) for spec in DRAFTS]
        return (*local, *cloud, *drafts)


def _preferred(settings: ServiceSettings, probe: Probe) -> tuple[EngineSpec, ...]:
    """The local engines, best first; those that would stream block by block come after the rest."""
    if not probe.total_bytes:
        return LOCAL
    card = Card(probe.total_bytes, probe.total_bytes, probe.capability)

    def streams(spec: EngineSpec) -> bool:
        return choose(spec, card, settings, host_bytes=card.total_bytes).placement == "stream"

    return tuple(sorted(LOCAL, key=streams))
