"""Whatever is sent, the service never stumbles: no 5xx, and every refusal in the envelope."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.service.house import WORKER_TOKEN
from video_service.app import create_app
from video_service.auth import Keys
from video_service.schema.settings import ServiceSettings
from video_service.studio import Studio, open_studio

EACH = 25  # requests to one operation


@pytest.fixture
def schema(tmp_path: Path) -> OpenApiSchema:
    """The service's own description of itself, served in this process."""
    rules = ServiceSettings(model="draft", max_open=10_000)

    @asynccontextmanager
    async def opening() -> AsyncIterator[Studio]:
        async with (
            asyncio.TaskGroup() as tasks,
            open_studio(tasks, rules, tmp_path, Keys(None, WORKER_TOKEN), "fuzz") as studio,
        ):
            yield studio

    return schemathesis.openapi.from_asgi("/openapi.json", create_app(opening))


def test_no_request_makes_it_stumble(schema: OpenApiSchema) -> None:
    strange: list[str] = []
    answered: list[int] = []
    ours = {"Authorization": f"Bearer {WORKER_TOKEN}", "Host": "127.0.0.1"}

    def send(case: schemathesis.Case[Any]) -> None:
        if case.path.endswith("/claim") and isinstance(case.body, dict):
            case.body["wait_s"] = 0  # a fuzzer gets no job, and need not wait for one
        if case.path.endswith("/generations"):
            case.query = {**(case.query or {}), "wait": 0}  # nobody is here to draw
        answer = case.call(headers=ours)
        answered.append(answer.status_code)
        told = answer.status_code < 400 or "error" in answer.json()
        if (answer.status_code >= 500 and case.path != "/readyz") or not told:
            strange.append(f"{case.as_curl_command()} -> {answer.status_code} {answer.text[:300]}")

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        calm = settings(
            max_examples=EACH,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        calm(given(case=found.ok().as_strategy())(send))()
    assert len(answered) > 10 * EACH
    assert strange == []
    assert {200, 202, 400, 404} <= set(answered)
    assert 403 not in answered
