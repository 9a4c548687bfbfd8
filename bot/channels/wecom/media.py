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

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

MOST_BYTES = 20 * 2**20
BLOCK = 32
FETCH_S = 25
LOOPBACK = ("127.0.0.1", "::1", "localhost")
GONE = (403, 404, 410)


@asynccontextmanager
async def open_media(ws_url: str) -> AsyncIterator["Media"]:
    """A line to wherever files lie; `ws_url` says whether they may lie on this machine."""
    client = await asyncio.to_thread(  # certificates are read from disk
        httpx.AsyncClient, timeout=FETCH_S, follow_redirects=False
    )
    near = urlsplit(ws_url).hostname or ""
    async with client:
        yield Media(client, near if near in LOOPBACK else "")


class Media:
    """`near`: the host of a server on this machine, the only one asked without TLS."""

    def __init__(self, client: httpx.AsyncClient, near: str = "") -> None:
        self._client, self._near = client, near

    async def fetch(self, url: str, key: str) -> bytes:
        """The photo at `url`, decrypted with its `key`; OSError when it cannot be had."""
        if not self._may(url):
            raise OSError("the address of a photo is neither https nor on this machine")
        try:
            async with asyncio.timeout(FETCH_S):
                return await asyncio.to_thread(decrypt, await self._load(url), key)
        except httpx.HTTPError as error:
            raise OSError(f"a photo could not be fetched: {type(error).__name__}") from None
        except ValueError as error:
            raise OSError(f"a photo could not be decrypted: {error}") from error

    def _may(self, url: str) -> bool:
        where = urlsplit(url)
        return where.scheme == "https" or (where.scheme == "http" and where.hostname == self._near)

    async def _load(self, url: str) -> bytes:
        async with self._client.stream("GET", url) as answer:
            if answer.status_code in GONE:
                raise FileNotFoundError("the address of a photo has run out")
            if answer.status_code != 200:
                raise OSError(f"a photo could not be fetched: HTTP {answer.status_code}")
            whole = bytearray()
            async for piece in answer.aiter_bytes():
                whole += piece
                if len(whole) > MOST_BYTES + BLOCK:
                    raise OSError(f"a photo of more than {MOST_BYTES} bytes")
            return bytes(whole)


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
