"""Photos and clips on WeChat's CDN: sealed before they go up, unsealed when they come down."""

import asyncio
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import httpx

from bot.channels.ilink.crypto import (
    BLOCK,
    read_key,
    seal,
    sealed_size,
    spell_key,
    unseal,
)
from bot.channels.ilink.faults import Unreachable
from bot.channels.ilink.shapes import Media, Slot
from bot.channels.ilink.wire import Wire
from bot.fetching import Answered, NotFetched, Reach, fetch

Kind = Literal["image", "video"]
KINDS: dict[Kind, int] = {"image": 1, "video": 2}
MOST_BYTES = 20 * 2**20  # of one photo
UP_S, DOWN_S = 90.0, 25.0
GONE = (400, 403, 404, 410)
OCTETS = {"Content-Type": "application/octet-stream"}


@dataclass(frozen=True, slots=True)
class Ref:
    """A photo that can be fetched later, also after a restart. Plain when `key` is empty."""

    param: str = field(repr=False)
    key: str = field(repr=False)
    url: str = field(default="", repr=False)

    def write(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, media: Media, key: str = "") -> "Ref":
        return cls(media.encrypt_query_param, key or media.aes_key, media.full_url)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file on the CDN, as a message names it; `size` is its sealed size in bytes."""

    media: dict[str, Any] = field(repr=False)
    size: int


class Cdn:
    """One CDN. It knows no login: whoever has a file's address may have the file."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http, self._url = http, url.rstrip("/")
        trusted = frozenset({httpx.URL(url).host})
        self._reach = Reach(trusted, most=MOST_BYTES + BLOCK, within_s=DOWN_S)

    async def put(self, wire: Wire, to: str, kind: Kind, data: bytes) -> Uploaded:
        """Seal `data` and put it there for `to`; raises IlinkError."""
        key, file_key = secrets.token_bytes(16), secrets.token_hex(16)
        about = {
            "filekey": file_key,
            "media_type": KINDS[kind],
            "to_user_id": to,
            "rawsize": len(data),
            "rawfilemd5": await asyncio.to_thread(_md5, data),
            "filesize": sealed_size(len(data)),
            "no_need_thumb": True,
            "aeskey": key.hex(),
        }
        slot = await wire.slot(about)
        sealed = await asyncio.to_thread(seal, key, data)
        param = await self._upload(slot, file_key, sealed)
        media = {"encrypt_query_param": param, "aes_key": spell_key(key), "encrypt_type": 1}
        return Uploaded(media, len(sealed))

    async def fetch(self, written: str) -> bytes:
        """The photo of a written `Ref`; OSError, FileNotFoundError when it is gone for good."""
        try:
            ref = Ref(**json.loads(written))
            key = read_key(ref.key) if ref.key else b""
        except (ValueError, TypeError):
            raise FileNotFoundError("a ref that is none of ours") from None
        sealed = await self._download(ref)
        try:
            return await asyncio.to_thread(unseal, key, sealed) if key else sealed
        except ValueError:
            raise OSError("the photo is not sealed with its key") from None

    async def _upload(self, slot: Slot, file_key: str, sealed: bytes) -> str:
        url = slot.upload_full_url.strip()
        params = {"encrypted_query_param": slot.upload_param, "filekey": file_key}
        if not url and not slot.upload_param:
            raise Unreachable("getuploadurl: no place for the file in the answer")
        where, query = (url, None) if url else (f"{self._url}/upload", params)
        try:
            async with asyncio.timeout(UP_S):
                answer = await self._http.post(where, params=query, content=sealed, headers=OCTETS)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(f"the upload: {type(error).__name__}") from None
        param = answer.headers.get("x-encrypted-param", "")
        if answer.status_code != httpx.codes.OK or not param:
            raise Unreachable(f"the upload: HTTP {answer.status_code}")
        return str(param)

    async def _download(self, ref: Ref) -> bytes:
        """From the CDN, or from where on the open internet the message says that it lies."""
        here = httpx.URL(f"{self._url}/download", params={"encrypted_query_param": ref.param})
        try:
            return await fetch(ref.url or str(here), self._reach)
        except NotFetched as error:
            if isinstance(error, Answered) and error.status in GONE:
                raise FileNotFoundError(f"the photo is gone: {error}") from None
            raise OSError(f"the photo cannot be fetched: {error}") from None


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
