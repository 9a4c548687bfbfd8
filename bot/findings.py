"""What `qunying doctor` finds: one line, how bad it is, and what to do about it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`bad` findings keep 群影 from working; `warn` ones only make it less."""

    level: Literal["ok", "warn", "bad"]
    what: str
    cure: str = ""
