"""The last member of a backup: what is in it. An archive without it was not finished."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

NAME = "manifest.json"
MOST_BYTES = 64 * 2**20


class Content(BaseModel):
    """One file: its bytes and their SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    size: int = Field(ge=0)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """`files` by their names in the archive; `version` of 群影 that wrote it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1] = 1
    version: str = Field(max_length=40)
    made_at: datetime
    files: dict[str, Content]
