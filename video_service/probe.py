"""What this machine can compute with: asked once at start, without torch in this process."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from video_service.needs import Card
from video_service.schema.settings import ServiceSettings

log = logging.getLogger(__name__)
NEEDED = ("torch", "diffusers", "transformers", "accelerate", "safetensors", "tokenizers")
DEADLINE_S = 60.0  # the first import of torch from a cold disk takes long
ASK = """
import json, torch
if torch.cuda.is_available():
    free, total = torch.cuda.mem_get_info()
    able = torch.cuda.get_device_capability()
    print(json.dumps([torch.cuda.get_device_name(), total, free, able]))
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """`missing`: packages that a local model needs and that are not installed.

    `free_bytes` as it was when asked, 0 when nobody knows; `capability` as torch tells it.
    """

    missing: tuple[str, ...] = ()
    card: str | None = None
    total_bytes: int = 0
    free_bytes: int = 0
    capability: tuple[int, int] = (0, 0)

    @property
    def cuda(self) -> bool:
        return self.card is not None

    @property
    def memory(self) -> Card | None:
        """The card as memory profiles look at it."""
        if self.card is None:
            return None
        return Card(self.free_bytes or self.total_bytes, self.total_bytes, self.capability)


def probe(settings: ServiceSettings) -> Probe:
    """Look at the packages and the card; blocking, a minute at most."""
    missing = tuple(name for name in NEEDED if find_spec(name) is None)
    if "torch" in missing or settings.device == "cpu" or _is_cpu_build():
        return Probe(missing)
    return Probe(missing, *_ask_card())


def _is_cpu_build() -> bool:
    try:
        return version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return False  # installed without its metadata: ask it


def _ask_card() -> tuple[str, int, int, tuple[int, int]] | tuple[()]:
    """Name, bytes, free bytes and capability of the card; in a process of its own."""
    try:
        told = subprocess.run(
            [sys.executable, "-c", ASK], capture_output=True, timeout=DEADLINE_S, check=True
        ).stdout
        if not told.strip():
            return ()
        name, total, free, (major, minor) = json.loads(told)
        return str(name), int(total), int(free), (int(major), int(minor))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
        log.warning("could not ask torch about the graphics card: %s", error)
        return ()
