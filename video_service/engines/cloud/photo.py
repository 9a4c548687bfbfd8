"""A photo for a provider: framed to the film's shape, as a data URL small enough for it."""

from base64 import b64encode
from io import BytesIO

from video_service.engines.base import Shot
from video_service.engines.framing import frame

QUALITIES = (93, 85, 75, 60, 40)


def data_url(photo: bytes, shot: Shot, limit: int) -> str:
    """`photo` as it will be the first frame of `shot`, as a JPEG of at most `limit` bytes."""
    picture = frame(photo, shot.width, shot.height)
    jpeg = b""
    for quality in QUALITIES:
        file = BytesIO()
        picture.save(file, "JPEG", quality=quality)
        jpeg = file.getvalue()
        if len(jpeg) <= limit:
            break
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
