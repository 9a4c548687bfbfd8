"""What finishing can do, said before anything is queued."""

from video_service.finishing.words import can_write
from video_service.orders import BadOrder
from video_service.schema import Finish

LOOPED_S = 20.0  # what is longer nobody watches twice
LONGEST_S = 120.0  # what a finished clip may last


def check_finish(finish: Finish | None, seconds: float) -> None:
    """BadOrder when a clip of `seconds` cannot be finished so; blocks while the font is read."""
    if finish is None:
        return
    if finish.caption is not None and not can_write(finish.caption):
        raise BadOrder("invalid_value", "caption: no letter of it can be written", "finish.caption")
    if finish.loop is not None and seconds > LOOPED_S:
        message = f"loop: {seconds:.0f} s are too long for it, at most {LOOPED_S:g}"
        raise BadOrder("clip_too_long", message, "finish.loop")


def check_length(seconds: float) -> None:
    """BadOrder when joined clips are too long together."""
    if seconds > LONGEST_S:
        message = f"together they last {seconds:.0f} s, at most {LONGEST_S:g} are joined"
        raise BadOrder("clip_too_long", message, "videos")
