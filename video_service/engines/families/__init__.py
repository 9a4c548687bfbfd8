"""The families of local models, each met only when one of its folders is opened."""

from typing import TYPE_CHECKING

from video_service.engines import specs

if TYPE_CHECKING:
    from video_service.engines.families.base import Family


def open_family(name: specs.Family) -> "Family":
    """The family of a local engine; KeyError for those that compute elsewhere."""
    if name == "cogvideox":
        from video_service.engines.families.cogvideox import CogVideoX

        return CogVideoX()
    raise KeyError(name)
