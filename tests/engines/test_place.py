"""Where a model computes, and how much memory there is to do it in."""

from pathlib import Path
from typing import Any

import pytest

from tests.engines.tinies import Tinies
from video_service.engines.base import EngineError
from video_service.engines.folder import read_folder
from video_service.engines.hush import hushed
from video_service.engines.weighing import weighed
from video_service.footprints import EXACT_VAE
from video_service.schema.settings import ServiceSettings

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from video_service.engines import place
    from video_service.engines.families import open_family
    from video_service.engines.readers import class_of
    from video_service.engines.weights import read_whole

CUDA = torch.device("cuda")
CPU = torch.device("cpu")


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were a card of 24 bytes, 10 of them free, and 6 taken by this process."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (10, 24))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 6)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (8, 9))


@pytest.mark.usefixtures("card")
def test_what_this_process_has_taken_counts_as_free() -> None:
    """A profile is not to depend on which other engine happens to be warm."""
    found = place.card_of(CUDA)
    assert found is not None
    assert (found.free_bytes, found.total_bytes, found.capability) == (16, 24, (8, 9))


def test_a_cpu_has_no_card() -> None:
    assert place.card_of(CPU) is None


def test_host_memory_is_what_is_free_and_what_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"/proc/meminfo": "MemTotal: 9 kB\nMemAvailable:   5 kB\n",
            "/proc/self/status": "VmRSS: 7 kB\nRssAnon:\t 2 kB\n"}  # fmt: skip
    monkeypatch.setattr(Path, "read_text", lambda self, *_: told[str(self)])
    assert place.host_bytes() == 7 * 1024


def test_a_machine_that_does_not_tell_is_taken_for_half_of_what_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def denied(*_: Any) -> str:
        raise FileNotFoundError("/proc/meminfo")

    monkeypatch.setattr(Path, "read_text", denied)
    assert place.host_bytes() > 2**28


@pytest.mark.usefixtures("card")
def test_the_card_is_taken_unless_the_settings_say_otherwise() -> None:
    assert place.choose_device(ServiceSettings()).type == "cuda"
    assert place.choose_device(ServiceSettings(device="cpu")).type == "cpu"


def test_a_card_that_is_demanded_in_vain_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert place.choose_device(ServiceSettings()).type == "cpu"
    with pytest.raises(EngineError, match="no CUDA card"):
        place.choose_device(ServiceSettings(device="cuda"))


@pytest.mark.parametrize("kind", ["t2v", "i2v15", "wan22", "i2vgenxl", "flux", "qwen_image"])
def test_a_folder_weighs_what_torch_reads_from_it(tinies: Tinies, kind: str) -> None:
    folder = read_folder(tinies(kind))
    exact = folder.spec.family in EXACT_VAE
    for part in folder.spec.weights:
        with hushed():
            model = read_whole(class_of(folder, part.name), folder.path / part.name)
        numbers = sum(weight.numel() for weight in model.parameters())
        assert part.bytes == numbers * (4 if exact and part.name == "vae" else 2)
        layers = [m.weight.numel() for m in model.modules() if isinstance(m, torch.nn.Linear)]
        assert part.linear == (0 if part.name == "vae" else 2 * sum(layers))


def test_a_vae_is_exact_in_the_figures_where_its_family_says_so(tinies: Tinies) -> None:
    for kind in ("t2v", "wan_t2v", "i2vgenxl", "flux", "qwen_image"):
        family = read_folder(tinies(kind)).spec.family
        assert ("vae" in open_family(family).exact) == (family in EXACT_VAE)


def test_files_that_cannot_be_read_weigh_what_is_published(tinies: Tinies, tmp_path: Path) -> None:
    spec = read_folder(tinies("t2v")).spec
    assert weighed(tmp_path, spec) == spec.weights
    for part in spec.weights:
        (tmp_path / part.name).mkdir()
        (tmp_path / part.name / "model.safetensors").write_bytes(b"\xff" * 40)
    assert weighed(tmp_path, spec) == spec.weights
