"""Running services with tiny engines: one that moves photos and draws, one that films words."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.engines.tinies import Tinies
from tests.service.running import Running, running_service


@contextmanager
def tiny_service(folder: Path, *kinds: str) -> Iterator[Running]:
    """A service with the tiny engines of these kinds (tests/engines/tinies.py), and the drafts."""
    if find_spec("torch") is None:
        pytest.skip("torch is not installed: pip install 'qunying[video]'")
    models = folder / "models"
    models.mkdir(parents=True)
    tinies = Tinies(models)
    for kind in kinds:
        tinies(kind)
    where = {
        "QUNYING_VIDEO_SERVICE__MODEL": "auto",
        "QUNYING_VIDEO_SERVICE__MODELS_DIR": str(models),
        "QUNYING_VIDEO_SERVICE__DEVICE": "cpu",
        "QUNYING_VIDEO_SERVICE__MAX_OPEN": "500",
        "QUNYING_VIDEO_SERVICE__MAX_OPEN_PER_OWNER": "500",
        "OMP_NUM_THREADS": "1",
    }
    with running_service(folder / "data", **where) as running:
        yield running
