"""Every engine there is, as this machine has it: its size, whether it is here, whether it fits."""

import os
from dataclasses import dataclass
from typing import Any, Literal

from video_service.engines.specs import EngineSpec
from video_service.needs import Card, predict
from video_service.offers import Offer
from video_service.probe import Probe
from video_service.profiles import choose, longest, room_of
from video_service.schema.settings import ServiceSettings

State = Literal["ready", "idle", "incomplete", "absent", "no_key"]


@dataclass(frozen=True, slots=True)
class Fit:
    """How it would run on this machine's card; `card_bytes` at the peak. `streams`: block by block,
    many times slower.
    """

    profile: str
    quantize: str
    streams: bool
    card_bytes: int
    fits: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One engine. `idle`: whole, but this machine cannot run it; `why` says in English why not."""

    spec: EngineSpec
    state: State
    why: str | None = None
    folder: str | None = None
    fit: Fit | None = None

    def told(self) -> dict[str, Any]:
        """For `--json`; sizes in bytes."""
        spec = self.spec
        return {
            "id": spec.name,
            "makes": spec.makes,
            "modes": list(spec.modes),
            "lane": spec.lane,
            "legacy": spec.legacy,
            "bytes": spec.bytes,
            "licence": spec.licence,
            "state": self.state,
            "reason": self.why,
            "folder": self.folder,
            "profile": self.fit.profile if self.fit else None,
            "card_bytes": self.fit.card_bytes if self.fit else None,
            "fits": self.fit.fits if self.fit else None,
            "streams": self.fit.streams if self.fit else None,
            "modelscope": spec.source.modelscope,
            "huggingface": spec.source.huggingface,
            "key": list(spec.key),
        }


def row_of(offer: Offer, settings: ServiceSettings, probe: Probe) -> Row:
    """What to tell of one engine."""
    where = str(offer.folder.path) if offer.folder else None
    fit = _fit(offer.spec, settings, probe) if offer.spec.weights and probe.cuda else None
    return Row(offer.spec, _state(offer), offer.reason, where, fit)


def _state(offer: Offer) -> State:
    if offer.reason is None:
        return "ready"
    if offer.spec.lane == "cloud":
        return "no_key"
    if offer.folder is not None:
        return "idle"
    return "incomplete" if offer.here else "absent"


def _fit(spec: EngineSpec, settings: ServiceSettings, probe: Probe) -> Fit:
    """With the whole card to itself; what else is on it now is another day's business."""
    card = Card(probe.total_bytes, probe.total_bytes, probe.capability)
    profile = choose(spec, card, settings, _host_bytes())
    need = predict(spec, profile, longest(spec))
    fits, streams = need.fits(room_of(card, settings)), profile.placement == "stream"
    return Fit(profile.name, profile.quantize, streams, need.card_bytes, fits)


def _host_bytes() -> int:
    """The memory this machine has beside the card's."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
