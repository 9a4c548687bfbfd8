"""Bodies that are parsed by hand, told to the OpenAPI page; the key that goes with them."""

from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel

from video_service.forms import FORMS, JSON

Key = Annotated[str | None, Header(min_length=1, max_length=255, alias="idempotency-key")]


def bodies(shape: type[BaseModel], *files: str) -> dict[str, Any]:
    """`openapi_extra` of a route that reads `shape`, with `files` where it is a form."""
    asked = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    asked.pop("$defs", None)
    file: dict[str, Any] = {"type": "string", "format": "binary"}
    form = {**asked, "properties": {**asked["properties"], **dict.fromkeys(files, file)}}
    content = {kind: {"schema": form} for kind in FORMS} | {JSON: {"schema": asked}}
    return {"requestBody": {"required": True, "content": content}}
