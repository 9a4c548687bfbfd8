"""What all engines of one worker process share: prompts already read, weights already quantized."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from video_service.engines.embeds import Embeds
from video_service.engines.parts import Parts


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where engines keep what is worth keeping; None: nowhere."""

    embeds: Embeds | None = None
    quantized: Path | None = None
    parts: Parts = field(default_factory=Parts)

    @classmethod
    def at(cls, folder: Path | None) -> Self:
        """All of it under `folder`, made when it is first needed."""
        return cls(Embeds(folder / "embeds"), folder / "quantized") if folder else cls()
