"""Media files for the browser: by plain names out of one folder, never anything beside them."""

import asyncio
import re
from pathlib import Path

from fastapi import HTTPException
from fastapi.responses import FileResponse

# named here, or the first file served would have the machine's list of types read on the loop
TYPES = {
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
}
NAME = re.compile(rf"[A-Za-z0-9_-]{{1,120}}(?:{'|'.join(map(re.escape, TYPES))})")
# names are never used for other bytes, so a clip is fetched once; nothing in it is ever run
HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'",
}


async def send_file(folder: Path, name: str) -> FileResponse:
    """The file, in ranges where they are asked for; 404 for every other name."""
    path = folder / name
    # a plain name cannot leave the folder, nor reach a file that is still being written
    if not NAME.fullmatch(name) or not await asyncio.to_thread(path.is_file):
        raise HTTPException(404)
    return FileResponse(path, headers=HEADERS, media_type=TYPES[path.suffix])
