"""Photos in: fetched from the address in the message and decrypted with the message's own key.

As in the official SDKs: AES-256-CBC, the vector is the key's first half, PKCS#7 over 32 bytes. An
address lives five minutes.
"""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.fetching import Answered, NotFetched, Reach, fetch

MOST_BYTES = 20 * 2**20
BLOCK = 32
FETCH_S = 25
LOOPBACK = ("127.0.0.1", "::1", "localhost")
GONE = (403, 404, 410)


@asynccontextmanager
async def open_media(ws_url: str) -> AsyncIterator["Media"]:
    """A line to wherever files lie; `ws_url` says whether they may lie on this machine."""
    near = urlsplit(ws_url).hostname or ""
    yield Media(reach_of(near if near in LOOPBACK else ""))


def reach_of(near: str = "") -> Reach:
    """`near`: the host of a server on this machine, the only one asked without TLS."""
    trusted = frozenset({near} if near else ())
    return Reach(trusted, most=MOST_BYTES + BLOCK, within_s=FETCH_S)


class Media:
    """Photos from wherever `reach` allows."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    async def fetch(self, url: str, key: str) -> bytes:
        """The photo at `url`, decrypted with its `key`; OSError when it cannot be had."""
        try:
            return await asyncio.to_thread(decrypt, await fetch(url, self._reach), key)
        except NotFetched as error:
            if isinstance(error, Answered) and error.status in GONE:
                raise FileNotFoundError("the address of a photo has run out") from None
            raise OSError(f"a photo could not be fetched: {error}") from None
        except ValueError as error:
            raise OSError(f"a photo could not be decrypted: {error}") from error


def decrypt(data: bytes, key: str) -> bytes:
    """The file in `data`; `key` in base64, its padding left out or not. ValueError when wrong."""
    try:
        raw = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("the key is not base64") from error
    if len(raw) != 32 or not data or len(data) % 16:
        raise ValueError("the key or the file has a wrong length")
    decryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise ValueError("the key does not fit")
    return plain[:-pad]
