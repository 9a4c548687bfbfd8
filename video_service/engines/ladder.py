"""What is tried when memory runs out, in which order, and for how long that is remembered.

    denoise   lower profiles (profiles.step_down), then fewer frames where the engine has such films
    decode    without the network on the card, smaller tiles, at last on the CPU

A decode begins at its profile's rung every time: a try costs seconds. A refused denoise is
remembered, for its weights are read again to step down: films as large, on a card with no more
room than then, begin lower at once. A smaller film, or more room, gets the chosen profile back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from video_service.engines.base import Shot
from video_service.footprints import Rung
from video_service.profiles import Profile, step_down

MORE_ROOM = 1.1  # so much more is free that a refusal is worth another try
FEWER = 2 / 3  # of the frames, at most: less would hardly save a thing


@dataclass(frozen=True, slots=True)
class Decode:
    """One way to decode: in tiles (None: in one piece), with the network beside it or not."""

    tile: Rung | None
    aside: bool
    on_cpu: bool = False
    code: str | None = None  # the step down that leads here


class Ladder:
    """The profiles of one engine from the chosen one down, and what memory refused."""

    def __init__(self, chosen: Profile) -> None:
        self._chosen = chosen
        self._refused: dict[Profile, tuple[int, int]] = {}  # pixels of the film, room on the card

    def begin(self, shot: Shot, room: int) -> tuple[Profile, list[str]]:
        """Where a film starts, and the steps down that it inherits; `room` in bytes."""
        profile, codes = self._chosen, []
        while self._remembers(profile, shot, room) and (lower := step_down(profile)):
            profile, code = lower
            codes.append(code)
        return profile, codes

    def refuse(self, profile: Profile, shot: Shot, room: int) -> tuple[Profile, str] | None:
        """Memory ran out under `profile`: the next one and its code, None when there is none."""
        self._refused[profile] = (_pixels(shot), room)
        return step_down(profile)

    def _remembers(self, profile: Profile, shot: Shot, room: int) -> bool:
        if profile not in self._refused:
            return False
        pixels, then = self._refused[profile]
        return _pixels(shot) >= pixels and room <= then * MORE_ROOM


def decodes(profile: Profile, tiles: tuple[Rung, ...]) -> Iterator[Decode]:
    """Ways to decode, best first; every one after the first is a step down."""
    on_card, aside = profile.name != "cpu", profile.placement == "aside"
    first = tiles[profile.tiles - 1] if profile.tiles else None
    yield Decode(first, aside)
    if on_card and profile.placement == "resident":
        aside = True
        yield Decode(first, aside, code="transformer_aside")
    for height, width in tiles[profile.tiles :]:
        yield Decode((height, width), aside, code=f"tiles_{width}x{height}")
    if on_card:  # minutes instead of seconds, but the film is there
        yield Decode(tiles[0], aside, on_cpu=True, code="decode_on_cpu")


def fewer(frames: int, allowed: tuple[int, ...]) -> int | None:
    """The longest film that is clearly shorter; None where there is none."""
    return max((count for count in allowed if count <= frames * FEWER), default=None)


def _pixels(shot: Shot) -> int:
    return shot.width * shot.height * shot.frames
