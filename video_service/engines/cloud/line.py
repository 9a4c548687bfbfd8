"""A line to one provider: JSON in, JSON out, patient with the busy, silent about the key.

Every call has its deadline; the deadline of the whole job is the caller's. What may have been
taken already is never asked twice: an order is repeated only where it surely was not accepted.
"""

import asyncio
import logging
import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from video_service.engines.base import Code
from video_service.engines.cloud.errors import CloudError, Codes, is_failure, judge, scrub

log = logging.getLogger(__name__)
Answer = dict[str, Any]
FEW = 4  # tries to reach a provider that is not there at all
LONGEST_PAUSE_S = 60.0  # of those that a provider asks for
JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: for the whole job, for one call, between looks (first, longest), between reports."""

    deadline: float = 900
    call: float = 30
    first: float = 2
    longest: float = 15
    tick: float = 0.5

    def pauses(self) -> Iterator[float]:
        """Longer and longer, and never two callers in step."""
        pause = self.first
        while True:
            yield pause * random.uniform(1 - JITTER, 1 + JITTER)
            pause = min(pause * 1.5, self.longest)


@dataclass(frozen=True, slots=True)
class Account:
    """Whom we ask, where, and with which key; what its own numbers mean."""

    who: str
    url: str
    key: str = field(repr=False)
    codes: Codes

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


class Line:
    """Lives as long as one job. `trouble` is what last went wrong, for when time runs out."""

    def __init__(self, account: Account, http: httpx.AsyncClient, pace: Pace) -> None:
        self._account, self.http, self.pace = account, http, pace
        self.trouble: CloudError | None = None

    @property
    def home(self) -> str:
        """Where the provider lives, as the settings have it."""
        return self._account.url

    async def order(
        self,
        path: str,
        json: Answer,
        headers: Mapping[str, str] | None = None,
        *,
        slow: bool = False,
    ) -> Answer:
        """Ask for something that costs; `slow`: the answer is the picture itself."""
        within = self.pace.deadline if slow else self.pace.call
        for tries, pause in enumerate(self.pace.pauses(), 1):
            try:
                answer = await self._ask("POST", path, within, json=json, headers=headers)
                self.trouble = None
                return answer
            except CloudError as error:
                lost = error.code == "cloud_unavailable" and tries >= FEW
                if not error.again or lost:
                    raise
                await self._pause(error, pause)
        raise AssertionError  # pauses never end

    async def look(self, method: str, path: str, json: Answer | None = None) -> Answer:
        """Ask how it stands, until there is an answer: what was ordered is being made meanwhile."""
        for pause in self.pace.pauses():
            try:
                answer = await self._ask(method, path, self.pace.call, json=json)
                self.trouble = None
                return answer
            except CloudError as error:
                passing = error.code in ("cloud_unavailable", "cloud_timeout")
                if not (error.again or passing):
                    raise
                await self._pause(error, pause)
        raise AssertionError  # pauses never end

    async def try_to(self, method: str, path: str) -> None:
        """Ask for something that may be too late."""
        with suppress(CloudError):
            await self._ask(method, path, self.pace.call)

    def failed(self, body: Any) -> CloudError:
        """What a task that ended badly says of it; nothing is asked again."""
        account = self._account
        error = judge(account.who, 200, body, account.codes, account.key)
        error.again = False
        return error

    def broken(self, why: str) -> CloudError:
        """An answer that is not what we know."""
        return CloudError("cloud_unavailable", f"{self._account.who}: {why}")

    async def _pause(self, error: CloudError, pause: float) -> None:
        if self.trouble is None or self.trouble.code != error.code:
            log.info("%s; asking again", error)
        self.trouble = error
        asked = min(error.after or 0.0, LONGEST_PAUSE_S)
        await asyncio.sleep(max(pause, asked))

    async def _ask(self, method: str, path: str, within: float, **more: Any) -> Answer:
        account = self._account
        headers = {**account.headers(), **(more.pop("headers", None) or {})}
        try:
            response = await self.http.request(
                method, f"{account.url}{path}", timeout=within, headers=headers, **more
            )
        except httpx.HTTPError as error:
            raise self._unreached(error) from error
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.is_success and body is None:
            raise self.broken(f"{response.status_code} and not JSON")
        if not response.is_success or is_failure(body):
            said = body if body is not None else response.text
            raise judge(
                account.who,
                response.status_code,
                said,
                account.codes,
                account.key,
                _after(response),
            )
        return dict(body)

    def _unreached(self, error: httpx.HTTPError) -> CloudError:
        """Only an order that never left may be repeated."""
        who = self._account.who
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
            why = scrub(str(error), self._account.key)
            return CloudError(
                "cloud_unavailable", f"{who}: {type(error).__name__}: {why}", again=True
            )
        slow = isinstance(error, httpx.TimeoutException)
        code: Code = "cloud_timeout" if slow else "cloud_unavailable"
        return CloudError(code, f"{who}: {type(error).__name__}")


def _after(response: httpx.Response) -> float | None:
    """Retry-After in seconds; the form with a date is not worth a clock."""
    told = response.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else None
