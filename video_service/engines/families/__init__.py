"""The families of local models, each met only when one of its folders is opened."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from video_service.engines import specs

if TYPE_CHECKING:
    from video_service.engines.families.base import Family

CLASSES: Mapping[specs.Family, str] = {  # each in the module of its family
    "cogvideox": "CogVideoX",
    "wan": "Wan",
    "i2vgenxl": "I2VGenXL",
    "flux": "Flux",
    "qwen-image": "QwenImage",
}


def open_family(name: specs.Family) -> "Family":
    """The family of a local engine; KeyError for those that compute elsewhere."""
    kind = CLASSES[name]
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    family: Family = getattr(module, kind)()
    return family
