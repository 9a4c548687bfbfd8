"""A request body becomes a wish: multipart, urlencoded or JSON; photo and sounds as files.

In JSON they are data: URLs. Remote addresses are never fetched: the service takes bytes only.
"""

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.datastructures import FormData, UploadFile

from video_service.body_cap import MAX_BODY
from video_service.problems import Refusal, explain, invalid
from video_service.schema import ImageRequest

JSON = "application/json"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
PHOTO = "input_reference"
PHOTO_URL = "input_reference[image_url]"
FILES = {PHOTO: "image", "music": "audio", "voice": "audio"}  # fields, and what their files are
NESTED = ("finish", "videos")  # in a form these are JSON
MOST_PARTS = 10_000  # of a JSON body
W = TypeVar("W", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Wish(Generic[W]):
    """What somebody asked for, well formed but not yet judged by an engine."""

    request: W
    photo: bytes | None = None
    music: bytes | None = None
    voice: bytes | None = None

    def fingerprint(self, about: str = "") -> str:
        """Equal for equal bodies; `about`: what the wish is done to, if not to nothing."""
        digest = hashlib.sha256(self.request.model_dump_json(exclude_none=True).encode())
        digest.update(b"\0" + (self.photo or b""))
        for name, content in (("about", about.encode()), ("music", self.music or b""),
                              ("voice", self.voice or b"")):  # fmt: skip
            if content:
                digest.update(f"\0{name} {len(content)}\0".encode() + content)
        return digest.hexdigest()


async def read_wish(request: Request, shape: type[W]) -> Wish[W]:
    """The wish in this request's body; Refusal 400, 413 or 415 names what is wrong with it."""
    kind = _kind(request)
    if kind in FORMS:
        async with request.form(max_files=4, max_part_size=MAX_BODY) as form:
            fields, files = await _read_form(form)
    elif kind == JSON:
        fields, files = _read_json(await request.body())
    else:
        raise Refusal(415, "unsupported_media_type", f"use {', '.join(FORMS)} or {JSON}")
    try:
        wish = shape.model_validate(fields)
    except ValidationError as error:
        raise explain(error, (*shape.model_fields, *FILES)) from error
    return Wish(wish, files.get(PHOTO), files.get("music"), files.get("voice"))


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


async def _read_form(form: FormData) -> tuple[dict[str, Any], dict[str, bytes]]:
    fields: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for given, value in form.multi_items():
        name = PHOTO if given == PHOTO_URL else given
        if name in fields or name in files:
            raise invalid(f"{name}: is given twice", name)
        if name in FILES:
            files[name] = (
                await value.read() if isinstance(value, UploadFile) else _data_url(value, name)
            )
        elif isinstance(value, UploadFile):
            raise invalid(f"{name}: must not be a file", name)
        else:
            fields[name] = _nested(name, value) if name in NESTED else value
    return fields, files


def _nested(name: str, value: str) -> Any:
    try:
        return from_json(value, allow_inf_nan=False)
    except ValueError as error:
        raise invalid(f"{name}: is not JSON: {error}", name) from error


def _read_json(body: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    fields = _object(body)
    found = {name: fields.pop(name, None) for name in FILES}
    if isinstance(fields.get("seconds"), int | float):  # numbers are how people write lengths
        fields["seconds"] = str(fields["seconds"]).removesuffix(".0")
    return fields, {name: _reference(it, name) for name, it in found.items() if it is not None}


def _object(body: bytes) -> dict[str, Any]:
    if body.count(b",") > MOST_PARTS:  # parsing millions takes seconds, in which nobody is answered
        raise invalid(f"the body has more than {MOST_PARTS} parts", None)
    try:
        fields = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise invalid(f"the body is not JSON: {error}", None) from error
    if not isinstance(fields, dict):
        raise invalid("the body must be a JSON object", None)
    return fields


def _reference(reference: Any, name: str) -> bytes:
    """The data: URL itself; a photo's also as `{"image_url": "data:…"}`."""
    nested = name == PHOTO and isinstance(reference, Mapping)
    url = reference.get("image_url") if nested else reference
    if not isinstance(url, str) or (nested and len(reference) > 1):
        kind = f'{{"image_url": "data:{FILES[name]}/…"}}' if name == PHOTO else "a data: URL"
        raise invalid(f"{name}: send a file, or {kind}", name)
    return _data_url(url, name)


def _data_url(url: str, name: str) -> bytes:
    head, _, data = url.partition(",")
    if not head.startswith(f"data:{FILES[name]}/") or not head.endswith(";base64"):
        kind = f"data:{FILES[name]}/…;base64"
        raise invalid(f"{name}: only {kind} URLs; nothing is fetched", name)
    try:
        return b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(f"{name}: the data: URL is not base64", name) from error
