"""The smallest legal job on one engine, for real: loaded, filmed, and what it took."""

import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image

from video_service import stages
from video_service.catalogue import Catalogue
from video_service.engines.base import EngineError
from video_service.engines.specs import EngineSpec
from video_service.orders import BadOrder
from video_service.probe import Probe
from video_service.schema import VideoRequest
from video_service.schema.settings import ServiceSettings

# a new number each time, or the text encoder would be left out: it keeps what it has read
PROMPT = "a red ball rolls over green grass, take {take}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What to try, and where the result and the engines' own things are kept."""

    name: str
    settings: ServiceSettings
    folder: Path
    shop: Path


def smallest(spec: EngineSpec) -> VideoRequest:
    """The least that `spec` allows."""
    width, height = min(spec.sizes, key=lambda size: size[0] * size[1])
    return VideoRequest(
        prompt=PROMPT.format(take=uuid4().int % 10000),
        model=spec.name,
        size=f"{width}x{height}",
        num_frames=min(spec.frames),
        num_inference_steps=min(spec.steps) if spec.steps else None,
        seed=0 if spec.seeds else None,
    )


def attempt(trial: Trial, probe: Probe) -> dict[str, Any]:
    """What happened, for JSON; `ok` tells whether there is a result. Raises nothing foreseen."""
    told: dict[str, Any] = {"id": trial.name, "ok": False}
    try:
        catalogue = Catalogue(trial.settings, probe, trial.shop)
        spec = catalogue.spec(trial.name)
        photo = None if "text" in spec.modes else _photo(spec)
        shot = catalogue.resolve(smallest(spec), photo is not None, makes=spec.makes)
        told |= {key: getattr(shot, key) for key in ("width", "height", "frames", "steps")}
        engine = catalogue.build(trial.name)
        since = time.monotonic()
        watch = stages.Stopwatch(lambda stage, fraction: None)
        engine.load()
        watch("load", 1.0)
        trial.folder.mkdir(parents=True, exist_ok=True)
        film = stages.film(engine, shot, photo, trial.folder, watch)
        took = {"total_s": round(time.monotonic() - since, 2), "seconds": watch.seconds}
        facts = {key: engine.facts().get(key) for key in ("profile", "peak_bytes", "step_downs")}
        told |= {"ok": True, **took, **facts, "file": str(list(film.files.values())[-1])}
        engine.close()
    except (BadOrder, EngineError) as error:
        told |= {"code": error.code, "message": str(error)}
    except ImportError as error:
        told |= {"code": "not_installed", "message": str(error)}
    except OSError as error:
        told |= {"code": "unwritable", "message": str(error)}
    return told


def _photo(spec: EngineSpec) -> bytes:
    """A picture with something in it: a sky over a meadow, of the smallest size."""
    width, height = min(spec.sizes, key=lambda size: size[0] * size[1])
    sky, meadow = Image.new("RGB", (width, height), (120, 170, 230)), (70, 140, 60)
    sky.paste(meadow, (0, height * 2 // 3, width, height))
    content = BytesIO()
    sky.save(content, "JPEG")
    return content.getvalue()
