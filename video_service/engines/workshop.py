"""What all engines of one worker process share: prompts already read, weights already quantized."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from video_service.engines.embeds import Embeds


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where engines keep what is worth keeping; None: nowhere."""

    embeds: Embeds | None = None
    quantized: Path | None = None

    @classmethod
    def at(cls, folder: Path | None) -> Self:
        """All of it under `folder`, made when it is first needed."""
        return cls(Embeds(folder / "embeds"), folder / "quantized") if folder else cls()
