"""Modules that the engines of one process share: 2B and 5B read with the same T5.

Held weakly: a module lives as long as an engine uses it, and its last user's end frees it.
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from video_service.needs import Profile

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

    def there(self, keys: Iterable[str]) -> list[Any]:
        """Those modules under `keys` that some engine uses; who keeps the list keeps them."""
        return [module for key in keys if (module := self._held.get(key)) is not None]


def reading_floats(profile: Profile) -> str:
    """What text encoders compute in: half floats overflow in T5 and are slow on a CPU."""
    return "bfloat16" if profile.dtype == "float16" else profile.dtype


def encoder_key(part: Path, profile: Profile) -> str:
    """Equal for text encoders that are the same module, whichever folder they lie in."""
    how = (reading_floats(profile), profile.text_quantize, profile.text_encoder)
    return ":".join((part.name, content_key(part), *how))


def vae_key(part: Path, profile: Profile, exact: bool) -> str:
    """Equal for VAEs that are the same module; `exact`: it computes in float32 everywhere."""
    return ":".join((part.name, content_key(part), "float32" if exact else profile.dtype))


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
