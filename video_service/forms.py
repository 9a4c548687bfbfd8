"""A request body becomes a wish: multipart, urlencoded or JSON; the photo as a file or data: URL.

Remote addresses are never fetched: the service takes bytes only.
"""

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.datastructures import FormData, UploadFile

from video_service.body_cap import MAX_BODY
from video_service.problems import Refusal, explain, invalid
from video_service.schema import ImageRequest, VideoRequest

JSON = "application/json"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
PHOTO = "input_reference"
PHOTO_URL = "input_reference[image_url]"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for, well formed but not yet judged by an engine."""

    request: VideoRequest
    photo: bytes | None = None

    def fingerprint(self) -> str:
        """Equal for equal bodies."""
        digest = hashlib.sha256(self.request.model_dump_json(exclude_none=True).encode())
        digest.update(b"\0" + (self.photo or b""))
        return digest.hexdigest()


async def read_wish(request: Request) -> Wish:
    """The wish in this request's body; Refusal 400, 413 or 415 names what is wrong with it."""
    kind = _kind(request)
    if kind in FORMS:
        async with request.form(max_files=4, max_part_size=MAX_BODY) as form:
            fields, photo = await _read_form(form)
    elif kind == JSON:
        fields, photo = _read_json(await request.body())
    else:
        raise Refusal(415, "unsupported_media_type", f"use {', '.join(FORMS)} or {JSON}")
    try:
        return Wish(VideoRequest.model_validate(fields), photo)
    except ValidationError as error:
        raise explain(error, (*VideoRequest.model_fields, PHOTO)) from error


async def read_picture_wish(request: Request) -> ImageRequest:
    """The picture that this request's JSON asks for; Refusal 400, 413 or 415 names its fault."""
    if _kind(request) != JSON:
        raise Refusal(415, "unsupported_media_type", f"use {JSON}")
    try:
        return ImageRequest.model_validate(_object(await request.body()))
    except ValidationError as error:
        raise explain(error, ImageRequest.model_fields) from error


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def _read_form(form: FormData) -> tuple[dict[str, str], bytes | None]:
    fields: dict[str, str] = {}
    photo: bytes | None = None
    for name, value in form.multi_items():
        if name in fields or (photo is not None and name in (PHOTO, PHOTO_URL)):
            raise invalid(f"{name}: is given twice", name)
        if name == PHOTO and isinstance(value, UploadFile):
            photo = await value.read()
        elif isinstance(value, UploadFile):
            raise invalid(f"{name}: must not be a file", name)
        elif name in (PHOTO, PHOTO_URL):
            photo = _data_url(value)
        else:
            fields[name] = value
    return fields, photo


def _read_json(body: bytes) -> tuple[dict[str, Any], bytes | None]:
    fields = _object(body)
    reference = fields.pop(PHOTO, None)
    if isinstance(fields.get("seconds"), int | float):  # numbers are how people write lengths
        fields["seconds"] = str(fields["seconds"]).removesuffix(".0")
    return fields, None if reference is None else _reference(reference)


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise invalid(f"the body is not JSON: {error}", None) from error
    if not isinstance(fields, dict):
        raise invalid("the body must be a JSON object", None)
    return fields


def _reference(reference: Any) -> bytes:
    """`{"image_url": "data:…"}`, or the data: URL itself."""
    url = reference.get("image_url") if isinstance(reference, Mapping) else reference
    if not isinstance(url, str) or (isinstance(reference, Mapping) and len(reference) > 1):
        raise invalid(f'{PHOTO}: send a file, or {{"image_url": "data:image/…"}}', PHOTO)
    return _data_url(url)


def _data_url(url: str) -> bytes:
    head, _, data = url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        raise invalid(f"{PHOTO}: only data:image/…;base64 URLs; nothing is fetched", PHOTO)
    try:
        return b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(f"{PHOTO}: the data: URL is not base64", PHOTO) from error
