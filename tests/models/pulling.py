"""A download into a folder, and what a progress bar would have shown of it."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_service.engines.specs import COGVIDEOX_2B
from video_service.models import pull
from video_service.models.hubs import HubName, Repo, repo_of

WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"
HUBS: tuple[HubName, ...] = ("modelscope", "huggingface")


@dataclass
class Told:
    """What a progress bar would have shown."""

    done: int = 0
    total: int = 0
    checked: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def begin(self, files: int, done: int, total: int) -> None:
        self.done, self.total = done, total

    def told(self, count: int) -> None:
        with self.lock:
            self.done += count

    def checking(self, path: str) -> None:
        self.checked.append(path)


def repo(hub: HubName = "modelscope") -> Repo:
    found = repo_of(COGVIDEOX_2B, hub)
    assert found is not None
    return found


def get(home: Path, hub: HubName = "modelscope", **how: Any) -> Told:
    told = Told()
    pull.pull(repo(hub), home, told, half=False, **how)
    return told


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
