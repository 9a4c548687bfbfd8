"""Who may talk to the service: callers with the service token, workers with the worker token.

On loop-back without a service token the door is open, but not to web pages of other sites, also
not to those that make their own name mean this machine (DNS rebinding): a browser tells both where
a page came from and what it calls us.
"""

import hmac
import ipaddress
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import Headers

from video_service.problems import Refusal

FOREIGN_PAGES = ("cross-site", "same-site")  # what a browser says about a page of another origin


@dataclass(frozen=True, slots=True)
class Keys:
    """`service` None: everybody on this machine may. Neither is ever printed."""

    service: str | None = field(repr=False)
    worker: str = field(repr=False)


def check_caller(keys: Keys, request: Request) -> None:
    """Refuse who does not bear the service token."""
    if keys.service is not None:
        _check_bearer(request, keys.service)
    elif _is_foreign_page(request.headers):
        raise Refusal(403, "foreign_page", "pages of other sites may not talk to this service")
    elif not is_loopback(request.url.hostname or ""):
        raise Refusal(403, "foreign_name", "without a token this machine calls itself 127.0.0.1")


def check_worker(keys: Keys, request: Request) -> None:
    """Refuse who does not bear the worker token."""
    _check_bearer(request, keys.worker)


def _is_foreign_page(told: Headers) -> bool:
    """By both headers: older browsers send the second alone."""
    origin = told.get("origin", "")
    elsewhere = bool(origin) and origin.partition("://")[2].lower() != told.get("host", "").lower()
    return told.get("sec-fetch-site") in FOREIGN_PAGES or elsewhere


def is_loopback(host: str) -> bool:
    """Whether `host`, as an address or a name, can only be this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_bearer(request: Request, token: str) -> None:
    told = request.headers.get("authorization", "")
    if not hmac.compare_digest(told.encode(), f"Bearer {token}".encode()):
        raise Refusal(
            401, "invalid_api_key", "a valid bearer token is needed",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
