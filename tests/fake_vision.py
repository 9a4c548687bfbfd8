"""A model that sees, for tests: tests/fake_llm.py again, and what one may look for in its asks.

with running_llm() as eyes:
    eyes.script([seen(shows="person", people=2)])   # the next answer, before the usual kitten
    looked_at(eyes)                                 # the picture it was last shown
"""

import base64
import io
from typing import Any

from PIL import Image

from tests.fake_llm import FakeLlm
from tests.fake_mind import Body, see


def seen(**changes: Any) -> Body:
    """The usual kitten, with something else about it."""
    return {**see(""), **changes}


def looked_at(eyes: FakeLlm) -> Image.Image:
    url = eyes.requests[-1]["messages"][-1]["content"][0]["image_url"]["url"]
    head, _, data = url.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def told(eyes: FakeLlm) -> str:
    """The words that went with the picture."""
    return str(eyes.requests[-1]["messages"][-1]["content"][1]["text"])
