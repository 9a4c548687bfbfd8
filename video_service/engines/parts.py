"""Modules that the engines of one process share: 2B and 5B read with the same T5.

Held weakly: a module lives as long as an engine uses it, and its last user's end frees it.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

WINDOWS = 16  # looks into a file of weights, evenly spread
WINDOW = 2**16


class Parts:
    """One a process; one thread."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[str, Any] = WeakValueDictionary()

    def share(self, key: str, read: Callable[[], Any]) -> Any:
        """The module under `key`, which some engine still uses; else what `read` makes."""
        module = self._held.get(key)
        if module is None:
            module = self._held[key] = read()
        return module


def part_key(part: Path, dtype: str, precision: str, device: str) -> str:
    """Equal for components that are the same module: content, floats, quantization and place."""
    return f"{part.name}:{content_key(part)}:{dtype}:{precision}:{device}"


def content_key(part: Path) -> str:
    """Names what a component's folder holds; looks at every file, reads no gigabytes."""
    digest = hashlib.sha256()
    for file in sorted(part.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            size = file.stat().st_size
            digest.update(f"{file.name}:{size}:".encode())
            with file.open("rb") as opened:
                for at in range(0, size, max(WINDOW, size // WINDOWS)):
                    opened.seek(at)
                    digest.update(opened.read(WINDOW))
    return digest.hexdigest()[:16]
