"""Any server that speaks the OpenAI images API, at the address that the settings name."""

import binascii
from base64 import b64decode

from video_service.engines.base import Shot
from video_service.engines.cloud.base import Made, Provider, link_of
from video_service.engines.cloud.line import Line


class OpenAIImages(Provider):
    """POST /images/generations answers with base64 or with a link, as the server likes."""

    async def order(self, line: Line, shot: Shot, photo: bytes | None) -> Made:
        size = f"{shot.width}x{shot.height}"
        wish = {"model": self.model(photo), "prompt": shot.prompt, "n": 1, "size": size}
        told = await line.order("/images/generations", wish, slow=True)
        match told.get("data"):
            case [{"b64_json": str(coded)}, *_] if coded:
                return Made(content=_decoded(line, coded))
        return Made(link_of(line, told.get("data")))


def _decoded(line: Line, coded: str) -> bytes:
    try:
        return b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise line.broken("its picture is not base64") from error
