"""One provider over HTTP: asked at its own pace, remembered, and never longer than its deadline.

question ──▶ remembered? ──▶ quota left? ──▶ in turn ──▶ GET ──▶ judged ──▶ remembered
                                               ▲                    │ too many at once, cut off
                                               └──── short pause ◀──┘

ProviderError            nothing came of it; texts hold no address, no key, no body
├── ProviderSilent       no answer that can be read: the network, the time, a page instead of JSON
├── ProviderBusy         too many questions; `for_today`: it will be the same until midnight
└── ProviderRefused      it says no; `code` is its own word for why
"""

import asyncio
import contextlib
import json
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from intents.tools.cache import Answers
from intents.tools.limiter import Limiter
from intents.tools.quota import Quota

log = logging.getLogger(__name__)

DEADLINE_S = 5.0  # for one question, with all its tries and waits
CONNECT_S = 2.5
PAUSES_S = (0.4, 0.8)  # before the second and the third try; each costs a question of the quota
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ProviderError(Exception):
    """The provider did not answer, or not with an answer."""


class ProviderSilent(ProviderError):
    """`again`: the same question may well be answered in a moment."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


class ProviderBusy(ProviderError):
    """`again` as above; `rest_s`: how long it wants to be left alone when it says so."""

    def __init__(
        self, message: str, *, again: bool = False, for_today: bool = False, rest_s: float = 0
    ) -> None:
        super().__init__(message)
        self.again, self.for_today, self.rest_s = again, for_today, rest_s


class ProviderRefused(ProviderError):
    """An answer came, and it is no."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


Judge = Callable[[int, Any], None]  # HTTP status and JSON; raises what is wrong with it


class Provider:
    """One host. `judge` knows how it says no."""

    def __init__(
        self,
        name: str,
        client: httpx.AsyncClient,
        judge: Judge,
        limiter: Limiter,
        quota: Quota | None = None,
        answers: Answers | None = None,
    ) -> None:
        self.name = name
        self._client, self._judge, self._limiter = client, judge, limiter
        self._quota = quota or Quota(name)
        self._answers = answers or Answers()

    async def ask(self, path: str, params: Mapping[str, str], *, keep_s: float) -> Any:
        """The JSON answered, now or up to `keep_s` seconds ago; ProviderError after 5 s at most."""
        question = (path, tuple(sorted(params.items())))
        if (said := self._answers.find(question)) is not None:
            return said
        if self._quota.closed:
            raise ProviderBusy(f"{self.name} is left alone", for_today=self._quota.for_today)
        try:
            async with asyncio.timeout(DEADLINE_S):
                said = await self._insist(path, params)
        except TimeoutError:
            raise ProviderSilent(f"{self.name}: no answer within {DEADLINE_S:g} s") from None
        except ProviderBusy as error:
            self._heed(error)
            raise
        self._answers.keep(question, said, keep_s)
        return said

    def _heed(self, error: ProviderBusy) -> None:
        if error.for_today:
            self._quota.spent()
        elif error.rest_s:
            self._quota.rest(error.rest_s)

    async def _insist(self, path: str, params: Mapping[str, str]) -> Any:
        for pause in PAUSES_S:
            try:
                return await self._once(path, params)
            except (ProviderSilent, ProviderBusy) as error:
                if not error.again:
                    raise
                log.info("%s; once more in %g s", error, pause)
            await asyncio.sleep(pause)
        return await self._once(path, params)

    async def _once(self, path: str, params: Mapping[str, str]) -> Any:
        await self._limiter.wait()
        try:
            answer = await self._client.get(path, params=dict(params))
        except httpx.TimeoutException as error:
            raise ProviderSilent(f"{self.name}: {type(error).__name__}") from None
        except httpx.HTTPError as error:  # its text and its request are not for our logs
            raise ProviderSilent(f"{self.name}: {type(error).__name__}", again=True) from None
        try:
            said = json.loads(answer.content)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or answer.is_redirect:
            raise ProviderSilent(f"{self.name}: HTTP {answer.status_code}, and no JSON object")
        self._judge(answer.status_code, said)
        return said


class KeyTransport(httpx.AsyncBaseTransport):
    """Puts the key into the address below the place where httpx logs and quotes it."""

    def __init__(self, inner: httpx.AsyncBaseTransport, key: str) -> None:
        self._inner, self._key = inner, key

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with_key = httpx.Request(
            request.method,
            request.url.copy_merge_params({"key": self._key}),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(with_key)

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextlib.asynccontextmanager
async def open_client(
    url: str, key: str = "", *, bearer: str = "", timeout_s: float = DEADLINE_S
) -> AsyncIterator[httpx.AsyncClient]:
    """Connections to one host, through the proxy of the environment where one is set.

    `key` goes into each address, `bearer` into each header. It follows no redirect: a key must
    not travel on to where somebody else points.
    """
    transport = await asyncio.to_thread(_transport, url, key)  # certificates are read from disk
    timeout = httpx.Timeout(timeout_s, connect=CONNECT_S)
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, transport=transport, timeout=timeout
    ) as client:
        yield client


def _transport(url: str, key: str) -> httpx.AsyncBaseTransport:
    direct = httpx.AsyncHTTPTransport(verify=_certificates(), proxy=_proxy(url))
    return KeyTransport(direct, key) if key else direct


@cache
def _certificates() -> ssl.SSLContext:
    """Read once for all providers: it takes longer than an answer."""
    return httpx.create_ssl_context()


def _proxy(url: str) -> str | None:
    """httpx looks for proxies itself, but not once it is given a transport."""
    there = urlsplit(url)
    host = there.hostname or ""
    if host in LOOPBACK or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(there.scheme) or proxies.get("all") or ""
    return proxy if proxy.startswith("http") else None
